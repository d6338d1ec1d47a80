import { createHash } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import child from "./child.cjs";
import { projectNode } from "./install.mjs";
import { SetupError } from "./setupError.mjs";
import { withWorkspaceLock, workspaceFolder } from "./workspace.mjs";

const SOURCE_FOLDERS = ["provider", "sdk"];
/** The lockfile stands for the version of the compiler and of every type that is read. */
const SETTINGS = ["tsconfig.json", "tsconfig.build.json", "package-lock.json"];

/** Returns whether there was anything to do. */
export async function ensureBuilt(root, progress) {
  if (isBuilt(root)) return false;
  return withWorkspaceLock(root, "building dist/", progress, async () => {
    if (isBuilt(root)) return false;
    await build(root, progress);
    return true;
  });
}

const stampFile = (root) => path.join(workspaceFolder(root), "dist.json");

function isBuilt(root) {
  try {
    return fs.readFileSync(stampFile(root), "utf8") === stampFor(root, hashSources(root));
  } catch {
    return false;
  }
}

/** Also says what dist/ looked like when it was complete, so that a file removed or changed by hand is noticed. */
function stampFor(root, sources) {
  const outputs = createHash("sha256");
  for (const file of listFiles(path.join(root, "dist"))) {
    const { size, mtimeMs } = fs.statSync(file);
    outputs.update(`${path.relative(root, file)} ${size} ${mtimeMs}\n`);
  }
  return JSON.stringify({ sources, outputs: outputs.digest("hex") });
}

/** By content: times say nothing after a checkout of another branch. */
function hashSources(root) {
  const hash = createHash("sha256");
  const folders = SOURCE_FOLDERS.map((name) => path.join(root, name)).filter((folder) => fs.existsSync(folder));
  for (const file of [...SETTINGS.map((name) => path.join(root, name)), ...folders.flatMap(listFiles)]) {
    hash
      .update(`${path.relative(root, file)}\n`)
      .update(fs.readFileSync(file))
      .update("\n");
  }
  return hash.digest("hex");
}

function listFiles(folder) {
  return fs
    .readdirSync(folder, { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const file = path.join(folder, entry.name);
      return entry.isDirectory() ? listFiles(file) : [file];
    });
}

async function build(root, progress) {
  const workspace = workspaceFolder(root);
  for (const name of fs.readdirSync(workspace)) {
    if (/^(new|old)-dist-/.test(name)) fs.rmSync(path.join(workspace, name), { recursive: true, force: true });
  }
  const next = path.join(workspace, `new-dist-${process.pid}`);
  // Taken before the compiler reads them: a file that is edited meanwhile makes the next run build again.
  const sources = hashSources(root);
  await compile(root, next, progress);
  publish(root, next, path.join(workspace, `old-dist-${process.pid}`));
  fs.writeFileSync(stampFile(root), stampFor(root, sources));
}

async function compile(root, outDir, progress) {
  const step = progress.step("Building dist/ (tsc)");
  const compiler = path.join(root, "node_modules", "typescript", "bin", "tsc");
  const args = [compiler, "-p", "tsconfig.build.json", "--outDir", outDir];
  // The package holds the modes of its files: they must not follow the habits of whoever builds it.
  const usual = process.umask(0o022);
  const result = await child.runCaptured(projectNode(root), args, { cwd: root, tailLines: 40 });
  process.umask(usual);
  if (result.ok) {
    step.done();
    return;
  }
  step.failed();
  fs.rmSync(outDir, { recursive: true, force: true });
  throw new SetupError(
    [...result.tail, "dist/ was not built: correct these errors, then run the same command again."].join("\n"),
  );
}

/** The stamp fits only one state of dist/, so a kill between any two of these steps means building again. */
function publish(root, next, previous) {
  const dist = path.join(root, "dist");
  if (fs.existsSync(dist)) fs.renameSync(dist, previous);
  fs.renameSync(next, dist);
  fs.rmSync(previous, { recursive: true, force: true });
}
