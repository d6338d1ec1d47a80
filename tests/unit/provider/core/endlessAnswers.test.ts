import { hasKind } from "../../../../provider/core/errors";
import { failureOf } from "../../support/failures";
import { impatientTransport, SHORT_LIMITS } from "../../support/hostileServer";
import { localServers } from "../../support/servers";

const KIBIBYTE = 1024;

describe("An answer without end", () => {
  const servers = localServers();

  it.each([
    ["of headers", "HTTP/1.1 200 OK\r\n", `X: ${"h".repeat(KIBIBYTE)}\r\n`],
    ["in one header", "HTTP/1.1 200 OK\r\nX: ", "h".repeat(KIBIBYTE)],
    ["in the status line", "HTTP/1.1 200 ", "s".repeat(KIBIBYTE)],
    ["of promises to go on", "", "HTTP/1.1 100 Continue\r\n\r\n"],
    ["of chunks", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", `400\r\n${"c".repeat(KIBIBYTE)}\r\n`],
    ["in one chunk's extension", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1;", "e".repeat(KIBIBYTE)],
    ["of trailers", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n", `X: ${"t".repeat(KIBIBYTE)}\r\n`],
    ["of a body that nobody measured", "HTTP/1.1 200 OK\r\n\r\n", "b".repeat(KIBIBYTE)],
    ["of a body of announced length", `HTTP/1.1 200 OK\r\nContent-Length: ${2 ** 50}\r\n\r\n`, "b".repeat(KIBIBYTE)],
  ])("%s is an error within the time, and little of it is kept", async (_what, head, piece) => {
    const port = await servers.raw((socket) => {
      const more = (): void => {
        while (!socket.destroyed && socket.write(piece));
      };
      socket.once("data", () => {
        socket.write(head);
        more();
      });
      // Leaves the client its turns in the one process that both of them share.
      socket.on("drain", () => setImmediate(more));
    });
    const heapBefore = process.memoryUsage().rss;
    const startedAt = performance.now();
    const sent = impatientTransport()({}).send({ method: "GET", url: `http://127.0.0.1:${port}/`, headers: {} });
    const failure = await failureOf(sent);
    expect(hasKind(failure, "UnexpectedResponse", "Unavailable", "RequestTimeout")).toBe(true);
    expect(performance.now() - startedAt).toBeLessThan(SHORT_LIMITS.totalTimeoutMs + 10_000);
    expect(process.memoryUsage().rss - heapBefore).toBeLessThan(200 * KIBIBYTE * KIBIBYTE);
  });
});
