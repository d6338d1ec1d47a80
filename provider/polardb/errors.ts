import type { ErrorFacts, ErrorKind } from "../core/errors";
import { ACTIONS } from "./actions";
import { parameterName } from "./wire";

/** What the client can put right by itself, once per call. */
export type Cure = "sign again" | "renew keys";

interface CodeMeaning {
  readonly kind: ErrorKind;
  /** The input at fault. */
  readonly property?: string;
  /** Absent: the vendor's own words say it. */
  readonly problem?: string;
  readonly advice?: string;
  readonly outcomeUnknown?: boolean;
  readonly cure?: Cure;
}

const invalid = (property: string, rule: string): CodeMeaning => ({
  kind: "InvalidInput",
  property,
  problem: `the service rejects ${property}`,
  advice: `${property} must be ${rule}.`,
});

const WEEKDAYS = "at least two different weekdays, in a cluster and region that let it be set";
const FREQUENCY = '"Normal", "2/24H", "3/24H" or "4/24H", in a cluster and region that let it be set';
const WINDOW = 'one hour that starts on the hour, in UTC, such as "15:00Z-16:00Z"';
const LEVEL_2 = "0 (off), 30 to 7300 days, or -1 (kept for ever)";

const CLUSTER_GONE: CodeMeaning = {
  kind: "NotFound",
  property: "dbClusterId",
  problem: "the cluster does not exist",
  advice: "Check dbClusterId, region and account.",
};

/** Error codes of the page "PolarDB: ModifyBackupPolicy". */
export const BACKUP_POLICY_CODES: Readonly<Record<string, CodeMeaning>> = {
  "InvalidDataLevel1BackupRetentionPeriod.Malformed": invalid("dataLevel1BackupRetentionPeriod", "3 to 14 days"),
  "InvalidDataLevel2BackupRetentionPeriod.Malformed": invalid("dataLevel2BackupRetentionPeriod", LEVEL_2),
  "InvalidBackupRetentionPeriod.Malformed": invalid("dataLevel1BackupRetentionPeriod", "3 to 14 days"),
  "InvalidBackupFrequency.Malformed": invalid("backupFrequency", FREQUENCY),
  "InvalidPreferredBackupPeriod.Malformed": invalid("preferredBackupPeriod", WEEKDAYS),
  "InvalidDataLevel2BackupPeriod.Malformed": invalid("dataLevel2BackupPeriod", WEEKDAYS),
  "InvalidDataLevel1BackupPeriod.Malformed": invalid("dataLevel1BackupPeriod", WEEKDAYS),
  "InvalidPreferredBackupTime.Malformed": invalid("preferredBackupTime", WINDOW),
  "InvalidDataLevel1BackupTime.Malformed": invalid("dataLevel1BackupTime", WINDOW),
  "InvalidDataLevel1BackupFrequency.Malformed": invalid("dataLevel1BackupFrequency", FREQUENCY),
  "InvalidDataLevel2AnotherRegionRegion.NotFound": invalid(
    "dataLevel2BackupAnotherRegionRegion",
    "a region that this cluster can copy backups to (DescribeAvailableCrossRegions lists them)",
  ),
  "InvalidDataLevel2AnotherRegionBackupRetentionPeriod.Malformed": invalid(
    "dataLevel2BackupAnotherRegionRetentionPeriod",
    LEVEL_2,
  ),
  IncorrectBackupPolicy: {
    kind: "InvalidInput",
    property: "dataLevel2BackupPeriod",
    problem: "the database engine of the cluster does not support a level-2 schedule of its own",
    advice: "Remove dataLevel2BackupPeriod: only PolarDB for MySQL has it.",
  },
  "InvalidDBCluster.NotFound": CLUSTER_GONE,
  "InvalidDBClusterId.NotFound": CLUSTER_GONE,
  InvalidParam: {
    kind: "Conflict",
    property: "dataLevel2BackupRetentionPeriod",
    problem:
      "the level-2 retention cannot be changed alone, because the cluster has a level-2 policy of the newer kind",
    advice:
      "Declare dataLevel2BackupPeriod beside dataLevel2BackupRetentionPeriod, and both fields of the copy to another region if there is one.",
  },
  "InvalidDBClusterId.Malformed": invalid("dbClusterId", 'the id of a PolarDB cluster, such as "pc-bp13wz9586voc"'),
};

