import { createHash } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import child from "./child.cjs";
import { SetupError } from "./setupError.mjs";
import { withWorkspaceLock } from "./workspace.mjs";

const NOT_IN_SYNC = /can only install packages when your package\.json and package-lock\.json/;

const ADVICE = [
  [
    /ECONNREFUSED|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|ECONNRESET|ENETUNREACH/,
    "The npm registry could not be reached: check the network, HTTPS_PROXY, and `npm config get registry`.",
  ],
  [
    /CERT_|SELF_SIGNED|UNABLE_TO_VERIFY|certificate/,
    "The registry's certificate was not accepted: give npm your organisation's certificate (`npm config set cafile FILE`).",
  ],
  [/ENOSPC|no space left/i, "The disk is full: about 700 MB are needed."],
  [/EACCES|EPERM|EROFS/, "node_modules cannot be written: check who owns this folder."],
  [
    NOT_IN_SYNC,
    "package.json and package-lock.json do not agree: restore both from Git, or run `npm install` if you changed dependencies.",
  ],
  [
    /EINTEGRITY/,
    "A downloaded package is not the one recorded in package-lock.json: try `npm cache clean --force`; if it happens again, do not trust this registry.",
  ],
];

/** The project's own Node, which runs every tool. */
export function projectNode(root) {
  return path.join(root, "node_modules", "node", "bin", process.platform === "win32" ? "node.exe" : "node");
}

export async function ensureInstalled(root, progress) {
  if (isInstalled(root)) return;
  await withWorkspaceLock(root, "installing dependencies", progress, async (addWorker) => {
    if (!matchesLockfile(root)) await install(root, progress, addWorker);
    writeStamp(root);
  });
}

const stampFile = (root) => path.join(root, "node_modules", ".bootstrap.json");
const lockfile = (root) => path.join(root, "package-lock.json");
/** npm's own record of what it has installed; it removes it first and writes it last. */
const installedLockfile = (root) => path.join(root, "node_modules", ".package-lock.json");

function describeInstallation(root) {
  const installed = fs.statSync(installedLockfile(root));
  return JSON.stringify({
    lockfile: createHash("sha256")
      .update(fs.readFileSync(lockfile(root)))
      .digest("hex"),
    installed: [installed.mtimeMs, installed.size],
    platform: [process.platform, process.arch],
  });
}

function isInstalled(root) {
  try {
    return fs.readFileSync(stampFile(root), "utf8") === describeInstallation(root) && fs.existsSync(projectNode(root));
  } catch {
    return false;
  }
}

function writeStamp(root) {
  fs.writeFileSync(stampFile(root), describeInstallation(root));
}

/** Somebody may have run npm by hand: what it left is as good as ours if it is what the lockfile says. */
function matchesLockfile(root) {
  if (!fs.existsSync(projectNode(root)) || !fs.existsSync(installedLockfile(root))) return false;
  const wanted = readPackages(lockfile(root));
  const installed = readPackages(installedLockfile(root));
  const paths = new Set([...Object.keys(wanted), ...Object.keys(installed)]);
  return [...paths]
    .filter((name) => name.includes("node_modules/"))
    .every((name) => agrees(wanted[name], installed[name]));
}

function readPackages(file) {
  return JSON.parse(fs.readFileSync(file, "utf8")).packages;
}

function agrees(wanted, installed) {
  // Optional packages are the builds for single platforms: those for others stay away, and a lockfile that was written
  // against a registry without them does not list them.
  if (wanted === undefined) return installed.optional === true;
  if (installed === undefined) return wanted.optional === true;
  return (
    wanted.version === installed.version && wanted.integrity === installed.integrity && wanted.link === installed.link
  );
}

const QUIETLY = ["--loglevel=error", "--no-audit", "--no-fund", "--engine-strict=false"];
/** NODE_ENV=production or a user's `omit` would leave out the tools. */
const COMPLETELY = ["--include=dev", "--include=optional", "--include=peer"];

