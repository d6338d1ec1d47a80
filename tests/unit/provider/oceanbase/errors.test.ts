import { type ErrorKind, ProviderError } from "../../../../provider/core/errors";
import { errorFacts, isDecryptFailure, isExpired, isLocked } from "../../../../provider/oceanbase/errors";

const CALL = "PATCH /api/v1/obcluster/backup/config";

const facts = (code: string, status: number, message = "The agent's text.") =>
  errorFacts(CALL, code, status, message, "877fe32b83634153");

describe("An error code of obshell", () => {
  it.each<[number, string, ErrorKind, string]>([
    [401, "Security.Authentication.Header.DecryptFailed", "Unauthenticated", "key may just have changed"],
    [401, "Security.Authentication.Header.UriMismatch", "Unauthenticated", "changes the request path"],
    [401, "Security.Authentication.Expired", "Unauthenticated", "clocks"],
    [401, "Security.Authentication.Timestamp.Invalid", "Unauthenticated", "clocks"],
    [401, "Security.Authentication.IncorrectOceanbasePassword", "Unauthenticated", "password"],
    [401, "Security.Authentication.IncorrectAgentPassword", "Unauthenticated", "password"],
    [401, "Security.Authentication.WithAgentPassword", "Unauthenticated", "connection.agentPassword"],
    [401, "Security.Authentication.WithOceanBasePassword", "Unauthenticated", "connection.password"],
    [401, "Security.Authentication.UnknownPasswordType", "Unauthenticated", "password"],
    [401, "Security.User.PermissionDenied", "Forbidden", ""],
    [400, "Request.Header.NotFound", "InvalidInput", ""],
    [400, "Common.BindJsonFailed", "InvalidInput", ""],
    [400, "Common.InvalidTimeDuration", "InvalidInput", ""],
    [400, "OB.Backup.BaseUriEmpty", "InvalidInput", ""],
    [400, "OB.Backup.LogArchiveConcurrency.Invalid", "InvalidInput", ""],
    [400, "OB.Backup.Binding.Invalid", "InvalidInput", ""],
    [400, "OB.Backup.PieceSwitchInterval.Invalid", "InvalidInput", ""],
    [400, "OB.Backup.ArchiveLagTarget.Invalid", "InvalidInput", ""],
    [400, "OB.Backup.DeletePolicy.Invalid", "InvalidInput", ""],
    [400, "OB.Backup.NoUserTenants", "InvalidInput", "Create a tenant first"],
    [400, "OB.Storage.URI.Invalid", "InvalidInput", ""],
    [400, "Agent.Identify.NotSupportOperation", "InvalidInput", "CLUSTER AGENT"],
    [400, "OB.Tenant.NotExist", "NotFound", "dropped or renamed"],
    [400, "OB.Tenant.StatusNotNormal", "InvalidInput", ""],
    [500, "OB.Tenant.UnderMaintenance", "Conflict", "other task"],
    [500, "OB.Cluster.UnderMaintenance", "Conflict", "other task"],
    [500, "OB.Cluster.UnderMaintenanceWithDag", "Conflict", "other task"],
    [500, "Agent.OceanBase.NotHold", "Unavailable", "OceanBase server"],
    [500, "Agent.OceanBase.Useless", "Unavailable", "OceanBase server"],
    [500, "OB.Server.Process.NotExist", "Unavailable", "OceanBase server"],
    [500, "Task.CreateFailed", "Unavailable", ""],
    [404, "Task.NotFound", "UnexpectedResponse", ""],
    [404, "Common.NotFound", "InvalidInput", ""],
    [500, "Common.Unexpected", "Unavailable", ""],
    [400, "MySQL.Error", "Conflict", "its text says why"],
    // Agents before 4.3.1 have only a number.
    [401, "10008", "Unauthenticated", "password"],
    [400, "1001", "InvalidInput", ""],
    [500, "1002", "Unavailable", ""],
    [403, "something new", "Forbidden", ""],
    [503, "something new", "Unavailable", ""],
    [400, "something new", "InvalidInput", ""],
  ])("HTTP %d %s is %s", (status, code, kind, advice) => {
    const found = facts(code, status);
    expect(found.kind).toBe(kind);
    expect(found.advice ?? "").toContain(advice);
    expect(found).toMatchObject({ vendorCode: code, httpStatus: status, requestId: "877fe32b83634153" });
  });

  it("is printed with the call, the agent's own text, the facts and the advice", () => {
    expect(new ProviderError(facts("OB.Tenant.NotExist", 400, "Tenant 'x' does not exist.")).message).toBe(
      `${CALL}: Tenant 'x' does not exist [NotFound, OB.Tenant.NotExist, HTTP 400, request 877fe32b83634153]. ` +
        "The tenant was dropped or renamed; run the command again.",
    );
  });

  it("says so when the agent gave no text", () => {
    expect(facts("x", 400, "").problem).toBe(`${CALL}: no message`);
  });

  it.each<[string, number, boolean]>([
    ["Common.Unexpected", 500, true],
    ["Task.CreateFailed", 500, true],
    ["something new", 502, true],
    ["OB.Tenant.UnderMaintenance", 500, false],
    ["Agent.OceanBase.NotHold", 500, false],
    ["MySQL.Error", 400, false],
    ["Security.Authentication.Expired", 401, false],
  ])("%s with HTTP %d leaves it open whether a change was queued: %s", (code, status, isOpen) => {
    expect(facts(code, status).outcomeUnknown ?? false).toBe(isOpen);
  });

  it("means that something is gone for a missing tenant only, never for a status", () => {
    for (const code of ["Common.NotFound", "Task.NotFound", "1003", "x"]) {
      expect(facts(code, 404).kind).not.toBe("NotFound");
    }
  });
});

