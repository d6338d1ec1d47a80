import type { Bag } from "../../../../provider/core/bag";
import { planBackupConfig } from "../../../../provider/oceanbase/backupConfig.plan";
import type { Recorded } from "../../../../provider/oceanbase/backupConfig.records";
import type { ObservedCluster } from "../../../../provider/oceanbase/observe";
import { anyConfigOf, cluster, placed, recordOf, TRIO, tenant, unconfirmedFor } from "../../support/oceanbase";

const APPLIED = { binding: "optional", pieceSwitchInterval: "1d" } as const;
const window = (recoveryWindow: string) => ({ deletePolicy: { policy: "default", recoveryWindow } }) as const;

const BOTH = cluster([placed(1002), placed(1004)]);
const recorded = recordOf({ ...APPLIED, ...window("7d") }, BOTH.tenants);

function impacts(desired: Bag, observed: ObservedCluster, state?: Recorded, runningBackups: number[] = []): string[] {
  return planBackupConfig(anyConfigOf(desired), observed, state, runningBackups).impacts.map(
    ({ class: impactClass, token, sentence }) => `${token ?? impactClass}: ${sentence}`,
  );
}

const PERHAPS = (names: string): string =>
  `archiveGap: Log archiving of ${names} was not seen running; where it has been started since, it stops for the change and is then reopened; the time between cannot be restored to.`;
const MOVED = (names: string): string =>
  `cost: A new full backup of ${names} is needed at file:///new; expired backups at the old destination (file:///data/backup/1/1002/data) are no longer cleaned up, and a backup that runs during the change would be cancelled, which must be accepted.`;
const GAP = (names: string): string =>
  `archiveGap: Log archiving of ${names} stops for the change and is then reopened; the time between cannot be restored to.`;

describe("Setting a destination", () => {
  it.each<[string, Bag, ObservedCluster, Recorded | undefined, number[], string[]]>([
    ["costs nothing on a fresh cluster", TRIO, cluster([tenant(1002)]), undefined, [], []],
    [
      "costs a gap for the tenants that are archiving, and names them",
      { ...TRIO, binding: "mandatory" },
      cluster([placed(1002), placed(1004, { archiving: "suspended" }), placed(1006, { archiving: "unknown" })]),
      recordOf(APPLIED, [placed(1002), placed(1004, { archiving: "suspended" })]),
      [],
      [GAP("t2, t4"), PERHAPS("t6")],
    ],
    [
      "must be accepted when it replaces a destination that somebody else has set",
      TRIO,
      cluster([placed(1002, { archiving: "unknown" }, "file:///theirs"), tenant(1004)]),
      undefined,
      [],
      [
        PERHAPS("t2"),
        "overwrite:backupBaseUri=file:///data/backup: t2 already has another destination (file:///theirs/1/1002/clog), which would be replaced; backups there are no longer cleaned up.",
      ],
    ],
    [
      "must be accepted for a tenant that came later with a destination of its own",
      { ...TRIO, ...window("7d") },
      cluster([placed(1002), placed(1004, { archiving: "unknown" }, "file:///theirs")]),
      recordOf({ ...APPLIED, ...window("7d") }, [placed(1002)]),
      [],
      [
        PERHAPS("t4"),
        "overwrite:backupBaseUri=file:///data/backup: t4 already has another destination (file:///theirs/1/1004/clog), which would be replaced; backups there are no longer cleaned up.",
        "shrink:deletePolicy.recoveryWindow=7d: The present clean-up policy cannot be read, so a recovery window of 7d may be shorter; older backups are then deleted within the hour.",
      ],
    ],
    [
      "need not be accepted again for tenants that were configured by this resource",
      { ...TRIO, backupBaseUri: "file:///new", ...window("7d") },
      BOTH,
      recorded,
      [],
      [GAP("t2, t4"), MOVED("t2, t4")],
    ],
    [
      "need not be accepted for a tenant that already is where it belongs",
      { ...TRIO, binding: "mandatory" },
      BOTH,
      recordOf(APPLIED, [placed(1002)]),
      [],
      [GAP("t2, t4")],
    ],
    [
      "must be accepted when it cancels a running backup",
      { ...TRIO, backupBaseUri: "file:///new", ...window("7d") },
      BOTH,
      recorded,
      [1004, 1099],
      [
        GAP("t2, t4"),
        MOVED("t2, t4"),
        "cancelBackup:backupBaseUri=file:///new: A backup of t4 is running and would be cancelled.",
      ],
    ],
    [
      "says nothing of backups of tenants that it does not touch",
      { ...TRIO, ...window("7d") },
      cluster([placed(1002), tenant(1004)]),
      recordOf({ ...APPLIED, ...window("7d") }, [placed(1002)]),
      [1002],
      [],
    ],
  ])("%s", (_name, desired, observed, state, runningBackups, expected) => {
    expect(impacts(desired, observed, state, runningBackups)).toEqual(expected);
  });

  it("has tokens without keys", () => {
    const desired = { ...TRIO, backupBaseUri: "oss://b/p?host=h&access_id=i&access_key=KEYSECRET" };
    const found = impacts(desired, cluster([placed(1002, {}, "file:///theirs")]), undefined, [1002]);
    expect(found.map((text) => text.split(": ")[0])).toEqual([
      "archiveGap",
      "overwrite:backupBaseUri=oss://b/p?host=h",
      "cancelBackup:backupBaseUri=oss://b/p?host=h",
    ]);
    expect(found.join()).not.toContain("KEYSECRET");
  });
});

