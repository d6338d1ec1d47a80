import { realpathSync } from "node:fs";
import path from "node:path";
import { becomeChild } from "./bootstrap/child.cjs";
import { PulumiUnavailable, providePulumi } from "./pulumi-cli";

const PROJECT_ROOT = path.resolve(__dirname, "..");

/** npm starts every script in the project's folder and keeps the caller's own in INIT_CWD. */
function callerFolder(): string {
  const { INIT_CWD, npm_lifecycle_event } = process.env;
  const startedByNpm = npm_lifecycle_event === "pulumi" && realpathSync(process.cwd()) === realpathSync(PROJECT_ROOT);
  return startedByNpm && INIT_CWD ? INIT_CWD : process.cwd();
}

async function main(): Promise<void> {
  const pulumi = await providePulumi();
  const env = { PULUMI_SKIP_UPDATE_CHECK: "true", ...pulumi.environment() };
  const args = process.argv.slice(2);
  process.chdir(callerFolder());
  // Where it can, this process turns into the CLI: one process less that signals and exit codes have to pass.
  if (process.execve !== undefined && process.platform !== "win32")
    process.execve(pulumi.bin, ["pulumi", ...args], env);
  await becomeChild(pulumi.bin, args, { env });
}

main().catch((error: unknown) => {
  console.error(error instanceof PulumiUnavailable ? error.message : error);
  process.exitCode = 1;
});
