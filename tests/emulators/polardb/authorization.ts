import { VendorError } from "./errors";
import type { AccessKey } from "./world";

const OWNER_ACCOUNT = "1234567890123456";

/** RAM's answer, with the detail that every denial carries. */
export function authorize(key: AccessKey, action: string): void {
  if (!key.allowedActions || key.allowedActions.some((allowed) => matches(allowed, action))) return;
  const message =
    key.deniedCode === "NoPermission"
      ? "You are not authorized to do this operation."
      : "User not authorized to operate on the specified resource, or this API doesn't support RAM.";
  throw new VendorError(403, key.deniedCode, message, {
    AccessDeniedDetail: {
      AuthAction: `polardb:${action}`,
      AuthPrincipalType: key.securityToken === undefined ? "SubUser" : "AssumedRoleUser",
      AuthPrincipalOwnerId: OWNER_ACCOUNT,
      AuthPrincipalDisplayName: key.accessKeyId,
      PolicyType: "AccountLevelIdentityBasedPolicy",
      NoPermissionType: "ImplicitDeny",
      EncodedDiagnosticMessage: Buffer.from(`${action} is not granted`).toString("base64"),
    },
  });
}

function matches(allowed: string, action: string): boolean {
  const name = allowed.replace(/^polardb:/, "");
  return name.endsWith("*") ? action.startsWith(name.slice(0, -1)) : action === name;
}