async function install(root, progress, addWorker) {
  const step = progress.step("Installing dependencies (npm ci)");
  const result = await runNpm(root, ["ci"], step, addWorker);
  if (NOT_IN_SYNC.test(result.tail.join("\n"))) {
    step.done("refused after");
    await installDespiteGaps(root, progress, addWorker, result);
  } else if (result.ok) {
    step.done();
  } else {
    step.failed();
    throw new SetupError(explainFailure("npm ci", result));
  }
  await checkProjectNode(root);
}

/**
 * npm ci refuses a lockfile in which an optional package for another platform is missing, and npm itself writes such a
 * lockfile wherever a registry does not offer all of them. `npm install` takes the same locked versions; whether it
 * really did is checked afterwards.
 */
async function installDespiteGaps(root, progress, addWorker, refusal) {
  const step = progress.step("Installing the same locked versions (npm install --no-save)");
  // What a killed install left half unpacked would be taken for complete.
  fs.rmSync(path.join(root, "node_modules"), { recursive: true, force: true });
  const result = await runNpm(root, ["install", "--no-save"], step, addWorker);
  if (!result.ok) {
    step.failed();
    throw new SetupError(explainFailure("npm install", result));
  }
  if (!matchesLockfile(root)) {
    step.failed();
    throw new SetupError(explainFailure("npm ci", refusal));
  }
  step.done();
}

async function runNpm(root, args, step, addWorker) {
  const npm = npmCommand(root);
  const result = await child.runCaptured(npm.command, [...npm.args, ...args, ...QUIETLY, ...COMPLETELY], {
    cwd: root,
    shell: npm.shell,
    env: withoutProjectBin(root),
    tailLines: 200,
    // Killing this process does not end npm, and a second npm in the same folder would spoil both.
    onStart: addWorker,
  });
  if (result.startError?.code === "ENOENT") {
    step.failed();
    throw new SetupError(
      "npm was not found. It comes with Node: install both from your package manager or from nodejs.org.",
    );
  }
  return result;
}

function explainFailure(command, { tail, signal, code }) {
  const text = tail.join("\n");
  const advice = ADVICE.filter(([pattern]) => pattern.test(text)).map(([, sentence]) => sentence);
  // npm puts the cause first and its usage text last.
  const shown = tail.length > 30 ? [...tail.slice(0, 20), "..."] : tail;
  return [
    `${command} failed (${signal ?? `exit code ${code}`}):`,
    ...shown.map((line) => `  ${line}`),
    ...(advice.length > 0 ? advice : ["Repair what npm reports, then run the same command again."]),
  ].join("\n");
}

async function checkProjectNode(root) {
  const result = await child.runCaptured(projectNode(root), ["--version"], { timeoutMs: 30_000 });
  if (result.ok) return;
  throw new SetupError(
    "The project's own Node was not installed, because npm did not run the install script of the package `node`. " +
      "If your npm configuration says `ignore-scripts`, run `npm ci --ignore-scripts=false` once.",
  );
}

/** npm must not run on the Node that it is about to remove with node_modules. */
function withoutProjectBin(root) {
  const key = Object.keys(process.env).find((name) => name.toUpperCase() === "PATH") ?? "PATH";
  const folders = (process.env[key] ?? "").split(path.delimiter);
  const kept = folders.filter((folder) => !path.resolve(folder).startsWith(path.join(root, "node_modules") + path.sep));
  return { ...process.env, [key]: kept.join(path.delimiter) };
}

function npmCommand(root) {
  const started = process.env.npm_execpath;
  const ownNode = process.execPath.startsWith(path.join(root, "node_modules") + path.sep);
  if (!ownNode && started !== undefined && /npm-cli\.c?js$/.test(started) && fs.existsSync(started)) {
    return { command: process.execPath, args: [started], shell: false };
  }
  return process.platform === "win32"
    ? { command: "npm.cmd", args: [], shell: true }
    : { command: "npm", args: [], shell: false };
}
