import type { Figure } from "../../../tools/reliability/figures";
import { isTrue, renderPage } from "../../../tools/reliability/page";

const FIXED: Figure = { promise: "P", what: "cases", value: 1_234, command: "npm run x" };
const CHANCE: Figure = { promise: "Q", what: "runs", value: 40_000, isAtLeast: true, command: "npm run y" };

describe("The page of reliability", () => {
  const page = renderPage([FIXED, CHANCE]);

  it("says each figure under its promise, with what finds it again", () => {
    expect(page).toContain("## P\n\n| | |\n| --- | ---: |\n| cases | 1,234 |\n\nAgain: `npm run x`\n");
    expect(page).toContain("| runs | 40,000 or more |");
  });

  it.each([
    ["as it was", FIXED, CHANCE, true],
    ["another number of cases", { ...FIXED, value: 1_235 }, CHANCE, false],
    ["more runs, by chance", FIXED, { ...CHANCE, value: 41_000 }, true],
    ["fewer runs than it says", FIXED, { ...CHANCE, value: 39_999 }, false],
    ["far more runs, which it should say", FIXED, { ...CHANCE, value: 60_000 }, false],
    ["another command", { ...FIXED, command: "npm run z" }, CHANCE, false],
  ])("is compared with what was found: %s", (_name, fixed, chance, expected) => {
    expect(isTrue(page, [fixed, chance])).toBe(expected);
  });
});
