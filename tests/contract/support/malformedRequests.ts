import net from "node:net";
import fc from "fast-check";
import { type FuzzVocabulary, fuzzBodies } from "../../support/fuzzBodies";
import { type FuzzMessage, fuzzMessages } from "../../support/fuzzMessages";

const METHODS = ["GET", "POST", "PATCH", "PUT", "DELETE", "HEAD", "OPTIONS", "TRACE", "CONNECT", "get", "X", ""];

const ODD_TARGETS = [
  "/",
  "*",
  "",
  "//",
  "/%",
  "/%zz",
  "/%ff%fe",
  "/%00",
  "/?%zz=%",
  "/?a=%ff&a&=&&",
  "/../../etc/passwd",
  "http://elsewhere.example/",
  "elsewhere.example:443",
  "/\u00ff",
  "/__proto__",
  "/__journal/__proto__",
  `/${"t".repeat(200_000)}`,
  `/?${"q=1&".repeat(50_000)}`,
];

/** Requests of all grades of brokenness; `targets` are routes of the emulator. */
export function malformedRequests(targets: readonly string[], vocabulary: FuzzVocabulary): fc.Arbitrary<FuzzMessage> {
  const startLines = fc.oneof(
    { weight: 4, arbitrary: fc.tuple(fc.constantFrom(...METHODS), fc.constantFrom(...targets)) },
    fc.tuple(fc.constantFrom(...METHODS), fc.constantFrom(...ODD_TARGETS)),
  );
  const versions = fc.oneof(
    { weight: 5, arbitrary: fc.constant("HTTP/1.1") },
    fc.constantFrom("HTTP/1.0", "HTTP/9.9", ""),
  );
  return fuzzMessages(
    fc.tuple(startLines, versions).map(([[method, target], version]) => `${method} ${target} ${version}`),
    ["Host: emulator", "Connection: close"],
    fuzzBodies(vocabulary),
  );
}

/** Sends raw bytes and returns what comes back until the connection ends, or until `patienceMs` have passed without an end. */
export function exchange(port: number, { bytes, ending }: FuzzMessage, patienceMs: number): Promise<string> {
  return new Promise((resolve) => {
    const received: Buffer[] = [];
    const socket = net.connect(port, "127.0.0.1");
    const done = (): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve(Buffer.concat(received).toString("latin1"));
    };
    const timer = setTimeout(done, patienceMs);
    socket.on("data", (data: Buffer) => received.push(data));
    socket.on("error", done);
    socket.on("close", done);
    if (ending === "closes") socket.end(bytes);
    else socket.write(bytes, () => ending === "resets" && socket.resetAndDestroy());
  });
}
