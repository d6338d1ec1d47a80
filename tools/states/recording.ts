import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import {
  type ObshellEmulator,
  type ObshellOptions,
  startObshell,
  type TenantOptions,
} from "../../tests/emulators/obshell";
import { type PolardbEmulator, type PolardbOptions, startPolardb } from "../../tests/emulators/polardb";

export const STATES = path.resolve(__dirname, "../../tests/fixtures/states");

const PARTS = { program: "program.js", vendors: "vendors.json", state: "state.json" } as const;

/** A state as a release has left it, with all that is needed to open it again. */
export interface Recording {
  readonly program: string;
  readonly vendors: RecordedVendors;
  /** As `pulumi stack export --show-secrets` prints it: importing encrypts with the key of the stack that imports. */
  readonly state: string;
}

/** What the state describes: clusters with the settings that they had at its end. */
export interface RecordedVendors {
  readonly environment: Readonly<Record<string, string>>;
  /** The last run of the state has failed. */
  readonly isUnfinished: boolean;
  readonly obshell: Readonly<Record<string, ObshellOptions & { readonly tasks: number }>>;
  readonly polardb?: PolardbOptions & { readonly settings: Readonly<Record<string, object>> };
}

export interface RunningVendors {
  readonly environment: Readonly<Record<string, string>>;
  readonly obshell: ReadonlyMap<string, ObshellEmulator>;
  readonly polardb?: PolardbEmulator;
  close(): Promise<void>;
}

/** Servers that are new, or as a recording describes them. */
export async function startVendors(
  vendors:
    | Pick<RecordedVendors, "environment" | "obshell" | "polardb">
    | {
        readonly environment: Readonly<Record<string, string>>;
        readonly obshell: Readonly<Record<string, ObshellOptions>>;
        readonly polardb?: PolardbOptions;
      },
): Promise<RunningVendors> {
  const obshell = new Map<string, ObshellEmulator>();
  for (const [name, options] of Object.entries(vendors.obshell)) {
    const emulator = await startObshell(options);
    // Numbers of tasks go on, as they do in a cluster that keeps only its newest ones.
    if ("tasks" in options) emulator.world.counters.dag = Number(options.tasks);
    obshell.set(name, emulator);
  }
  const polardb = vendors.polardb && (await startPolardb(vendors.polardb));
  if (vendors.polardb && "settings" in vendors.polardb) {
    for (const [id, settings] of Object.entries(vendors.polardb.settings as Record<string, object>))
      Object.assign(polardb?.world.cluster(id).settings ?? {}, settings);
  }
  const urls = new Map(urlsOf({ obshell, polardb }).map(({ variable, url }) => [variable, url]));
  return {
    environment: { ...vendors.environment, ...Object.fromEntries(urls) },
    obshell,
    polardb,
    close: async () => {
      await Promise.all([...obshell.values(), ...(polardb ? [polardb] : [])].map((server) => server.close()));
    },
  };
}

export function describeVendors(
  running: RunningVendors,
  environment: RecordedVendors["environment"],
  isUnfinished: boolean,
  options: { readonly obshell: Readonly<Record<string, ObshellOptions>>; readonly polardb?: PolardbOptions },
): RecordedVendors {
  const obshell = [...running.obshell].map(([name, { world }]) => [
    name,
    { ...options.obshell[name], tenants: world.userTenants().map(tenantOptions), tasks: world.counters.dag },
  ]);
  const settings = [...(running.polardb?.world.clusters.values() ?? [])].map((one) => [one.id, one.settings]);
  return {
    environment,
    isUnfinished,
    obshell: Object.fromEntries(obshell),
    ...(options.polardb && { polardb: { ...options.polardb, settings: Object.fromEntries(settings) } }),
  };
}

function tenantOptions(tenant: ObshellEmulator["world"]["tenants"][number]): TenantOptions {
  const { uri, binding, pieceSwitchInterval } = tenant.archiveDestination;
  return {
    name: tenant.name,
    id: tenant.id,
    archiveUri: uri,
    dataUri: tenant.dataDestination,
    binding,
    pieceSwitchInterval,
    parameters: tenant.parameters,
    deletePolicy: tenant.deletePolicy && { recoveryWindow: tenant.deletePolicy.recoveryWindow },
    archiveStatus: tenant.rounds.at(-1)?.status,
  };
}

/** A state names servers by addresses that are nobody's, because ports are given out anew. */
export function withNames(text: string, running: RunningVendors): string {
  return urlsOf(running).reduce((result, { url, name }) => result.replaceAll(url, name), text);
}

export function withAddresses(text: string, running: RunningVendors): string {
  return urlsOf(running).reduce((result, { url, name }) => result.replaceAll(name, url), text);
}

function urlsOf({ obshell, polardb }: Pick<RunningVendors, "obshell" | "polardb">) {
  const servers = [...obshell].map(([name, { url }]) => ({
    variable: `OBSHELL_${name.toUpperCase()}`,
    url,
    name: `http://${name}.invalid:2886`,
  }));
  return polardb
    ? [...servers, { variable: "POLARDB_ENDPOINT", url: polardb.url, name: "http://polardb.invalid" }]
    : servers;
}

export function writeRecording(folder: string, { program, vendors, state }: Recording): void {
  mkdirSync(folder, { recursive: true });
  const write = (name: string, text: string): void => writeFileSync(path.join(folder, name), `${text.trim()}\n`);
  write(PARTS.program, program);
  write(PARTS.vendors, JSON.stringify(vendors, undefined, 2));
  write(PARTS.state, state);
}

export function readRecording(folder: string): Recording {
  const read = (name: string): string => readFileSync(path.join(folder, name), "utf8");
  return { program: read(PARTS.program), vendors: JSON.parse(read(PARTS.vendors)), state: read(PARTS.state) };
}

/** Every recorded state by version and name. */
export function recordings(): { readonly version: string; readonly name: string; readonly folder: string }[] {
  return readdirSync(STATES).flatMap((version) =>
    readdirSync(path.join(STATES, version)).map((name) => ({
      version,
      name,
      folder: path.join(STATES, version, name),
    })),
  );
}
