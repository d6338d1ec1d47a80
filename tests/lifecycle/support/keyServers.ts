import { mkdtempSync, writeFileSync } from "node:fs";
import { mkdir, rm } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import net from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import tls from "node:tls";
import { generate } from "selfsigned";
import type { Certificate } from "../../unit/support/certificates";
import { localServers } from "../../unit/support/servers";

/** Keys as a server of temporary keys hands them out. */
export interface TemporaryKeys {
  readonly accessKeyId: string;
  readonly accessKeySecret: string;
  readonly securityToken: string;
}

/** A server of keys, with what it was asked. Its answer may be changed at any time. */
export interface KeyServer {
  readonly port: number;
  readonly requests: { readonly url: string; readonly body: string }[];
  /** Undefined answers with an error that shows a secret, as careless servers do. */
  keys: TemporaryKeys | undefined;
}

export const LEAK = "leaked-by-the-server-77";

/** Local servers of keys, and a home directory, for as long as one test runs. */
export function keyServers(): {
  /** Answers any GET with keys: a credentials URI. */
  uri(keys: TemporaryKeys | undefined): Promise<KeyServer>;
  /** Answers AssumeRole and AssumeRoleWithOIDC over TLS that this process trusts. */
  sts(keys: TemporaryKeys | undefined): Promise<KeyServer>;
  /** The same with a certificate that nobody has been told of, or without any. */
  stsWith(certificate: Certificate | undefined, keys: TemporaryKeys): Promise<KeyServer>;
  /** The metadata service: connections to its fixed address are led here. */
  metadata(keys: TemporaryKeys): Promise<KeyServer>;
  /** A home directory with these files, by their path in it. */
  home(files: Readonly<Record<string, string>>): Promise<string>;
} {
  const servers = localServers();
  const trusted = tls.getCACertificates("default");
  const homes: string[] = [];
  const overTls = (certificate: Certificate, keys: TemporaryKeys | undefined): Promise<KeyServer> =>
    server(
      keys,
      (onRequest) => servers.https(certificate, onRequest),
      (present) => JSON.stringify({ Credentials: session(present) }),
    );
  afterEach(async () => {
    jest.restoreAllMocks();
    tls.setDefaultCACertificates(trusted);
    await Promise.all(homes.splice(0).map((home) => rm(home, { recursive: true })));
  });
  const server = async (
    keys: TemporaryKeys | undefined,
    start: (onRequest: (request: IncomingMessage, response: ServerResponse) => void) => Promise<number>,
    answer: (keys: TemporaryKeys, url: string) => string,
  ): Promise<KeyServer> => {
    const result = { port: 0, requests: [] as KeyServer["requests"], keys };
    result.port = await start((request, response) => {
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => chunks.push(chunk));
      request.on("end", () => {
        const url = request.url ?? "";
        result.requests.push({ url, body: Buffer.concat(chunks).toString() });
        response.writeHead(result.keys ? 200 : 403, { "content-type": "application/json" });
        const refusal = { Code: "EntityNotExist.Role", Message: LEAK, AccessKeySecret: LEAK };
        response.end(result.keys ? answer(result.keys, url) : JSON.stringify(refusal));
      });
    });
    return result;
  };
  return {
    uri: (keys) => server(keys, servers.http, (present) => JSON.stringify(session(present))),
    async sts(keys) {
      const pem = await generate([{ name: "commonName", value: "127.0.0.1" }], {
        extensions: [{ name: "subjectAltName", altNames: [{ type: 7, ip: "127.0.0.1" }] }],
      });
      tls.setDefaultCACertificates([...trusted, pem.cert]);
      return overTls({ key: pem.private, cert: pem.cert }, keys);
    },
    stsWith: (certificate, keys) =>
      certificate ? overTls(certificate, keys) : server(keys, servers.http, (present) => JSON.stringify(present)),
    async metadata(keys) {
      const result = await server(keys, servers.http, (present, url) => {
        if (url.endsWith("/api/token")) return "metadata-token";
        if (url.endsWith("/security-credentials/")) return "web";
        return JSON.stringify({ Code: "Success", ...session(present) });
      });
      const connect = net.Socket.prototype.connect;
      jest.spyOn(net.Socket.prototype, "connect").mockImplementation(function (this: net.Socket, ...args: unknown[]) {
        const [first] = args.flat() as { host?: string }[];
        const rest = first?.host === "100.100.100.200" ? [{ host: "127.0.0.1", port: result.port }] : args;
        return Reflect.apply(connect, this, rest) as net.Socket;
      });
      return result;
    },
    async home(files) {
      const home = mkdtempSync(path.join(tmpdir(), "keys-"));
      homes.push(home);
      for (const [name, content] of Object.entries(files)) {
        await mkdir(path.join(home, path.dirname(name)), { recursive: true });
        writeFileSync(path.join(home, name), content);
      }
      return home;
    },
  };
}

function session({ accessKeyId, accessKeySecret, securityToken }: TemporaryKeys): object {
  // By the machine's clock, which the vendor's package goes by.
  const expiration = new Date(Date.now() + 3_600_000).toISOString().replace(/\.\d{3}Z$/, "Z");
  return {
    AccessKeyId: accessKeyId,
    AccessKeySecret: accessKeySecret,
    SecurityToken: securityToken,
    Expiration: expiration,
  };
}
