import { clusterBody, parametersToWire, tenantBody } from "../../../../provider/oceanbase/configBody";
import { parseStorageUri, type StorageUri, tenantLocation } from "../../../../provider/oceanbase/storageUri";

const base = parseStorageUri("oss://b/p?host=h").uri as StorageUri;
const KEYS = { accessId: "i", accessKey: "a+b/c=" };

const SETTINGS = {
  binding: "mandatory",
  pieceSwitchInterval: "6d",
  logArchiveConcurrency: 0,
  archiveLagTarget: "2h",
  haLowThreadScore: 35,
  deletePolicy: { policy: "default", recoveryWindow: "5d" },
} as const;

const WIRE = {
  binding: "mandatory",
  piece_switch_interval: "6d",
  log_archive_concurrency: 0,
  archive_lag_target: "2h",
  ha_low_thread_score: 35,
  delete_policy: { policy: "default", recovery_window: "5d" },
};

describe("The body of a configuration call", () => {
  it("has the vendor's names for the whole cluster, and the keys in the URI", () => {
    expect(clusterBody({ destination: { base }, ...SETTINGS }, KEYS)).toEqual({
      backup_base_uri: "oss://b/p?host=h&access_id=i&access_key=a+b/c=",
      ...WIRE,
    });
  });

  it("has both destinations for one tenant", () => {
    const [archive, data] = (["clog", "data"] as const).map((kind) => tenantLocation(base, 1, 1002, kind));
    expect(tenantBody({ destination: { archive: archive ?? base, data: data ?? base }, ...SETTINGS }, KEYS)).toEqual({
      archive_base_uri: "oss://b/p/1/1002/clog?host=h&access_id=i&access_key=a+b/c=",
      data_base_uri: "oss://b/p/1/1002/data?host=h&access_id=i&access_key=a+b/c=",
      ...WIRE,
    });
  });

  it("uses the keys of the URI itself when no others are given", () => {
    const withKeys = { ...base, keys: { accessId: "x", accessKey: "y" } };
    expect(clusterBody({ destination: { base: withKeys } }, undefined).backup_base_uri).toBe(
      "oss://b/p?host=h&access_id=x&access_key=y",
    );
  });

  it.each([
    ["nothing", {}, {}],
    ["zero, which is a value", { logArchiveConcurrency: 0 }, { log_archive_concurrency: 0 }],
    ["undefined, which is none", { binding: undefined, haLowThreadScore: 1 }, { ha_low_thread_score: 1 }],
  ])("holds only what is set: %s", (_name, settings, body) => {
    expect(Object.keys(clusterBody(settings, KEYS))).toEqual(Object.keys(body));
    expect(clusterBody(settings, KEYS)).toEqual(body);
    expect(tenantBody(settings, KEYS)).toEqual(body);
  });
});

describe("Parameters of a tenant", () => {
  it("have the database's names, and nothing else goes with them", () => {
    expect(parametersToWire({ ...SETTINGS, destination: { base } })).toEqual({
      log_archive_concurrency: 0,
      archive_lag_target: "2h",
      ha_low_thread_score: 35,
    });
    expect(parametersToWire({})).toEqual({});
  });
});
