import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";

export const ROOT = path.resolve(__dirname, "../../..");

/** What users read, by its path from the root. */
export const PAGES: readonly string[] = [
  "README.md",
  "ARCHITECTURE.md",
  "CONTRIBUTING.md",
  ...readdirSync(path.join(ROOT, "docs"), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".md"))
    .map((name) => `docs/${name.replaceAll("\\", "/")}`),
  ...readdirSync(path.join(ROOT, "examples")).map((name) => `examples/${name}/README.md`),
];

export function read(page: string): string {
  return readFileSync(path.join(ROOT, page), "utf8");
}

interface Block {
  readonly language: string;
  readonly text: string;
  /** Line of the page on which the text begins. */
  readonly line: number;
}

/** Fenced blocks in their order. */
export function blocksOf(page: string): Block[] {
  const source = read(page);
  // Blocks in a list are indented.
  return [...source.matchAll(/^( *)```(\w*)\n([\s\S]*?)^\1```$/gm)].map(
    ([, indent = "", language = "", text = ""], index, all) => ({
      language,
      text: text.replace(new RegExp(`^${indent}`, "gm"), ""),
      line: source.slice(0, all[index]?.index).split("\n").length + 1,
    }),
  );
}

/** Relative links with the anchor that they name, outside of blocks. */
export function linksOf(page: string): string[] {
  const prose = read(page).replace(/^( *)```[\s\S]*?^\1```$/gm, "");
  return [...prose.matchAll(/\]\(([^)\s]+)\)/g)].flatMap(([, target = ""]) => (/^\w+:/.test(target) ? [] : [target]));
}

/** Anchors of the headings, as GitHub makes them. */
export function anchorsOf(page: string): string[] {
  const prose = read(page).replace(/^( *)```[\s\S]*?^\1```$/gm, "");
  return [...prose.matchAll(/^#+ (.+)$/gm)].map(([, heading = ""]) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}_ -]/gu, "")
      .replaceAll(" ", "-"),
  );
}

/** Cells of the table that stands below a heading. */
export function tableBelow(page: string, heading: string): string[][] {
  const [, section = ""] = read(page).split(`\n${heading}\n`);
  const [body = ""] = section.split(/^#+ /m);
  return body
    .split("\n")
    .filter((line) => line.startsWith("| "))
    .slice(2)
    .map((line) =>
      line
        .slice(1, -1)
        .split(/(?<!\\)\|/)
        .map((cell) => cell.trim()),
    );
}