/** Further codes of the page "PolarDB: ModifyLogBackupPolicy". */
const LOG_POLICY_CODES: Readonly<Record<string, CodeMeaning>> = {
  "InvalidLogBackupRetentionPeriod.Malformed": invalid(
    "logBackupRetentionPeriod",
    "3 to 7300 days, or -1 (kept for ever, with Enterprise Edition only)",
  ),
  "InvalidLogBackupAnotherRegionRetentionPeriod.Malformed": invalid(
    "logBackupAnotherRegionRetentionPeriod",
    "0 (off), 30 to 7300 days, or -1 (kept for ever)",
  ),
  "InvalidLogBackupAnotherRegionRegion.NotFound": invalid(
    "logBackupAnotherRegionRegion",
    "the region to which the backups of this cluster are copied",
  ),
};

const CREDENTIAL_ADVICE = "Check access key id and secret, and that the key is enabled.";
const CLOCK_ADVICE = "Check the clock of this machine: a request is valid for 15 minutes around its date.";
const TOKEN_ADVICE = "The security token is expired or does not belong to the access key. Get a new one.";
const BUSY: CodeMeaning = {
  kind: "Conflict",
  problem: "the cluster is busy with another change",
  advice: "Run the command again when the cluster is in status Running.",
};

const FORBIDDEN: CodeMeaning = { kind: "Forbidden" };
const THROTTLED: CodeMeaning = {
  kind: "Throttled",
  advice: "Fewer calls at a time help, and so does a higher quota of the account for this API.",
};
const DOWN: CodeMeaning = { kind: "Unavailable", outcomeUnknown: true, advice: "Run the command again." };
const BAD_REQUEST: CodeMeaning = { kind: "InvalidInput" };

/** Codes that every action of the gateway can answer. */
const GATEWAY_CODES: Readonly<Record<string, CodeMeaning>> = {
  "Forbidden.ClusterNotFound": CLUSTER_GONE,
  "OperationDenied.DBClusterStatus": BUSY,
  "OperationDenied.LockMode": {
    kind: "Conflict",
    problem: "the cluster is locked or has expired",
    advice: "Renew or unlock the cluster, then run the command again.",
  },
  "InvalidAccessKeyId.NotFound": {
    kind: "Unauthenticated",
    problem: "the access key id is unknown",
    advice: CREDENTIAL_ADVICE,
  },
  InvalidAccessKeyId: { kind: "Unauthenticated", problem: "the access key is not usable", advice: CREDENTIAL_ADVICE },
  "InvalidAccessKeyId.Inactive": {
    kind: "Unauthenticated",
    problem: "the access key is disabled",
    advice: CREDENTIAL_ADVICE,
  },
  "Forbidden.AccessKeyDisabled": {
    kind: "Unauthenticated",
    problem: "the access key is disabled",
    advice: CREDENTIAL_ADVICE,
  },
  SignatureDoesNotMatch: {
    kind: "Unauthenticated",
    problem: "the signature does not match, so the access key secret is wrong",
    advice: CREDENTIAL_ADVICE,
  },
  IncompleteSignature: { kind: "Unauthenticated", problem: "the request is not signed", advice: CREDENTIAL_ADVICE },
  // Signing again helps a request that waited on its way, and not a clock that is wrong.
  "InvalidTimeStamp.Expired": {
    kind: "Unauthenticated",
    problem: "the request is outside the time window",
    advice: CLOCK_ADVICE,
    cure: "sign again",
  },
  IllegalTimestamp: {
    kind: "Unauthenticated",
    problem: "the request is outside the time window",
    advice: CLOCK_ADVICE,
    cure: "sign again",
  },
  "InvalidSecurityToken.Expired": {
    kind: "Unauthenticated",
    problem: "the security token has expired",
    advice: TOKEN_ADVICE,
    cure: "renew keys",
  },
  "InvalidSecurityToken.Malformed": {
    kind: "Unauthenticated",
    problem: "the security token is not valid",
    advice: TOKEN_ADVICE,
  },
  MissingSecurityToken: {
    kind: "Unauthenticated",
    problem: "the access key needs a security token",
    advice: TOKEN_ADVICE,
  },
  // Something in between sent the request twice: the first copy may well have taken effect.
  SignatureNonceUsed: {
    kind: "Unavailable",
    problem: "the request arrived twice",
    advice: "Run the command again; if it persists, look for a proxy that repeats requests.",
    outcomeUnknown: true,
  },
  "OperationDenied.OutofUsage": {
    kind: "Conflict",
    problem: "the quota of the account or cluster is used up",
    advice: "Raise the quota, then run the command again.",
  },
  OperationDenied: { kind: "Conflict" },
  Forbidden: FORBIDDEN,
  "Forbidden.RAM": FORBIDDEN,
  "Forbidden.SubUser": FORBIDDEN,
  "Forbidden.NotSupportRAM": FORBIDDEN,
  NoPermission: FORBIDDEN,
  ActionUnauthorized: FORBIDDEN,
  Throttling: THROTTLED,
  "Throttling.User": THROTTLED,
  "Throttling.Api": THROTTLED,
  "Rejected.Throttling": THROTTLED,
  ServiceUnavailable: DOWN,
  InternalError: DOWN,
  MissingParameter: BAD_REQUEST,
  InvalidParameter: BAD_REQUEST,
  "InvalidAction.NotFound": BAD_REQUEST,
  InvalidAction: BAD_REQUEST,
  InvalidVersion: BAD_REQUEST,
};

