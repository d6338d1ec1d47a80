import { spawnSync } from "node:child_process";
import { type AuditVerdict, auditVerdict } from "./support/audit";
import { PROJECT_ROOT } from "./support/pack";

/** Before any test is defined, so that one that could not be made is counted as skipped and not as passed. */
function audit(...args: readonly string[]): AuditVerdict {
  const limits = ["--fetch-retries=0", "--fetch-timeout=30000"];
  const { error, stdout } = spawnSync("npm", ["audit", "--json", ...limits, ...args], {
    cwd: PROJECT_ROOT,
    encoding: "utf8",
    timeout: 120_000,
  });
  return error ? { kind: "skipped", reason: error.message } : auditVerdict(stdout);
}

describe.each([
  ["production dependencies", audit("--omit=dev")],
  ["all dependencies", audit()],
])("npm audit of %s", (subject, verdict) => {
  if (verdict.kind === "skipped") {
    const title = `skipped: ${verdict.reason}`;
    process.stderr.write(`npm audit of ${subject}: ${title}\n`);
    it.skip(title, () => {});
    return;
  }
  it("finds nothing", () => {
    expect(verdict).toEqual({ kind: "clean" });
  });
});

describe("The verdict of npm audit", () => {
  it.each<[string, object, AuditVerdict]>([
    ["nothing", { auditReportVersion: 2, vulnerabilities: {} }, { kind: "clean" }],
    [
      "a vulnerability of any weight",
      { vulnerabilities: { ini: { severity: "low" }, ms: { severity: "high" } } },
      { kind: "vulnerable", packages: ["ini (low)", "ms (high)"] },
    ],
    [
      "a registry that answers no audits",
      { message: "405 Method Not Allowed - POST https://registry.invalid", method: "POST" },
      { kind: "skipped", reason: "405 Method Not Allowed - POST https://registry.invalid" },
    ],
    [
      "no network",
      { error: { code: "ECONNREFUSED", summary: "", detail: "" } },
      { kind: "skipped", reason: "ECONNREFUSED" },
    ],
  ])("is right for %s", (_, report, verdict) => {
    expect(auditVerdict(JSON.stringify(report))).toEqual(verdict);
  });

  it.each([
    ["no JSON", "npm exploded"],
    ["JSON that is neither", "{}"],
  ])("is a failure for %s", (_, stdout) => {
    expect(() => auditVerdict(stdout)).toThrow("npm audit");
  });
});
