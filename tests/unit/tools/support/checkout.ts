import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { writeExecutable } from "./files";
import { type Running, start } from "./processes";

const PROJECT = path.resolve(__dirname, "../../../..");

/** Does to a folder what npm does, with the few packages that the bootstrap itself needs. */
const FAKE_NPM = `#!${process.execPath}
const fs = require("node:fs");
const [command] = process.argv.slice(2);
fs.appendFileSync(process.env.FAKE_NPM_LOG, command + "\\n");
const failure = JSON.parse(process.env.FAKE_NPM_FAILURE ?? "{}")[command];
if (failure !== undefined) {
  console.error(failure);
  process.exit(1);
}
fs.rmSync("node_modules", { recursive: true, force: true });
fs.mkdirSync("node_modules/node/bin", { recursive: true });
fs.symlinkSync(process.execPath, "node_modules/node/bin/node");
for (const name of ["tsx", "typescript"]) fs.symlinkSync("${PROJECT}/node_modules/" + name, "node_modules/" + name);
setTimeout(() => {
  const { packages, ...rest } = JSON.parse(fs.readFileSync("package-lock.json", "utf8"));
  const { "": root, ...installed } = packages;
  delete installed["node_modules/for-another-platform"];
  fs.writeFileSync("node_modules/.package-lock.json", JSON.stringify({ ...rest, packages: installed }));
}, Number(process.env.FAKE_NPM_MS ?? 0));
`;

export const NOT_IN_SYNC =
  "npm error `npm ci` can only install packages when your package.json and package-lock.json are in sync.";

const TOOL = `
console.log(JSON.stringify({ args: process.argv.slice(2), node: process.execPath, path: process.env.PATH }));
`;

/** The bootstrap builds nothing for this one. */
const EMULATOR = `
if (process.argv[2] === "wait") {
  process.on("SIGTERM", () => {
    console.log("asked to stop");
    setTimeout(() => process.exit(7), 350);
  });
  setTimeout(() => {}, 15_000);
  console.log("ready", process.pid);
}
`;

/** A small project with the real bootstrap in it, and a stand-in for npm on PATH. */
export function checkout(root: string) {
  const project = path.join(root, "project");
  const bin = path.join(root, "path");
  const log = path.join(root, "npm.log");
  cpSync(path.join(PROJECT, "tools", "bootstrap.mjs"), path.join(project, "tools", "bootstrap.mjs"));
  cpSync(path.join(PROJECT, "tools", "bootstrap"), path.join(project, "tools", "bootstrap"), { recursive: true });
  const write = (name: string, text: string): void => {
    mkdirSync(path.dirname(path.join(project, name)), { recursive: true });
    writeFileSync(path.join(project, name), text);
  };
  write("package.json", '{ "type": "commonjs" }');
  writeLockfile({ "node_modules/a": { version: "1.0.0", integrity: "x" } });
  write(
    "tsconfig.json",
    '{ "compilerOptions": { "module": "node20", "lib": ["ES5"], "types": [], "rootDir": ".", "skipLibCheck": true } }',
  );
  write("tsconfig.build.json", '{ "extends": "./tsconfig.json", "include": ["provider", "sdk"] }');
  write("provider/index.ts", "export const v1 = 1;\n");
  write("sdk/index.ts", "export const sdk = 1;\n");
  write("tools/demo.ts", TOOL);
  write("tools/emulator.ts", EMULATOR);
  writeExecutable(path.join(bin, "npm"), FAKE_NPM);

  function writeLockfile(packages: object): void {
    const forAnother = { version: "1.0.0", optional: true };
    write(
      "package-lock.json",
      JSON.stringify({ packages: { "": {}, "node_modules/for-another-platform": forAnother, ...packages } }),
    );
  }

  function startTool(args: readonly string[], env: NodeJS.ProcessEnv = {}): Running {
    return start(process.execPath, ["tools/bootstrap.mjs", ...args], {
      cwd: project,
      env: { PATH: `${bin}:/usr/bin:/bin`, FAKE_NPM_LOG: log, ...env },
    });
  }

  /** npm starts a shell, which starts the script, or makes way for it, depending on the shell. */
  function startUnderNpm(args: readonly string[], { shell = "shell", ...more }: NodeJS.ProcessEnv = {}): Running {
    const command = `"${process.execPath}" tools/bootstrap.mjs ${args.join(" ")}`;
    const env = { PATH: `${bin}:/usr/bin:/bin`, FAKE_NPM_LOG: log, npm_lifecycle_event: args[0], ...more };
    const script = shell === "shell" ? `${command}; exit $?` : `exec ${command}`;
    return start("/bin/sh", ["-c", script], { cwd: project, env, detached: true });
  }

  async function run(args: readonly string[], env?: NodeJS.ProcessEnv) {
    const running = startTool(args, env);
    const { code } = await running.ended;
    return { code, stdout: running.stdout(), stderr: running.stderr() };
  }

  const npmCalls = (): string[] => (existsSync(log) ? readFileSync(log, "utf8").trim().split("\n") : []);
  const read = (name: string): string => readFileSync(path.join(project, name), "utf8");
  return { project, write, writeLockfile, read, run, startTool, startUnderNpm, npmCalls };
}
