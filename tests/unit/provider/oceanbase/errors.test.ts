import { type ErrorKind, ProviderError } from "../../../../provider/core/errors";
import {
  beforeTheCall,
  errorFacts,
  isDecryptFailure,
  isExpired,
  isLocked,
  isMissingRoute,
  isNothingThere,
} from "../../../../provider/oceanbase/errors";

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

describe("An agent before 4.3.1, which has numbers only", () => {
  it.each<[string, number, string, ErrorKind, string, boolean]>([
    // number, HTTP status, text, kind, advice, whether a write may have taken effect
    ["1000", 400, "Bad request: x", "InvalidInput", "", false],
    ["1001", 400, "Illegal argument: backup_base_uri cannot be empty", "InvalidInput", "", false],
    ["1002", 500, "Unexpected error: Internal Server Error", "Unavailable", "", true],
    ["1000", 400, "Bad request: 404 not found", "InvalidInput", "", false],
    ["1003", 404, "Element not found: 404 not found", "InvalidInput", "", false],
    ["10009", 500, "OB cluster not found: Cannot be upgraded.", "InvalidInput", "CLUSTER AGENT", false],
    ["1010", 500, "Known error: no user tenants", "InvalidInput", "Create a tenant first", false],
    ["1010", 500, "Known error: agent identity is 'SINGLE', cannot backup", "InvalidInput", "CLUSTER AGENT", false],
    ["1010", 500, "Known error: Agent is not holding OceanBase", "Unavailable", "OceanBase server", false],
    ["1002", 500, "Unexpected error: Observer process does not exist", "Unavailable", "OceanBase server", false],
    ["1010", 500, "Known error: something else", "InvalidInput", "", false],
    ["1010", 500, "Tenant 't1' is under maintenance, please try again later.", "Conflict", "other task", false],
    ["1002", 500, "Create task failed: Tenant 't1' is under maintenance", "Conflict", "other task", false],
    ["1010", 500, "OceanBase cluster is under maintenance, please try again later", "Conflict", "other task", false],
    ["2301", 500, "Create task failed: tenant 't1' is under maintenance", "Conflict", "other task", false],
    ["1001", 400, "Illegal argument: tenant t1 not found", "NotFound", "dropped or renamed", false],
    ["1000", 400, "Bad request: Tenant 't1' not exists.", "NotFound", "dropped or renamed", false],
    ["1000", 400, "Bad request: Tenant 't1' status is 'RESTORE'", "InvalidInput", "", false],
    ["1000", 400, "Bad request: the unit of tenant 't1' does not exist.", "InvalidInput", "", false],
    ["2300", 404, "Task not found: 14", "UnexpectedResponse", "", false],
    ["2300", 404, "Task not found: no backup task found", "InvalidInput", "", false],
    ["2300", 404, "Task not found: The current database is useless", "Unavailable", "OceanBase server", false],
    ["2301", 500, "Create task failed: x", "Unavailable", "", true],
    ["10000", 401, "Permission denied", "Forbidden", "", false],
    ["10008", 401, "Verification failed: access denied", "Unauthenticated", "password", false],
    ["10008", 401, "Verification failed: auth expired", "Unauthenticated", "clocks", false],
    ["10008", 401, "Verification failed: uri mismatch", "Unauthenticated", "changes the request path", false],
    ["10008", 401, 'Verification failed: strconv.ParseInt: parsing "x"', "Unauthenticated", "clocks", false],
    ["10008", 401, "", "Unauthenticated", "password", false],
    ["1", 401, "Decrypt http header failed: crypto/rsa: decryption error", "Unauthenticated", "key", false],
    ["7777", 500, "something new", "Unavailable", "", true],
  ])("means with %s, HTTP %d, %j: %s", (code, status, message, kind, advice, isOpen) => {
    const found = facts(code, status, message);
    expect([found.kind, found.outcomeUnknown ?? false, found.vendorCode]).toEqual([kind, isOpen, code]);
    expect(found.advice ?? "").toContain(advice);
  });
});

