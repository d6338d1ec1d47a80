import { UNKNOWN } from "../../provider/core/unknowns";
import { polardb } from "../../sdk";
import { polardbStack } from "./support/polardb";
import { type FleetSubject, fleetStack, startFleet } from "./support/polardbFleet";
import { newProcess } from "./support/stack";

let subject: FleetSubject;

const start = async (...args: Parameters<typeof startFleet>): Promise<FleetSubject> => {
  subject = await startFleet(...args);
  return subject;
};

afterEach(() => subject.emulator.close());

const DAYS = { dataLevel1BackupRetentionPeriod: 14 };

const liveDays = (id: string): string | undefined =>
  subject.emulator.world.cluster(id).settings.data.DataLevel1BackupRetentionPeriod;

const output = (name: string): unknown => subject.stack.state?.outputs[name];

/** Ids in the records of a part, in one list. */
const recorded = (name = "policies"): string[] =>
  ((output(name) ?? []) as { clusters: string }[])
    .flatMap(({ clusters }) => clusters.split(" "))
    .map((member) => member.replace(/=.*/, ""))
    .sort();

describe("polardb.BackupPolicyFleet, calls", () => {
  it("gives each cluster one describe, one modify and one verify, and then nothing", async () => {
    const { stack, program, ids, calls, forget } = await start(3);
    expect(await stack.up(program(DAYS))).toBe("create");
    expect(calls()).toEqual(
      ids.flatMap((id) => [`${id} DescribeBackupPolicy`, `${id} DescribeBackupPolicy`, `${id} ModifyBackupPolicy`]),
    );
    forget();
    expect(await stack.up(program(DAYS))).toBe("same");
    expect(await stack.up(program(DAYS, { clusters: ids.toReversed() }))).toBe("same");
    expect(calls()).toEqual([]);
    expect(output("policies")).toMatchObject([
      { ...DAYS, clusters: "pc-00 pc-01 pc-02", engine: "MySQL", effective: DAYS },
    ]);
  });

  it("sends an override to its cluster only, and what the baseline says beside it", async () => {
    const { stack, program, modifies, forget } = await start(3);
    const overrides = { "pc-01": { dataLevel1BackupRetentionPeriod: 10 } };
    await stack.up(program({ ...DAYS, preferredBackupTime: "05:00Z-06:00Z" }, { overrides }));
    expect(modifies()).toEqual([
      ["pc-00", { DataLevel1BackupRetentionPeriod: "14", DataLevel1BackupTime: "05:00Z-06:00Z" }],
      ["pc-01", { DataLevel1BackupRetentionPeriod: "10", DataLevel1BackupTime: "05:00Z-06:00Z" }],
      ["pc-02", { DataLevel1BackupRetentionPeriod: "14", DataLevel1BackupTime: "05:00Z-06:00Z" }],
    ]);
    forget();
    await stack.up(program({ ...DAYS, preferredBackupTime: "05:00Z-06:00Z" }));
    expect(modifies()).toEqual([["pc-01", { DataLevel1BackupRetentionPeriod: "14" }]]);
  });

  it("adds and removes clusters without touching the others, or the ones that leave", async () => {
    const { stack, program, ids, calls, forget } = await start(12);
    await stack.up(program(DAYS, { clusters: ids.slice(0, 11) }));
    forget();
    const changed = program(DAYS, { clusters: ids.slice(1) });
    expect(await stack.up(changed)).toBe("update");
    expect(calls()).toEqual(["pc-11 DescribeBackupPolicy", "pc-11 DescribeBackupPolicy", "pc-11 ModifyBackupPolicy"]);
    expect(recorded()).toEqual(ids.slice(1));
    expect(stack.log.join("\n")).toContain("1 cluster more: pc-11");
    expect(stack.log.join("\n")).toContain("1 cluster no longer managed: pc-00");
    expect(await stack.up(changed)).toBe("same");
  });

  it("makes no call for a change of tokens, deadlines and bounds", async () => {
    const { stack, program, calls, forget } = await start(2);
    await stack.up(program(DAYS));
    forget();
    expect(await stack.up(program(DAYS, { accept: ["shrink:dataLevel1BackupRetentionPeriod=3"] }))).toBe("same");
    expect(await stack.up(program(DAYS, { timeouts: { update: "5m" }, maxClusters: 2, parallelism: 1 }))).toBe(
      "update",
    );
    expect(calls()).toEqual([]);
  });

  it("says little about many clusters, and each risk once with its number", async () => {
    const { stack, program } = await start(40);
    await stack.up(program({ dataLevel2BackupRetentionPeriod: 30 }));
    const told = stack.log.filter((line) => !line.includes(" done, "));
    expect(told.filter((line) => line.includes("Level-2 backups are switched on")).at(-1)).toMatch(
      /^\d+ more clusters: /,
    );
    expect(told.length).toBeLessThan(20);
    expect(stack.log.filter((line) => /^40 of 40 clusters done, 0 failed, /.test(line))).toHaveLength(1);
  });
});

