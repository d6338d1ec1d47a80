import type { Bag } from "../../provider/core/bag";
import { MAX_QUERY_BYTES } from "../../provider/polardb/advancedBatches";
import { canonicalQuery } from "../../provider/polardb/signer";
import type { AdvancedDataPolicy } from "../emulators/polardb/settings";
import { findingsOf } from "../support/findings";
import { DAILY, WEEKLY } from "./support/advancedRules";
import { type PolardbSubject, startPolardbSubject } from "./support/polardb";

let subject: PolardbSubject;

/** A cluster that has advanced backup already, and nobody's rules but the service's own. */
const start = async (options: Parameters<typeof startPolardbSubject>[0] = {}): Promise<PolardbSubject> => {
  subject = await startPolardbSubject(options);
  subject.emulator.change({ kind: "switchToAdvanced", clusterId: "pc-1" });
  return subject;
};

afterEach(() => subject.emulator.close());

const WIRE_WEEKLY: Partial<AdvancedDataPolicy> = {
  SrcType: "level1",
  DestType: "level2",
  FilterType: "crontab",
  FilterKey: "dayOfWeek",
  FilterValue: "7",
  RetentionType: "delay",
  RetentionValue: "365",
};

const declared = (advancedDataPolicies: readonly Bag[], ...accept: string[]): Bag =>
  subject.program({ backupPolicyLevel: "Advanced", advancedDataPolicies, ...(accept.length > 0 ? { accept } : {}) });

const rules = (): AdvancedDataPolicy[] => subject.emulator.world.cluster("pc-1").settings.advancedData;
const ours = (): AdvancedDataPolicy[] => rules().filter(({ AutoCreated }) => !AutoCreated);
const ids = (): Readonly<Record<string, string>> => findingsOf(subject.stack.state).policyIds;
const others = (): Bag[] => findingsOf(subject.stack.state).otherPolicies as unknown as Bag[];

/** The actions of every call, `UPDATE`, `CREATE` and `DELETE` only. */
const actions = (): string[][] =>
  subject
    .modifies()
    .map(({ AdvancedDataPolicies = [] }) =>
      (AdvancedDataPolicies as Bag[]).map(({ ActionType }) => String(ActionType)),
    );

/** A rule that somebody makes in the console; returns its id. */
const addByHand = (policy: Partial<AdvancedDataPolicy>): string =>
  subject.emulator.change({ kind: "addAdvancedPolicy", clusterId: "pc-1", policy }).PolicyId ?? "";

const changeByHand = (policyId: string | undefined, policy: Partial<AdvancedDataPolicy>): void => {
  subject.emulator.change({ kind: "changeAdvancedPolicy", clusterId: "pc-1", policyId: policyId ?? "", policy });
};

describe("polardb.BackupPolicy, advanced rules that exist", () => {
  it("are taken over by policyId, which changes what differs and keeps what this package does not know", async () => {
    const { stack, modifies } = await start();
    const id = addByHand({ ...WIRE_WEEKLY, RetentionValue: "30", StorageClass: "Cold" });
    await stack.up(declared([{ ...WEEKLY, policyId: id }]));
    expect(modifies()).toEqual([
      {
        AdvancedDataPolicies: [
          expect.objectContaining({ ActionType: "UPDATE", PolicyId: id, RetentionValue: "365", StorageClass: "Cold" }),
        ],
      },
    ]);
    expect(ours()).toMatchObject([{ PolicyId: id, RetentionValue: "365", StorageClass: "Cold" }]);
    expect(ids()).toEqual({ weekly: id });
  });

  it("are taken over by equal content, without a write", async () => {
    const { stack, modifies } = await start();
    const id = addByHand(WIRE_WEEKLY);
    await stack.up(declared([WEEKLY]));
    expect(modifies()).toEqual([]);
    expect(ids()).toEqual({ weekly: id });
    expect(others()).toEqual([]);
  });

  it("are taken over also from the service, so that nothing is backed up twice, and are removed with a token only", async () => {
    const { stack, modifies } = await start();
    const [automatic] = rules();
    await stack.up(declared([{ ...DAILY, retentionValue: 7 }]));
    expect(modifies()).toEqual([]);
    expect(ids()).toEqual({ daily: automatic?.PolicyId });
    await expect(stack.up(declared([]))).rejects.toThrow("which the service itself has made, is removed");
    expect(rules()).toEqual([automatic]);
  });

  it("keep their ids when one is renamed and its old name is given to a new one", async () => {
    const { stack } = await start();
    await stack.up(declared([DAILY]));
    const before = ids().daily;
    await stack.up(
      declared([
        { ...DAILY, name: "nightly" },
        { ...WEEKLY, name: "daily" },
      ]),
    );
    expect(ids().nightly).toBe(before);
    expect(actions()).toEqual([["CREATE"], ["CREATE"]]);
  });

  it("are removed with their token only, when the program declares them no more", async () => {
    const { stack, modifies } = await start();
    await stack.up(declared([DAILY, WEEKLY]));
    const id = ids().weekly;
    await expect(stack.up(declared([DAILY]))).rejects.toThrow('accept: ["shrink:advancedDataPolicies.weekly=removed"]');
    expect(ours()).toHaveLength(2);
    await stack.up(declared([DAILY], "shrink:advancedDataPolicies.weekly=removed"));
    expect(modifies().at(-1)?.AdvancedDataPolicies).toEqual([{ ActionType: "DELETE", PolicyId: id }]);
    expect(Object.keys(ids())).toEqual(["daily"]);
  });
});

