import fc from "fast-check";
import {
  acceptable,
  announced,
  type Impact,
  refusal,
  staleTokens,
  TOKEN_PATTERN,
} from "../../../../provider/core/impact";

const LEVEL_2_OFF = acceptable(
  "shrinksRetention",
  "dataLevel2BackupRetentionPeriod",
  0,
  "Level-2 backups are switched off.",
);
const ADVANCED = acceptable("irreversible", "backupPolicyLevel", "Advanced", "It cannot be switched back.");
const GAP = announced("archiveGap", "Log archiving stops.");

describe("The token of an impact", () => {
  it.each<[Parameters<typeof acceptable>[0], string, string | number, string]>([
    ["shrinksRetention", "dataLevel2BackupRetentionPeriod", 0, "shrink:dataLevel2BackupRetentionPeriod=0"],
    ["shrinksRetention", "dataLevel1BackupRetentionPeriod", 3, "shrink:dataLevel1BackupRetentionPeriod=3"],
    ["cancelsBackup", "backupBaseUri", "file:///b", "cancelBackup:backupBaseUri=file:///b"],
    ["irreversible", "backupPolicyLevel", "Advanced", "irreversible:backupPolicyLevel=Advanced"],
    ["overwritesAdopted", "backupBaseUri", "oss://b/p?host=h", "overwrite:backupBaseUri=oss://b/p?host=h"],
  ])("of class %s names property %s and value %j: %s", (impactClass, property, value, token) => {
    expect(acceptable(impactClass, property, value, "A sentence.").token).toBe(token);
    expect(token).toMatch(TOKEN_PATTERN);
  });

  it("does not exist for what is only announced", () => {
    expect(GAP.token).toBeUndefined();
    expect(announced("cost", "It costs money.").token).toBeUndefined();
  });

  it.each(["", "yes", "shrink", "shrink:x", "shrink:=1", "shrink:x=", "forget:x=1", "shrink:a b=1", " shrink:x=1"])(
    "never looks like %j",
    (text) => {
      expect(text).not.toMatch(TOKEN_PATTERN);
    },
  );
});

describe("A risky change", () => {
  it("is refused with the exact token to add and the sentence of what would happen", () => {
    const error = refusal([LEVEL_2_OFF, GAP], []);
    expect(error?.message).toBe(
      "the change is risky and not accepted: Level-2 backups are switched off [NotAccepted]. " +
        'Nothing was changed. If you want this, add to the resource: accept: ["shrink:dataLevel2BackupRetentionPeriod=0"]',
    );
    expect(error?.kind).toBe("NotAccepted");
  });

  it("is refused with all missing tokens at once, each once", () => {
    const error = refusal([LEVEL_2_OFF, ADVANCED, LEVEL_2_OFF], []);
    expect(error?.facts.advice).toContain(
      'accept: ["shrink:dataLevel2BackupRetentionPeriod=0", "irreversible:backupPolicyLevel=Advanced"]',
    );
  });

  it("names only what is still missing when a part is accepted", () => {
    const error = refusal([LEVEL_2_OFF, ADVANCED], [ADVANCED.token ?? ""]);
    expect(error?.facts.advice).toContain('accept: ["shrink:dataLevel2BackupRetentionPeriod=0"]');
    expect(error?.message).not.toContain("Advanced");
  });

  it("passes once the printed token is added", () => {
    const printed = /accept: (\[.*\])$/.exec(refusal([LEVEL_2_OFF, ADVANCED], [])?.facts.advice ?? "")?.[1] ?? "[]";
    expect(refusal([LEVEL_2_OFF, ADVANCED, GAP], JSON.parse(printed) as string[])).toBeUndefined();
  });

  it.each([
    ["another value of the same property", "shrink:dataLevel2BackupRetentionPeriod=30"],
    ["another property", "shrink:dataLevel1BackupRetentionPeriod=0"],
    ["another class", "irreversible:dataLevel2BackupRetentionPeriod=0"],
    ["the beginning of the token", "shrink:dataLevel2BackupRetentionPeriod="],
    ["more than the token", "shrink:dataLevel2BackupRetentionPeriod=00"],
    ["another case", "Shrink:dataLevel2BackupRetentionPeriod=0"],
  ])("is not authorised by a token for %s", (_name, token) => {
    expect(refusal([LEVEL_2_OFF], [token])?.kind).toBe("NotAccepted");
  });

  it("is never authorised by a token for another value, whatever the values are", () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer(), (now, next) => {
        fc.pre(now !== next);
        const accepted = acceptable("shrinksRetention", "days", now, "x").token ?? "";
        expect(refusal([acceptable("shrinksRetention", "days", next, "x")], [accepted])).toBeDefined();
      }),
    );
  });
});

describe("A change without risk", () => {
  it.each<[string, readonly Impact[]]>([
    ["nothing happens", []],
    ["what happens is only announced", [GAP, announced("cost", "It costs money.")]],
  ])("is not refused when %s", (_name, impacts) => {
    expect(refusal(impacts, [])).toBeUndefined();
  });
});

describe("A token that authorises nothing in this change", () => {
  it.each<[string, readonly Impact[], readonly string[], readonly string[]]>([
    ["is reported", [], ["shrink:x=1"], ["shrink:x=1"]],
    ["is reported beside one that is used", [LEVEL_2_OFF], [LEVEL_2_OFF.token ?? "", "shrink:x=1"], ["shrink:x=1"]],
    ["is not what every used token is", [LEVEL_2_OFF, ADVANCED, GAP], [LEVEL_2_OFF.token ?? ""], []],
  ])("%s", (_name, impacts, accept, stale) => {
    expect(staleTokens(impacts, accept)).toEqual(stale);
  });
});
