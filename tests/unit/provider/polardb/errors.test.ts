import fc from "fast-check";
import { type ErrorKind, ProviderError } from "../../../../provider/core/errors";
import { allowsRetry, DEFAULT_RETRY } from "../../../../provider/core/retry";
import { BACKUP_POLICY_CODES, type Cure, cureOf, errorFacts, isBusy } from "../../../../provider/polardb/errors";

/** The error codes of the page "PolarDB: ModifyBackupPolicy": status, code, the vendor's message, and what they mean to us. */
const DOCUMENTED: readonly [number, string, string, ErrorKind, string | undefined, string][] = [
  [
    400,
    "InvalidDataLevel1BackupRetentionPeriod.Malformed",
    "The specified parameter DataLevel1BackupRetentionPeriod is not valid.",
    "InvalidInput",
    "dataLevel1BackupRetentionPeriod",
    "3 to 14",
  ],
  [
    400,
    "InvalidDataLevel2BackupRetentionPeriod.Malformed",
    "The specified parameter DataLevel2BackupRetentionPeriod is not valid.",
    "InvalidInput",
    "dataLevel2BackupRetentionPeriod",
    "30 to 7300",
  ],
  [
    400,
    "InvalidBackupRetentionPeriod.Malformed",
    "The specified parameter BackupRetentionPeriod is not valid.",
    "InvalidInput",
    "dataLevel1BackupRetentionPeriod",
    "3 to 14",
  ],
  [
    400,
    "InvalidBackupFrequency.Malformed",
    "The specified parameter BackupFrequency is not valid.",
    "InvalidInput",
    "backupFrequency",
    '"2/24H"',
  ],
  [
    400,
    "InvalidPreferredBackupPeriod.Malformed",
    "The specified parameter PreferredBackupPeriod is not valid.",
    "InvalidInput",
    "preferredBackupPeriod",
    "at least two",
  ],
  [
    400,
    "InvalidDataLevel2BackupPeriod.Malformed",
    "The specified parameter DataLevel2BackupPeriod is not valid.",
    "InvalidInput",
    "dataLevel2BackupPeriod",
    "at least two",
  ],
  [
    400,
    "InvalidDataLevel1BackupPeriod.Malformed",
    "The specified parameter DataLevel1BackupPeriod is not valid.",
    "InvalidInput",
    "dataLevel1BackupPeriod",
    "at least two",
  ],
  [
    400,
    "InvalidPreferredBackupTime.Malformed",
    "The specified parameter PreferredBackupTime is not valid.",
    "InvalidInput",
    "preferredBackupTime",
    "15:00Z-16:00Z",
  ],
  [
    400,
    "InvalidDataLevel1BackupTime.Malformed",
    "The specified parameter DataLevel1BackupTime is not valid.",
    "InvalidInput",
    "dataLevel1BackupTime",
    "15:00Z-16:00Z",
  ],
  [
    400,
    "InvalidDataLevel1BackupFrequency.Malformed",
    "The specified parameter DataLevel1BackupFrequency is not valid.",
    "InvalidInput",
    "dataLevel1BackupFrequency",
    '"2/24H"',
  ],
  [
    400,
    "InvalidDataLevel2AnotherRegionRegion.NotFound",
    "The specified parameter DataLevel2BackupAnotherRegionRegion does not found.",
    "InvalidInput",
    "dataLevel2BackupAnotherRegionRegion",
    "DescribeAvailableCrossRegions",
  ],
  [
    400,
    "InvalidDataLevel2AnotherRegionBackupRetentionPeriod.Malformed",
    "The specified parameter DataLevel2BackupAnotherRegionRetentionPeriod is not valid.",
    "InvalidInput",
    "dataLevel2BackupAnotherRegionRetentionPeriod",
    "30 to 7300",
  ],
  [
    403,
    "IncorrectBackupPolicy",
    "Current DB type does not support low frequency backupPolicy operation.",
    "InvalidInput",
    "dataLevel2BackupPeriod",
    "PolarDB for MySQL",
  ],
  [
    404,
    "InvalidDBCluster.NotFound",
    "The DBClusterId provided does not exist in our records.",
    "NotFound",
    "dbClusterId",
    "region",
  ],
  [
    404,
    "InvalidDBClusterId.NotFound",
    "The DBClusterId provided does not exist in our records.",
    "NotFound",
    "dbClusterId",
    "region",
  ],
  [
    404,
    "InvalidParam",
    "new archiveBackup policy already exists. dumpretention parameter cannot used alone",
    "Conflict",
    "dataLevel2BackupRetentionPeriod",
    "dataLevel2BackupPeriod",
  ],
  [
    404,
    "InvalidDBClusterId.Malformed",
    "The specified parameter DBClusterId is not valid.",
    "InvalidInput",
    "dbClusterId",
    "pc-",
  ],
];

