import fc from "fast-check";
import { adopt, confirm, unreadableIn } from "../../../../provider/oceanbase/backupConfig.certainty";
import type { Settings } from "../../../../provider/oceanbase/backupConfig.plan";
import type { Progress } from "../../../../provider/oceanbase/backupConfig.progress";
import type { Configure } from "../../../../provider/oceanbase/backupConfig.queue";
import { UNREADABLE, type Unreadable, unreadOf } from "../../../../provider/oceanbase/backupConfig.records";
import type { Task } from "../../../../provider/oceanbase/wire";
import { cluster, configOf, node, placed, TRIO, task, unconfirmedFor } from "../../support/oceanbase";

const T2 = placed(1002);
const T4 = placed(1004);
const INPUTS = { ...configOf({ ...TRIO, deletePolicy: { recoveryWindow: "7d" } }), storageFingerprint: "f" };
const LOCATION = { scheme: "file", path: "/a" } as never;
const ARCHIVE: Settings = { destination: { archive: LOCATION } };
const DATA: Settings = { destination: { data: LOCATION } };
const BOTH: Settings = { destination: { base: LOCATION } };
const POLICY: Settings = { deletePolicy: { policy: "default", recoveryWindow: "7d" } };

const call = (settings: Settings): Configure => ({
  kind: "configure",
  tenant: undefined,
  method: "PATCH",
  settings,
  stopsArchiving: false,
});

/** A run in which nothing of these tenants is known. */
const doubtful = (names: readonly Unreadable[] = UNREADABLE): Progress => ({
  observed: cluster([T2, T4]),
  record: unreadOf({
    covered: [1002, 1004],
    unconfirmed: unconfirmedFor([1002, 1004], ...names),
    unverified: [...names],
  }),
  sent: new Map(),
  archiveGaps: [],
  changed: true,
});

describe("The unreadable settings that a call sends", () => {
  const TWO = ["binding", "pieceSwitchInterval"];

  it.each<[string, Settings, string[]]>([
    ["are, with both destinations, the keys and what goes with the archive", BOTH, [...TWO, "storageFingerprint"]],
    ["are, with the archive's destination, the same", ARCHIVE, [...TWO, "storageFingerprint"]],
    ["are, with a data destination, only the keys", DATA, ["storageFingerprint"]],
    ["are, with a clean-up policy, only that", POLICY, ["deletePolicy"]],
    ["are all, with all of it", { ...BOTH, ...POLICY }, [...UNREADABLE]],
    ["are none, with parameters", { haLowThreadScore: 1, logArchiveConcurrency: 2 }, []],
  ])("%s", (_name, settings, expected) => {
    expect([...unreadableIn(INPUTS, call(settings))].sort()).toEqual([...expected].sort());
  });

  it("are never what the program does not declare", () => {
    expect(unreadableIn({ haLowThreadScore: 1 }, call({ ...BOTH, ...POLICY }))).toEqual([]);
  });
});

