export type AuditVerdict =
  | { readonly kind: "clean" }
  | { readonly kind: "vulnerable"; readonly packages: readonly string[] }
  /** Nobody has answered: that is neither good nor bad, and must be said. */
  | { readonly kind: "skipped"; readonly reason: string };

/** What `npm audit --json` has found out. Throws on what is no answer that npm is known to print. */
export function auditVerdict(stdout: string): AuditVerdict {
  const report = parsed(stdout);
  if (typeof report.vulnerabilities === "object" && report.vulnerabilities !== null) {
    const packages = Object.entries(report.vulnerabilities as Record<string, { severity?: string }>);
    return packages.length === 0
      ? { kind: "clean" }
      : { kind: "vulnerable", packages: packages.map(([name, { severity }]) => `${name} (${severity ?? "?"})`) };
  }
  const { message, error } = report as { message?: string; error?: { summary?: string; code?: string } };
  const reason = message ?? (error?.summary || error?.code);
  if (!reason) throw new Error(`npm audit printed neither a report nor an error:\n${stdout}`);
  return { kind: "skipped", reason };
}

function parsed(stdout: string): Record<string, unknown> {
  try {
    return JSON.parse(stdout) as Record<string, unknown>;
  } catch {
    throw new Error(`npm audit did not print JSON:\n${stdout}`);
  }
}
