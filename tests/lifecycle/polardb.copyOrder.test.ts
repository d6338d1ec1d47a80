import type { Bag } from "../../provider/core/bag";
import { modifiesOf, type PolardbSubject, polardbStack, startPolardbSubject } from "./support/polardb";
import { newProcess, type Stack } from "./support/stack";

type Which = "data" | "log";

let subject: PolardbSubject;
let stacks: Readonly<Record<Which, Stack>>;

/** Each `pulumi up` is a process of its own, which the resources of the program share. */
function nextProcess(): void {
  const process = newProcess();
  const next = {
    data: polardbStack("BackupPolicy", subject.clock, process),
    log: polardbStack("LogBackupPolicy", subject.clock, process),
  };
  next.data.state = stacks?.data.state;
  next.log.state = stacks?.log.state;
  stacks = next;
}

beforeEach(async () => {
  subject = await startPolardbSubject();
  stacks = undefined as unknown as typeof stacks;
  nextProcess();
});

afterEach(() => subject.emulator.close());

type Programs = Readonly<Record<Which, Bag>>;

/** Which resource is started first; the other follows once that one has looked at the other's policy, or is done. */
type Order = Which | "together";

/** One run with both resources at the same time. */
async function up(order: Order, programs: Programs): Promise<void> {
  nextProcess();
  await beside(order, (which) => stacks[which].up(subject.program(programs[which])));
}

const LOOK: Readonly<Record<Which, string>> = { data: "DescribeLogBackupPolicy", log: "DescribeBackupPolicy" };

async function beside(order: Order, run: (which: Which) => Promise<unknown>): Promise<void> {
  const first: Which = order === "together" ? "data" : order;
  const before = operations().length;
  let isDone = false;
  const running = run(first).finally(() => {
    isDone = true;
  });
  const hasLooked = (): boolean => operations().slice(before).includes(LOOK[first]);
  const followed = (async () => {
    while (order !== "together" && !isDone && !hasLooked()) await new Promise((resolve) => setImmediate(resolve));
    return run(first === "data" ? "log" : "data");
  })();
  const results = await Promise.allSettled([running, followed]);
  for (const result of results) if (result.status === "rejected") throw result.reason;
}

/** One run in which the second resource depends on the first. */
async function upInTurn(order: readonly [Which, Which], programs: Programs): Promise<void> {
  nextProcess();
  for (const which of order) await stacks[which].up(subject.program(programs[which]));
}

const settings = () => subject.emulator.world.cluster("pc-1").settings;
const operations = (): string[] => subject.emulator.journal.operations();
const writes = (): string[] => operations().filter((name) => name.startsWith("Modify"));
const copies = () => ({
  data: settings().data.DataLevel2BackupAnotherRegionRegion,
  log: settings().log.LogBackupAnotherRegionRegion,
});
const log = (which: Which): string => stacks[which].log.join("\n");

const data = (region: string, more: Bag = {}): Bag => ({
  dataLevel2BackupRetentionPeriod: 30,
  dataLevel2BackupAnotherRegionRegion: region,
  dataLevel2BackupAnotherRegionRetentionPeriod: 30,
  ...more,
});
const logs = (region: string, more: Bag = {}): Bag => ({
  logBackupAnotherRegionRegion: region,
  logBackupAnotherRegionRetentionPeriod: 60,
  ...more,
});

const BOTH: Programs = { data: data("cn-beijing"), log: logs("cn-beijing") };
const NEITHER: Programs = {
  data: {
    dataLevel2BackupRetentionPeriod: 30,
    dataLevel2BackupAnotherRegionRetentionPeriod: 0,
    accept: ["shrink:dataLevel2BackupAnotherRegionRetentionPeriod=0"],
  },
  log: {
    logBackupAnotherRegionRetentionPeriod: 0,
    accept: ["shrink:logBackupAnotherRegionRetentionPeriod=0"],
  },
};

const ORDERS = ["data", "log", "together"] as const;

