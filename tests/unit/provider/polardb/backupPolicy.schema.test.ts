import fc from "fast-check";
import type { Bag } from "../../../../provider/core/bag";
import { UNKNOWN } from "../../../../provider/core/unknowns";
import {
  CLASSIC_FIELDS,
  MYSQL_ONLY,
  PROPERTIES,
  WITHOUT_EFFECT_IN_ADVANCED,
} from "../../../../provider/polardb/backupPolicy.schema";
import { checkPolicy, policies, policyOf } from "../../support/polardb";

const WEEK = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
const WINDOW_RULE = 'must be one hour that starts on the hour, in UTC, written "hh:00Z-hh:00Z" such as "15:00Z-16:00Z"';
const DAYS_RULE = "must name at least two different weekdays";
const DAY_RULE = `must be one of ${WEEK.join(", ")}`;
const FREQUENCY_RULE = "must be one of Normal, 2/24H, 3/24H, 4/24H";
const LEVEL_1_RULE = "must be a whole number of days from 3 to 14";
const LEVEL_2_RULE = "must be 0 (off), a whole number of days from 30 to 7300, or -1 (kept for ever)";

/** What a parameter accepts, with the canonical value where it is another; and what it refuses, with path and rule. */
interface Row {
  readonly beside?: Bag;
  readonly accepted: readonly (readonly [unknown, unknown?])[];
  readonly refused: readonly (readonly [unknown, string, string?])[];
}

const windows: Row = {
  accepted: [["14:00Z-15:00Z"], ["00:00Z-01:00Z"], ["23:00Z-24:00Z"], ["23:00Z-00:00Z", "23:00Z-24:00Z"]],
  refused: [
    ["15:30Z-16:30Z", WINDOW_RULE],
    ["15:00Z-17:00Z", WINDOW_RULE],
    ["15:00-16:00", WINDOW_RULE],
    ["", WINDOW_RULE],
    [15, "must be of type string"],
  ],
};

const weekdays: Row = {
  accepted: [
    [["Monday", "Tuesday"]],
    [
      ["Sunday", "Monday"],
      ["Monday", "Sunday"],
    ],
    [
      ["Friday", "Friday", "Monday"],
      ["Monday", "Friday"],
    ],
    [WEEK],
    [[...WEEK].reverse(), WEEK],
  ],
  refused: [
    [["Monday"], DAYS_RULE],
    [["Monday", "Monday"], DAYS_RULE],
    [[], DAYS_RULE],
    [["Monday", "monday"], DAY_RULE, "[1]"],
    [["Mon", "Tuesday"], DAY_RULE, "[0]"],
    ["Monday,Tuesday", "must be of type array"],
  ],
};

const frequencies: Row = {
  accepted: [["Normal"], ["2/24H"], ["3/24H"], ["4/24H"]],
  refused: [
    ["1/24H", FREQUENCY_RULE],
    ["normal", FREQUENCY_RULE],
    ["", FREQUENCY_RULE],
  ],
};

const level2Days: Row = {
  accepted: [[0], [-1], [30], [31], [7300]],
  refused: [
    [1, LEVEL_2_RULE],
    [14, LEVEL_2_RULE],
    [29, LEVEL_2_RULE],
    [7301, LEVEL_2_RULE],
    [-2, LEVEL_2_RULE],
    [30.5, LEVEL_2_RULE],
    ["30", "must be of type number"],
    [true, "must be of type number"],
  ],
};

