import type { Bag } from "../../../../provider/core/bag";
import { UNKNOWN } from "../../../../provider/core/unknowns";
import {
  type ClusterBackupConfigOutputs,
  clusterBackupConfig,
} from "../../../../provider/oceanbase/clusterBackupConfig.handler";
import { testContext } from "../../support/context";
import { configOf, placed, TRIO } from "../../support/oceanbase";

const KEYS = "&access_id=i&access_key=KEYSECRET";
const URI = "oss://b/p?host=h";

describe("The name of a cluster in messages", () => {
  it.each<[string, Bag, string | undefined]>([
    ["is the recorded one", { cluster: { name: "prod" }, connection: { endpoints: ["a"] } }, "prod"],
    [
      "is its addresses as long as it was never seen",
      { connection: { endpoints: ["a:2886", "b:2886"] } },
      "a:2886, b:2886",
    ],
    ["is left out when addresses are not known yet", { connection: { endpoints: [UNKNOWN] } }, undefined],
    ["is left out when nothing says it", {}, undefined],
  ])("%s", (_name, bag, name) => {
    expect(clusterBackupConfig.identity(bag)).toBe(name);
  });
});

describe("The secrets in inputs and records", () => {
  it("are passwords, private key, and storage keys wherever they stand", () => {
    const bag = {
      connection: { password: "PW", agentPassword: "APW", passwordEnv: "NAME", tls: { key: "TLS", ca: "CA" } },
      storageCredentials: { accessId: "ID", accessKey: "SK" },
      backupBaseUri: `${URI}${KEYS}`,
    };
    expect([...clusterBackupConfig.secrets(bag)].sort()).toEqual(["APW", "KEYSECRET", "PW", "SK", "TLS"]);
  });

  it.each<Bag>([
    {},
    { connection: UNKNOWN, storageCredentials: UNKNOWN, backupBaseUri: UNKNOWN },
    { connection: { password: UNKNOWN } },
    { connection: "text", storageCredentials: 7, backupBaseUri: ["x"] },
    { connection: { tls: null, password: 7 }, backupBaseUri: "oss://broken" },
    { connection: null, storageCredentials: null },
  ])("are none, and nothing fails, for %j", (bag) => {
    expect(clusterBackupConfig.secrets(bag)).toEqual([]);
  });

  it.each<[string, boolean]>([
    [`${URI}${KEYS}`, true],
    [`${URI}&ACCESS_KEY=x`, true],
    [URI, false],
    ["file:///data/backup", false],
  ])("make the URI %s itself one: %s", (backupBaseUri, isSecret) => {
    expect(clusterBackupConfig.isSecret(["backupBaseUri"], { backupBaseUri })).toBe(isSecret);
  });
});

describe("check", () => {
  const check = (news: Bag, environment: Record<string, string> = {}) =>
    clusterBackupConfig.check(news, {}, testContext({ environment }));

  it("adds a fingerprint of the keys, so that a rotation shows", () => {
    const news = { ...TRIO, backupBaseUri: URI, storageCredentials: { accessIdEnv: "I", accessKeyEnv: "K" } };
    const before = check(news, { I: "i", K: "k1" });
    const after = check(news, { I: "i", K: "k2" });
    expect(before.violations).toEqual([]);
    expect(before.inputs.storageFingerprint).toMatch(/^[0-9a-f]{16}$/);
    expect(after.inputs.storageFingerprint).not.toBe(before.inputs.storageFingerprint);
    expect(JSON.stringify(before.inputs)).not.toContain("k1");
  });

  it("adds none where there are no keys", () => {
    expect(check(TRIO).inputs.storageFingerprint).toBeUndefined();
  });

  it("reports a variable for a key that is not set as a failure of that property", () => {
    const news = { ...TRIO, backupBaseUri: URI, storageCredentials: { accessId: "i", accessKeyEnv: "K" } };
    expect(check(news).violations).toEqual([
      {
        path: ["storageCredentials", "accessKeyEnv"],
        rule: "storageCredentials.accessKeyEnv names the environment variable K, which is not set",
        showValue: false,
      },
    ]);
  });
});