describe("Switching the copies of data and logs on", () => {
  it.each(ORDERS)("gives both in one run without dependsOn started in the order: %s", async (order) => {
    await up(order, BOTH);
    expect(copies()).toEqual({ data: "cn-beijing", log: "cn-beijing" });
    expect(writes()).toEqual(["ModifyBackupPolicy", "ModifyLogBackupPolicy"]);
    const before = writes().length;
    await up(order, BOTH);
    expect(writes()).toHaveLength(before);
  });

  it("waits for as long as the other resource is at work, however busy the cluster, and says so", async () => {
    subject.emulator.change({ kind: "setStatus", clusterId: "pc-1", status: "ClassChanging", forMs: 10 * 60_000 });
    await up("log", BOTH);
    expect(copies()).toEqual({ data: "cn-beijing", log: "cn-beijing" });
    expect(log("log")).toContain(
      "pc-1: the data backup policy is without a copy to cn-beijing; waiting for polardb.BackupPolicy to change that",
    );
  });

  it("waits until the copy of data is visible", async () => {
    subject.emulator.change({ kind: "setKnobs", knobs: { visibilityDelayMs: 20_000 } });
    await up("log", BOTH);
    expect(copies()).toEqual({ data: "cn-beijing", log: "cn-beijing" });
  });

  it("needs no waiting where the log policy depends on the data policy", async () => {
    const before = subject.clock.now();
    await upInTurn(["data", "log"], BOTH);
    expect(copies()).toEqual({ data: "cn-beijing", log: "cn-beijing" });
    expect(subject.clock.now() - before).toBeLessThan(5_000);
  });

  it("fails after two minutes where the data policy depends on the log policy, sends nothing, and says how to turn it round", async () => {
    const before = subject.clock.now();
    await expect(upInTurn(["log", "data"], BOTH)).rejects.toThrow(
      'creating PolarDB log backup policy (pc-1): the data backup policy of pc-1 is still without a copy to cn-beijing after 2m 0s, looked at 25 times [WaitTimeout]. Log backups can be copied only to the region that backups are copied to. Declare dataLevel2BackupAnotherRegionRegion: "cn-beijing" and dataLevel2BackupAnotherRegionRetentionPeriod in polardb.BackupPolicy of this cluster. If that resource depends on this one, turn the dependency round or leave it out; if the run starts few resources at a time (`--parallel`), let this one depend on that one.',
    );
    expect(subject.clock.now() - before).toBe(120_000);
    expect(writes()).toEqual([]);
  });

  it("waits no longer than the resource may take", async () => {
    const before = subject.clock.now();
    const short = { ...BOTH, log: logs("cn-beijing", { timeouts: { create: "30s" } }) };
    await expect(upInTurn(["log", "data"], short)).rejects.toThrow(/after 30s, looked at \d+ times \[WaitTimeout\]/);
    expect(subject.clock.now() - before).toBe(30_000);
  });

  it("fails where data is copied to another region than logs shall be", async () => {
    await expect(up("data", { ...BOTH, log: logs("cn-shanghai") })).rejects.toThrow(
      "still without a copy to cn-shanghai after",
    );
    expect(writes()).toEqual(["ModifyBackupPolicy"]);
  });
});