describe("polardb.BackupPolicy, advanced rules in the console", () => {
  it("that are edited show as the property that differs, and are changed back", async () => {
    const { stack } = await start();
    await stack.up(declared([DAILY, WEEKLY]));
    changeByHand(ids().weekly, { FilterValue: "6", RetentionValue: "180", StorageClass: "Cold" });
    await stack.refresh();
    expect(stack.state?.inputs.advancedDataPolicies).toEqual([
      DAILY,
      { ...WEEKLY, filterValue: "6", retentionValue: 180 },
    ]);
    expect(await stack.up(declared([DAILY, WEEKLY]))).toBe("update");
    expect(actions().at(-1)).toEqual(["UPDATE"]);
    expect(ours().at(-1)).toMatchObject({ FilterValue: "7", RetentionValue: "365", StorageClass: "Cold" });
    await stack.refresh();
    expect(await stack.up(declared([DAILY, WEEKLY]))).toBe("same");
  });

  it("that are removed show as missing, and are made again", async () => {
    const { stack, emulator } = await start();
    await stack.up(declared([DAILY, WEEKLY]));
    emulator.change({ kind: "deleteAdvancedPolicy", clusterId: "pc-1", policyId: ids().weekly ?? "" });
    await stack.refresh();
    expect(stack.state?.inputs.advancedDataPolicies).toEqual([DAILY]);
    await stack.up(declared([DAILY, WEEKLY]));
    expect(actions().at(-1)).toEqual(["CREATE"]);
    expect(ours()).toHaveLength(2);
  });

  it("that are added are left alone and told once, as no difference", async () => {
    const { stack, modifies } = await start();
    await stack.up(declared([DAILY]));
    expect(others()).toEqual([]);
    const id = addByHand(WIRE_WEEKLY);
    const line = `pc-1: advanced rule ${id} (level1 to level2, dayOfWeek 7) is not declared and is left alone`;
    const before = modifies().length;
    await stack.refresh();
    await stack.refresh();
    expect(stack.log.filter((text) => text === line)).toHaveLength(1);
    expect(others()).toMatchObject([{ policyId: id, srcType: "level1", retentionValue: 365 }]);
    expect(await stack.preview(declared([DAILY]))).toBe("same");
    await stack.up(declared([{ ...DAILY, retentionValue: 10 }]));
    expect(stack.log.filter((text) => text.includes(id))).toHaveLength(1);
    expect(modifies()).toHaveLength(before + 1);
    expect(ours().map(({ PolicyId }) => PolicyId)).toContain(id);
  });

  it("that are there when the resource is created are told, but for those of the service", async () => {
    const { stack } = await start();
    const id = addByHand(WIRE_WEEKLY);
    await stack.up(declared([DAILY]));
    expect(stack.log.filter((text) => text.includes("is not declared"))).toHaveLength(1);
    expect(others()).toMatchObject([{ policyId: id }]);
    expect(rules().filter(({ AutoCreated }) => AutoCreated)).not.toEqual([]);
  });

  it("are nobody's business when the program declares no rules", async () => {
    const { stack } = await start();
    addByHand(WIRE_WEEKLY);
    await stack.up(subject.program({ preferredBackupTime: "15:00Z-16:00Z" }));
    await stack.refresh();
    expect(others()).toEqual([]);
    expect(stack.log.join("\n")).not.toContain("is not declared");
  });
});

