import fc from "fast-check";
import { type FuzzVocabulary, fuzzBodies } from "./fuzzBodies";
import { type FuzzMessage, fuzzMessages } from "./fuzzMessages";

const STATUS_LINES = fc.oneof(
  { weight: 4, arbitrary: fc.constant("HTTP/1.1 200 OK") },
  {
    weight: 3,
    arbitrary: fc.constantFrom(400, 401, 403, 404, 409, 429, 500, 502, 503).map((code) => `HTTP/1.1 ${code} X`),
  },
  fc.constantFrom(
    "HTTP/1.1 100 Continue",
    "HTTP/1.1 101 Switching Protocols",
    "HTTP/1.1 204 No Content",
    "HTTP/1.1 206 Partial Content",
    "HTTP/1.1 304 Not Modified",
    "HTTP/1.1 307 Temporary Redirect",
    "HTTP/1.1 000 Nothing",
    "HTTP/1.1 999 Too Much",
    "HTTP/1.1 -1 Minus",
    "HTTP/1.1 20 Short",
    "HTTP/1.0 200 OK",
    "HTTP/0.9 200 OK",
    "HTTP/3.0 200 OK",
    "HTTP/1.1 200",
    "HTTP/1.1200OK",
    `HTTP/1.1 200 ${"r".repeat(100_000)}`,
    "ICY 200 OK",
  ),
);

/** Answers to one request each, with bodies in the vendor's words. */
export function fuzzAnswers(vocabulary: FuzzVocabulary): fc.Arbitrary<FuzzMessage> {
  return fuzzMessages(STATUS_LINES, ["Content-Type: application/json", "Connection: close"], fuzzBodies(vocabulary));
}
