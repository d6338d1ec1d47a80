import fc from "fast-check";
import { type ErrorFacts, type ErrorKind, ProviderError } from "../../../provider/core/errors";
import { MEANINGS, errorFacts as obshellFacts } from "../../../provider/oceanbase/errors";
import { CODES, errorFacts as polardbFacts } from "../../../provider/polardb/errors";

const KINDS: readonly ErrorKind[] = [
  "InvalidInput",
  "Unauthenticated",
  "Forbidden",
  "NotFound",
  "Conflict",
  "Throttled",
  "Unavailable",
  "RequestTimeout",
  "WaitTimeout",
  "TaskFailed",
  "UnexpectedResponse",
  "PartialApply",
  "WrongTarget",
  "NotAccepted",
];

/** `doing object (identity): problem [Kind, code, HTTP status, request id]. Advice.`, on one line. */
const GRAMMAR = new RegExp(`^\\S.* \\[(${KINDS.join("|")})(, [^\\n]*?)?\\]\\.( \\S.*)?$`);

const texts = fc.oneof(
  fc.string({ unit: "grapheme" }),
  fc.constantFrom("", ".", " ", "line\nline", "a\r\n\tb ", "\u2028", "\u0000\u001b[31mred", "ends.", "what?", "[x]. y"),
);

const maybe = <T>(values: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(values, { nil: undefined });

const facts: fc.Arbitrary<ErrorFacts> = fc.record({
  kind: fc.constantFrom(...KINDS),
  problem: texts.map((text) => `x${text}`),
  advice: maybe(texts),
  subject: maybe(
    fc.record({
      doing: fc.constantFrom("updating", "reading"),
      object: fc.constantFrom("tenant", "PolarDB backup policy"),
      identity: maybe(texts),
    }),
  ),
  vendorCode: maybe(texts),
  httpStatus: maybe(fc.integer({ min: 100, max: 999 })),
  requestId: maybe(texts),
});

describe("The message of any error that can be built", () => {
  it("is one line of the one grammar, whatever others have said", () => {
    fc.assert(
      fc.property(facts, (given) => {
        const { message } = new ProviderError(given);
        expect(message).toMatch(GRAMMAR);
        // biome-ignore lint/suspicious/noControlCharactersInRegex: terminals obey them.
        expect(message).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/);
      }),
      { numRuns: 1_000 },
    );
  });

  it("keeps what was said, and stays the same when it is said again", () => {
    const words = fc.stringMatching(/^[a-z]{2,9}( [a-z]{2,9}){0,4}$/);
    fc.assert(
      fc.property(words, maybe(words), fc.constantFrom(...KINDS), (problem, advice, kind) => {
        const error = new ProviderError({ kind, problem, advice });
        expect(error.message).toBe(`${problem} [${kind}].${advice ? ` ${advice}` : ""}`);
        expect(error.with({}).message).toBe(error.message);
      }),
    );
  });

  const codes = fc.oneof(
    fc.constantFrom(
      "Security.Authentication.Expired",
      "OB.Tenant.NotExist",
      "OB.Cluster.UnderMaintenance",
      "InvalidDBCluster.NotFound",
      "Throttling.User",
      "1000",
      "10008",
      "constructor",
      "__proto__",
    ),
    texts,
  );

  it.each([
    ["obshell", obshellFacts],
    ["PolarDB", polardbFacts],
  ])("of %s has a kind, whatever code, status and text it answers", (_vendor, errorFacts) => {
    fc.assert(
      fc.property(codes, fc.integer({ min: 0, max: 999 }), texts, maybe(texts), (code, status, message, id) => {
        const error = new ProviderError(errorFacts("GET /api/v1/ob/info", code, status, message, id));
        expect(KINDS).toContain(error.kind);
        expect(error.message).toMatch(GRAMMAR);
      }),
      { numRuns: 500 },
    );
  });
});

describe.each([
  ["obshell", Object.keys(MEANINGS), obshellFacts, "GET /api/v1/ob/info"],
  ["PolarDB", [...CODES.keys()], polardbFacts, "ModifyBackupPolicy"],
])("Every code of %s that means something to us", (_vendor, known, errorFacts, call) => {
  /** Kinds after which the vendor's own words do not say what to do. */
  const NEED_ADVICE: readonly ErrorKind[] = ["Unauthenticated", "Forbidden", "NotFound", "Throttled"];

  it("has one kind whatever status and text come with it, and advice in full sentences", () => {
    fc.assert(
      fc.property(fc.constantFrom(...known), fc.integer({ min: 100, max: 599 }), texts, (code, status, text) => {
        const { kind, advice } = errorFacts(call, code, status, text, undefined);
        expect(kind).toBe(errorFacts(call, code, 400, "", undefined).kind);
        if (NEED_ADVICE.includes(kind)) expect([code, advice]).toEqual([code, expect.any(String)]);
        if (advice !== undefined) expect(advice).toMatch(/^[A-Za-z].*\.$/);
      }),
      { numRuns: 500 },
    );
  });
});
