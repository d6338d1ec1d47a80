import { spawnSync } from "node:child_process";
import path from "node:path";
import type { Loading } from "./results";

const PROJECT_ROOT = path.resolve(__dirname, "../..");
const RUNS = 11;

/** Loads one resource type in a fresh process, as the provider process does on its first call, and says what that took. */
const SCRIPT = `
  const begun = performance.now();
  const provider = require("pulumi-backup-policies/provider").v1(process.argv[1]);
  provider.check({}, {}).finally(() => {
    const ms = performance.now() - begun;
    const files = Object.keys(require.cache).map((file) => file.replaceAll("\\\\", "/"));
    console.log(JSON.stringify({ ms, foreign: files.filter((file) => file.includes("/dist/provider/" + process.argv[2] + "/")).length }));
  });`;

export function measureLoading(): Loading[] {
  return [
    ["BackupPolicy", "oceanbase"],
    ["ClusterBackupConfig", "polardb"],
  ].map(([type = "", otherVendor = ""]) => {
    // The first one reads the files from the disk.
    const [, ...runs] = Array.from({ length: RUNS + 1 }, () => load(type, otherVendor));
    return {
      type,
      samples: runs.map(({ ms }) => ms),
      foreignFiles: Math.max(...runs.map(({ foreign }) => foreign)),
    };
  });
}

function load(type: string, otherVendor: string): { ms: number; foreign: number } {
  const { stdout, stderr } = spawnSync(process.execPath, ["-e", SCRIPT, type, otherVendor], {
    cwd: PROJECT_ROOT,
    encoding: "utf8",
  });
  const last = stdout.trim().split("\n").at(-1);
  if (!last) throw new Error(`the provider module did not load: ${stderr}`);
  return JSON.parse(last) as { ms: number; foreign: number };
}
