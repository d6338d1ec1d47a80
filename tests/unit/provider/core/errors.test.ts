import {
  type ErrorFacts,
  type ErrorKind,
  hasKind,
  isProviderError,
  messageOf,
  ProviderError,
} from "../../../../provider/core/errors";

const BUSY: ErrorFacts = {
  kind: "Conflict",
  problem: "the cluster is busy",
  advice: "Run the update again.",
  vendorCode: "OperationDenied.DBClusterStatus",
  httpStatus: 403,
  requestId: "5F2C",
  subject: { doing: "updating", object: "PolarDB backup policy", identity: "pc-1x2y" },
};

describe("The message of a ProviderError", () => {
  it.each<[string, Partial<ErrorFacts>, string]>([
    [
      "says doing what to which, what went wrong, kind and vendor facts, and what to try",
      {},
      "updating PolarDB backup policy (pc-1x2y): the cluster is busy [Conflict, OperationDenied.DBClusterStatus, HTTP 403, request 5F2C]. Run the update again.",
    ],
    [
      "leaves the identity out when it is not known",
      { subject: { doing: "creating", object: "PolarDB backup policy" } },
      "creating PolarDB backup policy: the cluster is busy [Conflict, OperationDenied.DBClusterStatus, HTTP 403, request 5F2C]. Run the update again.",
    ],
    [
      "starts with the problem when nobody has said what was being done",
      { subject: undefined },
      "the cluster is busy [Conflict, OperationDenied.DBClusterStatus, HTTP 403, request 5F2C]. Run the update again.",
    ],
    [
      "names only the facts that are known",
      { subject: undefined, vendorCode: undefined, httpStatus: undefined, requestId: undefined },
      "the cluster is busy [Conflict]. Run the update again.",
    ],
    [
      "leaves an empty request id out",
      { subject: undefined, vendorCode: undefined, httpStatus: undefined, requestId: "" },
      "the cluster is busy [Conflict]. Run the update again.",
    ],
    [
      "leaves an empty code out",
      { subject: undefined, vendorCode: "", httpStatus: undefined, requestId: undefined },
      "the cluster is busy [Conflict]. Run the update again.",
    ],
    [
      "has one line, whatever others have written",
      {
        subject: undefined,
        vendorCode: undefined,
        httpStatus: undefined,
        requestId: undefined,
        problem: "busy\n\u001b[31mred ",
      },
      "busy  [31mred [Conflict]. Run the update again.",
    ],
    [
      "ends after the facts when there is no advice",
      { subject: undefined, vendorCode: undefined, httpStatus: undefined, requestId: undefined, advice: undefined },
      "the cluster is busy [Conflict].",
    ],
    [
      "has one full stop when the problem brought its own",
      {
        subject: undefined,
        vendorCode: undefined,
        httpStatus: undefined,
        requestId: undefined,
        advice: undefined,
        problem: "the cluster is busy.",
      },
      "the cluster is busy [Conflict].",
    ],
  ])("%s", (_name, facts, message) => {
    expect(new ProviderError({ ...BUSY, ...facts }).message).toBe(message);
  });

  it.each([
    ["a storage URI", "LOCATION=oss://b/p?host=h&access_id=i&access_key=SECRETVALUE"],
    ["a request in JSON", '{"AccessKeySecret":"SECRETVALUE"}'],
    ["an STS token in a query", "https://h/?SecurityToken=SECRETVALUE&x=1"],
    ["an STS token in a header", "x-acs-security-token: SECRETVALUE"],
    ["a signature", "https://h/?Signature=SECRETVALUE%3D&x=1"],
    ["obshell's password header", "X-OCS-Header: SECRETVALUE=="],
    ["obshell's agent header", "X-OCS-Agent-Header: SECRETVALUE=="],
  ])("is built without the secret of %s in the vendor's text", (_name, problem) => {
    const error = new ProviderError({ kind: "InvalidInput", problem, advice: problem });
    expect(error.message).not.toContain("SECRETVALUE");
    expect(error.stack).not.toContain("SECRETVALUE");
    expect(error.message).toContain("[secret]");
  });
});

describe("What is known about a ProviderError", () => {
  it("takes the first subject that is said, and keeps it", () => {
    const bare = new ProviderError({ kind: "Unavailable", problem: "no answer" });
    const inner = bare.about({ doing: "reading", object: "tenant", identity: "t1" });
    expect(inner.message).toMatch(/^reading tenant \(t1\): no answer/);
    expect(inner.about({ doing: "updating", object: "cluster" }).message).toBe(inner.message);
  });

  it("keeps the other facts when some are changed", () => {
    const changed = new ProviderError({ ...BUSY, cause: "why" }).with({ problem: "still busy" });
    expect(changed.facts).toEqual({ ...BUSY, cause: "why", problem: "still busy" });
    expect(changed.cause).toBe("why");
    expect(changed.message).toContain("still busy [Conflict, OperationDenied.DBClusterStatus");
  });

  it("is asked by kind, and by several at once", () => {
    const error = new ProviderError({ kind: "Throttled", problem: "too fast" });
    expect(hasKind(error, "Throttled")).toBe(true);
    expect(hasKind(error, "Conflict", "Throttled")).toBe(true);
    expect(hasKind(error, "Conflict")).toBe(false);
    expect(hasKind(new Error("Throttled"), "Throttled")).toBe(false);
  });

  it("has one of the kinds of a closed list, which the compiler knows", () => {
    // A new kind must be added here too: each one has a meaning for the lifecycle.
    const kinds: Record<ErrorKind, true> = {
      InvalidInput: true,
      Unauthenticated: true,
      Forbidden: true,
      NotFound: true,
      Conflict: true,
      Throttled: true,
      Unavailable: true,
      RequestTimeout: true,
      WaitTimeout: true,
      TaskFailed: true,
      UnexpectedResponse: true,
      PartialApply: true,
      WrongTarget: true,
      NotAccepted: true,
    };
    expect(Object.keys(kinds)).toHaveLength(14);
    // @ts-expect-error: nothing outside the list compiles.
    new ProviderError({ kind: "Oops", problem: "" });
  });
});

describe("A ProviderError of a second loaded copy of the package", () => {
  it("is recognised, with its kind", () => {
    let Other = ProviderError;
    jest.isolateModules(() => {
      Other = (require("../../../../provider/core/errors") as { ProviderError: typeof ProviderError }).ProviderError;
    });
    expect(Other).not.toBe(ProviderError);
    const foreign: unknown = new Other({ kind: "NotFound", problem: "gone" });
    expect(foreign instanceof ProviderError).toBe(false);
    expect(isProviderError(foreign)).toBe(true);
    expect(hasKind(foreign, "NotFound")).toBe(true);
  });

  it.each([[undefined], [null], ["NotFound"], [{ kind: "NotFound" }], [new Error("NotFound")]])(
    "is not mistaken for %p",
    (value) => {
      expect(isProviderError(value)).toBe(false);
    },
  );
});

describe("The text of whatever was thrown", () => {
  it.each([
    [new Error("boom"), "boom"],
    [{ message: "an error of another realm" }, "an error of another realm"],
    [new Error(""), "Error"],
    [
      new AggregateError([new Error("connect ECONNREFUSED ::1:80"), new Error("second")], ""),
      "connect ECONNREFUSED ::1:80",
    ],
    [new AggregateError([], ""), "AggregateError"],
    ["boom", "boom"],
    [undefined, "undefined"],
    [null, "null"],
    [42, "42"],
  ])("of %p is %j", (thrown, text) => {
    expect(messageOf(thrown)).toBe(text);
  });
});