/** The parameters of the page "PolarDB: ModifyBackupPolicy". */
const PARAMETERS: Readonly<Record<string, Row>> = {
  dbClusterId: {
    accepted: [["pc-bp13wz9586voc1234"], [" pc-1 ", "pc-1"], ["pc-A-b"]],
    refused: [
      ["", 'must be the id of a PolarDB cluster, such as "pc-bp13wz9586voc"'],
      ["rm-12345678", 'must be the id of a PolarDB cluster, such as "pc-bp13wz9586voc"'],
      ["pc-", 'must be the id of a PolarDB cluster, such as "pc-bp13wz9586voc"'],
      ["pc-1,pc-2", 'must be the id of a PolarDB cluster, such as "pc-bp13wz9586voc"'],
      [undefined, "is required (string)"],
    ],
  },
  timeZone: {
    accepted: [["Asia/Shanghai"], [" Europe/Berlin ", "Europe/Berlin"], ["UTC"], ["Etc/GMT+5"]],
    refused: [
      ["Asia/Nowhere", 'must be the IANA name of a time zone, such as "Asia/Shanghai"'],
      ["+08:00", 'must be the IANA name of a time zone, such as "Asia/Shanghai"'],
      ["", 'must be the IANA name of a time zone, such as "Asia/Shanghai"'],
    ],
  },
  preferredBackupTime: windows,
  preferredBackupPeriod: weekdays,
  // The vendor documents 3 to 14; from 15 to 30 the service decides, because other tools let them pass.
  dataLevel1BackupRetentionPeriod: {
    accepted: [[3], [7], [14], [15], [30]],
    refused: [
      [2, LEVEL_1_RULE],
      [0, LEVEL_1_RULE],
      [-1, LEVEL_1_RULE],
      [31, LEVEL_1_RULE],
      [7.5, LEVEL_1_RULE],
      ["7", "must be of type number"],
    ],
  },
  dataLevel2BackupRetentionPeriod: level2Days,
  backupRetentionPolicyOnClusterDeletion: {
    accepted: [["ALL"], ["LATEST"], ["NONE"]],
    refused: [
      ["all", 'must be one of "ALL", "LATEST", "NONE"'],
      ["", 'must be one of "ALL", "LATEST", "NONE"'],
    ],
  },
  backupFrequency: frequencies,
  dataLevel1BackupFrequency: frequencies,
  dataLevel1BackupTime: windows,
  dataLevel1BackupPeriod: weekdays,
  dataLevel2BackupPeriod: weekdays,
  dataLevel2BackupAnotherRegionRegion: {
    beside: { dataLevel2BackupAnotherRegionRetentionPeriod: 30 },
    accepted: [["cn-hangzhou"], [" cn-hangzhou ", "cn-hangzhou"]],
    refused: [
      ["", "must not be empty; leave the property out instead"],
      [7, "must be of type string"],
    ],
  },
  dataLevel2BackupAnotherRegionRetentionPeriod: {
    beside: { dataLevel2BackupAnotherRegionRegion: "cn-hangzhou" },
    accepted: level2Days.accepted.filter(([days]) => days !== 0),
    refused: level2Days.refused,
  },
  backupPolicyLevel: {
    accepted: [["Normal"], ["Advanced"]],
    refused: [
      ["advanced", 'must be one of "Normal", "Advanced"'],
      ["", 'must be one of "Normal", "Advanced"'],
    ],
  },
  // Ours.
  region: {
    accepted: [["cn-beijing"], [" cn-beijing", "cn-beijing"]],
    refused: [
      ["", "must not be empty; leave the property out instead"],
      ["China (Beijing)", 'must be the id of a region, such as "cn-hangzhou", in lower case'],
    ],
  },
  endpoint: {
    accepted: [["polardb.aliyuncs.com"], ["http://127.0.0.1:8080/", "http://127.0.0.1:8080/"]],
    refused: [
      [" ", "must not be empty; leave the property out instead"],
      [
        "https://polardb.aliyuncs.com/path",
        'must be a host name or an http(s) address without path, query and user, such as "polardb.cn-zhangjiakou.aliyuncs.com"',
      ],
      [
        "not a host",
        'must be a host name or an http(s) address without path, query and user, such as "polardb.cn-zhangjiakou.aliyuncs.com"',
      ],
    ],
  },
  accept: {
    accepted: [
      [["shrink:dataLevel1BackupRetentionPeriod=3"]],
      [
        ["shrink:b=1", "irreversible:a=x", "shrink:b=1"],
        ["irreversible:a=x", "shrink:b=1"],
      ],
      [[]],
    ],
    refused: [
      [["yes"], "is not a token; use the exact text that the refusal printed", "[0]"],
      ["shrink:a=1", "must be of type array"],
    ],
  },
  onDelete: {
    accepted: [["keep"]],
    refused: [
      ["delete", 'must be one of "keep", "reset"'],
      [
        "reset",
        'lets backups expire when the resource is deleted; if you want this, add to the resource: accept: ["shrink:onDelete=reset"]',
      ],
    ],
  },
  timeouts: {
    accepted: [[{ create: "30m", update: "1h" }], [{}]],
    refused: [
      [{ create: "30" }, 'must be a whole number and a unit s, m or h, such as "30m"', ".create"],
      [{ update: "0s" }, 'must be a whole number and a unit s, m or h, such as "30m"', ".update"],
    ],
  },
};