describe("A header that the agent could not decrypt", () => {
  it.each([
    ["Security.Authentication.Header.DecryptFailed", true],
    ["1", true],
    ["10008", false],
    ["Security.Authentication.Expired", false],
    ["", false],
  ])("is told by the code %j: %s", (code, isOne) => {
    expect(isDecryptFailure(code)).toBe(isOne);
  });
});

describe("An agent before 4.3.1, which has numbers only", () => {
  it.each<[string, number, string, ErrorKind, boolean]>([
    ["1000", 400, "Bad request: x", "InvalidInput", false],
    ["1001", 400, "Illegal argument: backup_base_uri cannot be empty", "InvalidInput", false],
    ["1003", 404, "Element not found: 404 not found", "InvalidInput", false],
    ["1010", 500, "No user tenants found", "InvalidInput", false],
    ["1010", 500, "Tenant 't1' is under maintenance, please try again later.", "Conflict", false],
    ["1002", 500, "Create task failed: Tenant 't1' is under maintenance", "Conflict", false],
    ["1002", 500, "Unexpected error", "Unavailable", true],
    ["2301", 500, "Create task failed", "Unavailable", true],
    ["10000", 403, "Permission denied", "Forbidden", false],
    ["10008", 401, "Verification failed: uri mismatch", "Unauthenticated", false],
    ["10008", 401, "Unauthorized: Authentication expired", "Unauthenticated", false],
    ["10008", 401, "Unauthorized: access denied", "Unauthenticated", false],
  ])("means with %s, HTTP %d, %j: %s", (code, status, message, kind, outcomeUnknown) => {
    const facts = errorFacts("PATCH /x", code, status, message, undefined);
    expect([facts.kind, facts.outcomeUnknown ?? false]).toEqual([kind, outcomeUnknown]);
  });

  it("is told to have another clock by its text, and to be at work on the target too", () => {
    const failure = (code: string, status: number, message: string): ProviderError =>
      new ProviderError(errorFacts("PATCH /x", code, status, message, undefined));
    expect(isExpired(failure("10008", 401, "Unauthorized: Authentication expired"))).toBe(true);
    expect(isExpired(failure("10008", 401, "Unauthorized: access denied"))).toBe(false);
    expect(isExpired(failure("Security.Authentication.Expired", 401, "x"))).toBe(true);
    expect(isLocked(failure("1010", 500, "Tenant 't1' is under maintenance"))).toBe(true);
    expect(isLocked(failure("OB.Tenant.UnderMaintenance", 500, "x"))).toBe(true);
    expect(isLocked(failure("MySQL.Error", 400, "lock wait timeout"))).toBe(false);
  });
});