const facts = (code: string, status = 400, message = "The vendor's text.") =>
  errorFacts("ModifyBackupPolicy", code, status, message, "5F2C");

describe("A documented error code of ModifyBackupPolicy", () => {
  it("is known, all seventeen of them, and no other is passed off as documented", () => {
    expect(DOCUMENTED).toHaveLength(17);
    expect(Object.keys(BACKUP_POLICY_CODES).sort()).toEqual(DOCUMENTED.map(([, code]) => code).sort());
  });

  it.each(DOCUMENTED)("HTTP %d %s, %j, is %s at %s", (status, code, message, kind, property, fix) => {
    const { problem, advice, ...others } = facts(code, status, message);
    expect(others).toEqual({ kind, property, vendorCode: code, httpStatus: status, requestId: "5F2C" });
    expect(problem).toContain(`("${message.replace(/\.$/, "")}")`);
    expect(`${problem} ${advice}`).toContain(fix);
  });

  it("is printed with what happened, the vendor's facts and the fix", () => {
    const error = new ProviderError(facts("InvalidPreferredBackupTime.Malformed", 400, DOCUMENTED[7]?.[2]));
    expect(error.message).toBe(
      'ModifyBackupPolicy: the service rejects preferredBackupTime ("The specified parameter PreferredBackupTime is not valid") ' +
        "[InvalidInput, InvalidPreferredBackupTime.Malformed, HTTP 400, request 5F2C]. " +
        'preferredBackupTime must be one hour that starts on the hour, in UTC, such as "15:00Z-16:00Z".',
    );
  });
});

describe("A code that is named after a parameter", () => {
  const of = (code: string, ...sent: string[]): string => {
    const { property, problem } = errorFacts("ModifyBackupPolicy", code, 404, "No.", undefined, [
      "DBClusterId",
      ...sent,
    ]);
    return `${property}: ${problem}`;
  };
  const REGION = "InvalidDataLevel2AnotherRegionRegion.NotFound";
  const LOG_REGION = "InvalidLogBackupAnotherRegionRegion.NotFound";

  it.each<[string, string, string[], RegExp]>([
    [
      "a rule, where rules were sent and it was not",
      REGION,
      ["AdvancedDataPolicies"],
      /^advancedDataPolicies: .*a rule/,
    ],
    ["a rule of the log policy likewise", LOG_REGION, ["AdvancedLogPolicies"], /^advancedLogPolicies: .*a rule/],
    ["an id that no rule has", "InvalidParam", ["AdvancedDataPolicies", "PreferredBackupTime"], /a rule of/],
    [
      "the parameter, where it was sent beside rules",
      REGION,
      ["AdvancedDataPolicies", "DataLevel2BackupAnotherRegionRegion"],
      /^dataLevel2BackupAnotherRegionRegion/,
    ],
    [
      "the parameter, where no rules were sent",
      "InvalidDataLevel2BackupPeriod.Malformed",
      ["DataLevel1BackupPeriod"],
      /^dataLevel2BackupPeriod/,
    ],
    ["the cluster, whatever was sent", "InvalidDBClusterId.NotFound", ["AdvancedDataPolicies"], /^dbClusterId/],
  ])("means %s", (_name, code, sent, expected) => {
    expect(of(code, ...sent)).toMatch(expected);
  });
});