describe("Sending a clean-up policy", () => {
  const unreadable = (days: string): string =>
    `shrink:deletePolicy.recoveryWindow=${days}: The present clean-up policy cannot be read, so a recovery window of ${days} may be shorter; older backups are then deleted within the hour.`;

  it.each<[string, Bag, ObservedCluster, Recorded | undefined, string[]]>([
    ["costs nothing where there are no backups yet", window("7d"), cluster([tenant(1002)]), undefined, []],
    [
      "must be accepted where there are backups and nobody knows the present policy",
      window("7d"),
      BOTH,
      undefined,
      [unreadable("7d")],
    ],
    [
      "must be accepted when it is declared for the first time",
      window("7d"),
      BOTH,
      recordOf({}, BOTH.tenants),
      [unreadable("7d")],
    ],
    [
      "must be accepted when the window shrinks",
      window("5d"),
      BOTH,
      recorded,
      [
        "shrink:deletePolicy.recoveryWindow=5d: The recovery window shrinks from 7d to 5d; older backups are deleted within the hour.",
      ],
    ],
    ["costs nothing when the window grows, though its text is smaller", window("10d"), BOTH, recorded, []],
    [
      "costs nothing when the same window is sent again after an unknown outcome",
      window("7d"),
      BOTH,
      { ...recorded, unconfirmed: unconfirmedFor([1002, 1004], "deletePolicy") },
      [],
    ],
    [
      "costs nothing for a new tenant without backups",
      { ...TRIO, ...window("7d") },
      cluster([placed(1002), tenant(1004)]),
      recordOf({ ...APPLIED, ...window("7d") }, [placed(1002)]),
      [],
    ],
    ["says nothing when it is not sent", { ...TRIO, ...window("7d") }, BOTH, recorded, []],
  ])("%s", (_name, desired, observed, state, expected) => {
    expect(impacts(desired, observed, state)).toEqual(expected);
  });

  it.each<[string, Bag, Recorded, string]>([
    [
      "another window is sent after one of unknown outcome, because the one before that may be in force",
      window("10d"),
      { ...recorded, unconfirmed: unconfirmedFor([1002, 1004], "deletePolicy") },
      "shrink:deletePolicy.recoveryWindow=10d",
    ],
    [
      "it goes to a tenant that was never covered but has backups, because that may have a policy of its own",
      { ...TRIO, ...window("7d") },
      { ...recorded, covered: [1002] },
      "shrink:deletePolicy.recoveryWindow=7d",
    ],
  ])("must be accepted when %s", (_name, desired, state, token) => {
    const tokens = impacts(desired, BOTH, state).map((text) => text.slice(0, token.length));
    expect(tokens).toEqual([token]);
  });
});

describe("Parameters", () => {
  it("cost nothing", () => {
    expect(impacts({ logArchiveConcurrency: 9, haLowThreadScore: 9, archiveLagTarget: "1h" }, BOTH, recorded)).toEqual(
      [],
    );
  });
});

describe("Declaring a state of log archiving", () => {
  const UNTIL = "from then on these tenants cannot be restored to a point in time.";
  const never = placed(1004, { archiving: "unknown", neverArchived: true });

  it.each<[string, Bag, ObservedCluster, string[]]>([
    [
      "says of a destination that is sent too that archiving stays off",
      { ...TRIO, binding: "mandatory", archiving: "stopped" },
      BOTH,
      [
        "archiveGap: Log archiving of t2, t4 stops for the change and stays off, as declared; the time between cannot be restored to.",
        `archiveGap: Log archiving of t2, t4 becomes stopped: ${UNTIL}`,
      ],
    ],
    [
      "names those that stop, and no others",
      { archiving: "stopped" },
      cluster([placed(1002), placed(1004, { archiving: "unknown" })]),
      [`archiveGap: Log archiving of t2 becomes stopped: ${UNTIL}`],
    ],
    [
      "names those that are suspended",
      { archiving: "suspended" },
      BOTH,
      [`archiveGap: Log archiving of t2, t4 becomes suspended: ${UNTIL}`],
    ],
    [
      "costs nothing where archiving is to run again",
      { archiving: "running" },
      cluster([placed(1002, { archiving: "suspended" })]),
      [],
    ],
    ["costs nothing where it is so already", { archiving: "running" }, BOTH, []],
    [
      "costs a full backup where one never archived and that is wanted",
      { initialBackup: "full" },
      cluster([placed(1002), never]),
      ["cost: t4 never archived: a full backup is started, which opens log archiving and fills storage."],
    ],
    ["costs no backup where none is wanted", {}, cluster([placed(1002), never]), []],
  ])("%s", (_name, desired, observed, expected) => {
    expect(impacts(desired, observed, recordOf(APPLIED, observed.tenants))).toEqual(expected);
  });
});

