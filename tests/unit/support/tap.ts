import net from "node:net";
import { localServers } from "./servers";

/** What a listener on the line between a client and a server sees. */
export interface Tap {
  readonly port: number;
  /** What of the client's bytes can be read as HTTP, or as a header that authenticates somebody. */
  read(): string[];
}

/** TLS itself names `http/1.1` in the clear, in small letters. */
const READABLE = / HTTP\/1\.1\r|x-acs-\w+|x-ocs-\w+|authorization|\/api\/v1/gi;

/** Passes everything on to a local port, and listens. Ends with the test. */
export function taps(): (target: number) => Promise<Tap> {
  const servers = localServers();
  return async (target) => {
    const chunks: Buffer[] = [];
    const port = await servers.raw((client) => {
      const server = net.connect(target, "127.0.0.1");
      client.on("data", (chunk: Buffer) => chunks.push(chunk));
      client.pipe(server).pipe(client);
      server.on("error", () => client.destroy());
      client.on("close", () => server.destroy());
    });
    return { port, read: () => Buffer.concat(chunks).toString("latin1").match(READABLE) ?? [] };
  };
}
