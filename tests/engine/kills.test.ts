import { existsSync } from "node:fs";
import type { ThrowawayStack } from "../../tools/throwawayStack";
import type { Faults } from "../emulators/common/faults";
import { type HeldCall, hold } from "../support/hold";
import { disposeStacks, setProgram, startStack, succeeded } from "./support/engine";
import { NEXT_RUNS } from "./support/nextRuns";
import { archivingOf, configured, TENANTS, writesOf } from "./support/oceanbase";
import { modifiesOf } from "./support/polardb";
import { commandOf, providerOf } from "./support/processes";
import { closeVendors, obshell, polardb, vendorEnvironment } from "./support/vendors";

jest.setTimeout(300_000);

afterEach(async () => {
  disposeStacks();
  await closeVendors();
});

const killing = existsSync("/proc/self/cmdline") ? describe : describe.skip;

type Bag = Readonly<Record<string, unknown>>;

const resource = (type: string, properties: Bag): string =>
  `\n  new ${type}("subject", ${JSON.stringify(properties)});`;

/** A vendor with a resource, and what a run that is cut short must not have spoilt. */
interface Subject {
  readonly stack: ThrowawayStack;
  readonly faults: Faults;
  /** What the cluster has in the end, archiving included, and how often it was set. */
  outcome(): unknown;
  writes(): readonly string[];
  isBusy(): boolean;
}

interface Row {
  readonly what: string;
  readonly killed: "provider" | "command alone";
  readonly next: (typeof NEXT_RUNS)[number]["next"];
  readonly at: HeldCall;
  /** Up to the run that is to be cut short. */
  start(): Promise<Subject>;
  readonly outcome: unknown;
}

const CLUSTER = "oceanbase.ClusterBackupConfig";
const TENANT = "oceanbase.TenantBackupConfig";
const POLICY = "polardb.BackupPolicy";
const LOGS = "polardb.LogBackupPolicy";

/** Of a cluster that somebody has configured by hand; with `before`, of one that a first run has taken over. */
const onObshell =
  (type: string, program: Bag, before?: Bag, archiving: Readonly<Record<string, "DOING" | "SUSPEND">> = {}) =>
  async (): Promise<Subject> => {
    const cluster = await obshell({ tenants: TENANTS.map((tenant) => configured(tenant)) });
    for (const [name, archiveStatus] of Object.entries(archiving))
      cluster.change({ change: "tenant", name, set: { archiveStatus } });
    const stack = await startStack({
      environment: vendorEnvironment({ obshell: cluster }),
      program: resource(type, before ?? program),
    });
    if (before) {
      succeeded(await stack.up("--skip-preview"));
      setProgram(stack, resource(type, program));
    }
    cluster.journal.clear();
    return {
      stack,
      faults: cluster.faults,
      outcome: () => ({
        archiving: archivingOf(cluster),
        destinations: cluster.world.tenants.map(({ archiveDestination: { uri, binding } }) => `${uri} ${binding}`),
        tasks: cluster.world.dags.map(({ name, state }) => `${name}: ${state}`),
        locks: cluster.world.locks.size,
      }),
      writes: () => writesOf(cluster),
      isBusy: () => cluster.world.dags.some(({ state }) => state !== "SUCCEED" && state !== "FAILED"),
    };
  };

const onPolardb =
  (type: string, program: Bag, before?: Bag, isAdvanced = false) =>
  async (): Promise<Subject> => {
    const service = await polardb();
    if (isAdvanced) service.change({ kind: "switchToAdvanced", clusterId: "pc-1" });
    const declare = (properties: Bag): string => resource(type, { dbClusterId: "pc-1", ...properties });
    const stack = await startStack({
      environment: vendorEnvironment({ polardb: service }),
      program: declare(before ?? program),
    });
    if (before) {
      succeeded(await stack.up("--skip-preview"));
      setProgram(stack, declare(program));
    }
    service.journal.clear();
    return {
      stack,
      faults: service.faults,
      outcome: () => ({ modifies: modifiesOf(service).length, ...valuesOf(service) }),
      writes: () => service.journal.operations().filter((name) => name.startsWith("Modify")),
      isBusy: () => false,
    };
  };

