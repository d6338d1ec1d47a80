/**
 * Gets a fresh clone ready and runs one of the project's tools. Plain JavaScript without dependencies, because it runs on
 * whatever Node the machine has, before anything is installed. Standard output belongs to the tool.
 */
import fs from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import child from "./bootstrap/child.cjs";
import { ensureBuilt } from "./bootstrap/dist.mjs";
import { ensureInstalled, projectNode } from "./bootstrap/install.mjs";
import progressModule from "./bootstrap/progress.cjs";
import { SetupError } from "./bootstrap/setupError.mjs";

const OLDEST_NODE = 18;

const COMMANDS = {
  setup: { build: true, says: "install dependencies, build dist/, find or provide the Pulumi CLI" },
  build: { build: true, says: "build dist/ if its sources have changed" },
  demo: { build: true, says: "the tour: emulators, examples, drift, repair" },
  test: { build: true, says: "every check and test" },
  mutants: { build: true, says: "break each safety rule and see its test fail" },
  reliability: { build: false, says: "docs/reliability.md, from what the tests have found" },
  bench: { build: true, says: "measurements" },
  states: { build: true, says: "record the states of this version for the test of upgrades" },
  emulator: { build: false, says: "one emulator in the foreground" },
  pulumi: { build: true, says: "the Pulumi CLI that was found or provided" },
};

function usage() {
  const lines = Object.entries(COMMANDS).map(([name, { says }]) => `  npm run ${name.padEnd(11)} ${says}`);
  return ["Commands:", ...lines].join("\n");
}

function chooseCommand(root, name) {
  if (name === undefined) throw new SetupError(`No command given.\n${usage()}`);
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (command === undefined) throw new SetupError(`Unknown command "${name}".\n${usage()}`);
  const tool = path.join(root, "tools", `${name}.ts`);
  if (name !== "build" && !fs.existsSync(tool)) {
    throw new SetupError(`The command "${name}" is not part of this checkout: tools/${name}.ts is missing.`);
  }
  return { ...command, tool };
}

function runTool(root, tool, args) {
  const tsx = createRequire(path.join(root, "package.json")).resolve("tsx");
  const key = Object.keys(process.env).find((name) => name.toUpperCase() === "PATH") ?? "PATH";
  const bin = path.join(root, "node_modules", ".bin");
  const env = { ...process.env, [key]: [bin, process.env[key]].filter(Boolean).join(path.delimiter) };
  return child.becomeChild(projectNode(root), ["--import", pathToFileURL(tsx).href, tool, ...args], { env });
}

async function main([name, ...args]) {
  if (Number.parseInt(process.versions.node, 10) < OLDEST_NODE) {
    throw new SetupError(
      `Node ${process.versions.node} is too old to start: install Node 20 or newer from your package manager.`,
    );
  }
  const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
  const command = chooseCommand(root, name);
  const progress = progressModule.createProgress();
  await ensureInstalled(root, progress);
  const built = command.build && (await ensureBuilt(root, progress));
  if (name === "build") {
    if (!built) progress.note("dist/ is up to date");
    return;
  }
  await runTool(root, command.tool, args);
}

main(process.argv.slice(2)).catch((error) => {
  console.error(error instanceof SetupError ? error.message : error);
  process.exitCode = 1;
});