describe("polardb.BackupPolicy, a new advanced rule whose CREATE goes wrong", () => {
  const lostAnswer = (): void => {
    subject.emulator.faults.add({
      operation: "ModifyBackupPolicy",
      effect: { kind: "reply", when: "after", status: 500, body: "<html>bad gateway</html>" },
    });
  };
  const carriedOutTwice = (): void => {
    subject.emulator.world.vendorFaults.add({
      operation: "ModifyBackupPolicy",
      effect: { kind: "duplicateCreate" },
    });
  };

  it.each<[string, () => void]>([
    ["the answer is lost", lostAnswer],
    ["it is carried out twice", carriedOutTwice],
    [
      "it is carried out twice and the answer is lost",
      () => {
        lostAnswer();
        carriedOutTwice();
      },
    ],
    [
      "it is carried out twice, the answer is lost, and it shows late",
      () => {
        lostAnswer();
        carriedOutTwice();
        subject.emulator.change({ kind: "setKnobs", knobs: { visibilityDelayMs: 30_000 } });
      },
    ],
  ])("exists once, under the id on record, when %s", async (_name, goWrong) => {
    const { stack } = await start();
    await stack.up(declared([DAILY]));
    goWrong();
    await stack.up(declared([DAILY, WEEKLY]));
    expect(ours()).toHaveLength(2);
    expect(
      ours()
        .map(({ PolicyId }) => PolicyId)
        .sort(),
    ).toEqual(Object.values(ids()).sort());
    expect(
      actions()
        .flat()
        .filter((type) => type === "CREATE"),
    ).toHaveLength(2);
    expect(others()).toEqual([]);
  });

  it("exists once also when the second copy shows only after the first", async () => {
    const { stack, emulator } = await start();
    const { world } = emulator;
    lostAnswer();
    carriedOutTwice();
    const modify = world.modify.bind(world);
    world.modify = (cluster, settings) => {
      modify(cluster, settings);
      world.modify = modify;
      const first = { ...settings, advancedData: settings.advancedData.filter(({ AutoCreated }) => AutoCreated) };
      first.advancedData.push(...settings.advancedData.slice(first.advancedData.length, -1));
      cluster.earlier = [{ until: world.clock.now() + 5_000, settings: first }];
    };
    await stack.up(declared([WEEKLY]));
    expect(actions()).toEqual([["CREATE"], ["DELETE"]]);
    expect(ours().map(({ PolicyId }) => PolicyId)).toEqual(Object.values(ids()));
  });

  it("is not confused with the same rule of somebody else, which stays", async () => {
    const { stack } = await start();
    await stack.up(declared([{ ...WEEKLY, name: "mine" }]));
    const theirs = addByHand(WIRE_WEEKLY);
    carriedOutTwice();
    await stack.up(declared([{ ...WEEKLY, name: "mine" }, DAILY]));
    expect(
      ours()
        .map(({ PolicyId }) => PolicyId)
        .sort(),
    ).toEqual([...Object.values(ids()), theirs].sort());
    expect(stack.log.join("\n")).toContain(
      `advanced rule ${theirs} (level1 to level2, dayOfWeek 7) is not declared and is left alone; it does the same as rule "mine", so backups may be made twice`,
    );
  });

  it("is made once though an older rule looks the same and the new one shows late", async () => {
    const { stack } = await start({ knobs: { visibilityDelayMs: 20_000 } });
    const narrow = { ...WEEKLY, name: "narrow", onlyPreserveOneEachDay: false };
    await stack.up(declared([narrow]));
    await stack.up(declared([narrow, WEEKLY]));
    expect(actions()).toEqual([["CREATE"], ["CREATE"]]);
    expect(ours()).toHaveLength(2);
  });

  it("is found by its content when the run was killed before it knew the answer", async () => {
    const { stack, modifies } = await start();
    await stack.up(declared([DAILY]));
    const before = structuredClone(stack.state);
    await stack.up(declared([DAILY, WEEKLY]));
    const count = modifies().length;
    stack.state = before;
    await stack.up(declared([DAILY, WEEKLY]));
    expect(modifies()).toHaveLength(count);
    expect(ours()).toHaveLength(2);
    expect(Object.keys(ids())).toEqual(["daily", "weekly"]);
  });

  it("is never sent a second time when neither answer nor rule is to be seen, and is taken up by the next run", async () => {
    const { stack, clock, emulator } = await start();
    emulator.change({ kind: "setKnobs", knobs: { visibilityDelayMs: 600_000 } });
    lostAnswer();
    await expect(stack.up(declared([WEEKLY]))).rejects.toThrow(
      /not visible \(advancedDataPolicies\.weekly\).*WaitTimeout/,
    );
    expect(actions()).toEqual([["CREATE"]]);
    await clock.advance(600_000);
    await stack.up(declared([WEEKLY]));
    expect(actions()).toEqual([["CREATE"]]);
    expect(Object.values(ids())).toEqual(ours().map(({ PolicyId }) => PolicyId));
  });
});

