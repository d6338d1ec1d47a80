import fc from "fast-check";
import type { Bag } from "../../../../provider/core/bag";
import { UNKNOWN } from "../../../../provider/core/unknowns";
import { isSecretPath } from "../../../../provider/oceanbase/backupConfig.schema";
import { PROPERTIES } from "../../../../provider/oceanbase/clusterBackupConfig.schema";
import { checkConfig, configOf, configs, TRIO } from "../../support/oceanbase";

const THREADS_RULE = "must be a whole number from 0 to 100";
const BINDING_RULE = 'must be "optional" (business takes precedence) or "mandatory" (archiving takes precedence)';
const PIECE_RULE = 'must be whole days from "1d" to "7d"';
const LAG_RULE = 'must be one whole number and one unit (ms, s, m, h) from "0ms" to "7200s", such as "120s"';
const WINDOW_RULE = 'must be whole days, at least "1d", such as "7d"';
const POLICY_RULE = 'must be "default", the only clean-up policy there is';
const TIME_RULE = 'must be a whole number and a unit s, m or h, such as "30m"';

/** What a property accepts, with the canonical value where it is another; and what it refuses, with path and rule. */
interface Row {
  readonly beside?: Bag;
  readonly accepted: readonly (readonly [unknown, unknown?])[];
  readonly refused: readonly (readonly [unknown, string, string?])[];
}

const threads: Row = {
  accepted: [[0], [1], [35], [100]],
  refused: [
    [-1, THREADS_RULE],
    [101, THREADS_RULE],
    [1.5, THREADS_RULE],
    ["10", "must be of type number"],
    [true, "must be of type number"],
  ],
};

