import { readFileSync } from "node:fs";
import path from "node:path";
import { PROJECT_ROOT } from "./pack";

interface LockedPackage {
  readonly version: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly hasInstallScript?: boolean;
}

type Lockfile = Readonly<Record<string, LockedPackage>>;

/** A package that whoever installs ours gets with it, with what its own package.json says. */
export interface RuntimePackage {
  readonly name: string;
  readonly version: string;
  readonly license: unknown;
  readonly hasInstallScript: boolean;
  readonly scripts: Readonly<Record<string, string>>;
  /** Folder of the installed package. */
  readonly folder: string;
}

/** Found by following dependencies, not by the marks of the lockfile: a wrong mark must not hide a package. */
export function runtimeTree(): RuntimePackage[] {
  const lock = (
    JSON.parse(readFileSync(path.join(PROJECT_ROOT, "package-lock.json"), "utf8")) as { packages: Lockfile }
  ).packages;
  const found = new Set<string>();
  const waiting = [""];
  for (let place = waiting.pop(); place !== undefined; place = waiting.pop()) {
    const { dependencies, optionalDependencies } = lock[place] as LockedPackage;
    for (const name of Object.keys({ ...dependencies, ...optionalDependencies })) {
      const child = placeOf(lock, place, name);
      if (!found.has(child)) waiting.push(child);
      found.add(child);
    }
  }
  return [...found].sort().map((place) => describe(place, lock[place] as LockedPackage));
}

/** Where Node finds a package that another one needs. */
function placeOf(lock: Lockfile, from: string, name: string): string {
  for (let folder = from; ; folder = folder.replace(/(^|\/)node_modules\/(?:@[^/]+\/)?[^/]+$/, "")) {
    const place = folder === "" ? `node_modules/${name}` : `${folder}/node_modules/${name}`;
    if (Object.hasOwn(lock, place)) return place;
    if (folder === "") throw new Error(`the lockfile has no ${name} for ${from || "this package"}`);
  }
}

function describe(place: string, { version, hasInstallScript = false }: LockedPackage): RuntimePackage {
  const folder = path.join(PROJECT_ROOT, place);
  const { license, scripts = {} } = JSON.parse(readFileSync(path.join(folder, "package.json"), "utf8")) as {
    license?: unknown;
    scripts?: Record<string, string>;
  };
  const name = place.split("node_modules/").at(-1) as string;
  return { name, version, license, hasInstallScript, scripts, folder };
}