describe("Setting the destinations of one tenant", () => {
  const OWN = { tenantName: "t2", archiveBaseUri: "file:///a", dataBaseUri: "file:///d", ...APPLIED };
  const at = (archiveUri?: string, dataUri?: string) => cluster([placed(1002, { archiveUri, dataUri }), placed(1004)]);
  const own = recordOf(APPLIED, [placed(1002)]);
  const theirs = (uri: string): string =>
    `t2 already has another destination (${uri}), which would be replaced; backups there are no longer cleaned up.`;

  it.each<[string, Bag, ObservedCluster, Recorded | undefined, number[], string[]]>([
    [
      "must be accepted by each property that replaces what somebody else has set",
      OWN,
      at("file:///x", "file:///y"),
      undefined,
      [],
      [
        GAP("t2"),
        `overwrite:archiveBaseUri=file:///a: ${theirs("file:///x")}`,
        `overwrite:dataBaseUri=file:///d: ${theirs("file:///y")}`,
      ],
    ],
    [
      "costs a gap but no backup when only the archive moves, and a running backup goes on",
      { ...OWN, archiveBaseUri: "file:///new" },
      at("file:///a", "file:///d"),
      own,
      [1002],
      [GAP("t2")],
    ],
    [
      "costs a backup but no gap when only the data moves, and ending a running backup must be accepted",
      { ...OWN, dataBaseUri: "file:///new" },
      at("file:///a", "file:///d"),
      own,
      [1002],
      [
        MOVED("t2").replace("file:///data/backup/1/1002/data", "file:///d"),
        "cancelBackup:dataBaseUri=file:///new: A backup of t2 is running and would be cancelled.",
      ],
    ],
    ["says nothing of the backup of another tenant", OWN, at("file:///a", undefined), own, [1004], []],
    ["costs nothing where there are none", { ...OWN }, cluster([tenant(1002)]), undefined, [], []],
    ["costs nothing where they are in place", OWN, at("file:///a", "file:///d"), own, [1002], []],
  ])("%s", (_name, desired, observed, state, runningBackups, expected) => {
    expect(impacts(desired, observed, state, runningBackups)).toEqual(expected);
  });
});

describe("An agent that shows neither destinations nor archiving", () => {
  const blind = (id: number) => tenant(id, { unreadable: ["destinations", "archiving"] });
  const observed = cluster([blind(1002), blind(1004)]);
  const place = { ...APPLIED, destination: "file:///data/backup" };
  const UNSEEN = (names: string): string =>
    `unverified-archiving: Log archiving of ${names} stops for the change if it is running, and this version of obshell (before 4.3.2) cannot show whether it comes back.`;

  it.each<[string, Bag, Recorded | undefined, string[]]>([
    ["must be accepted whenever a destination is sent", TRIO, undefined, [UNSEEN("t2, t4")]],
    [
      "must be accepted for those that are sent one, and no others",
      TRIO,
      recordOf(place, [blind(1002)]),
      [UNSEEN("t4")],
    ],
    ["costs nothing when nothing is sent", TRIO, recordOf(place, observed.tenants), []],
    [
      "may hide a clean-up policy",
      window("7d"),
      undefined,
      [
        "shrink:deletePolicy.recoveryWindow=7d: The present clean-up policy cannot be read, so a recovery window of 7d may be shorter; older backups are then deleted within the hour.",
      ],
    ],
  ])("%s", (_name, desired, state, expected) => {
    expect(impacts(desired, observed, state)).toEqual(expected);
  });
});

describe("A clean-up policy that was taken over unread", () => {
  it("must be accepted also when its window grows, because nobody has seen it", () => {
    const state = { ...recorded, unverified: ["deletePolicy"] as const };
    expect(impacts(window("30d"), BOTH, state).map((text) => text.split(": ")[0])).toEqual([
      "shrink:deletePolicy.recoveryWindow=30d",
    ]);
  });

  it("stays so as long as one tenant of several is not sent it", () => {
    const desired = anyConfigOf({ ...TRIO, ...window("7d") });
    const { unverified } = planBackupConfig(desired, cluster([placed(1002), tenant(1004)]), undefined, []);
    expect(unverified).toContain("deletePolicy");
  });
});
