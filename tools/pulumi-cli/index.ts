import { chmodSync, copyFileSync, existsSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { withLock } from "../bootstrap/lock.cjs";
import { createProgress, formatElapsed, type Progress } from "../bootstrap/progress.cjs";
import {
  CACHE_VARIABLE,
  type CacheEntry,
  cacheFolder,
  findEntry,
  publishEntry,
  removeLeftovers,
  startEntry,
} from "./cache";
import { executableNames, findOnPath, isExecutable, withPath } from "./executables";
import { goBuild } from "./goBuild";
import { officialInstaller } from "./installer";
import { askVersion, locateOnPath } from "./locate";
import { type PulumiSource, SourceFailure } from "./source";
import { formatVersion, MINIMUM_PULUMI_VERSION } from "./versions";

export type { PulumiSource } from "./source";
export { SourceFailure } from "./source";

export interface PulumiInstallation {
  readonly version: string;
  /** The `pulumi` executable. */
  readonly bin: string;
  readonly dir: string;
  /** Where it came from in the first place. */
  readonly source: "path" | PulumiSource["kind"];
  /** Whether this call made it. */
  readonly isNew: boolean;
  /** Why the `pulumi` on PATH is not the one used, if there is one. */
  readonly passedOver?: string;
  /** `base` with the project's Node, its tools and this CLI first on PATH. */
  environment(base?: NodeJS.ProcessEnv): NodeJS.ProcessEnv;
}

export interface ProvideOptions {
  /** Default: `process.env`. */
  readonly env?: NodeJS.ProcessEnv;
  /** Default: standard error. */
  readonly progress?: Progress;
  /** Ways to get a CLI, in order of preference. Default: the official installer, then a build from Go modules. */
  readonly sources?: readonly PulumiSource[];
}

/** No CLI could be found or made; the message says what was tried and what to do. */
export class PulumiUnavailable extends Error {}

const PROJECT_ROOT = path.resolve(__dirname, "../..");
const NAMES = executableNames(process.platform);
const DYNAMIC_PROVIDER = path.join(PROJECT_ROOT, "node_modules", "@pulumi", "pulumi", NAMES.dynamicProvider);

/** Finds the Pulumi CLI, or makes one: PATH, then the cache, then each source. Safe to call from several processes at once. */
export async function providePulumi(options: ProvideOptions = {}): Promise<PulumiInstallation> {
  const { env = process.env, progress = createProgress(), sources = [officialInstaller(), goBuild()] } = options;
  const onPath = await locateOnPath(env);
  if (onPath.kind === "found") return installation({ ...onPath, source: "path", isNew: false });

  const passedOver = onPath.kind === "passedOver" ? onPath.reason : undefined;
  const cache = cacheFolder(env, { platform: process.platform, home: os.homedir() }, PROJECT_ROOT);
  const cached = findInCache(cache, sources);
  if (cached !== undefined) return installation({ ...cached, passedOver });

  if (passedOver !== undefined) progress.note(passedOver);
  try {
    return await withLock(path.join(cache, ".lock"), { purpose: "providing the Pulumi CLI", progress }, async () => {
      removeLeftovers(cache);
      const found = findInCache(cache, sources) ?? (await make(cache, sources, { env, progress, passedOver }));
      return installation({ ...found, passedOver });
    });
  } catch (error) {
    throw explainUnwritable(error, cache);
  }
}

type Found = Omit<PulumiInstallation, "dir" | "environment">;

function findInCache(cache: string, sources: readonly PulumiSource[]): Found | undefined {
  for (const source of sources) {
    const entry = findEntry(cache, source.entry);
    if (entry !== undefined) return fromEntry(entry, source, false);
  }
  return undefined;
}

function fromEntry({ folder, version }: CacheEntry, source: PulumiSource, isNew: boolean): Found {
  return { bin: path.join(folder, "bin", NAMES.cli), version, source: source.kind, isNew };
}

interface Making {
  readonly env: NodeJS.ProcessEnv;
  readonly progress: Progress;
  readonly passedOver: string | undefined;
}

async function make(cache: string, sources: readonly PulumiSource[], making: Making): Promise<Found> {
  const { progress } = making;
  const begun = performance.now();
  const failures: { readonly source: PulumiSource; readonly failure: SourceFailure }[] = [];
  for (const source of sources) {
    const building = startEntry(cache);
    try {
      await source.fill(building, making);
      const version = await complete(building, source, making.env);
      const entry = publishEntry(cache, source.entry, building, version);
      progress.note(
        `Pulumi CLI ${version} is ready in ${entry.folder} after ${formatElapsed(performance.now() - begun)}`,
      );
      return fromEntry(entry, source, true);
    } catch (error) {
      if (!(error instanceof SourceFailure)) throw error;
      failures.push({ source, failure: error });
      progress.note(`The ${source.title} gave no Pulumi CLI: ${error.message}`);
    } finally {
      rmSync(building, { recursive: true, force: true });
    }
  }
  throw new PulumiUnavailable(explainFailures(failures, making.passedOver));
}

/** Adds what the source left out, and runs the CLI once before anybody relies on it. */
async function complete(building: string, source: PulumiSource, env: NodeJS.ProcessEnv): Promise<string> {
  const bin = path.join(building, "bin");
  const script = path.join(bin, NAMES.dynamicProvider);
  if (!existsSync(script)) {
    copyFileSync(DYNAMIC_PROVIDER, script);
    chmodSync(script, 0o755);
  }
  if (!isExecutable(path.join(bin, NAMES.languageHost))) throw new SourceFailure(`it brought no ${NAMES.languageHost}`);
  const answer = await askVersion(path.join(bin, NAMES.cli), env);
  if (typeof answer === "string") throw new SourceFailure(answer);
  const version = formatVersion(answer);
  if (version !== source.version) throw new SourceFailure(`it brought version ${version} instead of ${source.version}`);
  return version;
}

function installation(found: Found): PulumiInstallation {
  const dir = path.dirname(found.bin);
  return {
    ...found,
    dir,
    environment(base = process.env) {
      // The project's own Node comes first: the folder of the CLI may be one like /usr/bin, with an older Node in it.
      const first = [path.join(PROJECT_ROOT, "node_modules", ".bin"), dir];
      const env = withPath(base, { first });
      if (findOnPath(NAMES.dynamicProvider, env) !== undefined) return env;
      return withPath(base, { first, last: [path.dirname(DYNAMIC_PROVIDER)] });
    },
  };
}

function explainFailures(
  failures: readonly { readonly source: PulumiSource; readonly failure: SourceFailure }[],
  passedOver: string | undefined,
): string {
  const last = failures.at(-1)?.failure;
  return [
    "There is no Pulumi CLI on this machine, and none could be made.",
    `- on PATH: ${passedOver ?? "none"}`,
    ...failures.map(({ source, failure }) => `- ${source.title}: ${failure.message}`),
    ...(last === undefined || last.output.length === 0
      ? []
      : ["Last lines of the output:", ...last.output.map((line) => `  ${line}`)]),
    "What to do:",
    ...failures.flatMap(({ failure }) => (failure.advice === undefined ? [] : [`- ${failure.advice}`])),
    `- Instead, you can install the Pulumi CLI ${MINIMUM_PULUMI_VERSION} or newer yourself, so that \`pulumi\` is on PATH.`,
    "Then run the same command again: it goes on from here.",
  ].join("\n");
}

function explainUnwritable(error: unknown, cache: string): unknown {
  const code = typeof error === "object" && error !== null && "code" in error ? error.code : undefined;
  if (code === "EACCES" || code === "EPERM" || code === "EROFS" || code === "ENOTDIR") {
    return new PulumiUnavailable(`The cache folder ${cache} cannot be written. Name another one in ${CACHE_VARIABLE}.`);
  }
  if (code === "ENOSPC") {
    return new PulumiUnavailable(
      `The disk of the cache folder ${cache} is full. Make room, or name another folder in ${CACHE_VARIABLE}.`,
    );
  }
  return error;
}
