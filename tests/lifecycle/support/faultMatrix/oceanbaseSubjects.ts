import type { Bag } from "../../../../provider/core/bag";
import type { HttpRequest } from "../../../../provider/core/transport";
import type { ObshellEmulator } from "../../../emulators/obshell";
import { DESTINATION, PASSWORD, startOceanbaseSubject, tenantsOf } from "../oceanbase";
import { clusterConfigOf, tenantConfigOf } from "../oceanbaseLive";
import { Network } from "./network";
import type { Operation, Subject } from "./scene";

type Type = "ClusterBackupConfig" | "TenantBackupConfig";
type Arrange = (emulator: ObshellEmulator) => void;

/** One operation on a cluster of two tenants, or on its tenant `t2`. */
interface Plan {
  readonly name: string;
  readonly profile?: string;
  /** How the cluster is before anything is declared. */
  readonly arrange?: Arrange;
  /** What is declared before the operation, and so recorded. */
  readonly before?: Bag;
  /** What somebody else does after that. */
  readonly meanwhile?: Arrange;
  readonly act: { readonly up: Bag } | "refresh" | "destroy";
}

function operationOf(type: Type, { name, profile, arrange, before, meanwhile, act }: Plan): Operation<ObshellEmulator> {
  return {
    name,
    start: async () => {
      const network = new Network(nameOf);
      const { emulator, stack, program, clock, archiving } = await startOceanbaseSubject({
        type,
        connect: network.connect,
        keyBits: 512,
        tenants: [
          { name: "t1", id: 1002 },
          { name: "t2", id: 1004 },
        ],
        ...(profile === undefined ? {} : { profile }),
      });
      arrange?.(emulator);
      if (before) await stack.up(program(before));
      meanwhile?.(emulator);
      await clock.sleep(60_000);
      const [tasks, statements] = [emulator.world.dags.length, emulator.sql().length];
      emulator.journal.clear();
      return {
        server: emulator,
        journal: emulator.journal,
        network,
        stack,
        act: typeof act === "string" ? act : "up",
        program: program(typeof act === "string" ? (before ?? {}) : act.up),
        live: () => ({
          ...(type === "ClusterBackupConfig" ? clusterConfigOf(emulator) : tenantConfigOf(emulator, "t2")),
          archiveStatus: Object.entries(archiving()).map(([tenantName, status]) => [tenantName, settled(status)]),
        }),
        unreadable: UNREADABLE,
        effects: () =>
          [
            ...emulator.world.dags.slice(tasks).map((dag) => `task ${dag.name}`),
            ...emulator
              .sql()
              .slice(statements)
              .map(({ statement }) => statement),
          ].sort(),
        settle: () => clock.sleep(60_000),
        secrets: [PASSWORD],
        close: () => emulator.close(),
      };
    },
  };
}

const nameOf = ({ method, url }: HttpRequest): string => `${method} ${new URL(url).pathname}`;

/** Archiving that starts will run without anybody's help. */
const settled = (status: string | null): string | null =>
  status === "PREPARE" || status === "BEGINNING" ? "DOING" : status;

const UNREADABLE = ["binding", "pieceSwitchInterval", "deletePolicy"];

/** Every tenant that has a destination archives to it. */
const archive: Arrange = (emulator) => {
  for (const { name, archiveDestination } of tenantsOf(emulator)) {
    if (archiveDestination) emulator.change({ change: "tenant", name, set: { archiveStatus: "DOING" } });
  }
};

/** Somebody has configured the cluster, and it archives. */
const configured: Arrange = (emulator) => {
  for (const { name, id } of emulator.world.tenants) {
    const set = { archiveUri: `file:///other/1/${id}/clog`, dataUri: `file:///other/1/${id}/data` };
    emulator.change({ change: "tenant", name, set });
  }
  archive(emulator);
};

/** What a refresh has to find. */
const changeByHand: Arrange = (emulator) => {
  archive(emulator);
  for (const { name } of emulator.world.tenants) {
    emulator.change({ change: "tenant", name, set: { parameters: { ha_low_thread_score: "1" } } });
  }
};

