import { redactPatterns } from "./redact";

/** What went wrong, as a closed list. Decides what the lifecycle does next; vendors' own codes are facts beside it. */
export type ErrorKind =
  /** A value that schema or vendor rejects. */
  | "InvalidInput"
  /** Wrong or missing credential, expired token, clock skew, a server whose certificate is not trusted. */
  | "Unauthenticated"
  /** The credential lacks a right. */
  | "Forbidden"
  /** The cluster or tenant is definitely gone. Nothing else may use this kind: `read` answers it with an empty id. */
  | "NotFound"
  /** Somebody else, or another task, holds the target. */
  | "Conflict"
  | "Throttled"
  /** Refused, reset, 5xx. */
  | "Unavailable"
  /** One request exceeded its time. */
  | "RequestTimeout"
  /** A task or an effect did not arrive in time. */
  | "WaitTimeout"
  /** A task ended badly. */
  | "TaskFailed"
  /** An answer that is not what the vendor documents: wrong shape, a web page, too large, a redirect. */
  | "UnexpectedResponse"
  /** The first of several writes took effect, a later one did not. */
  | "PartialApply"
  /** The endpoint answers for another cluster than the one recorded in state. */
  | "WrongTarget"
  /** The change is risky and its token is not in `accept`. */
  | "NotAccepted";

/** Who was doing what to which object; printed first because tools show little else. */
export interface ErrorSubject {
  /** Gerund: `"updating"`. */
  readonly doing: string;
  /** `"PolarDB backup policy"`. */
  readonly object: string;
  /** `"pc-1x2y"`; left out when it is not known yet. */
  readonly identity?: string;
}

export interface ErrorFacts {
  readonly kind: ErrorKind;
  /** What went wrong, one clause or sentence without the final stop. */
  readonly problem: string;
  /** What the user can do, full sentences. */
  readonly advice?: string;
  readonly subject?: ErrorSubject;
  readonly vendorCode?: string;
  readonly httpStatus?: number;
  /** The vendor's request or trace id. */
  readonly requestId?: string;
  /** The input property at fault, as the program spells it. */
  readonly property?: string;
  /** True when a write was sent and nobody knows whether it took effect: read before doing anything else. */
  readonly outcomeUnknown?: boolean;
  /** True when the target is left worse than it was found: who changes several in turn must not go on as if this one were done. */
  readonly leavesHarm?: boolean;
  /** How long the vendor asks to wait before another try. */
  readonly retryAfterMs?: number;
  readonly cause?: unknown;
}

const BRAND = Symbol.for("pulumi-backup-policies.ProviderError");

/**
 * The one error of this package. Its message stands alone, because Pulumi passes on little else:
 * `updating PolarDB backup policy (pc-1x2y): the cluster is busy [Conflict, OperationDenied.DBClusterStatus, HTTP 403, request 5F2C]. Run the update again.`
 */
export class ProviderError extends Error {
  override readonly name = "ProviderError";
  readonly facts: ErrorFacts;

  constructor(facts: ErrorFacts) {
    super(redactPatterns(formatMessage(facts)), { cause: facts.cause });
    this.facts = facts;
    Object.defineProperty(this, BRAND, { value: true });
  }

  get kind(): ErrorKind {
    return this.facts.kind;
  }

  /** The same error, saying what was being done to what. A subject that is already there stays. */
  about(subject: ErrorSubject): ProviderError {
    return this.facts.subject ? this : this.with({ subject });
  }

  with(facts: Partial<ErrorFacts>): ProviderError {
    return new ProviderError({ ...this.facts, ...facts });
  }
}

/** Recognises the error by its brand: two copies of this package can be loaded in one process. */
export function isProviderError(error: unknown): error is ProviderError {
  return typeof error === "object" && error !== null && (error as Record<symbol, unknown>)[BRAND] === true;
}

export function hasKind(error: unknown, ...kinds: readonly ErrorKind[]): error is ProviderError {
  return isProviderError(error) && kinds.includes(error.kind);
}

/** True when a write was sent and no answer of the service itself has come: it may have taken effect. */
export function isAnswerLost(error: unknown): error is ProviderError {
  if (!isProviderError(error) || error.facts.outcomeUnknown !== true) return false;
  return error.facts.httpStatus === undefined || error.facts.vendorCode === undefined;
}

/** The text of whatever was thrown. By shape, not by class: errors of Node itself can come from another realm. */
export function messageOf(error: unknown): string {
  const { message, errors } = (error ?? {}) as { message?: unknown; errors?: unknown };
  if (typeof message === "string" && message !== "") return message;
  // Several addresses of one name fail as an aggregate with an empty message of its own.
  return Array.isArray(errors) && errors.length > 0 ? messageOf(errors[0]) : String(error);
}

function formatMessage(facts: ErrorFacts): string {
  const { subject } = facts;
  const prefix = subject
    ? `${subject.doing} ${subject.object}${subject.identity === undefined ? "" : ` (${subject.identity})`}: `
    : "";
  const tags: string[] = [facts.kind];
  if (facts.vendorCode) tags.push(facts.vendorCode);
  if (facts.httpStatus !== undefined) tags.push(`HTTP ${facts.httpStatus}`);
  if (facts.requestId) tags.push(`request ${facts.requestId}`);
  const problem = onOneLine(facts.problem).trim().replace(/\.$/, "");
  const advice = onOneLine(facts.advice ?? "").trim();
  return `${onOneLine(prefix)}${problem} [${onOneLine(tags.join(", "))}].${advice === "" ? "" : ` ${advice}`}`;
}

/** Texts of others hold line ends, and could hold what terminals obey. */
function onOneLine(text: string): string {
  return text.replace(/[\p{Cc}\u2028\u2029]/gu, " ");
}
