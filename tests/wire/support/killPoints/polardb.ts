import type { Bag } from "../../../../provider/core/bag";
import { detailOf, type PolardbEmulator, startPolardb } from "../../../emulators/polardb";
import { DAILY, MONTHLY, WEEKLY } from "../../../lifecycle/support/advancedRules";
import type { Scenario, Scene } from "./scene";

export const ACCESS_KEY = { accessKeyId: "LTAI-kill-points", accessKeySecret: "kill-points-access-key-secret" };

type Type = "BackupPolicy" | "LogBackupPolicy";

interface Plan {
  readonly name: string;
  /** How the cluster is before anything is declared. */
  readonly arrange?: (emulator: PolardbEmulator, clusterId: string) => void;
  readonly before?: Bag;
  readonly program: Bag;
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
const rulesOf = (advancedDataPolicies: readonly Bag[], ...accept: string[]): Bag => ({
  backupPolicyLevel: "Advanced",
  advancedDataPolicies,
  accept,
});
const LOG = {
  logBackupRetentionPeriod: 30,
  logBackupAnotherRegionRegion: "cn-beijing",
  logBackupAnotherRegionRetentionPeriod: 60,
};
const LOCAL = { name: "local", srcType: "db", destType: "level1", logRetentionType: "delay", logRetentionValue: 30 };
const COPY = {
  name: "copy",
  srcType: "level1",
  destType: "level2Cross",
  destRegion: "cn-beijing",
  logRetentionType: "delay",
  logRetentionValue: 60,
};

const copied: Plan["arrange"] = (emulator, clusterId) =>
  emulator.change({
    kind: "setPolicy",
    clusterId,
    policy: {
      DataLevel2BackupRetentionPeriod: "30",
      DataLevel2BackupAnotherRegionRegion: "cn-beijing",
      DataLevel2BackupAnotherRegionRetentionPeriod: "30",
    },
  });
const switched: Plan["arrange"] = (emulator, clusterId) => emulator.change({ kind: "switchToAdvanced", clusterId });
const copiedAndSwitched: Plan["arrange"] = (emulator, clusterId) => {
  copied(emulator, clusterId);
  switched(emulator, clusterId);
};

const DATA_PLANS: readonly Plan[] = [
  { name: "create", program: CLASSIC },
  {
    name: "create that takes over a policy",
    arrange: (emulator, clusterId) =>
      emulator.change({
        kind: "setPolicy",
        clusterId,
        policy: { DataLevel1BackupRetentionPeriod: "10", DataLevel1BackupPeriod: "Monday,Friday" },
      }),
    program: { dataLevel1BackupRetentionPeriod: 14, dataLevel1BackupPeriod: ["Monday", "Friday"] },
  },
  {
    name: "update",
    before: CLASSIC,
    program: { ...CLASSIC, dataLevel1BackupTime: "01:00Z-02:00Z", dataLevel2BackupRetentionPeriod: 365 },
  },
  {
    name: "create that switches to advanced, with rules",
    program: rulesOf([DAILY, WEEKLY], "irreversible:backupPolicyLevel=Advanced", "shrink:backupPolicyLevel=Advanced"),
  },
  {
    name: "update that switches to advanced, with rules",
    before: CLASSIC,
    program: rulesOf([DAILY, WEEKLY], "irreversible:backupPolicyLevel=Advanced", "shrink:backupPolicyLevel=Advanced"),
  },
  {
    name: "update that changes, adds and removes rules",
    arrange: switched,
    before: rulesOf([DAILY, WEEKLY]),
    program: rulesOf([{ ...DAILY, retentionValue: 14 }, MONTHLY], "shrink:advancedDataPolicies.weekly=removed"),
  },
];

const LOG_PLANS: readonly Plan[] = [
  { name: "create", arrange: copied, program: LOG },
  { name: "update", arrange: copied, before: LOG, program: { ...LOG, logBackupRetentionPeriod: 90 } },
  { name: "create of rules", arrange: copiedAndSwitched, program: { advancedLogPolicies: [COPY, LOCAL] } },
  {
    name: "update of rules",
    arrange: copiedAndSwitched,
    before: { advancedLogPolicies: [COPY, LOCAL] },
    program: { advancedLogPolicies: [{ ...COPY, logRetentionValue: 90 }, LOCAL] },
  },
];

export const POLARDB_SCENARIOS: readonly Scenario[] = [
  ...DATA_PLANS.map((plan) => scenarioOf("BackupPolicy", plan)),
  ...LOG_PLANS.map((plan) => scenarioOf("LogBackupPolicy", plan)),
];

function scenarioOf(type: Type, plan: Plan): Scenario {
  return {
    resource: `polardb.${type}`,
    type,
    name: plan.name,
    start: async (name, clock) => {
      const id = `pc-${name}`;
      const emulator = await startPolardb({
        clock,
        accessKeys: [ACCESS_KEY],
        clusters: [{ id, engine: "MySQL", region: "cn-hangzhou" }],
      });
      plan.arrange?.(emulator, id);
      return sceneOf(emulator, id, plan, () => clock.sleep(120_000));
    },
    isWrite: (operation) => operation.startsWith("Modify"),
  };
}

function sceneOf(emulator: PolardbEmulator, id: string, { before, program }: Plan, settle: Scene["settle"]): Scene {
  const declared = (properties: Bag): Bag => ({ dbClusterId: id, endpoint: emulator.url, ...properties });
  return {
    endpoint: emulator.url,
    journal: emulator.journal,
    faults: emulator.faults,
    program: declared(program),
    before: before && declared(before),
    begin: () => undefined,
    effects: () =>
      emulator.journal.calls
        .filter((call) => call.operation.startsWith("Modify") && call.status === 200 && detailOf(call).code === null)
        .map(({ operation, detail }) => `${operation} ${JSON.stringify(detail.parameters, withoutIds)}`)
        .sort(),
    live: () => {
      const { advancedData, advancedLog, ...settings } = emulator.world.cluster(id).settings;
      const rules = (list: readonly object[]): string[] => list.map((rule) => JSON.stringify(rule, withoutIds)).sort();
      return { ...settings, advancedData: rules(advancedData), advancedLog: rules(advancedLog) };
    },
    leftovers: () => [],
    settle,
    close: () => emulator.close(),
  };
}

const withoutIds = (name: string, value: unknown): unknown =>
  name === "PolicyId" || name === "DBClusterId" ? undefined : value;