describe("A code that any action of the gateway can answer", () => {
  it.each<[number, string, ErrorKind, string | RegExp]>([
    [404, "Forbidden.ClusterNotFound", "NotFound", "region"],
    [403, "OperationDenied.DBClusterStatus", "Conflict", "Running"],
    [403, "OperationDenied.LockMode", "Conflict", "unlock"],
    [404, "InvalidAccessKeyId.NotFound", "Unauthenticated", "access key"],
    [400, "InvalidAccessKeyId", "Unauthenticated", "access key"],
    [400, "InvalidAccessKeyId.Inactive", "Unauthenticated", "access key"],
    [403, "Forbidden.AccessKeyDisabled", "Unauthenticated", "access key"],
    [400, "SignatureDoesNotMatch", "Unauthenticated", "secret"],
    [400, "IncompleteSignature", "Unauthenticated", "access key"],
    [400, "InvalidTimeStamp.Expired", "Unauthenticated", "clock"],
    [400, "IllegalTimestamp", "Unauthenticated", "clock"],
    [400, "InvalidSecurityToken.Expired", "Unauthenticated", "token"],
    [403, "InvalidSecurityToken.Malformed", "Unauthenticated", "token"],
    [400, "MissingSecurityToken", "Unauthenticated", "token"],
    [403, "Forbidden.RAM", "Forbidden", "polardb:ModifyBackupPolicy"],
    [403, "Forbidden", "Forbidden", "polardb:ModifyBackupPolicy"],
    [403, "Forbidden.SubUser", "Forbidden", "polardb:ModifyBackupPolicy"],
    [403, "NoPermission", "Forbidden", "polardb:ModifyBackupPolicy"],
    [403, "ActionUnauthorized", "Forbidden", "polardb:ModifyBackupPolicy"],
    [400, "Throttling", "Throttled", ""],
    [400, "Throttling.User", "Throttled", ""],
    [429, "Throttling.Api", "Throttled", ""],
    [503, "Rejected.Throttling", "Throttled", ""],
    [503, "ServiceUnavailable", "Unavailable", ""],
    [500, "InternalError", "Unavailable", ""],
    [502, "SomethingNew", "Unavailable", ""],
    [404, "InvalidAction.NotFound", "InvalidInput", ""],
    [400, "InvalidVersion", "InvalidInput", ""],
    [400, "MissingParameter", "InvalidInput", ""],
  ])("HTTP %d %s is %s", (status, code, kind, advice) => {
    const { kind: found, advice: given = "" } = facts(code, status);
    expect(found).toBe(kind);
    expect(given).toMatch(advice);
  });

  it.each<[string, number, boolean]>([
    ["ServiceUnavailable", 503, true],
    ["InternalError", 500, true],
    ["SignatureNonceUsed", 400, true],
    ["Throttling.User", 400, false],
    ["OperationDenied.DBClusterStatus", 403, false],
    ["InvalidBackupFrequency.Malformed", 400, false],
    ["SomethingNew", 400, false],
  ])("%s with HTTP %d leaves it open whether a write took effect: %s", (code, status, isOpen) => {
    expect(facts(code, status).outcomeUnknown ?? false).toBe(isOpen);
  });

  it("tells a busy cluster from everything else", () => {
    expect(isBusy("OperationDenied.DBClusterStatus")).toBe(true);
    for (const code of ["OperationDenied.LockMode", "OperationDenied", "", undefined]) expect(isBusy(code)).toBe(false);
  });
});

describe("An answer with status 404", () => {
  it("means that the cluster is gone for three codes only, whatever the code is", () => {
    const gone = ["InvalidDBCluster.NotFound", "InvalidDBClusterId.NotFound", "Forbidden.ClusterNotFound"];
    const codes = fc.oneof(
      fc.constantFrom(...gone, ...DOCUMENTED.map(([, code]) => code)),
      fc.constantFrom("InvalidAccessKeyId.NotFound", "InvalidAction.NotFound", "InvalidPolicy.NotFound", "NotFound"),
      fc.string(),
    );
    fc.assert(
      fc.property(codes, fc.constantFrom(400, 403, 404), (code, status) => {
        expect(facts(code, status).kind === "NotFound").toBe(gone.includes(code));
      }),
    );
  });
});

describe("A code that nobody has documented", () => {
  it("keeps the vendor's own code and text", () => {
    expect(new ProviderError(facts("ProxyTurnOff.Denied", 400, "Turn off proxy first.")).message).toBe(
      "ModifyBackupPolicy failed: Turn off proxy first [InvalidInput, ProxyTurnOff.Denied, HTTP 400, request 5F2C].",
    );
  });

  it("says so when there is no text", () => {
    expect(facts("ProxyTurnOff.Denied", 400, "").problem).toBe("ModifyBackupPolicy failed: no message");
  });
});

