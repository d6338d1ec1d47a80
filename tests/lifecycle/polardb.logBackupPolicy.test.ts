import { logFindingsOf } from "../support/findings";
import { type PolardbSubject, type PolardbSubjectOptions, startPolardbSubject } from "./support/polardb";
import { newProcess } from "./support/stack";

let subject: PolardbSubject;

const start = async (options: PolardbSubjectOptions = {}): Promise<PolardbSubject> => {
  subject = await startPolardbSubject({ type: "LogBackupPolicy", ...options });
  return subject;
};

const settings = () => subject.emulator.world.cluster("pc-1").settings;

/** Data is copied to Beijing, without a word of a program. */
const copyData = (): void => {
  subject.emulator.change({
    kind: "setPolicy",
    clusterId: "pc-1",
    policy: {
      DataLevel2BackupAnotherRegionRegion: "cn-beijing",
      DataLevel2BackupAnotherRegionRetentionPeriod: "30",
    },
  });
};

const COPY = { logBackupAnotherRegionRegion: "cn-beijing", logBackupAnotherRegionRetentionPeriod: 60 } as const;

afterEach(() => subject.emulator.close());

describe("polardb.LogBackupPolicy, calls", () => {
  it("changes with one describe, one look at the level, one modify and one verify", async () => {
    const { stack, emulator, program } = await start();
    await stack.up(program({ logBackupRetentionPeriod: 30 }));
    expect(emulator.journal.operations()).toEqual([
      "DescribeLogBackupPolicy",
      "DescribeBackupPolicy",
      "ModifyLogBackupPolicy",
      "DescribeLogBackupPolicy",
    ]);
  });

  it("adopts an equal policy, and refreshes, with one describe", async () => {
    const { stack, emulator, program } = await start();
    await stack.up(program({ logBackupRetentionPeriod: 7, logBackupAnotherRegionRetentionPeriod: 0 }));
    await stack.refresh();
    expect(emulator.journal.operations()).toEqual(["DescribeLogBackupPolicy", "DescribeLogBackupPolicy"]);
  });

  it("sends only what differs, and region and retention of the copy together", async () => {
    const { stack, program, modifies } = await start();
    copyData();
    await stack.up(program({ logBackupRetentionPeriod: 30, ...COPY }));
    await stack.up(program({ logBackupRetentionPeriod: 60, ...COPY }));
    await stack.up(program({ logBackupRetentionPeriod: 60, ...COPY, logBackupAnotherRegionRetentionPeriod: -1 }));
    expect(modifies().slice(1)).toEqual([
      { LogBackupRetentionPeriod: "60" },
      { LogBackupAnotherRegionRegion: "cn-beijing", LogBackupAnotherRegionRetentionPeriod: "-1" },
    ]);
  });

  it("takes numbers and texts of an answer alike, and what is missing, null or empty for no drift", async () => {
    const { stack, emulator, program } = await start();
    const declared = program({ logBackupRetentionPeriod: 7, logBackupAnotherRegionRetentionPeriod: 0 });
    await stack.up(declared);
    for (const body of [
      { LogBackupRetentionPeriod: "7", LogBackupAnotherRegionRetentionPeriod: 0 },
      { LogBackupAnotherRegionRetentionPeriod: "", LogBackupAnotherRegionRegion: null, AdvancedLogPolicies: {} },
      { LogBackupRetentionPeriod: null, AdvancedLogPolicies: { AdvancedLogPolicy: null } },
      {},
    ]) {
      emulator.faults.add({
        operation: "DescribeLogBackupPolicy",
        effect: { kind: "reply", when: "before", status: 200, body: JSON.stringify({ RequestId: "x", ...body }) },
      });
      await stack.refresh();
      expect([body, await stack.preview(declared)]).toEqual([body, "same"]);
    }
  });
});

