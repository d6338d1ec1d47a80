import type { Bag } from "../../../../provider/core/bag";
import { type ObshellEmulator, startObshell, type TenantOptions } from "../../../emulators/obshell";
import { isFinished } from "../../../emulators/obshell/dag";
import { readState } from "../../../emulators/obshell/state";
import type { Scenario, Scene } from "./scene";

export const PASSWORD = "kill-points-root-password";

type Type = "ClusterBackupConfig" | "TenantBackupConfig";

interface Plan {
  readonly name: string;
  readonly tenants?: readonly TenantOptions[];
  readonly before?: Bag;
  /** What archiving does when the change begins, by tenant. */
  readonly archiving?: Readonly<Record<string, "DOING" | "STOP" | "SUSPEND">>;
  readonly program: Bag;
}

const TENANTS: readonly TenantOptions[] = [
  { name: "t1", id: 1002 },
  { name: "t2", id: 1004 },
];

/** As somebody has configured them by hand. */
const CONFIGURED = TENANTS.map(
  (tenant): TenantOptions => ({
    ...tenant,
    archiveUri: `file:///data/other/1/${tenant.id}/clog`,
    dataUri: `file:///data/other/1/${tenant.id}/data`,
    archiveStatus: "DOING",
  }),
);

const DESTINATION = { backupBaseUri: "file:///data/backup", binding: "mandatory", pieceSwitchInterval: "6d" };
const PARAMETERS = { logArchiveConcurrency: 10, haLowThreadScore: 35, archiveLagTarget: "5m" };
const POLICY = (recoveryWindow: string): Bag => ({ deletePolicy: { policy: "default", recoveryWindow } });
const RUNNING = { t1: "DOING", t2: "DOING" } as const;
const TENANT = {
  tenantName: "t2",
  archiveBaseUri: "file:///arch/t2",
  dataBaseUri: "file:///data/t2",
  binding: "mandatory",
  pieceSwitchInterval: "6d",
};

const CLUSTER_PLANS: readonly Plan[] = [
  { name: "create", program: { ...DESTINATION, ...PARAMETERS, ...POLICY("7d") } },
  {
    name: "create that takes over an archiving cluster",
    tenants: CONFIGURED,
    program: { ...DESTINATION, haLowThreadScore: 35, accept: ["overwrite:backupBaseUri=file:///data/backup"] },
  },
  {
    name: "update of destination, concurrency and clean-up policy",
    before: { ...DESTINATION, ...PARAMETERS, ...POLICY("7d") },
    archiving: RUNNING,
    program: {
      ...DESTINATION,
      ...PARAMETERS,
      backupBaseUri: "file:///data/moved",
      logArchiveConcurrency: 20,
      ...POLICY("14d"),
    },
  },
  {
    name: "update of the destination beside a suspended tenant",
    before: DESTINATION,
    archiving: { t1: "DOING", t2: "SUSPEND" },
    program: {
      ...DESTINATION,
      backupBaseUri: "file:///data/moved",
      accept: ["overwrite:backupBaseUri=file:///data/moved"],
    },
  },
  {
    name: "update of the binding of all but one tenant",
    tenants: [...TENANTS, { name: "t3", id: 1006 }],
    before: { ...DESTINATION, exceptTenants: ["t3"] },
    archiving: RUNNING,
    program: { ...DESTINATION, exceptTenants: ["t3"], binding: "optional" },
  },
  {
    name: "update that takes the first backup",
    before: DESTINATION,
    program: { ...DESTINATION, archiving: "running", initialBackup: "full" },
  },
];

const TENANT_PLANS: readonly Plan[] = [
  { name: "create", program: { ...TENANT, ...POLICY("7d") } },
  {
    name: "update of the binding, suspended",
    before: TENANT,
    archiving: { t1: "DOING", t2: "SUSPEND" },
    program: { ...TENANT, binding: "optional" },
  },
  {
    name: "update of the archive destination and the clean-up policy",
    before: { ...TENANT, ...POLICY("7d") },
    archiving: RUNNING,
    program: { ...TENANT, archiveBaseUri: "file:///arch/moved", ...POLICY("14d") },
  },
];

export const OCEANBASE_SCENARIOS: readonly Scenario[] = [
  ...CLUSTER_PLANS.map((plan) => scenarioOf("ClusterBackupConfig", plan)),
  ...TENANT_PLANS.map((plan) => scenarioOf("TenantBackupConfig", plan)),
];

function scenarioOf(type: Type, plan: Plan): Scenario {
  return {
    resource: `oceanbase.${type}`,
    type,
    name: plan.name,
    start: async (name, clock) => {
      const emulator = await startObshell({
        clock,
        clusterName: name,
        password: PASSWORD,
        keyBits: 512,
        tenants: plan.tenants ?? TENANTS,
      });
      return sceneOf(emulator, plan, () => clock.sleep(120_000));
    },
    isWrite: (operation) => !operation.startsWith("GET"),
  };
}

function sceneOf(emulator: ObshellEmulator, { before, archiving, program }: Plan, settle: Scene["settle"]): Scene {
  const declared = (properties: Bag): Bag => ({ connection: { endpoints: [emulator.url] }, ...properties });
  let [tasks, statements] = [0, 0];
  return {
    endpoint: emulator.url,
    journal: emulator.journal,
    faults: emulator.faults,
    program: declared(program),
    before: before && declared(before),
    meanwhile: () => {
      for (const [name, archiveStatus] of Object.entries(archiving ?? {})) {
        emulator.change({ change: "tenant", name, set: { archiveStatus } });
      }
    },
    begin: () => {
      [tasks, statements] = [emulator.world.dags.length, emulator.sql().length];
    },
    effects: () =>
      [
        ...emulator.world.dags.slice(tasks).map(({ name, state }) => `task ${name}: ${state}`),
        ...emulator
          .sql()
          .slice(statements)
          .map(({ statement }) => statement)
          .filter((statement) => !isOpening(statement)),
        ...emulator.world.tenants.flatMap(({ name, rounds }) => rounds.map(({ id }) => `round ${id} of ${name}`)),
        ...emulator.world.tenants.flatMap(({ name, backups }) =>
          backups.map(({ type }) => `${type} backup of ${name}`),
        ),
      ].sort(),
    live: () =>
      (readState(emulator.world) as { tenants: Bag[] }).tenants.map(
        ({ name, archiveDestination, dataDestination, parameters, deletePolicy, logMode, archiveStatus }) => ({
          name,
          archiveDestination,
          dataDestination,
          parameters,
          deletePolicy,
          logMode,
          archiveStatus,
        }),
      ),
    leftovers: () => [
      ...[...emulator.world.locks.keys()].map((tenant) => `a lock of ${tenant}`),
      // One that has failed shows as an effect; of two that are at work at once, obshell lets one fail.
      ...emulator.world.dags.filter(({ state }) => !isFinished(state)).map(({ name, state }) => `${name} in ${state}`),
    ],
    settle,
    close: () => emulator.close(),
  };
}

/** Opening what is open, and suspending what is suspended, does nothing; a round that is begun once more shows by its id. */
function isOpening(statement: string): boolean {
  return /ARCHIVELOG|LOG_ARCHIVE_DEST_STATE/.test(statement);
}