describe("polardb.BackupPolicy, more advanced rules than one call can hold", () => {
  const COUNT = 120;
  const many = (retentionValue: number, count = COUNT): Bag[] =>
    Array.from({ length: count }, (_, index) => ({
      ...WEEKLY,
      name: `rule-${String(index).padStart(3, "0")}`,
      filterKey: "dayOfYear",
      filterValue: String(index + 1),
      retentionValue,
    }));
  const removed = (from: number): string[] =>
    many(30)
      .slice(from)
      .map(({ name }) => `shrink:advancedDataPolicies.${name}=removed`);

  it("are sent in several calls, none of them too long, and the second run writes nothing", async () => {
    const { stack, modifies } = await start();
    const program = subject.program({
      backupPolicyLevel: "Advanced",
      preferredBackupTime: "15:00Z-16:00Z",
      advancedDataPolicies: many(30),
    });
    await stack.up(program);
    expect(modifies().length).toBeGreaterThan(4);
    expect(modifies()[0]).toHaveProperty("DataLevel1BackupTime");
    for (const { AdvancedDataPolicies, ...parameters } of modifies()) {
      const sent = { ...parameters, AdvancedDataPolicies: JSON.stringify(AdvancedDataPolicies) };
      expect(canonicalQuery(sent as Record<string, string>).length).toBeLessThanOrEqual(MAX_QUERY_BYTES);
    }
    expect(ours()).toHaveLength(COUNT);
    expect(Object.keys(ids())).toHaveLength(COUNT);
    const count = modifies().length;
    await stack.refresh();
    expect(await stack.up(program)).toBe("same");
    expect(modifies()).toHaveLength(count);
  });

  it("are refused before the first call when anything in the last one is not accepted", async () => {
    const { stack, modifies } = await start();
    await stack.up(declared(many(30)));
    const count = modifies().length;
    const changed = [...many(60, COUNT - 1), { ...many(30)[COUNT - 1], retentionValue: 29 }] as Bag[];
    await expect(stack.up(declared(changed))).rejects.toThrow("advancedDataPolicies.rule-119.retentionValue=29");
    expect(modifies()).toHaveLength(count);
    const accept = `shrink:advancedDataPolicies.rule-119.retentionValue=29`;
    await stack.up(declared(changed, accept));
    expect(new Set(actions().slice(count).flat())).toEqual(new Set(["UPDATE"]));
    expect(ours().filter(({ RetentionValue }) => RetentionValue === "60")).toHaveLength(COUNT - 1);
  });

  it("are refused before the first call when one in the last copies to where the cluster cannot", async () => {
    const { stack, modifies } = await start();
    const copy = { ...WEEKLY, name: "z-copy", destType: "level2Cross", destRegion: "cn-chengdu" };
    await expect(stack.up(declared([...many(30), copy]))).rejects.toThrow(
      "[InvalidInput]. Nothing was changed. It can copy to",
    );
    expect(modifies()).toEqual([]);
  });

  it("go on where a run was cut short, deletions included", async () => {
    const { stack, emulator, modifies } = await start();
    await stack.up(declared(many(30)));
    const accept = removed(10);
    emulator.world.vendorFaults.add({
      operation: "ModifyBackupPolicy",
      skip: 1,
      effect: { kind: "vendorError", when: "before", status: 403, code: "NoPermission" },
    });
    const change = declared([...many(60, 10), DAILY], ...accept);
    await expect(stack.up(change)).rejects.toThrow("NoPermission");
    expect(ours().length).toBeGreaterThan(10);
    expect(await stack.preview(change)).toBe("update");
    await stack.up(change);
    expect(ours()).toHaveLength(11);
    expect(Object.keys(ids())).toHaveLength(11);
    expect(others()).toEqual([]);
    const count = modifies().length;
    await stack.refresh();
    expect(await stack.up(change)).toBe("same");
    expect(modifies()).toHaveLength(count);
  });

  it("are made before those that they replace are deleted", async () => {
    const { stack } = await start();
    await stack.up(declared(many(30)));
    const count = actions().length;
    await stack.up(declared([DAILY, WEEKLY], ...removed(0)));
    const order = actions().slice(count).flat();
    expect(order.slice(0, 2)).toEqual(["CREATE", "CREATE"]);
    expect(new Set(order.slice(2))).toEqual(new Set(["DELETE"]));
  });
});

