import { execFile } from "node:child_process";
import path from "node:path";
import { promisify } from "node:util";

export const PROJECT_ROOT = path.resolve(__dirname, "../../..");

const run = promisify(execFile);

export interface Packed {
  readonly filename: string;
  /** Of the tarball. */
  readonly integrity: string;
  readonly size: number;
  readonly unpackedSize: number;
  readonly files: readonly { readonly path: string; readonly size: number }[];
}

/** What `npm pack` makes of a folder whose `dist/` is built, and says of it. */
export async function pack(project: string, ...args: readonly string[]): Promise<Packed> {
  const { stdout } = await run("npm", ["pack", "--ignore-scripts", "--json", ...args], { cwd: project });
  // npm before 12 prints a list, later ones an object by package name.
  const packed = JSON.parse(stdout) as Packed[] | Record<string, Packed>;
  const [first] = Object.values(packed);
  if (!first) throw new Error(`npm pack told of no package:\n${stdout}`);
  return first;
}
