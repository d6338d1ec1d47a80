import { VirtualClock } from "../emulators/common/clock";
import type { PolardbOptions } from "../emulators/polardb";
import { detailOf, type PolardbEmulator, startPolardb } from "../emulators/polardb";
import type { AdvancedDataPolicy } from "../emulators/polardb/settings";
import { startRecorder } from "./support/polardbRecorder";
import { SDKS, type Sdk, type SdkCredentials, type SdkParameters } from "./support/polardbSdks";

const MINUTE_MS = 60_000;
const KEY = { accessKeyId: "LTAItestKey", accessKeySecret: "s3cr3t-of-the-key" };
const TEMPORARY = {
  accessKeyId: "STS.testKey",
  accessKeySecret: "s3cr3t-of-sts",
  securityToken: "tok/en+=with*odd~chars",
};
/** Every character whose encoding differs between the common encoders, and one outside ASCII. */
const AWKWARD = "a b*'()!~+/&=%é";
const CLUSTER = "pc-sdk1";

const DATA_POLICIES = [
  {
    ActionType: "CREATE",
    SrcType: "db",
    SrcRegion: "cn-hangzhou",
    DestType: "level1",
    DestRegion: "cn-hangzhou",
    FilterType: "crontab",
    FilterKey: "dayOfWeek",
    FilterValue: "1,3,5",
    RetentionType: "delay",
    RetentionValue: "7",
    OnlyPreserveOneEachDay: true,
  },
  {
    ActionType: "CREATE",
    SrcType: "level1",
    SrcRegion: "cn-hangzhou",
    DestType: "level2",
    DestRegion: "cn-hangzhou",
    FilterType: "event",
    RetentionType: "never",
    OnlyPreserveOneEachDay: false,
  },
];

/** What the policies look like once the service has them, however they came. */
function expectPolicies(policies: readonly AdvancedDataPolicy[]): void {
  expect(policies.filter(({ AutoCreated }) => !AutoCreated)).toEqual(
    DATA_POLICIES.map(({ ActionType: _action, ...policy }) => ({
      ...policy,
      PolicyId: expect.stringMatching(/^[0-9a-f]{32}$/),
      OnlyPreserveOneEachHour: true,
      BakType: "F",
      AutoCreated: false,
    })),
  );
}

function flattened(name: string, rows: readonly Readonly<Record<string, unknown>>[]): Record<string, string> {
  return Object.fromEntries(
    rows.flatMap((row, index) =>
      Object.entries(row).map(([field, value]) => [`${name}.${index + 1}.${field}`, String(value)]),
    ),
  );
}

async function withEmulator(
  options: Partial<PolardbOptions>,
  use: (emulator: PolardbEmulator) => Promise<void>,
): Promise<void> {
  const emulator = await startPolardb({
    accessKeys: [KEY, TEMPORARY],
    clusters: [{ id: CLUSTER, engine: "MySQL", region: "cn-hangzhou" }],
    ...options,
  });
  try {
    await use(emulator);
  } finally {
    await emulator.close();
  }
}

async function refusal(
  sdk: Sdk,
  url: string,
  credentials: SdkCredentials,
  parameters: SdkParameters = {},
): Promise<string | undefined> {
  try {
    await sdk.call(url, credentials, "DescribeBackupPolicy", { DBClusterId: CLUSTER, ...parameters });
    return "accepted";
  } catch (error) {
    return sdk.codeOf(error);
  }
}

