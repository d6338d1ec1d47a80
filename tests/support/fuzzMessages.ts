import fc from "fast-check";

const CRLF = "\r\n";

/** What the sender does once it has sent everything. */
export type Ending = "closes" | "resets" | "waits";

export interface FuzzMessage {
  readonly bytes: Buffer;
  readonly ending: Ending;
}

const oddHeaders = fc.array(
  fc.oneof(
    fc.constantFrom(
      "X: \u0000",
      "X : y",
      ": nameless",
      "no colon at all",
      " folded: line",
      "X: \u00ff\u00fe",
      "Content-Type: application/json; charset=\u00e9",
      "Content-Encoding: gzip",
      "Connection: close, keep-alive, upgrade",
      "Upgrade: websocket",
      "Trailer: X",
      "Expect: 100-continue",
      "Host: a\r\nHost: b",
      "Location: \u0000//%zz",
      `Big: ${"y".repeat(100_000)}`,
      Array.from({ length: 500 }, (_nothing, index) => `H${index}: v`).join(CRLF),
      "__proto__: x",
    ),
    fc.string({ unit: "binary", maxLength: 20 }),
  ),
  { maxLength: 2 },
);

/** Ways to say how long the body is, most of them wrong. */
const framings: fc.Arbitrary<(body: Buffer) => Buffer> = fc.constantFrom<((body: Buffer) => Buffer)[]>(
  (body) => sized(String(body.length), body),
  (body) => sized(String(body.length), body),
  (body) => sized(String(body.length + 7), body),
  (body) => sized(String(Math.max(0, body.length - 3)), body),
  (body) => sized("-1", body),
  (body) => sized("99999999999999999999", body),
  (body) => sized(`${body.length}, 4`, body),
  (body) => sized("0x10", body),
  (body) => joined(`Content-Length: 1${CRLF}Content-Length: 2${CRLF}${CRLF}`, body),
  // Both at once is how requests are smuggled.
  (body) => joined(`Content-Length: 3${CRLF}Transfer-Encoding: chunked${CRLF}${CRLF}0${CRLF}${CRLF}`, body),
  (body) => joined(CRLF, body),
  (body) => chunked(`${body.length.toString(16)}${CRLF}`, body, `${CRLF}0${CRLF}${CRLF}`),
  (body) => chunked(`${body.length.toString(16)};${"e".repeat(5_000)}${CRLF}`, body, `${CRLF}0${CRLF}${CRLF}`),
  (body) => chunked(`${(body.length + 5).toString(16)}${CRLF}`, body, `0${CRLF}${CRLF}`),
  (body) => chunked(`zz${CRLF}`, body, `${CRLF}0${CRLF}${CRLF}`),
  (body) => chunked(`FFFFFFFFFFFFFFFFFF${CRLF}`, body, ""),
  (body) => chunked(`-1${CRLF}`, body, ""),
  (body) => chunked(`${body.length.toString(16)}${CRLF}`, body, ""),
  (body) => chunked("", body, ""),
);

/**
 * HTTP messages of all grades of brokenness, requests or answers: one of the start lines, headers, and one of the bodies, or
 * only the first part of that, or no HTTP at all.
 */
export function fuzzMessages(
  startLines: fc.Arbitrary<string>,
  headers: readonly string[],
  bodies: fc.Arbitrary<Buffer>,
): fc.Arbitrary<FuzzMessage> {
  const whole = fc.tuple(startLines, oddHeaders, framings, bodies).map(([start, odd, framed, body]) => {
    const head = [start, ...headers, ...odd].join(CRLF) + CRLF;
    return Buffer.concat([Buffer.from(head, "latin1"), framed(body)]);
  });
  // Most of a test's time goes into finding out how a sound message with an odd body is taken.
  const sound = fc.tuple(startLines, bodies).map(([start, body]) => {
    const head = [start, ...headers, `Content-Length: ${body.length}`].join(CRLF) + CRLF + CRLF;
    return Buffer.concat([Buffer.from(head, "latin1"), body]);
  });
  const half = fc
    .tuple(whole, fc.double({ min: 0, max: 1, noNaN: true }))
    .map(([bytes, part]) => bytes.subarray(0, Math.floor(bytes.length * part)));
  const noise = fc.oneof(
    fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
    fc
      .constantFrom("", CRLF, "\n\n", "HTTP/1.1", "\u0016\u0003\u0001\u0002\u0000", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")
      .map((text) => Buffer.from(text, "latin1")),
  );
  return fc.record({
    bytes: fc.oneof({ weight: 4, arbitrary: sound }, { weight: 4, arbitrary: whole }, half, noise),
    ending: fc.oneof(
      { weight: 12, arbitrary: fc.constant<Ending>("closes") },
      { weight: 3, arbitrary: fc.constant<Ending>("resets") },
      { weight: 1, arbitrary: fc.constant<Ending>("waits") },
    ),
  });
}

function joined(head: string, body: Buffer): Buffer {
  return Buffer.concat([Buffer.from(head, "latin1"), body]);
}

function sized(length: string, body: Buffer): Buffer {
  return joined(`Content-Length: ${length}${CRLF}${CRLF}`, body);
}

function chunked(before: string, body: Buffer, after: string): Buffer {
  return Buffer.concat([joined(`Transfer-Encoding: chunked${CRLF}${CRLF}${before}`, body), Buffer.from(after)]);
}
