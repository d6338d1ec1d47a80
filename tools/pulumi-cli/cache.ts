import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { executableNames, isExecutable } from "./executables";

/** Names another folder for everything that this project keeps outside the checkout. */
export const CACHE_VARIABLE = "PULUMI_BACKUP_POLICIES_CACHE";

const MANIFEST = "installation.json";
const BUILDING = ".building-";

export interface Machine {
  readonly platform: NodeJS.Platform;
  readonly home: string;
}

/** A CLI in the cache. */
export interface CacheEntry {
  readonly folder: string;
  readonly version: string;
}

/** A relative path in the variable counts from the project, so that it means the same in every folder. */
export function cacheFolder(env: NodeJS.ProcessEnv, machine: Machine, projectRoot: string): string {
  const chosen = env[CACHE_VARIABLE];
  if (chosen) return path.resolve(projectRoot, chosen, "pulumi");
  return path.join(userCache(env, machine), "pulumi-backup-policies", "pulumi");
}

function userCache(env: NodeJS.ProcessEnv, { platform, home }: Machine): string {
  switch (platform) {
    case "darwin":
      return path.join(home, "Library", "Caches");
    case "win32":
      return env.LOCALAPPDATA || path.join(home, "AppData", "Local");
    default:
      // The XDG specification wants relative paths ignored.
      return env.XDG_CACHE_HOME?.startsWith("/") ? env.XDG_CACHE_HOME : path.join(home, ".cache");
  }
}

/**
 * Entries become visible by one rename and complete, so this guards against what happens to files later: a disk that
 * lost its last writes, a cleaner, a copy made by hand.
 */
export function findEntry(cache: string, name: string): CacheEntry | undefined {
  const folder = path.join(cache, name);
  try {
    const manifest: unknown = JSON.parse(readFileSync(path.join(folder, MANIFEST), "utf8"));
    if (!isManifest(manifest)) return undefined;
    const complete = Object.entries(manifest.sizes).every(([file, size]) => {
      const full = path.join(folder, "bin", file);
      return isExecutable(full) && statSync(full).size === size;
    });
    return complete ? { folder, version: manifest.version } : undefined;
  } catch {
    return undefined;
  }
}

interface Manifest {
  readonly version: string;
  readonly sizes: Readonly<Record<string, number>>;
}

function isManifest(value: unknown): value is Manifest {
  return (
    typeof value === "object" &&
    value !== null &&
    "version" in value &&
    typeof value.version === "string" &&
    "sizes" in value &&
    typeof value.sizes === "object" &&
    value.sizes !== null
  );
}

/** An empty folder on the same disk as the entry that will come out of it. */
export function startEntry(cache: string): string {
  const folder = path.join(cache, `${BUILDING}${process.pid}-${Date.now()}`);
  mkdirSync(path.join(folder, "bin"), { recursive: true });
  return folder;
}

/** Only for the owner of the lock: nobody else can be building then. */
export function removeLeftovers(cache: string): void {
  for (const name of readdirSync(cache)) {
    if (name.startsWith(BUILDING)) rmSync(path.join(cache, name), { recursive: true, force: true });
  }
}

/** Makes a complete folder the entry `name`; if somebody else did so first, theirs stays. */
export function publishEntry(cache: string, name: string, building: string, version: string): CacheEntry {
  writeFileSync(path.join(building, MANIFEST), JSON.stringify({ version, sizes: executableSizes(building) }));
  const folder = path.join(cache, name);
  // What is there but was not found by findEntry is damaged, and stands in the way.
  if (existsSync(folder) && findEntry(cache, name) === undefined) {
    renameSync(folder, `${building}-damaged`);
    rmSync(`${building}-damaged`, { recursive: true, force: true });
  }
  try {
    renameSync(building, folder);
  } catch (error) {
    if (findEntry(cache, name) === undefined) throw error;
    rmSync(building, { recursive: true, force: true });
  }
  return { folder, version };
}

function executableSizes(building: string): Record<string, number> {
  const files = Object.values<string>({ ...executableNames(process.platform) });
  return Object.fromEntries(files.map((file) => [file, statSync(path.join(building, "bin", file)).size]));
}
