import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";

/** A folder that is removed after each test of the file that calls this. */
export function temporaryFolders(): () => string {
  const made: string[] = [];
  afterEach(() => {
    for (const folder of made.splice(0)) rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  });
  return () => {
    const folder = realpathSync(mkdtempSync(path.join(os.tmpdir(), "pulumi-backup-policies-test-")));
    made.push(folder);
    return folder;
  };
}

export function writeExecutable(file: string, text: string): string {
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, text);
  chmodSync(file, 0o755);
  return file;
}

/** A program that answers `pulumi version`, and nothing else. */
export function answering(version: string): string {
  return `#!/bin/sh\necho ${version}\n`;
}
