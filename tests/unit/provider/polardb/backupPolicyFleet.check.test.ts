import type { Bag } from "../../../../provider/core/bag";
import { formatPath } from "../../../../provider/core/bag";
import { UNKNOWN } from "../../../../provider/core/unknowns";
import { backupPolicyFleet } from "../../../../provider/polardb/backupPolicyFleet.handler";
import { testContext } from "../../support/context";

const IDS = ["pc-1", "pc-2", "pc-3"];

const check = (news: Bag, olds: Bag = {}) =>
  backupPolicyFleet.check({ clusters: IDS, baseline: {}, ...news }, olds, testContext());

/** Place and rule of everything that is wrong. */
const found = (news: Bag): string[] =>
  check(news)
    .violations.map(({ path, id }) => `${formatPath(path)} ${id}`)
    .sort();

describe("The inputs of a fleet", () => {
  it.each<[string, Bag, string[]]>([
    ["a cluster twice", { clusters: ["pc-1", "pc-2", "pc-1"] }, ["clusters[2] fleet-members-unique"]],
    ["what is no id", { clusters: ["pc-1", "rm-1"] }, ["clusters[1] fleet-clusters"]],
    [
      "an exemption of nobody",
      { exempt: { "pc-9": { reason: "r", expires: "2999-01-01" } } },
      ['exempt["pc-9"] fleet-exemption-of-member'],
    ],
    ["an override of nobody", { overrides: { "pc-9": {} } }, ['overrides["pc-9"] fleet-override-of-member']],
    ["too many clusters", { maxClusters: 2 }, ["maxClusters fleet-maximum"]],
    [
      "an exemption without a reason",
      { exempt: { "pc-1": { expires: "2999-12-31" } } },
      ['exempt["pc-1"].reason fleet-exemption'],
    ],
    [
      "no date",
      { exempt: { "pc-1": { reason: "r", expires: "2999-02-30" } } },
      ['exempt["pc-1"].expires fleet-exemption'],
    ],
    [
      "a date that is over",
      { exempt: { "pc-1": { reason: "r", expires: "2020-01-31" } } },
      ['exempt["pc-1"].expires fleet-exemption-expired'],
    ],
    [
      "a connection in the baseline",
      { baseline: { region: "cn-hangzhou" } },
      ["baseline.region fleet-common-property"],
    ],
    [
      "tokens in an override",
      { overrides: { "pc-1": { accept: [] } } },
      ['overrides["pc-1"].accept fleet-common-property'],
    ],
    [
      "an id in a log policy",
      { baseline: { logPolicy: { dbClusterId: "pc-1" } } },
      ["baseline.logPolicy.dbClusterId fleet-common-property"],
    ],
    [
      "a window beside spread",
      { spread: { from: "02:00Z", to: "06:00Z" }, baseline: { preferredBackupTime: "02:00Z-03:00Z" } },
      ["baseline.preferredBackupTime fleet-spread-or-window"],
    ],
    [
      "a level-1 window beside spread",
      { spread: { from: "02:00Z", to: "06:00Z" }, baseline: { dataLevel1BackupTime: "02:00Z-03:00Z" } },
      ["baseline.dataLevel1BackupTime fleet-spread-or-window"],
    ],
    ["a range without hours", { spread: { from: "02:00Z", to: "02:00Z" } }, ["spread.to fleet-spread-range"]],
    ["half an hour", { spread: { from: "02:30Z", to: "06:00Z" } }, ["spread.from fleet-spread"]],
    ["no clusters at a time", { parallelism: 0 }, ["parallelism fleet-size"]],
    ["a misspelt property", { cluster: ["pc-1"] }, ["cluster known-property"]],
    ["a misspelt setting", { baseline: { logpolicy: {} } }, ["baseline.logpolicy known-property"]],
    ["a reset that is not accepted", { onDelete: "reset" }, ["onDelete reset-accepted"]],
  ])("are refused for %s", (_name, news, expected) => {
    expect(found(news)).toEqual(expected);
  });

  it("are refused in other words for clusters that a list has lost", () => {
    const named = { overrides: { "pc-1": {} }, exempt: { "pc-2": { reason: "r", expires: "2999-01-01" } } };
    const before = check(named).inputs;
    const after = check({ ...named, clusters: [] }, before).violations;
    expect(after.map(({ path, id }) => [formatPath(path), id])).toEqual([
      ['overrides["pc-1"]', "fleet-override-of-member"],
      ['exempt["pc-2"]', "fleet-exemption-of-member"],
    ]);
    for (const { rule } of after) expect(rule).toContain("was in clusters until now");
  });

  it("name a zone beside spread once, though every window would be wrong with it", () => {
    const spread = { from: "02:00Z", to: "06:00Z" };
    expect(found({ spread, baseline: { timeZone: "Asia/Shanghai" } })).toContain("baseline.timeZone fleet-spread-utc");
  });

  it("are refused where an override does not go with the baseline", () => {
    const baseline = { preferredBackupPeriod: ["Monday", "Friday"] };
    expect(found({ baseline, overrides: { "pc-2": { backupFrequency: "2/24H" } } })).toEqual([
      'overrides["pc-2"] high-frequency-every-day',
    ]);
    const [violation] = check({ baseline, overrides: { "pc-2": { backupFrequency: "2/24H" } } }).violations;
    expect(violation?.rule).toMatch(/^does not go with baseline.preferredBackupPeriod, which cannot be kept beside /);
  });

  it("become the same whatever the order and spelling, with a word on each cluster", () => {
    const inputs = (clusters: string[], days: string[]) =>
      check({
        clusters,
        baseline: { preferredBackupPeriod: days },
        overrides: { "pc-2": { dataLevel1BackupRetentionPeriod: 14 } },
        exempt: { "pc-3": { reason: "migration", expires: "2999-12-31" } },
        spread: { from: "05:00Z", to: "06:00Z" },
      }).inputs;
    const first = inputs(IDS, ["Friday", "Monday"]);
    expect(inputs(IDS.toReversed(), ["Monday", "Friday", "Monday"])).toEqual(first);
    expect(first.clusters).toEqual({ "pc-1": "05:00Z-06:00Z", "pc-2": "override 05:00Z-06:00Z", "pc-3": "exempt" });
    expect(first.baseline).toEqual({ preferredBackupPeriod: ["Monday", "Friday"] });
    expect(first.overrides).toEqual({ "pc-2": { dataLevel1BackupRetentionPeriod: 14 } });
  });

  it("keep a schedule in UTC beside a local one, of an override too where it differs", () => {
    const local = { timeZone: "Asia/Shanghai", preferredBackupTime: "02:00-03:00" };
    const { inputs, violations } = check({
      baseline: local,
      overrides: { "pc-1": { preferredBackupTime: "04:00-05:00" }, "pc-2": { dataLevel1BackupRetentionPeriod: 14 } },
    });
    expect(violations).toEqual([]);
    expect(inputs.baseline.utcSchedule).toMatchObject({ offsetHours: 8, preferredBackupTime: "18:00Z-19:00Z" });
    expect(inputs.overrides?.["pc-1"]?.utcSchedule).toMatchObject({ preferredBackupTime: "20:00Z-21:00Z" });
    expect(inputs.overrides?.["pc-2"]).toEqual({ dataLevel1BackupRetentionPeriod: 14 });
  });

  it("wait for what is not known, and keep it where it stands", () => {
    for (const news of [
      { clusters: UNKNOWN },
      { clusters: ["pc-1", UNKNOWN] },
      { baseline: UNKNOWN },
      { baseline: { logPolicy: UNKNOWN } },
      { overrides: UNKNOWN },
      { overrides: { "pc-1": UNKNOWN } },
      { exempt: { "pc-1": UNKNOWN } },
      { spread: UNKNOWN },
      { spread: { from: UNKNOWN, to: "06:00Z" } },
      { maxClusters: UNKNOWN },
    ]) {
      const { inputs, violations } = check(news);
      expect([news, violations]).toEqual([news, []]);
      expect(inputs).toMatchObject(news);
    }
  });

  it("are checked once for the baseline and once for each different override, however many clusters there are", () => {
    const clusters = Array.from({ length: 2_000 }, (_, index) => `pc-${index}`);
    const overrides = Object.fromEntries(
      clusters.slice(0, 1_000).map((id) => [id, { dataLevel1BackupRetentionPeriod: 2 }]),
    );
    const context = testContext();
    const warned: string[] = [];
    const told = { ...context, log: (line: string) => void warned.push(line) };
    const { violations } = backupPolicyFleet.check(
      { clusters, overrides, baseline: { dataLevel2BackupRetentionPeriod: 1 } },
      {},
      told,
    );
    expect(violations).toHaveLength(2);
    const days = { dataLevel1BackupRetentionPeriod: 20 };
    expect(backupPolicyFleet.check({ clusters, baseline: days }, {}, told).violations).toEqual([]);
    expect(warned).toEqual([expect.stringMatching(/^baseline: dataLevel1BackupRetentionPeriod 20: /)]);
  });
});