const valuesOf = (service: Awaited<ReturnType<typeof polardb>>): object => {
  const { data, log, advancedData } = service.world.cluster("pc-1").settings;
  return {
    days: data.DataLevel1BackupRetentionPeriod,
    logDays: log.LogBackupRetentionPeriod,
    rules: advancedData.filter(({ AutoCreated }) => !AutoCreated).map(({ RetentionValue }) => RetentionValue),
  };
};

const BASE = "file:///data/backup";
const TO = (base: string): string[] => TENANTS.map(({ id }) => `${base}/1/${id}/clog MANDATORY`);
const RUNNING = { t1: "DOING", t2: "DOING", t3: "DOING" };
const HAND_MADE = { backupBaseUri: BASE, binding: "mandatory", pieceSwitchInterval: "6d" };
const MOVED = { ...HAND_MADE, backupBaseUri: "file:///data/moved" };
const ACCEPT = { accept: ["overwrite:backupBaseUri=file:///data/moved"] };
const movedOnce = (archiving: Bag = RUNNING): object => ({
  archiving,
  destinations: TO("file:///data/moved"),
  tasks: ["Set obcluster backup config: SUCCEED"],
  locks: 0,
});

const T2 = {
  tenantName: "t2",
  archiveBaseUri: `${BASE}/1/1004/clog`,
  dataBaseUri: `${BASE}/1/1004/data`,
  binding: "mandatory",
  pieceSwitchInterval: "6d",
};
const T2_MOVED = { ...T2, archiveBaseUri: "file:///arch/t2", accept: ["overwrite:archiveBaseUri=file:///arch/t2"] };
const t2MovedOnce = (archiving: Bag = RUNNING): object => ({
  archiving,
  destinations: TO(BASE).with(1, "file:///arch/t2 MANDATORY"),
  tasks: ["Set obcluster backup config for t2: SUCCEED"],
  locks: 0,
});

const rule = (name: string, retentionValue: number): Bag => ({
  name,
  srcType: "level1",
  destType: "level2",
  filterType: "crontab",
  filterKey: "dayOfWeek",
  filterValue: name === "weekly" ? "7" : "3",
  retentionType: "delay",
  retentionValue,
});
const rulesOf = (...advancedDataPolicies: Bag[]): Bag => ({ backupPolicyLevel: "Advanced", advancedDataPolicies });

/** Archiving is closed by then, and nobody has been asked to open it. */
const CLOSED = (tenant: string): HeldCall => ({
  call: `PATCH /api/v1/tenant/${tenant}/backup/log`,
  occurrence: 1,
  when: "before",
});
/** Done, and not verified. */
const DONE = (call: string): HeldCall => ({ call, occurrence: 1, when: "after" });

