import fc from "fast-check";
import type { Bag } from "../../../../provider/core/bag";
import { UNKNOWN } from "../../../../provider/core/unknowns";
import { checkConfig, configOf, configs, TRIO } from "../../support/oceanbase";

const OSS = { ...TRIO, backupBaseUri: "oss://b/p?host=h" };
const S3 = { ...TRIO, backupBaseUri: "s3://b/p?host=h" };
const KEYS = { storageCredentials: { accessId: "i", accessKey: "k" } };

const without = (bag: Bag, ...names: string[]): Bag =>
  Object.fromEntries(Object.entries(bag).filter(([name]) => !names.includes(name)));

describe("A cluster backup config that is valid", () => {
  it.each<[string, Bag]>([
    ["has nothing", {}],
    ["has the three that go together", TRIO],
    [
      "has settings besides the three only",
      {
        logArchiveConcurrency: 10,
        archiveLagTarget: "0ms",
        haLowThreadScore: 1,
        deletePolicy: { recoveryWindow: "7d" },
      },
    ],
    ["has one of the three not known yet", { ...TRIO, binding: UNKNOWN }],
    ["has all three not known yet", { backupBaseUri: UNKNOWN, binding: UNKNOWN, pieceSwitchInterval: UNKNOWN }],
    ["has object storage with keys beside the URI", { ...OSS, ...KEYS }],
    [
      "has object storage with keys in the URI",
      { ...TRIO, backupBaseUri: "oss://b/p?host=h&access_id=i&access_key=k" },
    ],
    [
      "has object storage with keys in variables",
      { ...OSS, storageCredentials: { accessIdEnv: "I", accessKeyEnv: "K" } },
    ],
    [
      "has object storage with keys of both kinds, one each",
      { ...OSS, storageCredentials: { accessId: "i", accessKeyEnv: "K" } },
    ],
    ["has object storage with keys that are not known yet", { ...OSS, storageCredentials: UNKNOWN }],
    [
      "has object storage with a key that is not known yet",
      { ...OSS, storageCredentials: { accessId: "i", accessKey: UNKNOWN } },
    ],
    ["has keys and a destination that is not known yet", { ...TRIO, backupBaseUri: UNKNOWN, ...KEYS }],
    ["has s3 storage with the shortest lag target", { ...S3, ...KEYS, archiveLagTarget: "60s" }],
    ["has s3 storage with a lag target that is not known yet", { ...S3, ...KEYS, archiveLagTarget: UNKNOWN }],
    ["has a file destination with a lag target of zero", { ...TRIO, archiveLagTarget: "0ms" }],
    ["has oss storage with a short lag target", { ...OSS, ...KEYS, archiveLagTarget: "1s" }],
    ["has one password", { connection: { endpoints: ["a"], passwordEnv: "X" } }],
  ])("%s", (_name, news) => {
    expect(checkConfig(news).reasons).toEqual([]);
  });
});

