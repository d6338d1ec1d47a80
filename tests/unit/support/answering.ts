import fc from "fast-check";
import type { HttpResponse, TransportFactory } from "../../../provider/core/transport";
import { type FuzzVocabulary, fuzzBodies } from "../../support/fuzzBodies";

/** A network on which everything gets an answer. */
export function answering(answer: (url: string) => HttpResponse): TransportFactory {
  return () => ({ send: async ({ url }) => answer(url) });
}

/** Whole answers with any status and an odd body. */
export function oddAnswers(vocabulary: FuzzVocabulary): fc.Arbitrary<HttpResponse> {
  return fc.record({
    status: fc.oneof(
      fc.constant(200),
      fc.constantFrom(400, 401, 403, 404, 409, 429, 500, 502, 503),
      fc.nat({ max: 999 }),
    ),
    headers: fc.dictionary(
      fc.constantFrom("x-acs-retry-after", "content-type", "retry-after"),
      fc.oneof(fc.constantFrom("", "-1", "NaN", "Infinity", "1e999", "0x10", "999999999999"), fc.string()),
    ),
    body: fuzzBodies(vocabulary).map((bytes) => bytes.toString("utf8")),
  });
}