describe("polardb.BackupPolicyFleet, accepted risks", () => {
  it("needs one token for the whole fleet, and says for how many clusters", async () => {
    const { stack, program, modifies, forget, ids } = await start(3);
    await stack.up(program(DAYS));
    forget();
    const shorter = { dataLevel1BackupRetentionPeriod: 7 };
    await expect(stack.preview(program(shorter))).rejects.toThrow(
      /3 clusters \(pc-00, pc-01, pc-02\): Level-1 backups are kept 7 days.*accept: \["shrink:dataLevel1BackupRetentionPeriod=7"\]/,
    );
    expect(modifies()).toEqual([]);
    await stack.up(program(shorter, { accept: ["shrink:dataLevel1BackupRetentionPeriod=7"] }));
    expect(modifies().map(([id]) => id)).toEqual(ids);
  });

  it("refuses each cluster of its own before its first write where nothing is on record, and does the others", async () => {
    const { stack, program, modifies, emulator } = await start(3);
    emulator.change({
      kind: "setPolicy",
      clusterId: "pc-01",
      policy: { DataLevel2BackupRetentionPeriod: "60", DataLevel2BackupPeriod: "Monday,Friday" },
    });
    await expect(stack.up(program({ dataLevel2BackupRetentionPeriod: 30 }))).rejects.toThrow(
      /1 of 3 clusters failed: pc-01: .*accept: \["shrink:dataLevel2BackupRetentionPeriod=30"\]/,
    );
    expect(modifies().map(([id]) => id)).toEqual(["pc-00", "pc-02"]);
    expect(recorded()).toEqual(["pc-00", "pc-02"]);
  });

  it("names tokens that match nothing of the whole change", async () => {
    const { stack, program } = await start(2);
    await stack.up(program(DAYS));
    const accept = ["shrink:dataLevel1BackupRetentionPeriod=7", "shrink:dataLevel2BackupRetentionPeriod=0"];
    await stack.preview(program({ dataLevel1BackupRetentionPeriod: 7 }, { accept }));
    expect(stack.log.filter((line) => line.includes("matches nothing"))).toEqual([
      'accept "shrink:dataLevel2BackupRetentionPeriod=0" matches nothing in this change; remove it',
    ]);
  });

  it.each([
    ["empty", 0],
    ["shorter by more than a tenth", 8],
  ])("refuses a list that is suddenly %s, in preview and apply, until that is accepted", async (_name, left) => {
    const { stack, program, ids, calls, forget } = await start(10);
    await stack.up(program(DAYS));
    forget();
    const fewer = { clusters: ids.slice(0, left) };
    const token = `unmanage:clusters=${10 - left}`;
    await expect(stack.preview(program(DAYS, fewer))).rejects.toThrow(`accept: ["${token}"]`);
    await expect(stack.apply(program(DAYS, fewer))).rejects.toThrow(`accept: ["${token}"]`);
    expect(recorded()).toEqual(ids);
    await expect(stack.preview(program(DAYS, { ...fewer, accept: ["unmanage:clusters=1"] }))).rejects.toThrow(token);
    await stack.up(program(DAYS, { ...fewer, accept: [token] }));
    expect(calls()).toEqual([]);
    expect(recorded()).toEqual(ids.slice(0, left));
  });
});

