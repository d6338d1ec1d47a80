import { own } from "../core/bag";
import { type ErrorFacts, type ErrorKind, isProviderError, type ProviderError } from "../core/errors";
import { todaysCode } from "./legacyCodes";

/** How obshell says that an operation holds its target, in all releases. */
const HELD = /under maintenance/i;

/** How it says, in all releases, that it does not know a route. */
const UNKNOWN_ROUTE = /404 not found/i;

interface Meaning {
  readonly kind: ErrorKind;
  readonly advice?: string;
  readonly outcomeUnknown?: boolean;
}

const CREDENTIAL: Meaning = { kind: "Unauthenticated", advice: "Check the password of the connection." };
const CLOCK: Meaning = {
  kind: "Unauthenticated",
  advice: "Check the clocks of this machine and of the agent's host: the request had expired when it arrived.",
};
const DECRYPT: Meaning = {
  kind: "Unauthenticated",
  advice: "The agent's key may just have changed; run the command again.",
};
const FORBIDDEN: Meaning = {
  kind: "Forbidden",
  advice:
    "The agent, or what stands before it, does not let this caller in: give the agent's own address, and the password of root@sys or of the agents.",
};
const LOCKED: Meaning = {
  kind: "Conflict",
  advice: "Wait for the other task, or look at it with obshell, then run the command again.",
};
const DATABASE_DOWN: Meaning = {
  kind: "Unavailable",
  advice: "Check that the OceanBase server beside this agent is running, then run the command again.",
};
const FAILED_INSIDE: Meaning = {
  kind: "Unavailable",
  advice: "Run the command again; if it persists, look at the agent's log (log_obshell on its host).",
  outcomeUnknown: true,
};
const INPUT: Meaning = { kind: "InvalidInput" };

/** obshell's error codes (its `errors/errorcode.go`), as far as they mean something to us. Others are classed by status. */
export const MEANINGS: Readonly<Record<string, Meaning>> = {
  "Security.Authentication.IncorrectOceanbasePassword": CREDENTIAL,
  "Security.Authentication.IncorrectAgentPassword": CREDENTIAL,
  "Security.Authentication.WithAgentPassword": {
    kind: "Unauthenticated",
    advice:
      "This agent wants its agent password: give connection.agentPassword (or agentPasswordEnv) instead of the root password.",
  },
  "Security.Authentication.WithOceanBasePassword": {
    kind: "Unauthenticated",
    advice:
      "This agent wants the password of root@sys: give connection.password (or passwordEnv) instead of the agent password.",
  },
  "Security.Authentication.Expired": CLOCK,
  "Security.Authentication.Timestamp.Invalid": CLOCK,
  "Security.Authentication.Header.DecryptFailed": DECRYPT,
  "Security.Authentication.Header.UriMismatch": {
    kind: "Unauthenticated",
    advice: "Something between changes the request path. Give the agent's own address as the endpoint.",
  },
  "Security.User.PermissionDenied": FORBIDDEN,
  "Agent.Identify.NotSupportOperation": {
    kind: "InvalidInput",
    advice: "The endpoint must be an agent of a running cluster (identity CLUSTER AGENT).",
  },
  "OB.Tenant.NotExist": { kind: "NotFound", advice: "The tenant was dropped or renamed; run the command again." },
  "OB.Tenant.UnderMaintenance": LOCKED,
  "OB.Cluster.UnderMaintenance": LOCKED,
  "OB.Cluster.UnderMaintenanceWithDag": LOCKED,
  // Refusals, some of them with HTTP 500 before 4.3.1: nothing was done.
  "Common.BadRequest": INPUT,
  "Common.IllegalArgument": INPUT,
  "OB.Backup.NoUserTenants": {
    kind: "InvalidInput",
    advice: "Create a tenant first: backup configuration belongs to the tenants of a cluster.",
  },
  "Agent.OceanBase.NotHold": DATABASE_DOWN,
  "Agent.OceanBase.Useless": DATABASE_DOWN,
  "OB.Server.Process.NotExist": DATABASE_DOWN,
  "Task.NotFound": { kind: "UnexpectedResponse" },
  "Task.CreateFailed": FAILED_INSIDE,
};

/** Facts of an error that obshell answered. `code` is its dotted `errCode`, or its legacy number before 4.3.1. */
export function errorFacts(
  call: string,
  code: string,
  status: number,
  message: string,
  traceId: string | undefined,
): ErrorFacts {
  const today = todaysCode(code, message);
  const meaning = own(MEANINGS, today) ?? byStatus(today, status);
  return {
    kind: meaning.kind,
    problem: `${call}: ${message || "no message"}`,
    advice: meaning.advice,
    vendorCode: code,
    httpStatus: status,
    requestId: traceId,
    outcomeUnknown: meaning.outcomeUnknown,
  };
}

/** The header was too old by the agent's clock: nothing was done. */
export function isExpired(error: ProviderError): boolean {
  return codeOf(error) === "Security.Authentication.Expired";
}

/** Somebody else's work holds the tenant or the cluster; nothing was done. */
export function isLocked(error: ProviderError): boolean {
  return (
    error.kind === "Conflict" &&
    (/UnderMaintenance/.test(error.facts.vendorCode ?? "") || HELD.test(error.facts.problem))
  );
}

/** The agent could not read the header: nothing was done, and its key has probably changed. */
export function isDecryptFailure(error: ProviderError): boolean {
  return codeOf(error) === "Security.Authentication.Header.DecryptFailed";
}

/** The release of this agent does not have the route. Never that a cluster or a tenant is gone: those have codes of their own. */
export function isMissingRoute(error: unknown): boolean {
  return isProviderError(error) && codeOf(error) === "Common.NotFound" && UNKNOWN_ROUTE.test(error.facts.problem);
}

/** The route is there, and has nothing to show: how obshell says that no backup was ever made. */
export function isNothingThere(error: unknown): boolean {
  if (!isProviderError(error) || isMissingRoute(error)) return false;
  return ["Common.NotFound", "Task.NotFound"].includes(codeOf(error));
}

/** What failed before a call was sent: whatever became of that itself, the call was not executed, and may be sent elsewhere. */
export function beforeTheCall(error: unknown): unknown {
  if (!isProviderError(error) || !error.facts.outcomeUnknown) return error;
  const kind = error.kind === "RequestTimeout" ? "Unavailable" : error.kind;
  return error.with({ kind, outcomeUnknown: false });
}

function codeOf({ facts }: ProviderError): string {
  return todaysCode(facts.vendorCode ?? "", facts.problem.replace(/^\S+ \S+: /, ""));
}

function byStatus(code: string, status: number): Meaning {
  if (status === 401 || code.startsWith("Security.")) return CREDENTIAL;
  if (status === 403) return FORBIDDEN;
  if (status >= 500) return FAILED_INSIDE;
  // A database refusal of a synchronous call, its timeouts included.
  if (code === "MySQL.Error")
    return { kind: "Conflict", advice: "The database refused the statement; its text says why." };
  return INPUT;
}
