/** An answer that is an error in the vendor's sense. Code and status are the contract; clients are told to branch on the code. */
export class VendorError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    /** Further members of the error body, such as `AccessDeniedDetail`. */
    readonly detail: Readonly<Record<string, unknown>> = {},
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(message);
  }
}

export function malformed(code: string, parameter: string): VendorError {
  return new VendorError(400, code, `The specified parameter ${parameter} is not valid.`);
}

/** The grammar of the message is the vendor's. */
export function regionNotFound(code: string, parameter: string): VendorError {
  return new VendorError(400, code, `The specified parameter ${parameter} does not found.`);
}

/**
 * For everything that the vendor's pages give no code for: a bad `BackupPolicyLevel` or `ActionType`, a way back from
 * Advanced, an advanced list on a Normal cluster. That the service uses this code is an inference.
 */
export function invalidParameter(parameter: string): VendorError {
  return new VendorError(400, "InvalidParameter", `The specified parameter "${parameter}" is not valid.`);
}

export function missingParameter(parameter: string): VendorError {
  return new VendorError(
    400,
    "MissingParameter",
    `The input parameter "${parameter}" that is mandatory for processing this request is not supplied.`,
  );
}

export function incompleteSignature(): VendorError {
  return new VendorError(400, "IncompleteSignature", "The request signature does not conform to Aliyun standards.");
}

export function lowFrequencyNotSupported(): VendorError {
  return new VendorError(
    403,
    "IncorrectBackupPolicy",
    "Current DB type does not support low frequency backupPolicy operation.",
  );
}

export function dumpRetentionAlone(): VendorError {
  return new VendorError(
    404,
    "InvalidParam",
    "new archiveBackup policy already exists. dumpretention parameter cannot used alone",
  );
}

/** No page names a code for an unknown policy id; a conflict code with the same status class is an inference. */
export function unknownPolicy(policyId: string): VendorError {
  return new VendorError(404, "InvalidParam", `backup policy ${policyId} does not exist`);
}

export function clusterBusy(): VendorError {
  return new VendorError(
    403,
    "OperationDenied.DBClusterStatus",
    "The operation is not permitted due to status of cluster.",
  );
}

export function clusterLocked(): VendorError {
  return new VendorError(403, "OperationDenied.LockMode", "The operation is not permitted when the cluster is locked.");
}

export function throttled(retryAfterMs: number): VendorError {
  return new VendorError(
    400,
    "Throttling.User",
    "Request was denied due to user flow control.",
    {},
    { "x-acs-retry-after": String(retryAfterMs) },
  );
}