describe.each(SDKS)("The PolarDB emulator, called by $name", (sdk) => {
  it("describes, modifies and describes again, whatever characters a parameter has", async () => {
    await withEmulator({}, async ({ url, journal }) => {
      const extra = { DBClusterId: CLUSTER, UnknownParameter: AWKWARD };
      const before = await sdk.call(url, KEY, "DescribeBackupPolicy", extra);
      expect(before).toMatchObject({ DataLevel1BackupRetentionPeriod: "7", PreferredBackupTime: "02:00Z-03:00Z" });
      const modified = await sdk.call(url, KEY, "ModifyBackupPolicy", {
        ...extra,
        DataLevel1BackupRetentionPeriod: "10",
        PreferredBackupTime: "23:00Z-00:00Z",
      });
      expect(Object.keys(modified)).toEqual(["RequestId"]);
      const after = await sdk.call(url, KEY, "DescribeBackupPolicy", extra);
      expect(after).toMatchObject({ DataLevel1BackupRetentionPeriod: "10", PreferredBackupTime: "23:00Z-24:00Z" });

      expect(journal.operations()).toEqual(["DescribeBackupPolicy", "ModifyBackupPolicy", "DescribeBackupPolicy"]);
      const [, modify] = journal.calls.map(detailOf);
      expect(modify).toEqual({
        action: "ModifyBackupPolicy",
        signatureVersion: sdk.signatureVersion,
        accessKeyId: KEY.accessKeyId,
        parameters: { ...extra, DataLevel1BackupRetentionPeriod: "10", PreferredBackupTime: "23:00Z-00:00Z" },
        requestId: modified.RequestId,
        code: null,
      });
    });
  });

  it("understands a list as JSON text", async () => {
    await withEmulator({}, async ({ url, journal, world }) => {
      await sdk.call(url, KEY, "ModifyBackupPolicy", {
        DBClusterId: CLUSTER,
        BackupPolicyLevel: "Advanced",
        AdvancedDataPolicies: JSON.stringify(DATA_POLICIES),
      });
      expectPolicies(world.cluster(CLUSTER).settings.advancedData);
      const { parameters } = journal.calls.map(detailOf)[0] ?? {};
      expect(parameters).toMatchObject({ AdvancedDataPolicies: DATA_POLICIES });
    });
  });

  it("understands a list in the form that the client itself brings it into", async () => {
    await withEmulator({}, async ({ url, world }) => {
      await sdk.call(url, KEY, "ModifyBackupPolicy", {
        DBClusterId: CLUSTER,
        BackupPolicyLevel: "Advanced",
        AdvancedDataPolicies: DATA_POLICIES,
      });
      expectPolicies(world.cluster(CLUSTER).settings.advancedData);
    });
  });

  it("understands a list that was flattened to one parameter per field", async () => {
    await withEmulator({}, async ({ url, journal, world }) => {
      await sdk.call(url, KEY, "ModifyBackupPolicy", {
        DBClusterId: CLUSTER,
        BackupPolicyLevel: "Advanced",
        ...flattened("AdvancedDataPolicies", DATA_POLICIES),
      });
      expectPolicies(world.cluster(CLUSTER).settings.advancedData);
      const { parameters } = journal.calls.map(detailOf)[0] ?? {};
      expect(parameters).toMatchObject({ AdvancedDataPolicies: [{ FilterValue: "1,3,5" }, { FilterType: "event" }] });
      expect(Object.keys(parameters ?? {})).toHaveLength(3);
    });
  });

  it.each([
    ["as JSON text", (rows: readonly Readonly<Record<string, unknown>>[]) => JSON.stringify(rows)],
    ["in the client's own form", (rows: readonly Readonly<Record<string, unknown>>[]) => rows],
  ])("keeps every character of a value in a list %s and reads it back", async (_form, write) => {
    await withEmulator({}, async ({ url, world }) => {
      const [row] = DATA_POLICIES;
      const sent = { ...row, FilterKey: "dayOfMonth", FilterValue: AWKWARD };
      await sdk.call(url, KEY, "ModifyBackupPolicy", {
        DBClusterId: CLUSTER,
        BackupPolicyLevel: "Advanced",
        AdvancedDataPolicies: write([sent]),
      });
      expect(world.cluster(CLUSTER).settings.advancedData[1]?.FilterValue).toBe(AWKWARD);
      const { AdvancedDataPolicies } = await sdk.call(url, KEY, "DescribeBackupPolicy", { DBClusterId: CLUSTER });
      expect(AdvancedDataPolicies).toMatchObject({ AdvancedDataPolicy: [{}, { FilterValue: AWKWARD }] });
    });
  });

  it("describes and modifies the log policy, whose list mixes numbers and texts", async () => {
    await withEmulator({}, async ({ url, change }) => {
      change({ kind: "switchToAdvanced", clusterId: CLUSTER });
      await sdk.call(url, KEY, "ModifyLogBackupPolicy", {
        DBClusterId: CLUSTER,
        AdvancedLogPolicies: [{ ActionType: "UPDATE", LogRetentionValue: "40", EnableLogBackup: 1 }],
        UnknownParameter: AWKWARD,
      });
      expect(await sdk.call(url, KEY, "DescribeLogBackupPolicy", { DBClusterId: CLUSTER })).toMatchObject({
        LogBackupRetentionPeriod: 7,
        EnableBackupLog: 1,
        AdvancedLogPolicies: { AdvancedLogPolicy: [{ LogRetentionValue: "40", EnableLogBackup: 1 }] },
      });
    });
  });

  it("accepts the token of a temporary key, and refuses the key without it, with another one, and after its end", async () => {
    const clock = new VirtualClock(Date.now());
    const temporary = { ...TEMPORARY, expiresAt: clock.now() + 5 * MINUTE_MS };
    await withEmulator({ clock, accessKeys: [temporary] }, async ({ url }) => {
      const { securityToken: _token, ...withoutToken } = TEMPORARY;
      expect(await refusal(sdk, url, TEMPORARY, { Extra: AWKWARD })).toBe("accepted");
      expect(await refusal(sdk, url, withoutToken)).toBe("MissingSecurityToken");
      expect(await refusal(sdk, url, { ...TEMPORARY, securityToken: "other" })).toBe("InvalidSecurityToken.Malformed");
      clock.advance(5 * MINUTE_MS);
      expect(await refusal(sdk, url, TEMPORARY)).toBe("InvalidSecurityToken.Expired");
    });
  });

  it("refuses a wrong secret", async () => {
    await withEmulator({}, async ({ url, journal }) => {
      expect(await refusal(sdk, url, { ...KEY, accessKeySecret: "wrong" })).toBe("SignatureDoesNotMatch");
      expect(await refusal(sdk, url, { ...KEY, accessKeySecret: "wrong" }, { Extra: AWKWARD })).toBe(
        "SignatureDoesNotMatch",
      );
      expect(journal.calls.map((call) => detailOf(call).code)).toEqual([
        "SignatureDoesNotMatch",
        "SignatureDoesNotMatch",
      ]);
    });
  });

  it("refuses an access key that it does not know", async () => {
    await withEmulator({}, async ({ url }) => {
      expect(await refusal(sdk, url, { ...KEY, accessKeyId: "nobody" })).toBe("InvalidAccessKeyId.NotFound");
    });
  });

  it("refuses the same bytes a second time", async () => {
    await withEmulator({}, async ({ port, world }) => {
      const recorder = await startRecorder(port);
      try {
        await sdk.call(recorder.url, KEY, "ModifyBackupPolicy", {
          DBClusterId: CLUSTER,
          DataLevel1BackupRetentionPeriod: "9",
          UnknownParameter: AWKWARD,
        });
        world.cluster(CLUSTER).settings.data.DataLevel1BackupRetentionPeriod = "7";
        expect(await recorder.replay()).toContain("SignatureNonceUsed");
        expect(world.cluster(CLUSTER).settings.data.DataLevel1BackupRetentionPeriod).toBe("7");
      } finally {
        await recorder.close();
      }
    });
  });

  it("refuses a client whose clock is beyond the window of its signature form, ahead or behind", async () => {
    const windowMs = (sdk.signatureVersion === "V3" ? 15 : 31) * MINUTE_MS;
    for (const direction of [1, -1]) {
      const clock = new VirtualClock(Date.now() + direction * (windowMs - MINUTE_MS));
      await withEmulator({ clock }, async ({ url }) => {
        expect(await refusal(sdk, url, KEY)).toBe("accepted");
        clock.advance(direction * 2 * MINUTE_MS);
        expect(await refusal(sdk, url, KEY)).toBe("InvalidTimeStamp.Expired");
      });
    }
  });
});

