import { accessSync, constants, statSync } from "node:fs";
import path from "node:path";

/** The three files that running a TypeScript program with dynamic resources takes. */
export interface ExecutableNames {
  readonly cli: string;
  readonly languageHost: string;
  readonly dynamicProvider: string;
}

export function executableNames(platform: NodeJS.Platform): ExecutableNames {
  const [program, script] = platform === "win32" ? [".exe", ".cmd"] : ["", ""];
  return {
    cli: `pulumi${program}`,
    languageHost: `pulumi-language-nodejs${program}`,
    dynamicProvider: `pulumi-resource-pulumi-nodejs${script}`,
  };
}

export function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

/** Windows spells the variable `Path` and ignores case; a copied environment does not. */
function pathKey(env: NodeJS.ProcessEnv): string {
  return Object.keys(env).find((name) => name.toUpperCase() === "PATH") ?? "PATH";
}

export function pathFolders(env: NodeJS.ProcessEnv): string[] {
  return (env[pathKey(env)] ?? "").split(path.delimiter).filter((folder) => folder !== "");
}

export function findOnPath(name: string, env: NodeJS.ProcessEnv): string | undefined {
  return pathFolders(env)
    .map((folder) => path.resolve(folder, name))
    .find(isExecutable);
}

/** A copy of `env` with `first` before everything else on PATH, and `last` after it. */
export function withPath(
  env: NodeJS.ProcessEnv,
  { first, last = [] }: { readonly first: readonly string[]; readonly last?: readonly string[] },
): NodeJS.ProcessEnv {
  const others = pathFolders(env).filter((folder) => !first.includes(folder) && !last.includes(folder));
  return { ...env, [pathKey(env)]: [...first, ...others, ...last].join(path.delimiter) };
}
