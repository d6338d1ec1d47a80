import { PROJECT_ROOT, pack } from "./support/pack";

jest.setTimeout(120_000);

const ALLOWED = /^(dist\/(sdk|provider)\/.+\.(js|d\.ts)|package\.json|README\.md|LICENSE|CHANGELOG\.md)$/;

/** About half as much again as it has now: what makes it grow faster should be noticed. */
const MOST_BYTES = 400_000;
const MOST_UNPACKED_BYTES = 1_400_000;

describe("What is published", () => {
  it("is the compiled package with its types, its licence and its texts, and nothing else", async () => {
    const { files, size, unpackedSize } = await pack(PROJECT_ROOT, "--dry-run");
    const paths = files.map((file) => file.path);
    expect(paths).toEqual(
      expect.arrayContaining([
        "package.json",
        "README.md",
        "LICENSE",
        "CHANGELOG.md",
        "dist/sdk/index.js",
        "dist/sdk/index.d.ts",
        "dist/provider/index.js",
        "dist/provider/lookups.js",
      ]),
    );
    expect(paths.filter((file) => !ALLOWED.test(file))).toEqual([]);
    expect(size).toBeLessThan(MOST_BYTES);
    expect(unpackedSize).toBeLessThan(MOST_UNPACKED_BYTES);
  });
});