describe("Switching the copies of data and logs off", () => {
  beforeEach(async () => {
    await up("data", BOTH);
    subject.emulator.journal.clear();
  });

  const hold = () => subject.emulator.change({ kind: "setSwitches", switches: { logCopyHoldsDataCopy: true } });

  it.each(ORDERS)("ends that of logs first in one run started in the order: %s", async (order) => {
    hold();
    await up(order, NEITHER);
    expect(copies()).toEqual({ data: "", log: "" });
    expect(writes()).toEqual(["ModifyLogBackupPolicy", "ModifyBackupPolicy"]);
  });

  it("needs no waiting where the data policy depends on the log policy", async () => {
    hold();
    const before = subject.clock.now();
    await upInTurn(["log", "data"], NEITHER);
    expect(copies()).toEqual({ data: "", log: "" });
    expect(subject.clock.now() - before).toBeLessThan(5_000);
  });

  it("waits a minute where the log policy depends on the data policy, and then lets the service decide", async () => {
    const before = subject.clock.now();
    nextProcess();
    await stacks.data.up(subject.program(NEITHER.data));
    expect(subject.clock.now() - before).toBe(60_000);
    expect(log("data")).toContain(
      "pc-1: log backups are still copied to cn-beijing; waiting for polardb.LogBackupPolicy to end that before the copying of data ends",
    );
    expect(log("data")).toContain("going on, so that the service decides");
    await stacks.log.up(subject.program(NEITHER.log));
    expect(copies()).toEqual({ data: "", log: "" });
  });

  it("adds to the service's refusal what must come first, and converges when that has been done", async () => {
    hold();
    await expect(upInTurn(["data", "log"], NEITHER)).rejects.toThrow(
      /the service rejects dataLevel2BackupAnotherRegionRetentionPeriod .* Log backups are still copied to cn-beijing, which may hold the copy of data: first apply logBackupAnotherRegionRetentionPeriod: 0 in polardb\.LogBackupPolicy of this cluster/,
    );
    expect(copies()).toEqual({ data: "cn-beijing", log: "cn-beijing" });
    await stacks.log.up(subject.program(NEITHER.log));
    nextProcess();
    await stacks.data.up(subject.program(NEITHER.data));
    expect(copies()).toEqual({ data: "", log: "" });
  });

  it("does not look at the log policy for any other change of the data policy", async () => {
    nextProcess();
    await stacks.data.up(subject.program({ ...BOTH.data, dataLevel2BackupRetentionPeriod: 60 }));
    expect(operations()).toEqual(["DescribeBackupPolicy", "ModifyBackupPolicy", "DescribeBackupPolicy"]);
  });

  it("lets a key end the copy of data that may not look at the log policy", async () => {
    subject.emulator.change({
      kind: "setAllowedActions",
      accessKeyId: "LTAI-lifecycle",
      actions: ["DescribeBackupPolicy", "ModifyBackupPolicy"],
    });
    nextProcess();
    await stacks.data.up(subject.program(NEITHER.data));
    expect(copies().data).toBe("");
  });
});

describe("Moving the copies of data and logs to another region", () => {
  const moved: Programs = {
    data: data("cn-shanghai", { accept: ["shrink:dataLevel2BackupAnotherRegionRegion=cn-shanghai"] }),
    log: logs("cn-shanghai", { accept: ["shrink:logBackupAnotherRegionRegion=cn-shanghai"] }),
  };

  it.each(ORDERS)("moves both in one run, data first, started in the order: %s", async (order) => {
    await up("data", BOTH);
    subject.emulator.journal.clear();
    const before = subject.clock.now();
    await up(order, moved);
    expect(copies()).toEqual({ data: "cn-shanghai", log: "cn-shanghai" });
    expect(writes()).toEqual(["ModifyBackupPolicy", "ModifyLogBackupPolicy"]);
    expect(subject.clock.now() - before).toBeLessThan(60_000);
  });

  it("never waits for each other for ever, though the program contradicts itself", async () => {
    await up("data", BOTH);
    const before = subject.clock.now();
    await expect(up("log", { data: NEITHER.data, log: moved.log })).rejects.toThrow("WaitTimeout");
    expect(subject.clock.now() - before).toBeLessThan(10 * 60_000);
    expect(copies()).toEqual({ data: "", log: "cn-beijing" });
  });
});

describe("Destroying both policies", () => {
  const RESET = { onDelete: "reset", accept: ["shrink:onDelete=reset"] };
  const both: Programs = { data: data("cn-beijing", RESET), log: logs("cn-beijing", RESET) };

  beforeEach(async () => {
    await up("data", both);
    subject.emulator.change({ kind: "setSwitches", switches: { logCopyHoldsDataCopy: true } });
    subject.emulator.journal.clear();
    nextProcess();
  });

  it.each(ORDERS)("ends the copy of logs first started in the order: %s", async (order) => {
    await beside(order, (which) => stacks[which].remove());
    expect(copies()).toEqual({ data: "", log: "" });
    expect(writes()).toEqual(["ModifyLogBackupPolicy", "ModifyBackupPolicy"]);
  });

  it("ends the copy of logs first where the log policy depends on the data policy", async () => {
    const before = subject.clock.now();
    await stacks.log.remove();
    await stacks.data.remove();
    expect(copies()).toEqual({ data: "", log: "" });
    expect(subject.clock.now() - before).toBeLessThan(5_000);
  });

  it("says what must come first where it is the other way round and the service insists", async () => {
    await expect(stacks.data.remove()).rejects.toThrow("Log backups are still copied to cn-beijing");
    expect(stacks.data.state).toBeDefined();
    await stacks.log.remove();
    await stacks.data.remove();
    expect(copies()).toEqual({ data: "", log: "" });
  });
});

