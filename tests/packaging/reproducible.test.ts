import { execFile } from "node:child_process";
import { cpSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { PROJECT_ROOT, pack } from "./support/pack";

jest.setTimeout(300_000);

const SOURCES = [
  "provider",
  "sdk",
  "package.json",
  "package-lock.json",
  "tsconfig.json",
  "tsconfig.build.json",
  "README.md",
  "LICENSE",
  "CHANGELOG.md",
];

/** The real build, for the folder that it is started in. */
const BOOTSTRAP = pathToFileURL(path.join(PROJECT_ROOT, "tools", "bootstrap")).href;
const BUILD = `
import { ensureBuilt } from ${JSON.stringify(`${BOOTSTRAP}/dist.mjs`)};
import progress from ${JSON.stringify(`${BOOTSTRAP}/progress.cjs`)};
await ensureBuilt(process.cwd(), progress.createProgress());
`;

const run = promisify(execFile);

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), "backup-policies-reproducible-"));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("A second build of the same sources", () => {
  it("in another folder, by another user's habits, gives the same tarball byte for byte", async () => {
    const other = path.join(folder, "a deeper folder", "with a name of its own");
    for (const name of SOURCES) {
      cpSync(path.join(PROJECT_ROOT, name), path.join(other, name), { recursive: true });
    }
    symlinkSync(path.join(PROJECT_ROOT, "node_modules"), path.join(other, "node_modules"), "junction");
    await run("sh", ["-c", 'umask 077; exec "$0" --input-type=module --eval "$1"', process.execPath, BUILD], {
      cwd: other,
      env: { ...process.env, TZ: "Asia/Kolkata", LC_ALL: "C" },
    });
    const [ours, theirs] = [
      await pack(PROJECT_ROOT, "--pack-destination", folder),
      await pack(other, "--pack-destination", other),
    ];
    expect(theirs.files).toEqual(ours.files);
    expect(theirs.integrity).toMatch(/^sha512-/);
    expect(theirs.integrity).toBe(ours.integrity);
  });
});