/** The fields of one element of AdvancedDataPolicies. */
const RULE_FIELDS: Readonly<Record<string, Row>> = {
  name: {
    accepted: [["daily-1_A.b"]],
    refused: [
      ["", "must consist of letters, digits, dots, hyphens and underscores"],
      ["a b", "must consist of letters, digits, dots, hyphens and underscores"],
      [undefined, "is required (string)"],
    ],
  },
  policyId: {
    accepted: [["71930ac2e9f15e41615e10627c"], [" 7193\n", "7193"]],
    refused: [["", "must not be empty; leave the property out instead"]],
  },
  onlyPreserveOneEachHour: {
    accepted: [[true]],
    refused: [[false, "cannot be changed; its fixed value is true"]],
  },
  onlyPreserveOneEachDay: { accepted: [[true], [false]], refused: [["true", "must be of type boolean"]] },
  retentionValue: {
    accepted: [[1], [7], [36500]],
    refused: [
      [0, "must be a whole number of days, at least 1"],
      [-1, "must be a whole number of days, at least 1"],
      [1.5, "must be a whole number of days, at least 1"],
      ["7", "must be of type number"],
    ],
  },
  bakType: { accepted: [["F"]], refused: [["L", 'must be "F"']] },
  filterKey: {
    accepted: [["dayOfWeek"], ["dayOfMonth"], ["dayOfYear"]],
    refused: [["dayOfweek", 'must be one of "dayOfWeek", "dayOfMonth", "dayOfYear", "backupInterval"']],
  },
  filterValue: {
    accepted: [["1,2,3,4,5,6,7"], ["7,1", "1,7"], [" 2, 2 ", "2"]],
    refused: [["", "must not be empty; leave the property out instead"]],
  },
  destType: {
    accepted: [["level1"], ["level2"], ["level2Cross"]],
    refused: [["db", 'must be one of "level1", "level2", "level2Cross"']],
  },
  filterType: { accepted: [["crontab"]], refused: [["cron", 'must be one of "crontab", "event"']] },
  srcRegion: { accepted: [["cn-shanghai"]], refused: [["", "must not be empty; leave the property out instead"]] },
  srcType: {
    accepted: [["db"], ["level1"], ["level2"], ["level2Cross"]],
    refused: [["level3", 'must be one of "db", "level1", "level2", "level2Cross"']],
  },
  dumpAction: { accepted: [["copy"]], refused: [["move", 'must be "copy"']] },
  destRegion: { accepted: [["cn-beijing"]], refused: [["", "must not be empty; leave the property out instead"]] },
  retentionType: { accepted: [["delay"]], refused: [["forever", 'must be one of "never", "delay"']] },
};

const VALID_RULE: Bag = {
  name: "daily",
  srcType: "db",
  destType: "level1",
  destRegion: "cn-beijing",
  filterType: "crontab",
  filterKey: "dayOfWeek",
  filterValue: "1,3,5",
  retentionType: "delay",
  retentionValue: 7,
};

const advanced = (rule: Bag): Bag => ({ backupPolicyLevel: "Advanced", advancedDataPolicies: [rule] });

const reason = (path: string, value: unknown, rule: string): string =>
  value === undefined ? `${path}: ${rule}` : `${path}: ${JSON.stringify(value)} ${rule}`;

/** The value that a reason shows: the part of it that the path names. */
function shownValue(value: unknown, at: string): unknown {
  const index = /^\[(\d+)\]$/.exec(at)?.[1];
  if (index !== undefined) return (value as unknown[])[Number(index)];
  return at === "" ? value : (value as Bag)[at.slice(1)];
}

