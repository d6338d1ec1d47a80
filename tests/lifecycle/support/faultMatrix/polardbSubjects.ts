import type { Bag } from "../../../../provider/core/bag";
import type { HttpRequest } from "../../../../provider/core/transport";
import { type ClusterOptions, detailOf, type PolardbEmulator } from "../../../emulators/polardb";
import { DAILY, MONTHLY, WEEKLY } from "../advancedRules";
import { ACCESS_KEY, startPolardbSubject } from "../polardb";
import { backupPolicyOf, logBackupPolicyOf } from "../polardbLive";
import { Network } from "./network";
import type { Operation, Subject } from "./scene";

type Policy = "BackupPolicy" | "LogBackupPolicy";
type Arrange = (emulator: PolardbEmulator) => void;

/** One operation on a policy of `pc-1`. */
interface Plan {
  readonly name: string;
  readonly cluster?: Partial<ClusterOptions>;
  /** How the cluster is before anything is declared. */
  readonly arrange?: Arrange;
  /** What is declared before the operation, and so recorded. */
  readonly before?: Bag;
  /** What somebody else does after that. */
  readonly meanwhile?: Arrange;
  readonly act: { readonly up: Bag } | "refresh" | "destroy";
}

function operationOf(
  type: Policy,
  { name, cluster, arrange, before, meanwhile, act }: Plan,
): Operation<PolardbEmulator> {
  return {
    name,
    start: async () => {
      const network = new Network(nameOf);
      const { emulator, stack, program, clock } = await startPolardbSubject({
        type,
        connect: network.connect,
        clusters: [{ id: "pc-1", engine: "MySQL", region: "cn-hangzhou", ...cluster }],
      });
      arrange?.(emulator);
      const declared = (properties: Bag): Bag => program({ ...properties, timeouts: TIMEOUTS });
      if (before) await stack.up(declared(before));
      meanwhile?.(emulator);
      emulator.journal.clear();
      return {
        server: emulator,
        journal: emulator.journal,
        network,
        stack,
        act: typeof act === "string" ? act : "up",
        program: declared(typeof act === "string" ? (before ?? {}) : act.up),
        live: () => liveOf(emulator, type),
        unreadable: [],
        effects: (isApplied) => effectsOf(emulator, isApplied),
        settle: () => clock.sleep(60_000),
        secrets: [ACCESS_KEY.accessKeySecret],
        close: () => emulator.close(),
      };
    },
  };
}

/** What is not visible is asked for until this is over, each time for real. */
const TIMEOUTS = { create: "1m", update: "1m", delete: "1m" };

const nameOf = ({ headers }: HttpRequest): string => headers["x-acs-action"] ?? "";

/** Rules without their ids, which are new with each run. */
function liveOf(emulator: PolardbEmulator, type: Policy): Bag {
  const { level, advancedData, advancedLog } = emulator.world.cluster("pc-1").settings;
  if (level === "Normal") return type === "BackupPolicy" ? backupPolicyOf(emulator) : logBackupPolicyOf(emulator);
  const rules = (type === "BackupPolicy" ? advancedData : advancedLog).map(({ PolicyId: _id, ...rule }) =>
    JSON.stringify(rule),
  );
  return { level, rules: rules.sort() };
}

/** What Modify calls have changed, whatever became of their answers. An error after the change looks like one before it. */
function effectsOf(emulator: PolardbEmulator, isApplied: boolean): string[] {
  return emulator.journal.calls
    .filter((call) => {
      const { action, code } = detailOf(call);
      if (!call.operation.startsWith("Modify") || action === null) return false;
      return code === null || (call.fault === "vendorError" && isApplied);
    })
    .map(({ operation, detail }) => {
      const isText = (name: string, value: unknown): unknown => (name === "PolicyId" ? undefined : value);
      return `${operation} ${JSON.stringify(detail.parameters, isText)}`;
    })
    .sort();
}

const CLASSIC = {
  dataLevel1BackupRetentionPeriod: 14,
  dataLevel1BackupTime: "16:00Z-17:00Z",
  dataLevel1BackupPeriod: ["Monday", "Thursday", "Sunday"],
  dataLevel2BackupRetentionPeriod: 30,
  dataLevel2BackupPeriod: ["Monday", "Thursday"],
  dataLevel2BackupAnotherRegionRegion: "cn-beijing",
  dataLevel2BackupAnotherRegionRetentionPeriod: 60,
  backupRetentionPolicyOnClusterDeletion: "LATEST",
};
const RESET = { onDelete: "reset", accept: ["shrink:onDelete=reset"] };

const setPolicy =
  (policy: Readonly<Record<string, string>>, logPolicy = {}): Arrange =>
  (emulator) =>
    emulator.change({ kind: "setPolicy", clusterId: "pc-1", policy, logPolicy });

const classic: readonly Plan[] = [
  { name: "create", act: { up: CLASSIC } },
  {
    name: "adoption",
    arrange: setPolicy({ DataLevel1BackupRetentionPeriod: "10", DataLevel1BackupPeriod: "Monday,Friday" }),
    act: { up: { dataLevel1BackupRetentionPeriod: 14, dataLevel1BackupPeriod: ["Monday", "Friday"] } },
  },
  {
    name: "update",
    before: CLASSIC,
    act: { up: { ...CLASSIC, dataLevel1BackupTime: "01:00Z-02:00Z", dataLevel2BackupRetentionPeriod: 365 } },
  },
  {
    name: "read",
    before: CLASSIC,
    meanwhile: setPolicy({ DataLevel1BackupRetentionPeriod: "10", DataLevel1BackupPeriod: "Monday,Friday" }),
    act: "refresh",
  },
  { name: "delete", before: { ...CLASSIC, ...RESET }, act: "destroy" },
  {
    // Its policy does not tell its engine, so the cluster is asked.
    name: "create on PostgreSQL",
    cluster: { engine: "PostgreSQL" },
    act: { up: { dataLevel1BackupRetentionPeriod: 14 } },
  },
];

