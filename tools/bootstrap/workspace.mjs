import fs from "node:fs";
import path from "node:path";
import lock from "./lock.cjs";

/** Holds the lock and work in progress. It stays out of node_modules, which npm ci removes, and hides itself from Git. */
export function workspaceFolder(root) {
  const folder = path.join(root, ".bootstrap");
  fs.mkdirSync(folder, { recursive: true });
  const ignore = path.join(folder, ".gitignore");
  if (!fs.existsSync(ignore)) fs.writeFileSync(ignore, "*\n");
  return folder;
}

/** Only one process at a time installs or builds in this checkout. */
export function withWorkspaceLock(root, purpose, progress, work) {
  return lock.withLock(path.join(workspaceFolder(root), "lock"), { purpose, progress }, work);
}