describe("A parameter of a PolarDB backup policy", () => {
  const rows = Object.entries(PARAMETERS);

  it("is in the table, every one", () => {
    const elsewhere = ["network", "credentials", "advancedDataPolicies", "utcSchedule"];
    expect([...Object.keys(PARAMETERS), ...elsewhere].sort()).toEqual([...PROPERTIES].sort());
  });

  it.each(
    rows.flatMap(([name, { beside, accepted }]) =>
      accepted.map(([value, canonical = value]) => ({ name, value, canonical, beside })),
    ),
  )("$name may be $value, and is then $canonical", ({ name, value, canonical, beside }) => {
    expect(policyOf({ ...beside, [name]: value })).toMatchObject({ [name]: canonical });
  });

  it.each(
    rows.flatMap(([name, { beside, refused }]) =>
      refused.map(([value, rule, at = ""]) => ({ name, value, rule, at, beside })),
    ),
  )("$name must not be $value: $rule", ({ name, value, rule, at, beside }) => {
    const { reasons, properties } = checkPolicy({ dbClusterId: "pc-1", ...beside, [name]: value });
    expect(reasons).toEqual([reason(`${name}${at}`, shownValue(value, at), rule)]);
    expect(properties).toEqual([`${name}${at}`]);
  });

  it("may be left out, every one but the cluster's id", () => {
    expect(policyOf({})).toStrictEqual({ dbClusterId: "pc-1" });
  });

  it("that is not one of ours is refused, also under the vendor's own spelling", () => {
    for (const name of ["BackupFrequency", "actionType", "autoCreated", "regionId", "clientToken"]) {
      expect(checkPolicy({ dbClusterId: "pc-1", [name]: "x" }).reasons).toEqual([
        `${name}: is not a property of this resource; remove it or correct its name`,
      ]);
    }
  });
});

describe("A field of an advanced rule", () => {
  const rows = Object.entries(RULE_FIELDS);

  it("is in the table, every one of the vendor's page but the action and the mark that the service sets", () => {
    const page =
      "OnlyPreserveOneEachHour RetentionValue BakType FilterKey FilterValue DestType FilterType SrcRegion SrcType " +
      "OnlyPreserveOneEachDay DumpAction PolicyId DestRegion RetentionType";
    const ours = page.split(" ").map((name) => name.charAt(0).toLowerCase() + name.slice(1));
    expect(Object.keys(RULE_FIELDS).sort()).toEqual([...ours, "name"].sort());
  });

  it.each(
    rows.flatMap(([name, { accepted }]) => accepted.map(([value, canonical = value]) => ({ name, value, canonical }))),
  )("$name may be $value, and is then $canonical", ({ name, value, canonical }) => {
    const { advancedDataPolicies } = policyOf(advanced({ ...VALID_RULE, [name]: value }));
    expect(advancedDataPolicies?.[0]).toMatchObject({ [name]: canonical });
  });

  it.each(rows.flatMap(([name, { refused }]) => refused.map(([value, rule]) => ({ name, value, rule }))))(
    "$name must not be $value: $rule",
    ({ name, value, rule }) => {
      const { reasons } = checkPolicy({ dbClusterId: "pc-1", ...advanced({ ...VALID_RULE, [name]: value }) });
      expect(reasons).toEqual([reason(`advancedDataPolicies[0].${name}`, value, rule)]);
    },
  );

  it.each(["srcType", "destType", "filterType", "retentionType", "name"])("%s is required", (name) => {
    const { [name]: _left, ...rule } = VALID_RULE;
    const { reasons } = checkPolicy({ dbClusterId: "pc-1", ...advanced(rule) });
    expect(reasons).toHaveLength(1);
    expect(reasons[0]).toMatch(new RegExp(`^advancedDataPolicies\\[0\\]\\.${name}: `));
  });

  it.each(["actionType", "autoCreated", "storageClass"])("%s is not ours to set", (name) => {
    const { reasons } = checkPolicy({ dbClusterId: "pc-1", ...advanced({ ...VALID_RULE, [name]: "x" }) });
    expect(reasons).toEqual([
      `advancedDataPolicies[0].${name}: is not a property of this resource; remove it or correct its name`,
    ]);
  });
});