/** The parameters of the page "Update the cluster-level backup configuration", and ours. */
const PARAMETERS: Readonly<Record<string, Row>> = {
  backupBaseUri: {
    beside: TRIO,
    accepted: [
      ["file:///data/backup"],
      ["file:///data/backup/", "file:///data/backup"],
      ["oss://b/p/?access_key=k&host=h&access_id=i", "oss://b/p?host=h&access_id=i&access_key=k"],
    ],
    refused: [
      // The request example of the vendor's page.
      ["file://data/backup", 'must name an absolute path after "file://"; did you mean "file:///data/backup"?'],
      ["", 'must start with "file://", "oss://", "cos://" or "s3://" in lower case'],
      ["nfs://host/data", 'must start with "file://", "oss://", "cos://" or "s3://" in lower case'],
      [7, "must be of type string"],
    ],
  },
  logArchiveConcurrency: threads,
  binding: {
    beside: TRIO,
    accepted: [["optional"], ["mandatory"], ["Mandatory", "mandatory"], ["OPTIONAL", "optional"]],
    refused: [
      ["", BINDING_RULE],
      ["required", BINDING_RULE],
      [" optional", BINDING_RULE],
      [true, "must be of type string"],
    ],
  },
  haLowThreadScore: threads,
  pieceSwitchInterval: {
    beside: TRIO,
    accepted: [["1d"], ["6d"], ["7d"], ["24h", "1d"], ["168h", "7d"], ["1D", "1d"], ["1440m", "1d"], ["604800s", "7d"]],
    refused: [
      ["", PIECE_RULE],
      ["0d", PIECE_RULE],
      ["8d", PIECE_RULE],
      ["12h", PIECE_RULE],
      ["36h", PIECE_RULE],
      ["169h", PIECE_RULE],
      ["1", PIECE_RULE],
      ["1.5d", PIECE_RULE],
      ["1d12h", PIECE_RULE],
      [1, "must be of type string"],
    ],
  },
  archiveLagTarget: {
    accepted: [
      ["0ms", "0s"],
      ["0s"],
      ["500ms"],
      ["120s", "2m"],
      ["7200s", "2h"],
      ["2h"],
      ["120m", "2h"],
      ["7200000ms", "2h"],
      ["2H", "2h"],
    ],
    refused: [
      ["7201s", LAG_RULE],
      ["3h", LAG_RULE],
      ["1d", LAG_RULE],
      ["", LAG_RULE],
      ["120", LAG_RULE],
      ["-1s", LAG_RULE],
      ["1.5h", LAG_RULE],
      ["1h30m", LAG_RULE],
      ["100us", LAG_RULE],
      ["abc", LAG_RULE],
      [120, "must be of type string"],
    ],
  },
  deletePolicy: {
    accepted: [
      [{ policy: "default", recoveryWindow: "7d" }],
      [
        { policy: "", recoveryWindow: "5d" },
        { policy: "default", recoveryWindow: "5d" },
      ],
      [
        { policy: "Default", recoveryWindow: "1d" },
        { policy: "default", recoveryWindow: "1d" },
      ],
      [{ recoveryWindow: "30d" }, { policy: "default", recoveryWindow: "30d" }],
    ],
    refused: [
      [{ policy: "default" }, "is required (string)", ".recoveryWindow"],
      [{}, "is required (string)", ".recoveryWindow"],
      [{ recoveryWindow: "" }, WINDOW_RULE, ".recoveryWindow"],
      [{ recoveryWindow: "0d" }, WINDOW_RULE, ".recoveryWindow"],
      [{ recoveryWindow: "7" }, WINDOW_RULE, ".recoveryWindow"],
      [{ recoveryWindow: "7D" }, WINDOW_RULE, ".recoveryWindow"],
      [{ recoveryWindow: "07d" }, WINDOW_RULE, ".recoveryWindow"],
      [{ recoveryWindow: "168h" }, WINDOW_RULE, ".recoveryWindow"],
      [{ recoveryWindow: "1.5d" }, WINDOW_RULE, ".recoveryWindow"],
      [{ recoveryWindow: "7d\n" }, WINDOW_RULE, ".recoveryWindow"],
      [{ recoveryWindow: "7d'; DROP" }, WINDOW_RULE, ".recoveryWindow"],
      [{ policy: "log_only", recoveryWindow: "7d" }, POLICY_RULE, ".policy"],
      ["default", "must be of type object"],
    ],
  },
  accept: {
    accepted: [
      [
        ["shrink:b=1", "overwrite:a=file:///x", "shrink:b=1"],
        ["overwrite:a=file:///x", "shrink:b=1"],
      ],
    ],
    refused: [[["all"], "is not a token; use the exact text that the refusal printed", "[0]"]],
  },
  exceptTenants: {
    accepted: [[["t1"]], [["a-b", "t1"]]],
    refused: [[["t1", ""], "must not be empty; leave the property out instead", "[1]"]],
  },
  archiving: {
    accepted: [["running"], ["stopped"], ["suspended"]],
    refused: [
      ["on", 'must be "running", "stopped" or "suspended"'],
      [true, 'must be "running", "stopped" or "suspended"'],
    ],
  },
  initialBackup: {
    accepted: [["full"]],
    refused: [["incremental", 'must be "full": only a full backup can open archiving']],
  },
  onDelete: { accepted: [["keep"], ["stopArchiving"]], refused: [["reset", 'must be "keep" or "stopArchiving"']] },
  releaseTask: { accepted: [["117"]], refused: [["", "must not be empty; leave the property out instead"]] },
  reapply: { accepted: [["2026-01-05"]], refused: [["", "must not be empty; leave the property out instead"]] },
  timeouts: {
    accepted: [[{ create: "2h", update: "30m" }]],
    refused: [
      [{ create: "1d" }, TIME_RULE, ".create"],
      [{ update: "0m" }, TIME_RULE, ".update"],
    ],
  },
  connection: {
    accepted: [
      [{ endpoints: ["http://10.10.10.1:2886", "10.10.10.2:2886"], password: "" }],
      [{ passwordEnv: "OB_PW", tls: { ca: "PEM", cert: "PEM", keyEnv: "OB_KEY" } }],
      [{}],
    ],
    refused: [
      [{ endpoints: [] }, "must name at least one agent", ".endpoints"],
      [{ endpoints: [""] }, "must not be empty; leave the property out instead", ".endpoints[0]"],
      [{ endpoints: "10.10.10.1" }, "must be of type array", ".endpoints"],
      [{ passwordEnv: "" }, "must not be empty; leave the property out instead", ".passwordEnv"],
      [{ tls: { ca: "" } }, "must not be empty; leave the property out instead", ".tls.ca"],
    ],
  },
  storageCredentials: {
    beside: { ...TRIO, backupBaseUri: "oss://b/p?host=h" },
    accepted: [[{ accessId: "i", accessKey: "k" }], [{ accessIdEnv: "I", accessKeyEnv: "K" }]],
    refused: [[{ accessId: "", accessKey: "k" }, "must not be empty; leave the property out instead", ".accessId"]],
  },
};