describe("polardb.LogBackupPolicy, drift", () => {
  it("shows a region of the copies that was changed in the console, and needs a token to change it back", async () => {
    const { stack, emulator, program } = await start();
    copyData();
    await stack.up(program(COPY));
    const shanghai = { DataLevel2BackupAnotherRegionRegion: "cn-shanghai" };
    emulator.change({
      kind: "setPolicy",
      clusterId: "pc-1",
      policy: shanghai,
      logPolicy: { LogBackupAnotherRegionRegion: "cn-shanghai" },
    });
    await stack.refresh();
    expect(stack.state?.inputs).toMatchObject({ ...COPY, logBackupAnotherRegionRegion: "cn-shanghai" });
    await expect(stack.preview(program(COPY))).rejects.toThrow("shrink:logBackupAnotherRegionRegion=cn-beijing");
    copyData();
    const accept = ["shrink:logBackupAnotherRegionRegion=cn-beijing"];
    await stack.up(program({ ...COPY, accept }));
    expect(settings().log.LogBackupAnotherRegionRegion).toBe("cn-beijing");
  });

  it("takes a region that the service goes on showing for nothing once copies are off", async () => {
    const { stack, program } = await start({ switches: { keepRegionWhenCrossRegionOff: true } });
    copyData();
    await stack.up(program(COPY));
    const off = {
      logBackupAnotherRegionRetentionPeriod: 0,
      accept: ["shrink:logBackupAnotherRegionRetentionPeriod=0"],
    };
    await stack.up(program(off));
    expect(settings().log.LogBackupAnotherRegionRegion).toBe("cn-beijing");
    await stack.refresh();
    expect(await stack.up(program(off))).toBe("same");
    subject.emulator.change({
      kind: "setPolicy",
      clusterId: "pc-1",
      policy: { DataLevel2BackupAnotherRegionRegion: "cn-shanghai" },
    });
    await stack.up(program({ ...COPY, logBackupAnotherRegionRegion: "cn-shanghai" }));
    expect(settings().log.LogBackupAnotherRegionRegion).toBe("cn-shanghai");
  });
});