describe("What is certain after a call", () => {
  const failed = (...logs: string[]): Task => task({ state: "FAILED", nodes: [node({ state: "FAILED", logs })] });
  const DEST = "Set log archive dest for t2(1002)";
  const DATA_DEST = "Set data backup dest for t2(1002)";
  const REFUSED = "ERROR: [MySQL.Error]: MySQL error: Error 1210 (HY000): no";

  /** What is still in doubt of t2 and t4. */
  const doubts = (settings: Settings, ended: Task, isDone = false): (readonly string[])[] => {
    const progress = doubtful();
    confirm(progress, INPUTS, call(settings), [T2, T4], unreadableIn(INPUTS, call(settings)), ended, isDone);
    return [1002, 1004].map((id) => progress.record.unconfirmed[id] ?? []);
  };

  it.each<[string, Settings, Task, Unreadable[]]>([
    [
      "the destination's settings and not yet the policy",
      { ...ARCHIVE, ...POLICY },
      failed(DEST, REFUSED, DEST),
      ["deletePolicy"],
    ],
    ["nothing, where the destination was refused", ARCHIVE, failed(DEST, REFUSED), [...UNREADABLE]],
    [
      "all but the keys, where the data destination was not reached",
      BOTH,
      failed(DEST, "Set archive lag target to 2h", REFUSED),
      ["deletePolicy", "storageFingerprint"],
    ],
    [
      "all of both destinations",
      BOTH,
      failed(DEST, DATA_DEST, "Set ha low thread score for t4(1004) to 1", REFUSED),
      ["deletePolicy"],
    ],
    [
      "the policy",
      POLICY,
      failed(
        "Set delete policy to {default 7d} for t2(1002)",
        "Drop delete policy {1004 default 9d} for t4(1004)",
        REFUSED,
      ),
      ["binding", "pieceSwitchInterval", "storageFingerprint"],
    ],
    [
      "not the policy that was refused",
      POLICY,
      failed("Set delete policy to {default 7d} for t2(1002)", REFUSED),
      [...UNREADABLE],
    ],
    [
      "not the policy while which was set the task was cancelled",
      POLICY,
      failed("Set delete policy to {default 7d} for t2(1002)", "sub task cancelled"),
      [...UNREADABLE],
    ],
    ["nothing, where only the probe has run", BOTH, failed(), [...UNREADABLE]],
  ])("and has failed is what its log shows of a tenant, and nothing of others: %s", (_name, settings, ended, left) => {
    const [t2, t4] = doubts(settings, ended);
    expect([...(t2 ?? [])].sort()).toEqual([...left].sort());
    expect(t4).toEqual([...UNREADABLE]);
  });

  it("and has succeeded is all that it sent, for all tenants, and nothing else", () => {
    fc.assert(
      fc.property(fc.subarray([ARCHIVE, DATA, POLICY] as const), (parts) => {
        const destination = Object.assign({}, ...parts.map((part) => part.destination ?? {}));
        const settings: Settings = {
          ...(Object.keys(destination).length > 0 ? { destination } : {}),
          ...(parts.includes(POLICY) ? POLICY : {}),
        };
        const touched = unreadableIn(INPUTS, call(settings));
        const left = UNREADABLE.filter((name) => !touched.includes(name));
        expect(doubts(settings, task(), true)).toEqual([left, left]);
      }),
    );
  });

  it.each<[string, (typeof T2)[][], boolean]>([
    ["in one call for all", [[T2, T4]], true],
    ["by a call for each", [[T2], [T4]], true],
    ["to one of two tenants", [[T2]], false],
    ["to the same tenant twice", [[T2], [T2]], false],
  ])("of what was taken over unread is settled once it was sent %s", (_name, rounds, isSettled) => {
    const progress = doubtful(["binding"]);
    for (const addressed of rounds) confirm(progress, INPUTS, call(ARCHIVE), addressed, ["binding"], task(), true);
    expect(progress.record.unverified).toEqual(isSettled ? [] : ["binding"]);
  });
});

describe("What is taken over unread", () => {
  const plan = { calls: [], changes: [], impacts: [], unverified: ["binding"] as const, adopted: [1002] };

  it("counts as declared for the tenants that were found in place, and as unverified", () => {
    const progress = { ...doubtful(), record: unreadOf({}) };
    adopt(progress, INPUTS, plan);
    expect(progress.record).toEqual({
      applied: { binding: "optional" },
      covered: [1002],
      unconfirmed: {},
      unverified: ["binding"],
    });
  });

  it("never replaces what was applied, and is taken over once", () => {
    const progress = { ...doubtful(), record: unreadOf({ applied: { binding: "mandatory" }, covered: [1002] }) };
    adopt(progress, INPUTS, plan);
    adopt(progress, INPUTS, plan);
    expect(progress.record).toMatchObject({
      applied: { binding: "mandatory" },
      covered: [1002],
      unverified: ["binding"],
    });
  });

  it("is nothing where no tenant was found in place", () => {
    const progress = doubtful();
    const before = progress.record;
    adopt(progress, INPUTS, { ...plan, adopted: [] });
    expect(progress.record).toBe(before);
  });

  it("is the destination too, where that cannot be seen", () => {
    const blind = placed(1002, { unreadable: ["destinations", "archiving"] });
    const progress = { ...doubtful(), observed: cluster([blind]), record: unreadOf({}) };
    adopt(progress, INPUTS, plan);
    expect(progress.record.applied.destination).toContain("file:///data/backup");
  });
});