/** The value that a reason shows: what stands at the end of the path. */
function shownValue(value: unknown, at: string): unknown {
  return [...at.matchAll(/\.(\w+)|\[(\d+)\]/g)].reduce<unknown>(
    (inner, [, name, index]) => (inner as Record<string, unknown>)[name ?? index ?? ""],
    value,
  );
}

describe("A property of a cluster backup config", () => {
  const rows = Object.entries(PARAMETERS);

  it("is in the table, every one", () => {
    expect([...Object.keys(PARAMETERS), "storageFingerprint"].sort()).toEqual([...PROPERTIES].sort());
  });

  it.each(
    rows.flatMap(([name, { beside, accepted }]) =>
      accepted.map(([value, canonical = value]) => ({ name, value, canonical, beside })),
    ),
  )("$name may be $value, and is then $canonical", ({ name, value, canonical, beside }) => {
    expect(configOf({ ...beside, [name]: value })).toMatchObject({ [name]: canonical });
  });

  it.each(
    rows.flatMap(([name, { beside, refused }]) =>
      refused.map(([value, rule, at = ""]) => ({ name, value, rule, at, beside })),
    ),
  )("$name must not be $value: $rule", ({ name, value, rule, at, beside }) => {
    const { reasons, properties } = checkConfig({ ...beside, [name]: value });
    const shown = shownValue(value, at);
    expect(reasons).toEqual([`${name}${at}: ${shown === undefined ? "" : `${JSON.stringify(shown)} `}${rule}`]);
    expect(properties).toEqual([`${name}${at}`]);
  });

  it("may be left out, every one", () => {
    expect(configOf({})).toStrictEqual({});
  });

  it("that is not one of ours is refused, also under the vendor's own spelling", () => {
    for (const name of ["backup_base_uri", "archiveBaseUri", "delete_policy", "storageFingerprint"]) {
      expect(checkConfig({ [name]: "x" }).reasons).toEqual([
        `${name}: is not a property of this resource; remove it or correct its name`,
      ]);
    }
    expect(checkConfig({ deletePolicy: { recovery_window: "7d", recoveryWindow: "7d" } }).reasons).toEqual([
      "deletePolicy.recovery_window: is not a property of this resource; remove it or correct its name",
    ]);
  });
});

describe("The request example of the vendor's page", () => {
  const EXAMPLE = {
    backupBaseUri: "file://data/backup",
    logArchiveConcurrency: 100,
    binding: "Mandatory",
    haLowThreadScore: 35,
    pieceSwitchInterval: "6d",
    archiveLagTarget: "2h",
    deletePolicy: { policy: "", recoveryWindow: "5d" },
  };

  it("is refused for its destination only, with the one that was meant", () => {
    expect(checkConfig(EXAMPLE).reasons).toEqual([
      'backupBaseUri: "file://data/backup" must name an absolute path after "file://"; did you mean "file:///data/backup"?',
    ]);
  });

  it("is accepted with that, in its canonical form", () => {
    expect(configOf({ ...EXAMPLE, backupBaseUri: "file:///data/backup" })).toEqual({
      ...EXAMPLE,
      backupBaseUri: "file:///data/backup",
      binding: "mandatory",
      deletePolicy: { policy: "default", recoveryWindow: "5d" },
    });
  });
});

