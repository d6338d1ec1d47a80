import { randomBytes } from "node:crypto";
import { tmpdir } from "node:os";
import path from "node:path";

/** A path where nothing is yet; short, because the kernel allows about a hundred bytes. */
export function newSocketPath(): string {
  return path.join(tmpdir(), `obshell-${randomBytes(6).toString("hex")}.sock`);
}