describe("The PolarDB emulator's errors, read by the official current client", () => {
  const [v3] = SDKS;

  async function errorOf(call: Promise<unknown> | undefined): Promise<unknown> {
    try {
      await call;
      return undefined;
    } catch (error) {
      return error;
    }
  }

  it("carry status, request id and the detail of a denial", async () => {
    const reader = { ...KEY, allowedActions: ["Describe*"] };
    await withEmulator({ accessKeys: [reader] }, async ({ url }) => {
      const error = await errorOf(v3?.call(url, KEY, "ModifyBackupPolicy", { DBClusterId: CLUSTER }));
      expect(error).toMatchObject({
        name: "ClientError",
        code: "Forbidden.RAM",
        statusCode: 403,
        requestId: expect.stringMatching(/^[0-9A-F-]{36}$/),
        accessDeniedDetail: { AuthAction: "polardb:ModifyBackupPolicy", NoPermissionType: "ImplicitDeny" },
      });
    });
  });

  it("are recognised as throttling, with the time to wait", async () => {
    await withEmulator({ ratePerSecond: 0.1 }, async ({ url }) => {
      const describeOnce = (): Promise<unknown> | undefined =>
        v3?.call(url, KEY, "DescribeBackupPolicy", { DBClusterId: CLUSTER });
      await describeOnce();
      const error = await errorOf(describeOnce());
      expect(error).toMatchObject({ name: "ThrottlingError", code: "Throttling.User" });
      const { retryAfter } = error as { retryAfter: number };
      expect(retryAfter).toBeGreaterThan(5000);
      expect(retryAfter).toBeLessThanOrEqual(10_000);
    });
  });

  it("are a bare syntax error when a proxy answers with HTML", async () => {
    await withEmulator({}, async ({ url, world }) => {
      world.vendorFaults.add({ effect: { kind: "badGateway", when: "before" } });
      const error = await errorOf(v3?.call(url, KEY, "DescribeBackupPolicy", { DBClusterId: CLUSTER }));
      expect(String(error)).toMatch(/SyntaxError|Unexpected token/);
    });
  });
});
