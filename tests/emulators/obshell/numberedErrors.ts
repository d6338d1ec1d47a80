import type { ErrorName } from "./errors";

/** A failure as releases before 4.3.1 report it: by number, without `errCode`. */
export interface NumberedError {
  readonly status: number;
  readonly code: number;
}

/** How these releases introduce every message of a number; each number has one HTTP status. */
const FAMILIES: Readonly<Record<number, { readonly status: number; readonly prefix: string }>> = {
  1: { status: 401, prefix: "" },
  1000: { status: 400, prefix: "Bad request: " },
  1001: { status: 400, prefix: "Illegal argument: " },
  1002: { status: 500, prefix: "Unexpected error: " },
  1003: { status: 404, prefix: "Element not found: " },
  1010: { status: 500, prefix: "Known error: " },
  2300: { status: 404, prefix: "Task not found: " },
  2301: { status: 500, prefix: "Create task failed: " },
  10000: { status: 401, prefix: "Permission denied: " },
  10008: { status: 401, prefix: "Verification failed: " },
};

export const BAD_REQUEST = 1000;
const ILLEGAL_ARGUMENT = 1001;
export const UNEXPECTED = 1002;
const NOT_FOUND = 1003;
const KNOWN = 1010;
const TASK_NOT_FOUND = 2300;
const TASK_CREATE_FAILED = 2301;
const PERMISSION_DENIED = 10000;
const UNAUTHORIZED = 10008;

export function numbered(code: number): NumberedError {
  return { status: FAMILIES[code]?.status ?? 500, code };
}

/** The text in front of a message of this number. */
export function prefixOf(code: number): string {
  return FAMILIES[code]?.prefix ?? "";
}

interface OldKind {
  readonly code: number;
  /** Left out where the text is the one of later releases. `%1` is the first argument. */
  readonly text?: string;
}

/**
 * What these releases call a failure. Those that are not here follow from the HTTP status: 400 is an illegal argument, 401
 * a failed verification, 404 not found, anything else unexpected.
 */
const OLD_KINDS: Readonly<Partial<Record<ErrorName, OldKind>>> = {
  aesContentLength: { code: UNAUTHORIZED },
  aesKeyAndIv: { code: UNAUTHORIZED },
  archiveLogStatus: { code: ILLEGAL_ARGUMENT, text: "invalid archive log status: %1, must be %2 or %3" },
  backupMode: { code: ILLEGAL_ARGUMENT, text: "invalid backup mode: %1, must be %2 or %3" },
  backupStatus: { code: ILLEGAL_ARGUMENT, text: "invalid backup status: '%1', must be '%2'" },
  bindJson: { code: ILLEGAL_ARGUMENT, text: "%1" },
  binding: { code: ILLEGAL_ARGUMENT, text: "invalid binding mode: %1, must be %2 or %3" },
  deletePolicy: { code: ILLEGAL_ARGUMENT, text: "invalid delete policy: '%1', must be '%2'" },
  headerDecrypt: { code: 1 },
  headerNotFound: { code: UNAUTHORIZED, text: "X-OCS-Header not found in http request header" },
  noBackupTask: { code: TASK_NOT_FOUND, text: "no backup task found" },
  noBackupTaskOfTenant: { code: TASK_NOT_FOUND, text: "no backup task found" },
  notFound: { code: NOT_FOUND, text: "%1" },
  notSupportedIdentity: { code: KNOWN, text: "agent identity is '%2', cannot backup" },
  noUserTenants: { code: KNOWN, text: "no user tenants" },
  parameterNotExist: { code: ILLEGAL_ARGUMENT, text: "parameter not found" },
  permissionDenied: { code: PERMISSION_DENIED },
  sysTenant: { code: ILLEGAL_ARGUMENT, text: "tenant sys is system tenant, cannot backup" },
  taskCreate: { code: TASK_CREATE_FAILED },
  taskNotFound: { code: TASK_NOT_FOUND, text: "" },
  tenantNameEmpty: { code: BAD_REQUEST, text: "tenant name is empty" },
  tenantNotExist: { code: ILLEGAL_ARGUMENT, text: "tenant %1 not found" },
  tenantStatus: { code: BAD_REQUEST },
  // Its own number already says so.
  unauthorized: { code: UNAUTHORIZED, text: "" },
  unexpected: { code: UNEXPECTED, text: "%1" },
  uriMismatch: { code: UNAUTHORIZED, text: "uri mismatch" },
};

export function oldCode(name: ErrorName, status: number): number {
  const known = OLD_KINDS[name]?.code;
  if (known !== undefined) return known;
  if (status === 400) return ILLEGAL_ARGUMENT;
  if (status === 401) return UNAUTHORIZED;
  return status === 404 ? NOT_FOUND : UNEXPECTED;
}

export function oldText(name: ErrorName): string | undefined {
  return OLD_KINDS[name]?.text;
}

/** The rule behind `baseUriEmpty` had a sentence of its own, not yet put behind another one. */
const ONLY_DETAIL: ReadonlySet<ErrorName> = new Set(["baseUriEmpty", "archiveBaseUriEmpty"]);

export function replacesText(name: ErrorName | undefined): boolean {
  return name !== undefined && ONLY_DETAIL.has(name);
}