describe("polardb.BackupPolicy, an advanced rule between unusual levels", () => {
  it("is warned of and left to the service", async () => {
    const { stack } = await start();
    await stack.up(declared([{ ...WEEKLY, srcType: "db" }]));
    expect(stack.log.join("\n")).toContain(
      'pc-1: advanced rule "weekly": level2 backups are, as far as the vendor\'s pages tell, made from srcType "level1", not from "db"; the service may refuse it',
    );
    expect(ours()).toHaveLength(1);
  });
});

describe("polardb.BackupPolicy, an advanced rule that the service refuses", () => {
  it("is what the error is about, though its code is named after a classic setting", async () => {
    const { stack, emulator } = await start();
    emulator.world.vendorFaults.add({
      operation: "ModifyBackupPolicy",
      effect: { kind: "vendorError", when: "before", status: 403, code: "IncorrectBackupPolicy", message: "No." },
    });
    await expect(stack.up(declared([WEEKLY]))).rejects.toThrow(
      'the service rejects a rule of advancedDataPolicies ("No") [InvalidInput, IncorrectBackupPolicy, HTTP 403',
    );
  });
});

describe("polardb.BackupPolicy, the switch to advanced backup", () => {
  const switched = (...advancedDataPolicies: readonly Bag[]): Bag =>
    subject.program({
      backupPolicyLevel: "Advanced",
      advancedDataPolicies,
      accept: ["irreversible:backupPolicyLevel=Advanced", "shrink:backupPolicyLevel=Advanced"],
    });
  const COPY = { ...WEEKLY, name: "copy", destType: "level2Cross", destRegion: "cn-chengdu" };

  it.each<[string, Bag, RegExp]>([
    ["to a region that the cluster cannot copy to", COPY, /cannot be copied to cn-chengdu .*Nothing was changed/],
    ["under an id that no rule has", { ...DAILY, policyId: "id-9" }, /names the existing policy id-9/],
  ])("is not made for a rule %s, because there is no way back", async (_name, rule, message) => {
    subject = await startPolardbSubject();
    await expect(subject.stack.up(switched(rule))).rejects.toThrow(message);
    expect(subject.modifies()).toEqual([]);
    expect(subject.emulator.world.cluster("pc-1").settings.level).toBe("Normal");
  });

  it("announces in the preview that its rules cost money", async () => {
    subject = await startPolardbSubject();
    const { stack } = subject;
    await stack.up(subject.program({ preferredBackupTime: "15:00Z-16:00Z" }));
    await stack.preview(switched({ ...COPY, destRegion: "cn-beijing" }));
    expect(stack.log).toContain(
      'pc-1: Rule "copy" copies backups to cn-beijing; storage and traffic there cost money.',
    );
  });
});