describe("polardb.BackupPolicyFleet, exemptions", () => {
  it("makes no call for an exempt cluster, and takes it up when the exemption is removed", async () => {
    const { stack, program, calls, modifies, forget } = await start(3);
    const exempt = { "pc-01": { reason: "migration", expires: "2026-01-31" } };
    await stack.up(program(DAYS, { exempt }));
    expect(calls().filter((call) => call.startsWith("pc-01"))).toEqual([]);
    expect(output("exempted")).toBe("pc-01");
    await stack.refresh();
    expect(calls().filter((call) => call.startsWith("pc-01"))).toEqual([]);
    expect(await stack.up(program(DAYS, { exempt }))).toBe("same");
    forget();
    await stack.up(program(DAYS));
    expect(modifies()).toEqual([["pc-01", { DataLevel1BackupRetentionPeriod: "14" }]]);
    forget();
    await stack.up(
      program(
        { dataLevel1BackupRetentionPeriod: 12 },
        { exempt, accept: ["shrink:dataLevel1BackupRetentionPeriod=12"] },
      ),
    );
    expect(modifies().map(([id]) => id)).toEqual(["pc-00", "pc-02"]);
    expect(recorded()).toEqual(["pc-00", "pc-02"]);
  });

  it("fails the preview from the day after the last one, naming cluster, date and what to do", async () => {
    const { stack, program, clock } = await start(2);
    const exempt = { "pc-01": { reason: "migration", expires: "2026-01-31" } };
    await stack.up(program(DAYS, { exempt }));
    clock.advance(Date.UTC(2026, 0, 31, 23) - clock.now());
    expect(await stack.preview(program(DAYS, { exempt }))).toBe("same");
    clock.advance(2 * 60 * 60_000);
    await expect(stack.preview(program(DAYS, { exempt }))).rejects.toThrow(
      'exempt["pc-01"].expires: "2026-01-31" is over, so pc-01 is not exempt any more: remove the exemption to have the cluster managed, or give it a later date',
    );
  });
});