const IRREVERSIBLE = ["irreversible:backupPolicyLevel=Advanced", "shrink:backupPolicyLevel=Advanced"];

const rulesOf = (advancedDataPolicies: readonly Bag[], ...accept: string[]): Bag => ({
  backupPolicyLevel: "Advanced",
  advancedDataPolicies,
  ...(accept.length > 0 ? { accept } : {}),
});

const switched: Arrange = (emulator) => emulator.change({ kind: "switchToAdvanced", clusterId: "pc-1" });

/** Somebody has put the weekly rule there by hand. */
const withWeekly: Arrange = (emulator) => {
  switched(emulator);
  const { name: _name, ...rule } = WEEKLY;
  const policy = Object.fromEntries(
    Object.entries(rule).map(([field, value]) => [`${field[0]?.toUpperCase()}${field.slice(1)}`, String(value)]),
  );
  emulator.change({ kind: "addAdvancedPolicy", clusterId: "pc-1", policy });
};

/** A rule of ours now keeps what it copies for 20 days. */
const shortenRule: Arrange = (emulator) => {
  const { advancedData, advancedLog } = emulator.world.cluster("pc-1").settings;
  const change = { kind: "changeAdvancedPolicy", clusterId: "pc-1" } as const;
  for (const { PolicyId, AutoCreated } of [...advancedData]) {
    if (!AutoCreated) emulator.change({ ...change, policyId: PolicyId, policy: { RetentionValue: "20" } });
  }
  for (const { PolicyId } of [...advancedLog]) {
    emulator.change({ ...change, policyId: PolicyId, policy: { LogRetentionValue: "20" }, list: "log" });
  }
};

const advanced: readonly Plan[] = [
  { name: "create, which switches to advanced", act: { up: rulesOf([DAILY, WEEKLY], ...IRREVERSIBLE) } },
  { name: "create", arrange: switched, act: { up: rulesOf([DAILY, WEEKLY]) } },
  { name: "adoption", arrange: withWeekly, act: { up: rulesOf([DAILY, WEEKLY]) } },
  {
    name: "update",
    arrange: switched,
    before: rulesOf([DAILY, WEEKLY]),
    act: { up: rulesOf([{ ...DAILY, retentionValue: 14 }, MONTHLY], "shrink:advancedDataPolicies.weekly=removed") },
  },
  {
    name: "read",
    arrange: switched,
    before: rulesOf([DAILY, WEEKLY]),
    meanwhile: shortenRule,
    act: "refresh",
  },
];

const LOG = {
  logBackupRetentionPeriod: 30,
  logBackupAnotherRegionRegion: "cn-beijing",
  logBackupAnotherRegionRetentionPeriod: 60,
};

/** Logs can be copied only beside data. */
const copied = setPolicy({
  DataLevel2BackupRetentionPeriod: "30",
  DataLevel2BackupAnotherRegionRegion: "cn-beijing",
  DataLevel2BackupAnotherRegionRetentionPeriod: "30",
});

const logs: readonly Plan[] = [
  { name: "create", arrange: copied, act: { up: LOG } },
  {
    name: "adoption",
    arrange: setPolicy({}, { LogBackupRetentionPeriod: 20 }),
    act: { up: { logBackupRetentionPeriod: 30 } },
  },
  { name: "update", arrange: copied, before: LOG, act: { up: { ...LOG, logBackupRetentionPeriod: 90 } } },
  {
    name: "read",
    arrange: copied,
    before: LOG,
    meanwhile: setPolicy({}, { LogBackupRetentionPeriod: 11 }),
    act: "refresh",
  },
  { name: "delete", arrange: copied, before: { ...LOG, ...RESET }, act: "destroy" },
];

const LOCAL = { name: "local", srcType: "db", destType: "level1", logRetentionType: "delay", logRetentionValue: 30 };
const COPY = {
  name: "copy",
  srcType: "level1",
  destType: "level2Cross",
  destRegion: "cn-beijing",
  logRetentionType: "delay",
  logRetentionValue: 60,
};

const copiedAndSwitched: Arrange = (emulator) => {
  copied(emulator);
  switched(emulator);
};

const advancedLogs: readonly Plan[] = [
  { name: "create", arrange: copiedAndSwitched, act: { up: { advancedLogPolicies: [COPY, LOCAL] } } },
  {
    name: "update",
    arrange: copiedAndSwitched,
    before: { advancedLogPolicies: [COPY, LOCAL] },
    act: { up: { advancedLogPolicies: [{ ...COPY, logRetentionValue: 90 }, LOCAL] } },
  },
  {
    name: "read",
    arrange: copiedAndSwitched,
    before: { advancedLogPolicies: [COPY, LOCAL] },
    meanwhile: shortenRule,
    act: "refresh",
  },
];

const subject = (resource: string, type: Policy, plans: readonly Plan[]): Subject<PolardbEmulator> => ({
  resource,
  operations: plans.map((plan) => operationOf(type, plan)),
  isWrite: (call) => call.startsWith("Modify"),
  distinct: (call) => call,
});

export const POLARDB_SUBJECTS: readonly Subject<PolardbEmulator>[] = [
  subject("polardb.BackupPolicy", "BackupPolicy", classic),
  subject("polardb.BackupPolicy with advanced rules", "BackupPolicy", advanced),
  subject("polardb.LogBackupPolicy", "LogBackupPolicy", logs),
  subject("polardb.LogBackupPolicy with advanced rules", "LogBackupPolicy", advancedLogs),
];