const ROWS: readonly Row[] = [
  {
    what: "create of a cluster's configuration, between close and reopen of archiving",
    killed: "provider",
    next: "up",
    at: CLOSED("t1"),
    start: onObshell(CLUSTER, { ...MOVED, ...ACCEPT }),
    outcome: movedOnce(),
  },
  {
    what: "update of a cluster's configuration, between close and reopen of archiving",
    killed: "provider",
    next: "refresh --yes, then up",
    at: CLOSED("t3"),
    start: onObshell(CLUSTER, MOVED, HAND_MADE),
    outcome: movedOnce(),
  },
  {
    what: "create of a tenant's configuration, between close and reopen of archiving",
    killed: "provider",
    next: "up --refresh",
    at: CLOSED("t2"),
    start: onObshell(TENANT, T2_MOVED),
    outcome: t2MovedOnce(),
  },
  {
    what: "update of a suspended tenant's configuration, between opening and suspending it",
    killed: "provider",
    next: "refresh --yes, then up",
    at: { ...CLOSED("t2"), occurrence: 2 },
    start: onObshell(TENANT, T2_MOVED, T2, { t2: "SUSPEND" }),
    outcome: t2MovedOnce({ ...RUNNING, t2: "SUSPEND" }),
  },
  {
    what: "update of a cluster's configuration, between close and reopen of archiving",
    killed: "command alone",
    next: "up",
    at: CLOSED("t1"),
    start: onObshell(CLUSTER, MOVED, HAND_MADE),
    outcome: movedOnce(),
  },
  {
    what: "update of a suspended tenant's configuration, between opening and suspending it",
    killed: "command alone",
    next: "up --refresh",
    at: { ...CLOSED("t2"), occurrence: 2 },
    start: onObshell(TENANT, T2_MOVED, T2, { t2: "SUSPEND" }),
    outcome: t2MovedOnce({ ...RUNNING, t2: "SUSPEND" }),
  },
  {
    what: "create of a backup policy, between change and verification",
    killed: "provider",
    next: "up",
    at: DONE("ModifyBackupPolicy"),
    start: onPolardb(POLICY, { dataLevel1BackupRetentionPeriod: 14 }),
    outcome: { modifies: 1, days: "14", logDays: 7, rules: [] },
  },
  {
    what: "update that adds a rule to a backup policy, between change and verification",
    killed: "provider",
    next: "refresh --yes, then up",
    at: DONE("ModifyBackupPolicy"),
    start: onPolardb(POLICY, rulesOf(rule("weekly", 30), rule("midweek", 20)), rulesOf(rule("weekly", 30)), true),
    outcome: { modifies: 1, days: "7", logDays: 7, rules: ["30", "20"] },
  },
  {
    what: "create of a log policy, between change and verification",
    killed: "provider",
    next: "up --refresh",
    at: DONE("ModifyLogBackupPolicy"),
    start: onPolardb(LOGS, { logBackupRetentionPeriod: 30 }),
    outcome: { modifies: 1, days: "7", logDays: 30, rules: [] },
  },
  {
    what: "update of a log policy, between change and verification",
    killed: "provider",
    next: "up",
    at: DONE("ModifyLogBackupPolicy"),
    start: onPolardb(LOGS, { logBackupRetentionPeriod: 60 }, { logBackupRetentionPeriod: 30 }),
    outcome: { modifies: 1, days: "7", logDays: 60, rules: [] },
  },
  {
    what: "create of a backup policy with a rule, between change and verification",
    killed: "command alone",
    next: "refresh --yes, then up",
    at: DONE("ModifyBackupPolicy"),
    start: onPolardb(POLICY, rulesOf(rule("weekly", 30)), undefined, true),
    outcome: { modifies: 1, days: "7", logDays: 7, rules: ["30"] },
  },
  {
    what: "update of a log policy, between change and verification",
    killed: "command alone",
    next: "up --refresh",
    at: DONE("ModifyLogBackupPolicy"),
    start: onPolardb(LOGS, { logBackupRetentionPeriod: 60 }, { logBackupRetentionPeriod: 30 }),
    outcome: { modifies: 1, days: "7", logDays: 60, rules: [] },
  },
];