describe("polardb.LogBackupPolicy, accepted risks", () => {
  it("refuses before the first write when adoption would shorten the time that can be restored, and prints the token", async () => {
    const { stack, program, modifies } = await start();
    await expect(stack.up(program({ logBackupRetentionPeriod: 3 }))).rejects.toThrow(
      'accept: ["shrink:logBackupRetentionPeriod=3"]',
    );
    expect(modifies()).toEqual([]);
    expect(stack.state).toBeUndefined();
  });

  it("refuses in the preview what the records already show, and announces what starts to cost money", async () => {
    const { stack, program, emulator } = await start();
    copyData();
    await stack.up(program({ logBackupRetentionPeriod: -1 }));
    emulator.journal.clear();
    await expect(stack.preview(program({ logBackupRetentionPeriod: 7300 }))).rejects.toThrow(
      'Log backups are kept 7300 days instead of for ever; older points in time can no longer be restored [NotAccepted]. Nothing was changed. If you want this, add to the resource: accept: ["shrink:logBackupRetentionPeriod=7300"]',
    );
    await stack.preview(program({ logBackupRetentionPeriod: -1, ...COPY }));
    expect(stack.log.at(-1)).toBe(
      "pc-1: Copies of log backups in another region are switched on; storage and traffic there cost money.",
    );
    expect(emulator.journal.calls).toEqual([]);
  });

  it("is one resource's in each run", async () => {
    const { stack, program, modifies } = await start({ process: newProcess() });
    await stack.up(program({ logBackupRetentionPeriod: 30 }));
    stack.state = undefined;
    await expect(stack.up(program({ logBackupRetentionPeriod: 60 }))).rejects.toThrow(
      "another resource of this run manages the PolarDB log backup policy of pc-1 already [Conflict]",
    );
    expect(modifies()).toHaveLength(1);
  });

  it("refuses another endpoint than the recorded one, instead of taking the cluster for gone", async () => {
    const { stack, emulator } = await start();
    stack.environment.POLARDB_ENDPOINT = emulator.url;
    await stack.up({ dbClusterId: "pc-1", logBackupRetentionPeriod: 30 });
    stack.environment.POLARDB_ENDPOINT = "http://127.0.0.1:1";
    await expect(stack.refresh()).rejects.toThrow(/WrongTarget/);
    expect(stack.state).toBeDefined();
  });

  it("names the property that the service refuses", async () => {
    const { stack, program } = await start({
      clusters: [{ id: "pc-1", engine: "MySQL", region: "cn-hangzhou", edition: "Standard" }],
    });
    await expect(stack.up(program({ logBackupRetentionPeriod: -1 }))).rejects.toThrow(
      /the service rejects logBackupRetentionPeriod .*\[InvalidInput, InvalidLogBackupRetentionPeriod\.Malformed, HTTP 400.*Enterprise Edition only/,
    );
  });
});

describe("Deleting a log policy", () => {
  const ACCEPTED = { onDelete: "reset", accept: ["shrink:onDelete=reset"] } as const;

  it("makes no call and says that it stays", async () => {
    const { stack, program, emulator } = await start();
    await stack.up(program({ logBackupRetentionPeriod: 30 }));
    emulator.journal.clear();
    await stack.destroy();
    expect(emulator.journal.calls).toEqual([]);
    expect(stack.log.at(-1)).toBe(
      "pc-1: the PolarDB log backup policy stays on the cluster as it is; Pulumi no longer manages it",
    );
  });

  it("resets what is managed to 7 days and no copy", async () => {
    const { stack, program } = await start();
    copyData();
    await stack.up(program({ logBackupRetentionPeriod: 30, ...COPY, ...ACCEPTED }));
    await stack.destroy();
    expect(settings().log).toEqual({
      LogBackupRetentionPeriod: 7,
      LogBackupAnotherRegionRetentionPeriod: "0",
      LogBackupAnotherRegionRegion: "",
    });
    expect(stack.log.at(-1)).toBe("pc-1: the PolarDB log backup policy is reset; Pulumi no longer manages it");
  });

  it("leaves alone what is not managed", async () => {
    const { stack, program } = await start();
    copyData();
    subject.emulator.change({
      kind: "setPolicy",
      clusterId: "pc-1",
      logPolicy: { LogBackupAnotherRegionRegion: "cn-beijing", LogBackupAnotherRegionRetentionPeriod: "90" },
    });
    await stack.up(program({ logBackupRetentionPeriod: 30, ...ACCEPTED }));
    await stack.destroy();
    expect(settings().log).toMatchObject({
      LogBackupRetentionPeriod: 7,
      LogBackupAnotherRegionRetentionPeriod: "90",
    });
  });

  it("refuses the reset of a cluster that has got advanced backup since, and keeps the resource", async () => {
    const { stack, program, emulator, modifies } = await start();
    await stack.up(program({ logBackupRetentionPeriod: 30, ...ACCEPTED }));
    emulator.change({ kind: "switchToAdvanced", clusterId: "pc-1" });
    const before = modifies().length;
    await expect(stack.destroy()).rejects.toThrow('onDelete: "reset" is not possible');
    expect(modifies()).toHaveLength(before);
    expect(stack.state).toBeDefined();
  });
});

describe("polardb.LogBackupPolicy, on a cluster with advanced backup", () => {
  const local = { name: "local", srcType: "db", destType: "level1", logRetentionType: "delay", logRetentionValue: 30 };
  const copy = {
    name: "copy",
    srcType: "level1",
    destType: "level2Cross",
    destRegion: "cn-beijing",
    logRetentionType: "delay",
    logRetentionValue: 60,
  };
  const rules = () => settings().advancedLog;
  const localRules = () => rules().filter(({ DestType }) => DestType === "level1");
  const ids = () => logFindingsOf(subject.stack.state).policyIds;

  const startAdvanced = async (options: PolardbSubjectOptions & { readonly copies?: boolean } = {}) => {
    const { copies = true, ...others } = options;
    await start(others);
    if (copies) copyData();
    subject.emulator.change({ kind: "switchToAdvanced", clusterId: "pc-1" });
    return subject;
  };

  it("refuses classic settings before the first write, even equal ones, and says the rules to write instead", async () => {
    const { stack, program, modifies } = await startAdvanced();
    await expect(stack.up(program({ logBackupRetentionPeriod: 7 }))).rejects.toThrow("would be accepted and ignored");
    await expect(stack.up(program({ logBackupRetentionPeriod: -1, ...COPY }))).rejects.toThrow(
      'the cluster has advanced backup, so logBackupRetentionPeriod, logBackupAnotherRegionRegion, logBackupAnotherRegionRetentionPeriod would be accepted and ignored [InvalidInput]. Remove these properties and say it in advancedLogPolicies: [{ name: "local", srcType: "db", destType: "level1", logRetentionType: "never" }, { name: "copy", srcType: "level1", destType: "level2Cross", destRegion: "cn-beijing", logRetentionType: "delay", logRetentionValue: 60 }]',
    );
    expect(modifies()).toEqual([]);
  });

  it("shows classic settings that have lost their effect in a refresh, and then refuses them in the preview", async () => {
    const { stack, program, emulator } = await start();
    await stack.up(program({ logBackupRetentionPeriod: 30 }));
    emulator.change({ kind: "switchToAdvanced", clusterId: "pc-1" });
    await stack.refresh();
    expect(stack.state?.inputs.drift).toEqual([
      "logBackupRetentionPeriod has no effect, because the cluster has advanced backup now",
    ]);
    await expect(stack.preview(program({ logBackupRetentionPeriod: 30 }))).rejects.toThrow("logRetentionValue: 30");
  });

  it("refuses them before the first write where neither records nor rules tell the level", async () => {
    const { stack, program, emulator, modifies } = await startAdvanced();
    for (const { PolicyId } of [...rules()]) {
      emulator.change({ kind: "deleteAdvancedPolicy", clusterId: "pc-1", policyId: PolicyId, list: "log" });
    }
    await expect(stack.up(program({ logBackupRetentionPeriod: 30 }))).rejects.toThrow("would be accepted and ignored");
    expect(modifies()).toEqual([]);
  });

  it("creates, changes and removes rules by the smallest list of actions, and leaves the others alone", async () => {
    const { stack, program, modifies } = await startAdvanced();
    await stack.up(program({ advancedLogPolicies: [copy, local] }));
    expect(modifies()).toEqual([
      {
        AdvancedLogPolicies: [
          expect.objectContaining({ ActionType: "CREATE", DestRegion: "cn-beijing", EnableLogBackup: 1 }),
        ],
      },
      {
        AdvancedLogPolicies: [
          expect.objectContaining({
            ActionType: "UPDATE",
            LogRetentionValue: "30",
            PolicyId: localRules()[0]?.PolicyId,
          }),
        ],
      },
    ]);
    expect(Object.keys(ids())).toEqual(["copy", "local"]);
    const longer = { ...copy, logRetentionType: "never", logRetentionValue: undefined };
    await stack.up(program({ advancedLogPolicies: [longer, local] }));
    expect(modifies().at(-1)?.AdvancedLogPolicies).toEqual([
      expect.objectContaining({ ActionType: "UPDATE", LogRetentionType: "never", PolicyId: ids().copy }),
    ]);
    expect(rules()).toHaveLength(2);
    await stack.refresh();
    expect(await stack.up(program({ advancedLogPolicies: [longer, local] }))).toBe("same");
    await stack.up(program({ advancedLogPolicies: [local], accept: ["shrink:advancedLogPolicies.copy=removed"] }));
    expect(rules()).toHaveLength(1);
    await stack.refresh();
    expect(await stack.up(program({ advancedLogPolicies: [local] }))).toBe("same");
  });

  it("needs a token for less, and says it before the first write, also for a rule whose id is not shown yet", async () => {
    const { stack, program, modifies } = await startAdvanced();
    const shorter = { ...local, logRetentionValue: 3 };
    await expect(stack.up(program({ advancedLogPolicies: [copy, shorter] }))).rejects.toThrow(
      'accept: ["shrink:advancedLogPolicies.local.logRetentionValue=3"]',
    );
    expect(modifies()).toEqual([]);
  });

  it("finds a rule without an id by its content and writes nothing", async () => {
    const { stack, program, modifies } = await startAdvanced({ copies: false });
    const declared = program({ advancedLogPolicies: [{ ...local, logRetentionValue: 7 }] });
    await stack.up(declared);
    await stack.refresh();
    expect(await stack.up(declared)).toBe("same");
    expect(modifies()).toEqual([]);
    expect(rules()).toHaveLength(1);
  });

  it("says why a rule without an id cannot be changed, before it sends anything", async () => {
    const { stack, program, modifies } = await startAdvanced({ copies: false });
    await expect(stack.up(program({ advancedLogPolicies: [local] }))).rejects.toThrow(
      'rule "local" differs from the cluster\'s rule db -> level1 (kept 7 days), which cannot be changed: the service shows its id only while log backups are copied to another region [InvalidInput]. Change that rule in the console',
    );
    expect(modifies()).toEqual([]);
  });

  it("changes a rule under the id that was recorded while the service showed it", async () => {
    const { stack, program } = await startAdvanced();
    await stack.up(program({ advancedLogPolicies: [copy, local] }));
    const { local: id } = ids();
    await stack.up(program({ advancedLogPolicies: [local], accept: ["shrink:advancedLogPolicies.copy=removed"] }));
    expect(ids()).toEqual({ local: id });
    await stack.up(program({ advancedLogPolicies: [{ ...local, logRetentionValue: 90 }] }));
    expect(rules()).toEqual([expect.objectContaining({ PolicyId: id, LogRetentionValue: "90" })]);
    await stack.up(program({ advancedLogPolicies: [], accept: ["shrink:advancedLogPolicies.local=removed"] }));
    expect(rules()).toEqual([]);
  });

  it.each<[string, { readonly lost: boolean; readonly twice: boolean }]>([
    ["the answer is lost", { lost: true, twice: false }],
    ["it is carried out twice", { lost: false, twice: true }],
    ["it is carried out twice and the answer is lost", { lost: true, twice: true }],
  ])("has a new rule once, under the id on record, when %s", async (_name, { lost, twice }) => {
    const { stack, program, emulator } = await startAdvanced();
    const operation = "ModifyLogBackupPolicy";
    if (twice) emulator.world.vendorFaults.add({ operation, effect: { kind: "duplicateCreate" } });
    if (lost) {
      emulator.faults.add({
        operation,
        effect: { kind: "reply", when: "after", status: 500, body: "<html>bad gateway</html>" },
      });
    }
    await stack.up(program({ advancedLogPolicies: [copy] }));
    const copies = rules().filter(
      ({ DestType, LogRetentionValue }) => DestType === "level2Cross" && LogRetentionValue === "60",
    );
    expect(copies.map(({ PolicyId }) => PolicyId)).toEqual([ids().copy]);
  });

  it("shows a rule that was changed or deleted in the console, and repairs it", async () => {
    const { stack, program, emulator } = await startAdvanced();
    const declared = program({ advancedLogPolicies: [copy, local] });
    await stack.up(declared);
    const change = { clusterId: "pc-1", list: "log" } as const;
    emulator.change({
      kind: "changeAdvancedPolicy",
      ...change,
      policyId: ids().local as string,
      policy: { LogRetentionValue: "7" },
    });
    await stack.refresh();
    expect(await stack.up(declared)).toBe("update");
    emulator.change({ kind: "deleteAdvancedPolicy", ...change, policyId: ids().copy as string });
    await stack.refresh();
    expect(await stack.up(declared)).toBe("update");
    expect(rules()).toHaveLength(2);
    await stack.refresh();
    expect(await stack.up(declared)).toBe("same");
  });

  it("is refused at once where the cluster does not offer it", async () => {
    const { stack, program, emulator, modifies } = await start();
    emulator.change({ kind: "setAdvancedOption", clusterId: "pc-1", option: "notSupport" });
    await expect(stack.up(program({ advancedLogPolicies: [local] }))).rejects.toThrow(
      "AdvancedPolicyOption is notSupport",
    );
    expect(modifies()).toEqual([]);
  });

  it("is refused at once for another engine", async () => {
    const { stack, program, modifies } = await start({
      clusters: [{ id: "pc-1", engine: "PostgreSQL", region: "cn-hangzhou" }],
    });
    await expect(stack.up(program({ advancedLogPolicies: [local] }))).rejects.toThrow(
      "the cluster runs PostgreSQL, and advancedLogPolicies exist only for PolarDB for MySQL",
    );
    expect(modifies()).toEqual([]);
    await stack.up(program({ logBackupRetentionPeriod: 30 }));
  });
});