describe("A cluster backup config is refused, with path, rule and fix, when it has", () => {
  it.each<[string[], string, string]>([
    [["backupBaseUri"], "backupBaseUri", "binding and pieceSwitchInterval"],
    [["binding"], "binding", "backupBaseUri and pieceSwitchInterval"],
    [["pieceSwitchInterval"], "pieceSwitchInterval", "backupBaseUri and binding"],
    [["backupBaseUri", "binding"], "backupBaseUri", "pieceSwitchInterval"],
    [["backupBaseUri", "pieceSwitchInterval"], "backupBaseUri", "binding"],
    [["binding", "pieceSwitchInterval"], "binding", "backupBaseUri"],
  ])("only %j of the three that the vendor wants together", (present, path, missing) => {
    const news = Object.fromEntries(present.map((name) => [name, TRIO[name as keyof typeof TRIO]]));
    const reason =
      `${path}: must be set together with ${missing}: the database resets whichever of backupBaseUri, binding, ` +
      `pieceSwitchInterval is left out. Add ${missing}, or remove all three`;
    expect(checkConfig(news).reasons).toEqual([reason]);
    const unknown = Object.fromEntries(present.map((name) => [name, UNKNOWN]));
    expect(checkConfig(unknown).reasons).toEqual([reason]);
  });

  it.each<[string, Bag, string[]]>([
    [
      "s3 storage with a lag target below a minute",
      { ...S3, ...KEYS, archiveLagTarget: "59s" },
      ['archiveLagTarget: "59s" must be at least "60s" with an s3:// destination'],
    ],
    [
      "s3 storage with a lag target of zero",
      { ...S3, ...KEYS, archiveLagTarget: "0ms" },
      ['archiveLagTarget: "0ms" must be at least "60s" with an s3:// destination'],
    ],
    [
      "keys beside a file destination",
      { ...TRIO, ...KEYS },
      [
        "storageCredentials: (value not shown, it may hold a secret) has no use beside a file:// destination; remove it",
      ],
    ],
    [
      "keys beside keys in the URI",
      { ...TRIO, backupBaseUri: "oss://b/p?host=h&access_id=i&access_key=k", ...KEYS },
      [
        "storageCredentials: (value not shown, it may hold a secret) must not be set beside keys in backupBaseUri; remove one of the two",
      ],
    ],
    [
      "object storage without keys",
      OSS,
      [
        "storageCredentials: (value not shown, it may hold a secret) is required for oss:// destinations: set accessId and accessKey, or accessIdEnv and accessKeyEnv",
      ],
    ],
    [
      "an id without a key",
      { ...OSS, storageCredentials: { accessId: "i" } },
      [
        "storageCredentials.accessKey: (value not shown, it may hold a secret) is required, by value or as accessKeyEnv",
      ],
    ],
    [
      "a key without an id",
      { ...OSS, storageCredentials: { accessKeyEnv: "K" } },
      ["storageCredentials.accessId: is required, by value or as accessIdEnv"],
    ],
    [
      "an id by value and by variable",
      { ...OSS, storageCredentials: { accessId: "i", accessIdEnv: "I", accessKey: "k" } },
      ["storageCredentials.accessId: must not be set beside accessIdEnv; remove one of the two"],
    ],
    [
      "a key by value and by variable",
      { ...OSS, storageCredentials: { accessId: "i", accessKey: "k", accessKeyEnv: "K" } },
      [
        "storageCredentials.accessKey: (value not shown, it may hold a secret) must not be set beside accessKeyEnv; remove one of the two",
      ],
    ],
    [
      "two passwords",
      { connection: { password: "p", agentPassword: "q" } },
      [
        "connection.agentPassword: (value not shown, it may hold a secret) must not be set beside password; remove one of the two",
      ],
    ],
    [
      "a password by value and by variable",
      { connection: { password: "", passwordEnv: "P" } },
      ["connection.passwordEnv: must not be set beside password; remove one of the two"],
    ],
    [
      "two variables for passwords",
      { connection: { passwordEnv: "P", agentPasswordEnv: "A" } },
      ["connection.agentPasswordEnv: must not be set beside passwordEnv; remove one of the two"],
    ],
    [
      "a private key by value and by variable",
      { connection: { tls: { key: "k", keyEnv: "K" } } },
      ["connection.tls.keyEnv: must not be set beside key; remove one of the two"],
    ],
  ])("%s", (_name, news, reasons) => {
    expect(checkConfig(news).reasons).toEqual(reasons);
  });

  it("several faults, all of which are said at once", () => {
    const { reasons } = checkConfig({
      ...without(S3, "binding"),
      archiveLagTarget: "1s",
      logArchiveConcurrency: 101,
      deletePolicy: { recoveryWindow: "0d" },
      connection: { password: "a", agentPassword: "b" },
    });
    expect(reasons.map((reason) => reason.split(":")[0]).sort()).toEqual(
      [
        "archiveLagTarget",
        "backupBaseUri",
        "connection.agentPassword",
        "deletePolicy.recoveryWindow",
        "logArchiveConcurrency",
        "storageCredentials",
      ].sort(),
    );
  });
});

describe("The rules", () => {
  it("accept every config that the vendor's page allows", () => {
    fc.assert(fc.property(configs, (news) => void configOf(news)));
  });
});