describe("What an error says about a request", () => {
  const failure = (code: string, status: number, message: string): ProviderError =>
    new ProviderError(facts(code, status, message));

  it.each([
    ["Security.Authentication.Header.DecryptFailed", true],
    ["1", true],
    ["10008", false],
    ["Security.Authentication.Expired", false],
    ["", false],
  ])("tells by the code %j whether its header could not be decrypted: %s", (code, isOne) => {
    expect(isDecryptFailure(failure(code, 401, "x"))).toBe(isOne);
  });

  it.each([
    ["Security.Authentication.Expired", "x", true],
    ["10008", "Verification failed: auth expired", true],
    ["10008", "Verification failed: access denied", false],
    ["Security.Authentication.Timestamp.Invalid", "Unauthorized: Invalid timestamp: expired", false],
    ["Security.Authentication.SessionExpired", "Session is expired", false],
    ["1", "expired", false],
  ])("tells by %s %j whether it came too late: %s", (code, message, isOne) => {
    expect(isExpired(failure(code, 401, message))).toBe(isOne);
  });

  it("tells that somebody else is at work on the target", () => {
    expect(isLocked(failure("1010", 500, "Tenant 't1' is under maintenance"))).toBe(true);
    expect(isLocked(failure("OB.Tenant.UnderMaintenance", 500, "x"))).toBe(true);
    expect(isLocked(failure("MySQL.Error", 400, "lock wait timeout"))).toBe(false);
  });

  it.each<[string, number, string, boolean, boolean]>([
    // code, HTTP status, text; whether the route is missing, or there and empty
    ["Common.NotFound", 404, "Element not found: 404 not found", true, false],
    ["1003", 404, "Element not found: 404 not found", true, false],
    ["1000", 400, "Bad request: 404 not found", true, false],
    ["Common.NotFound", 404, "Element not found: backup task", false, true],
    ["Task.NotFound", 404, "Task not found: no backup task", false, true],
    ["2300", 404, "Task not found: no backup task found", false, true],
    ["Agent.OceanBase.Useless", 500, "Task not found: The current database is useless", false, false],
    ["2300", 404, "Task not found: The current database is useless", false, false],
    ["OB.Tenant.Parameter.NotExist", 404, "Tenant parameter 'x' does not exist.", false, false],
    ["1000", 400, "Bad request: x", false, false],
  ])(
    "tells by %s, HTTP %d, %j whether a route is missing (%s) or has nothing to show (%s)",
    (code, status, message, isMissing, isEmpty) => {
      expect([isMissingRoute(failure(code, status, message)), isNothingThere(failure(code, status, message))]).toEqual([
        isMissing,
        isEmpty,
      ]);
    },
  );

  it("of something else that answers 404 tells nothing about routes", () => {
    const page = new ProviderError({ kind: "UnexpectedResponse", problem: "GET /x: 404 not found", httpStatus: 404 });
    expect([isMissingRoute(page), isNothingThere(page), isMissingRoute(new Error("404 not found"))]).toEqual([
      false,
      false,
      false,
    ]);
  });

  it("does not take a tenant's name for the reason", () => {
    const refused = errorFacts(
      "GET /api/v1/tenant/expired/backup/info",
      "10008",
      401,
      "Verification failed: access denied",
      "x",
    );
    expect(isExpired(new ProviderError(refused))).toBe(false);
  });

  it("tells nothing about the call when it is of something before it", () => {
    const lost = new ProviderError({ kind: "RequestTimeout", problem: "late", outcomeUnknown: true });
    expect(beforeTheCall(lost)).toMatchObject({ kind: "Unavailable", facts: { outcomeUnknown: false } });
    const bug = new TypeError("x");
    expect(beforeTheCall(bug)).toBe(bug);
  });
});