/** Decided by code, never by status: 404 covers six different things, and what is throttled is answered with 400, 429 or 503. */
export const CODES: ReadonlyMap<string, CodeMeaning> = new Map(
  Object.entries({ ...GATEWAY_CODES, ...LOG_POLICY_CODES, ...BACKUP_POLICY_CODES }),
);

/** Families of which the vendor keeps adding members. */
function familyOf(code: string): CodeMeaning | undefined {
  if (code.includes("Throttling")) return THROTTLED;
  return /^(Forbidden\.|NoPermission|ActionUnauthorized)/.test(code) ? FORBIDDEN : undefined;
}

/** Parameters that hold rules, whose fields the service refuses with the codes of the classic parameters. */
const RULE_LISTS = ["advancedDataPolicies", "advancedLogPolicies"] as const;

/** The same refusal where what the code is named after was not sent, but rules were: one of these is meant. */
function ofRules({ kind, property }: CodeMeaning, sent: readonly string[]): CodeMeaning | undefined {
  const isSent = (name: string): boolean => sent.includes(parameterName(name));
  const rules = RULE_LISTS.find(isSent);
  if (rules === undefined || property === undefined || property === "dbClusterId" || isSent(property)) return undefined;
  return {
    kind,
    property: rules,
    problem: `the service rejects a rule of ${rules}`,
    advice: `Compare the rules that this change makes, changes or removes with what the cluster has: their ids (policyId), the regions that it can copy to, and what its engine and storage offer. \`pulumi refresh\` reads them anew.`,
  };
}

/**
 * Turns the vendor's code, status and message into the facts of an error. Unknown codes keep the vendor's own text. `sent` are the
 * names of the parameters.
 */
export function errorFacts(
  action: string,
  code: string,
  status: number,
  message: string,
  requestId?: string,
  sent: readonly string[] = [],
): ErrorFacts {
  // The status is asked only about a code that nobody has listed: a new way of being down is still down.
  const coded = CODES.get(code) ?? familyOf(code) ?? (status >= 500 ? DOWN : BAD_REQUEST);
  const meaning = ofRules(coded, sent) ?? coded;
  const { kind, property, outcomeUnknown } = meaning;
  const said = trim(message);
  return {
    kind,
    vendorCode: code,
    httpStatus: status,
    requestId,
    property,
    outcomeUnknown,
    problem: meaning.problem
      ? `${action}: ${meaning.problem} ("${said}")`
      : `${action} failed: ${said || "no message"}`,
    advice:
      meaning.advice ??
      (kind === "Forbidden" ? `Allow the action polardb:${action} ${scopeOf(action)} in RAM.` : undefined),
  };
}

/** What the client may put right before it sends the same call once more. */
export function cureOf(code: string | undefined): Cure | undefined {
  return code === undefined ? undefined : CODES.get(code)?.cure;
}

function scopeOf(action: string): string {
  const { scope } = (ACTIONS as Readonly<Record<string, { readonly scope: string }>>)[action] ?? {};
  return scope === "account" ? 'for the resource "*"' : "for this cluster";
}

export function isBusy(code: string | undefined): boolean {
  return code === "OperationDenied.DBClusterStatus";
}

/** Some messages end with the string that the server signed, which may hold a token. */
function trim(message: string): string {
  return message
    .replace(/(server|specified) string to sign is\s*:.*$/is, "")
    .replace(/\.$/, "")
    .trim();
}
