import { existsSync, readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { providePulumi } from "./pulumi-cli";
import { record } from "./states/record";
import { STATES, writeRecording } from "./states/recording";
import { SCENARIOS } from "./states/scenarios";

/** Records what this release leaves in states, for all later ones to open. `--overwrite` replaces what is there for this version. */
async function main(args: readonly string[]): Promise<void> {
  const unknown = args.filter((arg) => arg !== "--overwrite");
  if (unknown.length > 0) throw new Error(`unknown argument ${unknown.join(" ")}; the only one is --overwrite`);
  const { version } = JSON.parse(readFileSync(path.resolve(__dirname, "../package.json"), "utf8")) as {
    version: string;
  };
  const folder = path.join(STATES, version);
  if (existsSync(folder) && !args.includes("--overwrite")) {
    throw new Error(
      `states of ${version} are recorded already, and released ones must stay as they are; before the release, --overwrite makes them anew`,
    );
  }
  const pulumi = await providePulumi();
  const recorded = [];
  for (const scenario of SCENARIOS) {
    console.error(`${scenario.name} …`);
    recorded.push({ name: scenario.name, recording: await record(pulumi, scenario) });
  }
  rmSync(folder, { recursive: true, force: true });
  for (const { name, recording } of recorded) writeRecording(path.join(folder, name), recording);
  console.log(`${recorded.length} states of ${version} in ${path.relative(process.cwd(), folder)}`);
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
});