describe("Secrets among the inputs", () => {
  it.each<[(string | number)[], boolean]>([
    [["backupBaseUri"], true],
    [["connection"], true],
    [["connection", "password"], true],
    [["connection", "agentPassword"], true],
    [["connection", "tls"], true],
    [["connection", "tls", "key"], true],
    [["storageCredentials"], true],
    [["storageCredentials", "accessKey"], true],
    [["connection", "endpoints"], false],
    [["connection", "endpoints", 0], false],
    [["connection", "passwordEnv"], false],
    [["connection", "tls", "ca"], false],
    [["storageCredentials", "accessKeyEnv"], false],
    [["deletePolicy", "recoveryWindow"], false],
  ])("may stand at %j: %s", (path, isSecret) => {
    expect(isSecretPath(path)).toBe(isSecret);
  });

  it.each<[string, Bag]>([
    ["a password that is no text", { connection: { password: ["SECRETVALUE"] } }],
    ["an agent password that is no text", { connection: { agentPassword: { a: "SECRETVALUE" } } }],
    ["a private key that is no text", { connection: { tls: { key: ["SECRETVALUE"] } } }],
    ["a connection that is no object", { connection: "SECRETVALUE" }],
    ["TLS settings that are no object", { connection: { tls: "SECRETVALUE" } }],
    ["a storage key that is no text", { storageCredentials: { accessKey: ["SECRETVALUE"] } }],
    ["storage credentials that are no object", { storageCredentials: "SECRETVALUE" }],
    ["a URI with keys and another fault", { ...TRIO, backupBaseUri: "oss://b/p?access_id=i&access_key=SECRETVALUE" }],
    ["a URI with keys of the wrong spelling", { ...TRIO, backupBaseUri: "oss://b/p?host=h&ACCESS_KEY=SECRETVALUE" }],
    [
      "a URI with a key in which a character is not escaped",
      { ...TRIO, backupBaseUri: "oss://b/p?host=h&access_id=i&access_key=x&SECRETVALUE" },
    ],
    ["a misspelt password", { connection: { pasword: "SECRETVALUE" } }],
    ["a misspelt storage key", { storageCredentials: { accessId: "i", acessKey: "SECRETVALUE" } }],
    ["a misspelt private key", { connection: { tls: { privateKey: "SECRETVALUE" } } }],
  ])("are neither shown nor left for Pulumi to show: %s", (_name, news) => {
    const { reasons, properties } = checkConfig(news);
    expect(reasons.length).toBeGreaterThan(0);
    expect(reasons.join()).not.toContain("SECRETVALUE");
    // Pulumi prints the value that stands at the property of a failure.
    const shown = properties.filter((property) => property !== "").map((property) => shownValue(news, `.${property}`));
    expect(JSON.stringify(shown)).not.toContain("SECRETVALUE");
  });

  it("do not hide a URI without keys: its value helps to find the mistake", () => {
    const { reasons, properties } = checkConfig({ ...TRIO, backupBaseUri: "oss://b" });
    expect(reasons).toEqual([
      'backupBaseUri: "oss://b" must be "oss://bucket/path?host=…", with a slash after the bucket',
    ]);
    expect(properties).toEqual(["backupBaseUri"]);
  });
});

describe("The canonical form of a cluster backup config", () => {
  it("is reached in one step, whatever the program declares", () => {
    fc.assert(
      fc.property(configs, (news) => {
        const inputs = configOf(news);
        expect(configOf({ ...inputs })).toEqual(inputs);
      }),
    );
  });

  it("lets values that are not known yet stand, wherever they are", () => {
    const declarable = PROPERTIES.filter((name) => name !== "storageFingerprint");
    fc.assert(
      fc.property(configs, fc.subarray(declarable), (news, unknown) => {
        const { inputs, reasons } = checkConfig({
          ...news,
          ...Object.fromEntries(unknown.map((name) => [name, UNKNOWN])),
        });
        // A mark in one place can make another property wrong, for instance by declaring it at all.
        if (reasons.length > 0) return;
        for (const name of unknown) expect(inputs[name]).toBe(UNKNOWN);
      }),
    );
  });

  it.each<Bag>([
    { deletePolicy: { policy: UNKNOWN, recoveryWindow: "7d" } },
    { deletePolicy: { policy: "default", recoveryWindow: UNKNOWN } },
    { connection: { endpoints: [UNKNOWN, "10.10.10.1:2886"], password: UNKNOWN } },
    { connection: { endpoints: UNKNOWN, tls: { ca: UNKNOWN, key: UNKNOWN } } },
    { accept: [UNKNOWN] },
    { timeouts: { create: UNKNOWN } },
  ])("lets values that are not known yet stand inside others: %j", (news) => {
    expect(configOf(news)).toEqual(news);
  });
});
