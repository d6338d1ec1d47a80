import type { Figure } from "./figures";

const HEAD = `# Reliability, in figures

Written by \`npm run reliability\` from what \`npm test\` has found, and held true by it: a figure that has changed fails the run.
How each is found: faults, kills and leaks are caused at real servers (the two emulators), never at replaced parts of this package.
`;

/** What a page may differ in by chance: far fewer tries than it says are a change that somebody should look at. */
const LEAST_SHARE = 0.8;

export function renderPage(figures: readonly Figure[]): string {
  const promises = [...new Set(figures.map(({ promise }) => promise))];
  const sections = promises.map((promise) => {
    const own = figures.filter((figure) => figure.promise === promise);
    const rows = own.map((figure) => `| ${figure.what} | ${shown(figure)} |`);
    const commands = [...new Set(own.map(({ command }) => command))];
    return [
      `## ${promise}`,
      "",
      "| | |",
      "| --- | ---: |",
      ...rows,
      "",
      ...commands.map((it) => `Again: \`${it}\``),
    ].join("\n");
  });
  return `${[HEAD, ...sections].join("\n")}\n`.replaceAll("\n## ", "\n\n## ").replaceAll("\n\n\n", "\n\n");
}

/** Whether a page tells what was found, chance allowed for. */
export function isTrue(page: string, figures: readonly Figure[]): boolean {
  return (
    page === renderPage(figures.map((figure) => (figure.isAtLeast ? { ...figure, value: said(page, figure) } : figure)))
  );
}

/** The number on the page where it is near enough, and the measured one, which the page then differs in, where not. */
function said(page: string, figure: Figure): number {
  const row = page.split("\n").find((line) => line.startsWith(`| ${figure.what} | `)) ?? "";
  const value = Number(row.replaceAll(/\D/g, ""));
  return value <= figure.value && value >= LEAST_SHARE * figure.value ? value : figure.value;
}

function shown({ value, isAtLeast }: Figure): string {
  const number = value.toLocaleString("en-US");
  return isAtLeast ? `${number} or more` : number;
}