killing("kill -9", () => {
  it.each(ROWS)(
    "of the $killed: $what; then pulumi cancel, then $next",
    async ({ killed, next, at, start, outcome }) => {
      const subject = await start();
      const { stack, faults } = subject;
      const held = hold(faults, at);
      const cut = stack.up("--skip-preview");
      await Promise.race([held.reached, cut]);
      expect(held.isReached()).toBe(true);
      process.kill(killed === "provider" ? providerOf(commandOf(stack)) : commandOf(stack), "SIGKILL");
      // A provider that lives on stands at its call until the next run is there.
      if (killed === "command alone") held.releaseWithNext();
      else {
        faults.decide = () => undefined;
        expect((await cut).code).not.toBe(0);
      }
      // Who has ended by himself has taken his lock with him.
      await stack.run("cancel", "--yes");
      await (NEXT_RUNS.find((form) => form.next === next) as (typeof NEXT_RUNS)[number]).run(stack);
      expect((await cut).code).not.toBe(0);
      while (subject.isBusy()) await new Promise((resolve) => setTimeout(resolve, 20));
      expect(subject.outcome()).toEqual(outcome);
      const writes = subject.writes().length;
      succeeded(await stack.up("--skip-preview", "--refresh", "--expect-no-changes"));
      expect(subject.writes()).toHaveLength(writes);
    },
  );
});

/** Runs two stacks so that neither writes before both are about to. */
async function atOnce(faults: Faults, isWrite: (operation: string) => boolean, stacks: readonly ThrowawayStack[]) {
  let [waiting, isOpen] = [0, false];
  let open: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  faults.decide = (operation) => {
    if (isOpen || !isWrite(operation)) return undefined;
    waiting += 1;
    isOpen = waiting === stacks.length;
    if (isOpen) open();
    return { kind: "hold", when: "before", until: () => opened };
  };
  const ended = await Promise.all(stacks.map((stack) => stack.up("--skip-preview")));
  expect(isOpen).toBe(true);
  const failed = ended.filter(({ code }) => code !== 0);
  for (const { output } of failed) expect(output).toContain("[Conflict");
  expect(failed.length).toBeLessThan(stacks.length);
  for (const stack of stacks) succeeded(await stack.up("--skip-preview"));
  for (const stack of stacks) succeeded(await stack.up("--skip-preview", "--refresh", "--expect-no-changes"));
}

describe("two stacks on one cluster at once", () => {
  it("OceanBase: both converge or one fails with Conflict; archiving is as before", async () => {
    const cluster = await obshell({ tenants: TENANTS.map((tenant) => configured(tenant)) });
    const environment = vendorEnvironment({ obshell: cluster });
    const policy = { deletePolicy: { policy: "default", recoveryWindow: "7d" } };
    const accept = ["shrink:deletePolicy.recoveryWindow=7d"];
    const stacks = await Promise.all(
      [
        resource(CLUSTER, { ...MOVED, ...ACCEPT }),
        resource(TENANT, { tenantName: "t2", logArchiveConcurrency: 5, ...policy, accept }),
      ].map((program) => startStack({ environment, program })),
    );
    await atOnce(cluster.faults, (operation) => !operation.startsWith("GET"), stacks);
    expect(archivingOf(cluster)).toEqual(RUNNING);
    expect(cluster.world.tenants.map(({ archiveDestination: { uri } }) => `${uri} MANDATORY`)).toEqual(
      TO("file:///data/moved"),
    );
    expect(cluster.world.tenant("t2")).toMatchObject({
      deletePolicy: { recoveryWindow: "7d" },
      parameters: { log_archive_concurrency: "5" },
    });
    expect(cluster.world.locks.size).toBe(0);
  });

  it("PolarDB: both converge or one fails with Conflict", async () => {
    const service = await polardb();
    const environment = vendorEnvironment({ polardb: service });
    const stacks = await Promise.all(
      [{ dataLevel1BackupRetentionPeriod: 14 }, { backupRetentionPolicyOnClusterDeletion: "LATEST" }].map(
        (properties) => startStack({ environment, program: resource(POLICY, { dbClusterId: "pc-1", ...properties }) }),
      ),
    );
    await atOnce(service.faults, (operation) => operation.startsWith("Modify"), stacks);
    expect(service.world.cluster("pc-1").settings.data).toMatchObject({
      DataLevel1BackupRetentionPeriod: "14",
      BackupRetentionPolicyOnClusterDeletion: "LATEST",
    });
  });
});