describe("The string that was signed", () => {
  it.each([
    "Specified signature is not matched with our calculation. server string to sign is:POST&%2F&SecurityToken%3DSECRETTOKEN",
    "Specified signature does not match our calculation. specified string to sign is :\nx-acs-security-token:SECRETTOKEN",
    "X. Server String To Sign Is : GET\nSECRETTOKEN\nmore",
  ])("is cut off the vendor's message %j, because a token may be in it", (message) => {
    for (const code of ["SignatureDoesNotMatch", "SomethingNew"]) {
      const error = new ProviderError(facts(code, 400, message));
      expect(error.message).not.toContain("SECRETTOKEN");
      expect(error.message).toContain(message.split(".")[0]);
    }
  });
});

describe("What may be done after an error", () => {
  type Repetition = "never" | "reads and writes" | "reads" | Cure;

  /** Every code of the vendor's pages on these actions and on the gateway, the documented ones of ModifyBackupPolicy apart. */
  const rows: readonly [string, ErrorKind, Repetition][] = [
    ["InvalidLogBackupRetentionPeriod.Malformed", "InvalidInput", "never"],
    ["InvalidLogBackupAnotherRegionRetentionPeriod.Malformed", "InvalidInput", "never"],
    ["InvalidLogBackupAnotherRegionRegion.NotFound", "InvalidInput", "never"],
    // Waited for by the change as a whole, with a longer patience than that of one call.
    ["OperationDenied.DBClusterStatus", "Conflict", "never"],
    ["OperationDenied.LockMode", "Conflict", "never"],
    ["OperationDenied.OutofUsage", "Conflict", "never"],
    ["OperationDenied", "Conflict", "never"],
    ["InvalidAccessKeyId.NotFound", "Unauthenticated", "never"],
    ["InvalidAccessKeyId", "Unauthenticated", "never"],
    ["InvalidAccessKeyId.Inactive", "Unauthenticated", "never"],
    ["Forbidden.AccessKeyDisabled", "Unauthenticated", "never"],
    ["SignatureDoesNotMatch", "Unauthenticated", "never"],
    ["IncompleteSignature", "Unauthenticated", "never"],
    ["MissingParameter", "InvalidInput", "never"],
    ["InvalidParameter", "InvalidInput", "never"],
    ["SignatureNonceUsed", "Unavailable", "reads"],
    ["InvalidTimeStamp.Expired", "Unauthenticated", "sign again"],
    ["IllegalTimestamp", "Unauthenticated", "sign again"],
    ["InvalidSecurityToken.Expired", "Unauthenticated", "renew keys"],
    ["InvalidSecurityToken.Malformed", "Unauthenticated", "never"],
    ["MissingSecurityToken", "Unauthenticated", "never"],
    ["Forbidden.RAM", "Forbidden", "never"],
    ["Forbidden", "Forbidden", "never"],
    ["Forbidden.SubUser", "Forbidden", "never"],
    ["Forbidden.NotSupportRAM", "Forbidden", "never"],
    ["NoPermission", "Forbidden", "never"],
    ["ActionUnauthorized", "Forbidden", "never"],
    ["Forbidden.ClusterNotFound", "NotFound", "never"],
    ["Throttling", "Throttled", "reads and writes"],
    ["Throttling.User", "Throttled", "reads and writes"],
    ["Throttling.Api", "Throttled", "reads and writes"],
    ["Rejected.Throttling", "Throttled", "reads and writes"],
    ["ServiceUnavailable", "Unavailable", "reads"],
    ["InternalError", "Unavailable", "reads"],
    ["InvalidAction.NotFound", "InvalidInput", "never"],
    ["InvalidAction", "InvalidInput", "never"],
    ["InvalidVersion", "InvalidInput", "never"],
  ];
  const documented = DOCUMENTED.map(([, code, , kind]): [string, ErrorKind, Repetition] => [code, kind, "never"]);

  it.each([...rows, ...documented])(
    "%s is %s and repeated by: %s, whatever the status is",
    (code, kind, repetition) => {
      for (const status of [200, 400, 403, 404, 429, 500, 503]) {
        const error = new ProviderError(facts(code, status));
        expect(error.kind).toBe(kind);
        const repeated = (isWrite: boolean): boolean => allowsRetry(error, isWrite, 1, 0, DEFAULT_RETRY);
        const found = cureOf(code) ?? (repeated(true) ? "reads and writes" : repeated(false) ? "reads" : "never");
        expect(found).toBe(repetition);
      }
    },
  );
});