describe("polardb.BackupPolicyFleet, failures", () => {
  const denied = (clusterId: string, times: number) => ({
    operation: "ModifyBackupPolicy",
    clusterId,
    times,
    effect: { kind: "vendorError", when: "before", status: 403, code: "OperationDenied.LockMode" } as const,
  });

  it("does the others, names the failed ones with their reasons, and does only these in the next run", async () => {
    const { stack, program, emulator, ids, calls, forget } = await start(5);
    emulator.world.vendorFaults.add(denied("pc-01", 1));
    emulator.change({ kind: "deleteCluster", clusterId: "pc-03", answer: "InvalidDBClusterId.NotFound" });
    await expect(stack.up(program(DAYS))).rejects.toThrow(
      /2 of 5 clusters failed: .*pc-01: .*locked or has expired.*The others are done\. Run the command again/,
    );
    expect(Object.keys(output("failed") as object).sort()).toEqual(["pc-01", "pc-03"]);
    expect(recorded()).toEqual(["pc-00", "pc-02", "pc-04"]);
    forget();
    const rest = program(DAYS, { clusters: ids.filter((id) => id !== "pc-03") });
    expect(await stack.up(rest)).toBe("update");
    expect(calls()).toEqual(["pc-01 DescribeBackupPolicy", "pc-01 DescribeBackupPolicy", "pc-01 ModifyBackupPolicy"]);
    expect(output("failed")).toBeUndefined();
    expect(await stack.up(rest)).toBe("same");
  });

  it("does only the failed ones also after a refresh", async () => {
    const { stack, program, emulator, calls, forget, modifies } = await start(3);
    await stack.up(program(DAYS));
    emulator.world.vendorFaults.add(denied("pc-01", 1));
    const next = program({ ...DAYS, preferredBackupTime: "05:00Z-06:00Z" });
    await expect(stack.up(next)).rejects.toThrow("1 of 3 clusters failed: pc-01: ");
    await stack.refresh();
    expect(stack.state?.inputs.drift).toEqual([
      'pc-01: preferredBackupTime is "02:00Z-03:00Z" instead of "05:00Z-06:00Z"',
    ]);
    forget();
    expect(await stack.up(next)).toBe("update");
    expect(modifies()).toEqual([["pc-01", { DataLevel1BackupTime: "05:00Z-06:00Z" }]]);
    expect(calls().every((call) => call.startsWith("pc-01"))).toBe(true);
    expect(await stack.up(next)).toBe("same");
  });

  it("looks again at a cluster whose change was cut short, and writes nothing there twice", async () => {
    const { stack, program, emulator, modifies } = await start(3);
    const lost = { kind: "vendorError", when: "before", status: 403, code: "OperationDenied.LockMode" } as const;
    emulator.world.vendorFaults.add({ operation: "Describe", clusterId: "pc-01", skip: 1, times: 2, effect: lost });
    await expect(stack.up(program(DAYS))).rejects.toThrow("1 of 3 clusters failed: pc-01: ");
    expect(recorded()).toEqual(["pc-00", "pc-01", "pc-02"]);
    expect(await stack.up(program(DAYS))).toBe("update");
    expect(modifies()).toHaveLength(3);
    expect(output("policies")).toHaveLength(1);
  });

  it("ends soon with a key that nobody knows, instead of asking for every cluster", async () => {
    const { stack, program, emulator, calls } = await start(40);
    stack.environment.ALIBABA_CLOUD_ACCESS_KEY_ID = "LTAI-unknown";
    await expect(stack.up(program(DAYS, { parallelism: 4 }))).rejects.toThrow(
      /40 of 40 clusters failed: .*access key id is unknown.*\[Unauthenticated/,
    );
    expect(calls().length).toBeLessThanOrEqual(8);
    expect(emulator.journal.calls.length).toBeLessThanOrEqual(8);
    expect(stack.state).toBeUndefined();
  });

  it("refuses another place than the recorded one", async () => {
    const { stack, program } = await start(2);
    const { endpoint, ...elsewhere } = program(DAYS);
    stack.environment.POLARDB_ENDPOINT = String(endpoint);
    await stack.up(elsewhere);
    stack.environment.POLARDB_ENDPOINT = "http://127.0.0.1:1";
    await expect(stack.up({ ...elsewhere, baseline: { preferredBackupTime: "05:00Z-06:00Z" } })).rejects.toThrow(
      "[WrongTarget]",
    );
    await expect(stack.refresh()).rejects.toThrow("[WrongTarget]");
  });
});

describe("polardb.BackupPolicyFleet, drift", () => {
  it("names the clusters that drifted and the field, and repairs these only", async () => {
    const { stack, program, emulator, modifies, forget, calls } = await start(4);
    await stack.up(program(DAYS));
    for (const clusterId of ["pc-01", "pc-02"])
      emulator.change({ kind: "setPolicy", clusterId, policy: { DataLevel1BackupRetentionPeriod: "5" } });
    forget();
    await stack.refresh();
    expect(calls()).toHaveLength(4);
    expect(stack.state?.inputs.drift).toEqual(["pc-01, pc-02: dataLevel1BackupRetentionPeriod is 5 instead of 14"]);
    forget();
    expect(await stack.up(program(DAYS))).toBe("update");
    expect(modifies()).toEqual([
      ["pc-01", { DataLevel1BackupRetentionPeriod: "14" }],
      ["pc-02", { DataLevel1BackupRetentionPeriod: "14" }],
    ]);
    await stack.refresh();
    expect(await stack.up(program(DAYS))).toBe("same");
  });

  it("drops a cluster that is gone, and fails for it while the program lists it", async () => {
    const { stack, program, emulator, ids, calls, forget } = await start(3);
    await stack.up(program(DAYS));
    emulator.change({ kind: "deleteCluster", clusterId: "pc-01", answer: "Forbidden.ClusterNotFound" });
    await stack.refresh();
    expect(stack.log.join("\n")).toContain("pc-01: the cluster does not exist any more");
    expect(recorded()).toEqual(["pc-00", "pc-02"]);
    forget();
    await expect(stack.up(program(DAYS))).rejects.toThrow(/1 of 1 cluster failed: pc-01: .*\[NotFound/);
    expect(calls()).toEqual(["pc-01 DescribeBackupPolicy"]);
    const rest = program(DAYS, { clusters: ids.filter((id) => id !== "pc-01") });
    expect(await stack.up(rest)).toBe("update");
    expect(await stack.up(rest)).toBe("same");
    expect(calls()).toEqual(["pc-01 DescribeBackupPolicy"]);
  });

  it("keeps all records when one cluster cannot be read: an error is no absence", async () => {
    const { stack, program, emulator, ids } = await start(3);
    await stack.up(program(DAYS));
    emulator.world.vendorFaults.add({
      operation: "Describe",
      clusterId: "pc-01",
      effect: { kind: "vendorError", when: "before", status: 404, code: "InvalidDBClusterId.Malformed" },
    });
    await expect(stack.refresh()).rejects.toThrow("1 of 3 clusters failed: pc-01: ");
    expect(recorded()).toEqual(ids);
  });
});

describe("polardb.BackupPolicyFleet, one owner", () => {
  it("refuses a cluster that another fleet of the run has, be it changed or not", async () => {
    const process = newProcess();
    const { stack, program, ids, clock, modifies, forget } = await start(3);
    await stack.up(program(DAYS));
    forget();
    const [mine, other] = [fleetStack(clock, process), fleetStack(clock, process)];
    mine.state = stack.state;
    // A change of one cluster: the two others have what they need, and are still ours.
    await mine.up(program(DAYS, { overrides: { "pc-02": { backupRetentionPolicyOnClusterDeletion: "ALL" } } }));
    await expect(
      other.up(program({ ...DAYS, preferredBackupTime: "05:00Z-06:00Z" }, { clusters: [...ids] })),
    ).rejects.toThrow(
      /3 of 3 clusters failed: pc-00, pc-01, pc-02: another resource of this run manages the PolarDB backup policy of pc-00 already/,
    );
    expect(modifies()).toEqual([["pc-02", { BackupRetentionPolicyOnClusterDeletion: "ALL" }]]);
  });

  it("refuses a cluster that a resource of its own has", async () => {
    const process = newProcess();
    const { program, clock, emulator, modifies } = await start(2);
    await polardbStack("BackupPolicy", clock, process).up({ dbClusterId: "pc-01", endpoint: emulator.url, ...DAYS });
    await expect(fleetStack(clock, process).up(program({ dataLevel1BackupRetentionPeriod: 10 }))).rejects.toThrow(
      "1 of 2 clusters failed: pc-01: another resource of this run manages the PolarDB backup policy of pc-01 already",
    );
    expect(modifies()).toHaveLength(2);
  });
});

describe("polardb.BackupPolicyFleet, spread", () => {
  it("gives each cluster its own window, shows it before and after, and moves none when clusters come and go", async () => {
    const { stack, program, ids, modifies, forget } = await start(12);
    const spread = { from: "20:00Z", to: "02:00Z" };
    await stack.up(program({}, { spread, clusters: ids.slice(0, 11) }));
    expect(modifies()).toEqual(
      ids.slice(0, 11).map((id) => [id, { DataLevel1BackupTime: polardb.windowOf(id, spread) }]),
    );
    expect(new Set(modifies().map(([, { DataLevel1BackupTime }]) => DataLevel1BackupTime)).size).toBeGreaterThan(2);
    expect(stack.state?.inputs.clusters).toMatchObject({ "pc-00": polardb.windowOf("pc-00", spread) });
    forget();
    await stack.up(program({}, { spread, clusters: ids.slice(1) }));
    expect(modifies().map(([id]) => id)).toEqual(["pc-11"]);
    await stack.refresh();
    expect(await stack.up(program({}, { spread, clusters: ids.slice(1) }))).toBe("same");
  });

  it("leaves a window that an override names", async () => {
    const { stack, program, modifies } = await start(2);
    const overrides = { "pc-01": { preferredBackupTime: "12:00Z-13:00Z" } };
    await stack.up(program({}, { spread: { from: "05:00Z", to: "06:00Z" }, overrides }));
    expect(modifies()).toEqual([
      ["pc-00", { DataLevel1BackupTime: "05:00Z-06:00Z" }],
      ["pc-01", { DataLevel1BackupTime: "12:00Z-13:00Z" }],
    ]);
    expect(await stack.up(program({}, { spread: { from: "05:00Z", to: "06:00Z" }, overrides }))).toBe("same");
    // The preview shows a window of the spread only where that is the window.
    expect(stack.state?.inputs.clusters).toMatchObject({ "pc-00": "05:00Z-06:00Z", "pc-01": "override" });
  });
});

describe("polardb.BackupPolicyFleet, parts of a policy", () => {
  const rule = { name: "daily", srcType: "db", destType: "level1", filterType: "event", retentionType: "delay" };
  const advanced = (days: number) => ({
    backupPolicyLevel: "Advanced",
    advancedDataPolicies: [{ ...rule, retentionValue: days }],
  });
  const accept = ["irreversible:backupPolicyLevel=Advanced", "shrink:backupPolicyLevel=Advanced"];

  it("keeps the ids of each cluster's rules, changes them by these, and holds one record for all", async () => {
    const { stack, program, modifies, forget } = await start(3);
    await stack.up(program(advanced(30), { accept }));
    expect(output("policies")).toHaveLength(1);
    expect(await stack.up(program(advanced(30), { accept }))).toBe("same");
    forget();
    await stack.up(program(advanced(40), { accept }));
    const sent = modifies().map(([, { AdvancedDataPolicies }]) => AdvancedDataPolicies as unknown[]);
    expect(sent.flat()).toMatchObject(Array(3).fill({ ActionType: "UPDATE", RetentionValue: "40" }));
    expect(new Set(sent.flat().map((item) => (item as { PolicyId: string }).PolicyId)).size).toBe(3);
    await stack.refresh();
    expect(await stack.up(program(advanced(40), { accept }))).toBe("same");
  });

  it("sets log policies beside, in an order that the service takes, and ends their management with its property", async () => {
    const { stack, program, calls, forget, emulator, ids } = await start(3);
    const copy = {
      dataLevel2BackupRetentionPeriod: 30,
      dataLevel2BackupAnotherRegionRegion: "cn-beijing",
      dataLevel2BackupAnotherRegionRetentionPeriod: 30,
    };
    const logPolicy = {
      logBackupRetentionPeriod: 14,
      logBackupAnotherRegionRegion: "cn-beijing",
      logBackupAnotherRegionRetentionPeriod: 30,
    };
    await stack.up(program({ ...copy, logPolicy }));
    for (const id of ids) {
      expect(emulator.world.cluster(id).settings.log).toMatchObject({ LogBackupAnotherRegionRegion: "cn-beijing" });
    }
    expect(recorded("logPolicies")).toEqual(ids);
    await stack.refresh();
    expect(await stack.up(program({ ...copy, logPolicy }))).toBe("same");
    forget();
    expect(await stack.up(program(copy))).toBe("update");
    expect(calls()).toEqual([]);
    expect(output("logPolicies")).toEqual([]);
    expect(stack.log.join("\n")).toContain("the PolarDB log backup policy stays on the cluster as it is");
  });

  it("names the log policy in drift", async () => {
    const { stack, program, emulator } = await start(2);
    await stack.up(program({ logPolicy: { logBackupRetentionPeriod: 14 } }));
    emulator.change({ kind: "setPolicy", clusterId: "pc-01", logPolicy: { LogBackupRetentionPeriod: 30 } });
    await stack.refresh();
    expect(stack.state?.inputs.drift).toEqual(["pc-01: logPolicy.logBackupRetentionPeriod is 30 instead of 14"]);
  });

  it("leaves data policies alone where it declares log policies only, until a cluster has both", async () => {
    const { stack, program, calls, forget } = await start(2);
    const logPolicy = { logBackupRetentionPeriod: 14 };
    await stack.up(program({ logPolicy }));
    expect([recorded(), recorded("logPolicies")]).toEqual([[], ["pc-00", "pc-01"]]);
    forget();
    await stack.up(program({ logPolicy }, { overrides: { "pc-01": DAYS } }));
    expect(calls()).toEqual(["pc-01 DescribeBackupPolicy", "pc-01 DescribeBackupPolicy", "pc-01 ModifyBackupPolicy"]);
    expect(recorded()).toEqual(["pc-01"]);
  });
});

describe("polardb.BackupPolicyFleet, deletion", () => {
  const reset = { onDelete: "reset", accept: ["shrink:onDelete=reset", "unmanage:clusters=1"] };

  it("resets a cluster that leaves and, on deletion, all that are left, where that is accepted", async () => {
    const { stack, program, ids } = await start(3);
    await stack.up(program(DAYS, reset));
    await stack.up(program(DAYS, { ...reset, clusters: ids.slice(1) }));
    expect(ids.map(liveDays)).toEqual(["7", "14", "14"]);
    await stack.destroy();
    expect(ids.map(liveDays)).toEqual(["7", "7", "7"]);
  });

  it("does not reset log policies whose property goes: they are managed no more, and get no call", async () => {
    const { stack, program, forget, calls } = await start(2);
    const logPolicy = { logBackupRetentionPeriod: 30 };
    await stack.up(program({ dataLevel1BackupRetentionPeriod: 10, logPolicy }, reset));
    forget();
    // Beside a change, so that there is something to do for the clusters.
    await stack.up(program({ dataLevel1BackupRetentionPeriod: 14 }, reset));
    expect(calls()).toContain("pc-00 ModifyBackupPolicy");
    expect(calls().filter((call) => call.includes("Log"))).toEqual([]);
  });

  it("spares a cluster that another resource of the run has taken over", async () => {
    const process = newProcess();
    const { stack, program, ids, clock } = await start(2);
    await stack.up(program(DAYS, reset));
    const [mine, other] = [fleetStack(clock, process), fleetStack(clock, process)];
    mine.state = stack.state;
    await other.up(program(DAYS));
    await mine.remove();
    expect(ids.map(liveDays)).toEqual(["14", "14"]);
  });

  it("keeps the record of a cluster that could not be reset", async () => {
    const { stack, program, ids, emulator } = await start(3);
    await stack.up(program(DAYS, reset));
    emulator.world.vendorFaults.add({
      operation: "ModifyBackupPolicy",
      clusterId: "pc-00",
      effect: { kind: "vendorError", when: "before", status: 403, code: "OperationDenied.LockMode" },
    });
    const rest = program(DAYS, { ...reset, clusters: ids.slice(1) });
    await expect(stack.up(rest)).rejects.toThrow("1 of 1 cluster failed: pc-00: ");
    expect(recorded()).toEqual(ids);
    await stack.up(rest);
    expect(ids.map(liveDays)).toEqual(["7", "14", "14"]);
    expect(recorded()).toEqual(ids.slice(1));
  });
});

describe("polardb.BackupPolicyFleet, previews", () => {
  it("judges what is known while the list of clusters is not", async () => {
    const { stack, program } = await start(2);
    await stack.up(program(DAYS));
    expect(await stack.preview(program(DAYS, { clusters: UNKNOWN }))).toBe("update");
    const shorter = program({ dataLevel1BackupRetentionPeriod: 7 }, { clusters: ["pc-00", UNKNOWN] });
    await expect(stack.preview(shorter)).rejects.toThrow("shrink:dataLevel1BackupRetentionPeriod=7");
  });

  it("says once what is wrong in the baseline, and where it stands in an override", async () => {
    const { stack, program, ids } = await start(3);
    const overrides = Object.fromEntries(
      ids.map((id) => [id, { dataLevel2BackupRetentionPeriod: 29, backupFrequency: "Normal" }]),
    );
    const failures = await stack.failures(
      program(
        { dataLevel1BackupRetentionPeriod: 2, region: "cn-x", logPolicy: { logBackupRetentionPeriod: 0 } },
        { overrides },
      ),
    );
    expect(failures.map(({ property }) => property).sort()).toEqual([
      "baseline.dataLevel1BackupRetentionPeriod",
      "baseline.logPolicy.logBackupRetentionPeriod",
      "baseline.region",
      'overrides["pc-00"].dataLevel2BackupRetentionPeriod',
    ]);
  });
});