describe("A run in which the data policy is done and the log policy fails", () => {
  it.each(ORDERS)("keeps both states true, and the next run sends only the rest, in the order: %s", async (order) => {
    subject.emulator.faults.add({
      operation: "ModifyLogBackupPolicy",
      times: 99,
      effect: { kind: "reply", when: "before", status: 400, body: '{"Code":"InternalTrouble","Message":"no"}' },
    });
    await expect(up(order, BOTH)).rejects.toThrow("InternalTrouble");
    expect(stacks.data.state?.outputs).toMatchObject(BOTH.data);
    expect(stacks.log.state).toBeUndefined();
    subject.emulator.faults.clear();
    subject.emulator.journal.clear();
    await up(order, BOTH);
    expect(writes()).toEqual(["ModifyLogBackupPolicy"]);
    expect(copies()).toEqual({ data: "cn-beijing", log: "cn-beijing" });
  });
});

describe("Advanced backup and its log rules", () => {
  const region = "cn-hangzhou";
  const programs = (copyRegion: string): Programs => ({
    data: {
      backupPolicyLevel: "Advanced",
      accept: ["irreversible:backupPolicyLevel=Advanced", "shrink:backupPolicyLevel=Advanced"],
      advancedDataPolicies: [
        {
          name: "copy",
          srcType: "level1",
          srcRegion: region,
          destType: "level2Cross",
          destRegion: copyRegion,
          filterType: "event",
          retentionType: "delay",
          retentionValue: 90,
        },
      ],
    },
    log: {
      advancedLogPolicies: [
        { name: "local", srcType: "db", destType: "level1", logRetentionType: "delay", logRetentionValue: 14 },
        {
          name: "copy",
          srcType: "level1",
          destType: "level2Cross",
          destRegion: copyRegion,
          logRetentionType: "never",
        },
      ],
    },
  });

  it.each(ORDERS)("are switched on and made in one run started in the order: %s", async (order) => {
    await up(order, programs("cn-beijing"));
    expect(settings().advancedLog.map((rule) => [rule.DestType, rule.DestRegion, rule.LogRetentionValue])).toEqual([
      ["level1", region, "14"],
      ["level2Cross", "cn-beijing", "-1"],
    ]);
    const before = writes().length;
    await up(order, programs("cn-beijing"));
    expect(writes()).toHaveLength(before);
  });

  it.each(ORDERS)("end their copies before the data's end, started in the order: %s", async (order) => {
    const on = programs("cn-beijing");
    await up("data", on);
    subject.emulator.journal.clear();
    await up(order, {
      data: {
        ...on.data,
        advancedDataPolicies: [],
        accept: [...(on.data.accept as string[]), "shrink:advancedDataPolicies.copy=removed"],
      },
      log: {
        advancedLogPolicies: (on.log.advancedLogPolicies as Bag[]).slice(0, 1),
        accept: ["shrink:advancedLogPolicies.copy=removed"],
      },
    });
    expect(writes()).toEqual(["ModifyLogBackupPolicy", "ModifyBackupPolicy"]);
    expect(modifiesOf(subject.emulator, "LogBackupPolicy").at(-1)?.AdvancedLogPolicies).toEqual([
      { ActionType: "DELETE", PolicyId: expect.any(String) },
    ]);
  });

  it("says which level the log rules need when it does not come", async () => {
    nextProcess();
    await expect(stacks.log.up(subject.program(programs("cn-beijing").log))).rejects.toThrow(
      /still without advanced backup after 2m 0s, looked at 25 times \[WaitTimeout\]\. .*backupPolicyLevel: "Advanced" in polardb\.BackupPolicy/,
    );
    expect(writes()).toEqual([]);
  });
});