describe("diff", () => {
  /** Records of a managed cluster with these inputs. */
  function recordsOf(inputs: Bag, changes: Partial<ClusterBackupConfigOutputs> = {}): Bag {
    const canonical = configOf(inputs);
    const { binding, pieceSwitchInterval, deletePolicy } = canonical;
    const tenants = [placed(1002)];
    return {
      ...canonical,
      cluster: { id: 1, name: "prod", createdTime: "T" },
      tenants,
      applied: { binding, pieceSwitchInterval, deletePolicy },
      unconfirmed: [],
      unverified: [],
      covered: [1002],
      ...changes,
    };
  }

  const POLICY = { deletePolicy: { recoveryWindow: "7d" } };
  const diff = (olds: Bag, news: Bag) => clusterBackupConfig.diff(olds, configOf(news), testContext());

  it("shows nothing when nothing changes", () => {
    const { announcements, replaces, refusal } = diff(recordsOf({ ...TRIO, ...POLICY }), { ...TRIO, ...POLICY });
    expect({ announcements, replaces, refusal }).toEqual({ announcements: [], replaces: [], refusal: undefined });
  });

  it("announces the archive gap of a moved destination", () => {
    const { announcements } = diff(recordsOf(TRIO), { ...TRIO, binding: "mandatory" });
    expect(announcements).toEqual([
      "OceanBase cluster backup config (prod): Log archiving of t2 stops for the change and is then reopened; the time between cannot be restored to.",
    ]);
  });

  it("refuses a shorter recovery window with its token, before anything is sent", () => {
    const { refusal } = diff(recordsOf({ ...TRIO, ...POLICY }), { ...TRIO, deletePolicy: { recoveryWindow: "5d" } });
    expect(refusal?.message).toContain('accept: ["shrink:deletePolicy.recoveryWindow=5d"]');
  });

  it("does not refuse it once it is accepted", () => {
    const accept = ["shrink:deletePolicy.recoveryWindow=5d"];
    const { refusal } = diff(recordsOf({ ...TRIO, ...POLICY }), {
      ...TRIO,
      deletePolicy: { recoveryWindow: "5d" },
      accept,
    });
    expect(refusal).toBeUndefined();
  });

  it.each<[string, Bag, string]>([
    ["applied again", { ...TRIO, ...POLICY, reapply: "2" }, "shrink:deletePolicy.recoveryWindow=7d"],
    [
      "changed to a longer one",
      { ...TRIO, deletePolicy: { recoveryWindow: "9d" } },
      "shrink:deletePolicy.recoveryWindow=9d",
    ],
  ])(
    "refuses a policy that was taken over unread when it is %s: what is in force may keep more",
    (_name, news, token) => {
      const adopted = recordsOf(
        { ...TRIO, ...POLICY },
        { unverified: ["binding", "pieceSwitchInterval", "deletePolicy"] },
      );
      expect(diff(adopted, news).refusal?.message).toContain(`accept: ["${token}"]`);
    },
  );

  it("says of settings that leave the program that they stay", () => {
    const { announcements } = diff(recordsOf({ haLowThreadScore: 5, logArchiveConcurrency: 2 }), {
      haLowThreadScore: 5,
    });
    expect(announcements).toEqual([
      "OceanBase cluster backup config (prod): logArchiveConcurrency is no longer managed and keeps its present value",
    ]);
  });

  it("never replaces: addresses are no identity", () => {
    const { replaces } = diff(recordsOf({ connection: { endpoints: ["a"] } }), { connection: { endpoints: ["b"] } });
    expect(replaces).toEqual([]);
  });

  it("needs no update when only a token changes", () => {
    expect(diff(recordsOf(TRIO), { ...TRIO, accept: ["shrink:x=1"] }).nothingToDo).toBe(true);
  });

  it.each<Bag>([
    { ...TRIO, binding: UNKNOWN },
    { ...TRIO, backupBaseUri: UNKNOWN },
    { deletePolicy: UNKNOWN },
    { deletePolicy: { recoveryWindow: UNKNOWN } },
    { connection: UNKNOWN, accept: UNKNOWN },
  ])("does not fail for values that are not known yet: %j", (news) => {
    expect(() => diff(recordsOf({ ...TRIO, ...POLICY }), news)).not.toThrow();
  });

  it("does not fail for records without tenants, as a resource that was never finished has them", () => {
    expect(() => diff({}, { ...TRIO, ...POLICY })).not.toThrow();
  });
});

describe("delete", () => {
  it("says that everything stays as it is, and calls nobody", async () => {
    const context = testContext();
    await clusterBackupConfig.delete("prod:1", { cluster: { id: 1, name: "prod", createdTime: "T" } }, context);
    expect(context.lines).toEqual([
      "prod: destinations, parameters, clean-up policy and log archiving stay as they are; Pulumi no longer manages them",
    ]);
  });
});
