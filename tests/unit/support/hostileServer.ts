import net from "node:net";
import type { TransportFactory } from "../../../provider/core/transport";
import { createTransportFactory } from "../../../provider/core/undiciTransport";
import type { FuzzMessage } from "../../support/fuzzMessages";

/** Small, so that a test can wait for the worst case; the shipped ones differ in size only. */
export const SHORT_LIMITS = { totalTimeoutMs: 80, maxBodyBytes: 64 * 1024 } as const;

/** The transport that is shipped, with short limits whatever its user asks for. */
export function impatientTransport(): TransportFactory {
  const connect = createTransportFactory();
  return (tls) => connect(tls, SHORT_LIMITS);
}

export interface HostileServer {
  readonly port: number;
  /** What comes back for a request, by its first line. */
  answer: (requestLine: string) => FuzzMessage;
  close(): Promise<void>;
}

/** A server of raw bytes: whatever is asked, on every connection once. */
export async function startHostileServer(): Promise<HostileServer> {
  const sockets = new Set<net.Socket>();
  const waited = new WeakSet<FuzzMessage>();
  const hostile = { answer: (_requestLine: string): FuzzMessage => ({ bytes: Buffer.alloc(0), ending: "closes" }) };
  const server = net.createServer((socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    socket.on("error", () => socket.destroy());
    socket.once("data", (request: Buffer) => {
      const message = hostile.answer(request.toString("latin1").split("\r\n")[0] ?? "");
      const { bytes, ending } = message;
      // Once is enough to see that somebody gives up; all who try again would wait as long.
      if (ending === "waits" && !waited.has(message)) socket.write(bytes);
      else if (ending === "resets") socket.write(bytes, () => socket.resetAndDestroy());
      else socket.end(bytes);
      if (ending === "waits") waited.add(message);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return Object.assign(hostile, {
    port: (server.address() as net.AddressInfo).port,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  });
}

/** A sound answer that ends its connection. */
export function soundAnswer(body: object): FuzzMessage {
  const text = JSON.stringify(body);
  const head = `HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: ${Buffer.byteLength(text)}\r\n\r\n`;
  return { bytes: Buffer.from(head + text), ending: "closes" };
}