const PARAMETERS = {
  logArchiveConcurrency: 100,
  haLowThreadScore: 35,
  archiveLagTarget: "2h",
  deletePolicy: { policy: "default", recoveryWindow: "5d" },
};
/** Who waits for a task goes on asking until this is over, and each question of a test waits for real. */
const TIMEOUTS = { create: "1m", update: "1m" };
const STOP = { onDelete: "stopArchiving" };

const plansOf = (destination: Bag, moved: Bag, overwrite: readonly string[]): readonly Plan[] => [
  { name: "create", act: { up: { ...destination, ...PARAMETERS, timeouts: TIMEOUTS } } },
  {
    name: "adoption",
    arrange: configured,
    act: { up: { ...destination, haLowThreadScore: 35, accept: overwrite, timeouts: TIMEOUTS } },
  },
  {
    name: "update",
    before: { ...destination, ...PARAMETERS },
    meanwhile: archive,
    act: {
      up: {
        ...destination,
        ...moved,
        ...PARAMETERS,
        deletePolicy: { policy: "default", recoveryWindow: "7d" },
        timeouts: TIMEOUTS,
      },
    },
  },
  {
    name: "update of parameters",
    before: { ...destination, ...PARAMETERS },
    meanwhile: archive,
    act: { up: { ...destination, ...PARAMETERS, logArchiveConcurrency: 4, timeouts: TIMEOUTS } },
  },
  {
    name: "first backup",
    before: destination,
    act: { up: { ...destination, archiving: "running", initialBackup: "full", timeouts: TIMEOUTS } },
  },
  { name: "read", before: { ...destination, ...PARAMETERS }, meanwhile: changeByHand, act: "refresh" },
  { name: "delete", before: { ...destination, ...STOP }, meanwhile: archive, act: "destroy" },
];

const cluster = plansOf(DESTINATION, { backupBaseUri: "file:///data/moved" }, [
  "overwrite:backupBaseUri=file:///data/backup",
]);

/** Agents before 4.3.0 list neither ended tasks nor the parameters of all tenants. */
const withOldAgents: Plan = {
  name: "update with obshell 4.2.4",
  profile: "4.2.4",
  before: { haLowThreadScore: 8, logArchiveConcurrency: 4 },
  act: { up: { haLowThreadScore: 9, logArchiveConcurrency: 4, timeouts: TIMEOUTS } },
};

const TENANT = {
  tenantName: "t2",
  archiveBaseUri: "file:///arch/t2",
  dataBaseUri: "file:///data/t2",
  binding: "mandatory",
  pieceSwitchInterval: "6d",
};

/** Somebody's task has failed and holds the tenant. The numbers of tasks begin at 1. */
const afterFailedTask: Plan = {
  name: "update that releases a failed task",
  before: TENANT,
  meanwhile: (emulator) => {
    emulator.injectFault({ kind: "databaseRefusal", statement: "HA_LOW_THREAD_SCORE", tenant: "t2" });
    emulator.change({ change: "configure", tenant: "t2", body: { ha_low_thread_score: 5 } });
  },
  act: { up: { ...TENANT, haLowThreadScore: 35, releaseTask: "12", timeouts: TIMEOUTS } },
};

const tenant = plansOf(TENANT, { archiveBaseUri: "file:///arch/moved" }, [
  "overwrite:archiveBaseUri=file:///arch/t2",
  "overwrite:dataBaseUri=file:///data/t2",
]);

const subject = (type: Type, plans: readonly Plan[]): Subject<ObshellEmulator> => ({
  resource: `oceanbase.${type}`,
  operations: plans.map((plan) => operationOf(type, plan)),
  isWrite: (call) => !call.startsWith("GET"),
  distinct: distinctCall,
});

/** Without tenant and task. */
export function distinctCall(call: string): string {
  return call
    .replace(/\/tenant\/t\d/, "/tenant/{name}")
    .replace(/\/dag\/\d+/, "/dag/{id}")
    .replace(/\/parameter\/.*/, "/parameter/{name}");
}

export const OCEANBASE_SUBJECTS: readonly Subject<ObshellEmulator>[] = [
  subject("ClusterBackupConfig", [...cluster, withOldAgents]),
  subject("TenantBackupConfig", [...tenant, afterFailedTask]),
];
