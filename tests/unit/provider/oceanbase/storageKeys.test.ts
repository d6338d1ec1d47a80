import fc from "fast-check";
import { UNKNOWN } from "../../../../provider/core/unknowns";
import {
  resolveStorageKeys,
  type StorageKeyInputs,
  storageFingerprint,
} from "../../../../provider/oceanbase/storageKeys";
import { thrownBy } from "../../support/failures";

const URI = "oss://b/p?host=h";

describe("The keys of a destination", () => {
  it.each<[string, StorageKeyInputs, Record<string, string>, object | undefined]>([
    [
      "stand beside the URI",
      { backupBaseUri: URI, storageCredentials: { accessId: "i", accessKey: "k" } },
      {},
      { accessId: "i", accessKey: "k" },
    ],
    [
      "stand in variables",
      { backupBaseUri: URI, storageCredentials: { accessIdEnv: "I", accessKeyEnv: "K" } },
      { I: "i", K: "k" },
      { accessId: "i", accessKey: "k" },
    ],
    [
      "stand in both, one each",
      { backupBaseUri: URI, storageCredentials: { accessId: "i", accessKeyEnv: "K" } },
      { K: "k" },
      { accessId: "i", accessKey: "k" },
    ],
    [
      "stand in the URI",
      { backupBaseUri: `${URI}&access_id=i&access_key=a%2Bb` },
      {},
      { accessId: "i", accessKey: "a+b" },
    ],
    ["are not needed for files", { backupBaseUri: "file:///data/backup" }, {}, undefined],
    ["are not needed without a destination", {}, {}, undefined],
  ])("%s", (_name, inputs, environment, keys) => {
    expect(resolveStorageKeys(inputs, environment)).toEqual(keys);
  });

  it("name the variable that is not set", () => {
    const inputs = { backupBaseUri: URI, storageCredentials: { accessId: "i", accessKeyEnv: "MY_KEY" } };
    const error = thrownBy(() => resolveStorageKeys(inputs, {}));
    expect(error.kind).toBe("Unauthenticated");
    expect(error.facts.property).toBe("storageCredentials.accessKeyEnv");
    expect(error.message).toContain("names the environment variable MY_KEY, which is not set");
  });

  it.each(["", "a b", "a'b", 'a"b', "a;b", "a\\b", "a`b", "a\nb"])(
    "are refused, and not shown, when obshell could not write them into SQL: %j",
    (key) => {
      const inputs = { backupBaseUri: URI, storageCredentials: { accessId: "i", accessKeyEnv: "K" } };
      const error = thrownBy(() => resolveStorageKeys(inputs, { K: `${key}` }));
      expect(error.kind).toBe("InvalidInput");
      expect(error.facts.property).toBe("storageCredentials.accessKey");
      if (key !== "") expect(error.message).not.toContain(key);
    },
  );
});

describe("The fingerprint of the keys", () => {
  const fingerprint = (accessId: string, accessKey: string) =>
    storageFingerprint({ backupBaseUri: URI, storageCredentials: { accessId, accessKey } }, {});

  it("is the same wherever the keys stand", () => {
    const expected = fingerprint("i", "k");
    expect(expected).toMatch(/^[0-9a-f]{16}$/);
    expect(storageFingerprint({ backupBaseUri: `${URI}&access_id=i&access_key=k` }, {})).toBe(expected);
    const variables = { accessIdEnv: "I", accessKeyEnv: "K" };
    expect(storageFingerprint({ backupBaseUri: URI, storageCredentials: variables }, { I: "i", K: "k" })).toBe(
      expected,
    );
  });

  it("changes with either key, and never holds a part of one", () => {
    const keys = fc.stringMatching(/^[A-Za-z0-9+/=]{8,40}$/);
    fc.assert(
      fc.property(keys, keys, keys, (id, key, other) => {
        fc.pre(key !== other);
        expect(fingerprint(id, key)).not.toBe(fingerprint(id, other));
        expect(fingerprint(key, id)).not.toBe(fingerprint(other, id));
        expect(fingerprint(id, key)).not.toContain(key);
      }),
    );
  });

  it("tells where the id ends and the key begins", () => {
    expect(fingerprint("ab", "c")).not.toBe(fingerprint("a", "bc"));
  });

  it("does not change with the destination: moving it is seen by itself", () => {
    const credentials = { storageCredentials: { accessId: "i", accessKey: "k" } };
    expect(storageFingerprint({ backupBaseUri: "s3://c/q?host=x", ...credentials }, {})).toBe(fingerprint("i", "k"));
  });

  it("does not exist where there are no keys", () => {
    expect(storageFingerprint({ backupBaseUri: "file:///data/backup" }, {})).toBeUndefined();
    expect(storageFingerprint({}, {})).toBeUndefined();
  });

  it.each<[string, StorageKeyInputs]>([
    ["a key", { backupBaseUri: URI, storageCredentials: { accessId: "i", accessKey: UNKNOWN } }],
    ["the name of a variable", { backupBaseUri: URI, storageCredentials: { accessId: "i", accessKeyEnv: UNKNOWN } }],
    ["the URI", { backupBaseUri: UNKNOWN }],
    ["the URI beside keys", { backupBaseUri: UNKNOWN, storageCredentials: { accessId: "i", accessKey: "k" } }],
    ["all keys", { backupBaseUri: URI, storageCredentials: UNKNOWN as unknown as undefined }],
  ])("is not known while %s is not known", (_name, inputs) => {
    expect(storageFingerprint(inputs, {})).toBe(UNKNOWN);
  });
});