describe("Credentials of a resource", () => {
  it("are accepted by value and by name of a variable", () => {
    const credentials = { accessKeyId: "AK", accessKeySecretEnv: "MY_SK", securityToken: "T" };
    expect(policyOf({ credentials }).credentials).toEqual(credentials);
  });

  it.each(["accessKeySecret", "securityToken"])("never show the value of %s when it is refused", (name) => {
    const { reasons, properties } = checkPolicy({
      dbClusterId: "pc-1",
      credentials: {
        accessKeySecretEnv: name === "securityToken" ? "SK" : undefined,
        [name]: ["SECRETVALUE"],
        accessKeyId: 7,
      },
    });
    expect(reasons).toEqual([
      `credentials.accessKeyId: 7 must be of type string`,
      `credentials.${name}: (value not shown, it may hold a secret) must be of type string`,
    ]);
    expect(properties).toEqual(["credentials.accessKeyId", ""]);
  });

  it.each([
    ["a misspelt name", { accessKeyID: "AK", accesKeySecret: "SECRETVALUE" }],
    ["something that is no object", "SECRETVALUE"],
    ["a list", ["SECRETVALUE"]],
  ])("never let Pulumi print a value of theirs, with %s", (_name, credentials) => {
    const { reasons, properties } = checkPolicy({ dbClusterId: "pc-1", credentials });
    expect(reasons.length).toBeGreaterThan(0);
    expect(reasons.join()).not.toContain("SECRETVALUE");
    // Pulumi prints the value that stands at the property of a failure.
    expect(properties.filter((property) => /^credentials($|.*[sS]ecret)/.test(property))).toEqual([]);
  });
});

describe("The canonical form of a backup policy", () => {
  it("is reached in one step, whatever the program declares", () => {
    fc.assert(
      fc.property(policies, (news) => {
        const inputs = policyOf(news);
        expect(policyOf({ ...inputs })).toEqual(inputs);
      }),
    );
  });

  it("is the same whatever the order of weekdays, rules, tokens and keys", () => {
    fc.assert(
      fc.property(policies, (news) => {
        const reversed = Object.fromEntries(
          Object.entries(news)
            .map(([name, value]) => [name, Array.isArray(value) ? [...value].reverse() : value])
            .reverse(),
        );
        expect(policyOf(reversed)).toEqual(policyOf(news));
      }),
    );
  });

  it("lets values that are not known yet stand, wherever they are", () => {
    const places = fc.subarray([...PROPERTIES]);
    fc.assert(
      fc.property(policies, places, (news, unknown) => {
        const marked: Bag = { ...news, ...Object.fromEntries(unknown.map((name) => [name, UNKNOWN])) };
        const { inputs, reasons } = checkPolicy(marked);
        // A mark in one place can make another property wrong, for instance by declaring it at all.
        if (reasons.length > 0) return;
        for (const name of unknown) expect(inputs[name]).toBe(UNKNOWN);
      }),
    );
  });

  it.each([
    [{ dataLevel2BackupAnotherRegionRegion: UNKNOWN }],
    [{ dataLevel2BackupAnotherRegionRegion: UNKNOWN, dataLevel2BackupAnotherRegionRetentionPeriod: 0 }],
    [{ backupPolicyLevel: "Advanced", dataLevel1BackupRetentionPeriod: UNKNOWN }],
  ])("shows nobody the engine's marker of a value that is not known yet, in %j", (news) => {
    expect(checkPolicy({ dbClusterId: "pc-1", ...news }).reasons.join()).not.toContain(UNKNOWN);
  });
});

describe("The lists of fields", () => {
  it("name the twelve parameters of classic backup in the vendor's order of things", () => {
    expect(CLASSIC_FIELDS).toHaveLength(12);
    expect(Object.keys(PARAMETERS)).toEqual(expect.arrayContaining([...CLASSIC_FIELDS]));
  });

  it("name the nine that have no effect in advanced backup, and not the three that keep theirs", () => {
    const live = ["preferredBackupTime", "dataLevel1BackupTime", "backupRetentionPolicyOnClusterDeletion"];
    expect(CLASSIC_FIELDS.filter((field) => !WITHOUT_EFFECT_IN_ADVANCED.has(field)).sort()).toEqual(live.sort());
  });

  it("name the six that only PolarDB for MySQL has", () => {
    expect([...MYSQL_ONLY].sort()).toEqual(
      [
        "dataLevel1BackupFrequency",
        "dataLevel1BackupTime",
        "dataLevel1BackupPeriod",
        "dataLevel2BackupPeriod",
        "backupPolicyLevel",
        "advancedDataPolicies",
      ].sort(),
    );
  });
});
