import type { HttpServerOptions } from "../emulators/common/httpServer";
import { type ObshellEmulator, startObshell } from "../emulators/obshell";
import { type Certificate, selfSigned, signedBy } from "../unit/support/certificates";
import { type Tap, taps } from "../unit/support/tap";
import { DESTINATION, type OceanbaseSubject, PASSWORD, startOceanbaseSubject } from "./support/oceanbase";
import { type Certificates, makeCertificates, REDIRECTS } from "./support/tls";

const tap = taps();
let certificates: Certificates;
let subject: OceanbaseSubject;
let secure: ObshellEmulator[] = [];

beforeAll(async () => {
  certificates = await makeCertificates();
});
/** A cluster beside, without TLS: whatever reaches it went there in the clear. */
beforeEach(async () => {
  subject = await startOceanbaseSubject();
});
afterEach(async () => {
  await Promise.all([subject.emulator, ...secure].map((agent) => agent.close()));
  secure = [];
});

async function serve(server: Certificate, options: Partial<HttpServerOptions["tls"]> = {}) {
  const agent = await startObshell({
    clock: subject.clock,
    password: PASSWORD,
    tenants: [{ name: "t1", id: 1002 }],
    tls: { ...server, ...options },
  });
  secure.push(agent);
  return { agent, line: await tap(agent.port) };
}

const program = (line: Tap, tls?: object) => ({
  connection: { endpoints: [`https://127.0.0.1:${line.port}`], tls },
  ...DESTINATION,
});

describe("An agent with a certificate", () => {
  it("is believed when the given authority has signed it, and nobody on the line can read along", async () => {
    const { agent, line } = await serve(certificates.valid);
    await expect(subject.stack.up(program(line, { ca: certificates.authority.cert }))).resolves.toBe("create");
    expect(agent.journal.operations()).toContain("POST /api/v1/obcluster/backup/config");
    expect(line.read()).toEqual([]);
  });

  it("is believed when it is itself what was given as authority", async () => {
    const { line } = await serve(certificates.alone);
    await expect(subject.stack.up(program(line, { ca: certificates.alone.cert }))).resolves.toBe("create");
  });

  it.each<[string, keyof Certificates, boolean, RegExp]>([
    [
      "names another host",
      "otherHost",
      true,
      /altnames.*\[Unauthenticated, ERR_TLS_CERT_ALTNAME_INVALID\]\. Write the endpoint in connection\.endpoints by a name or address that the certificate covers/,
    ],
    [
      "is signed by itself",
      "alone",
      false,
      /self.signed certificate \[Unauthenticated, DEPTH_ZERO_SELF_SIGNED_CERT\]\. Give this very certificate as connection\.tls\.ca/,
    ],
    [
      "is signed by itself, and an authority was given",
      "alone",
      true,
      /self.signed certificate \[Unauthenticated, DEPTH_ZERO_SELF_SIGNED_CERT\]\. Give this very certificate as connection\.tls\.ca/,
    ],
    [
      "has expired",
      "expired",
      true,
      /expired \[Unauthenticated, CERT_HAS_EXPIRED\]\. Renew the agent's certificate, and check the clock/,
    ],
    [
      "is not valid yet",
      "notYetValid",
      true,
      /not yet valid \[Unauthenticated, CERT_NOT_YET_VALID\]\. Check the clock of this machine/,
    ],
    [
      "is of an authority that nobody has given",
      "valid",
      false,
      /\[Unauthenticated, UNABLE_TO_VERIFY_LEAF_SIGNATURE\]\. Give the certificate of the authority that signed it as connection\.tls\.ca/,
    ],
    [
      "is of another authority than the given one",
      "byStranger",
      true,
      /\[Unauthenticated, [A-Z_]+\]\. Give the certificate of the authority that signed it as connection\.tls\.ca/,
    ],
    [
      "is one for clients",
      "forClients",
      true,
      /\[Unauthenticated, INVALID_PURPOSE\]\. Give the agent a certificate that is meant for servers/,
    ],
  ])(
    "is refused when that %s: no request is sent, neither to it nor elsewhere",
    async (_name, server, isGiven, message) => {
      const { agent, line } = await serve(certificates[server]);
      const tls = isGiven ? { ca: certificates.authority.cert } : undefined;
      const url = `https://127.0.0.1:${line.port}`;
      await expect(subject.stack.up(program(line, tls))).rejects.toThrow(
        new RegExp(`the certificate of ${url} is not trusted: .*${message.source}`),
      );
      expect(agent.journal.calls).toEqual([]);
      expect(line.read()).toEqual([]);
      expect(subject.stack.state).toBeUndefined();
    },
  );

  it("is refused as the second one as well, after the first could not be reached", async () => {
    const { agent, line } = await serve(certificates.expired);
    const { connection, ...rest } = program(line, { ca: certificates.authority.cert });
    const endpoints = ["https://127.0.0.1:1", ...connection.endpoints];
    await expect(subject.stack.up({ connection: { ...connection, endpoints }, ...rest })).rejects.toThrow(
      "CERT_HAS_EXPIRED",
    );
    expect(agent.journal.calls).toEqual([]);
  });
});

describe("An agent that demands a client certificate", () => {
  it.each<[string, () => Promise<Certificate | undefined>, RegExp]>([
    [
      "none",
      async () => undefined,
      /closed the connection during or after the TLS handshake.*may require a client certificate.*: give connection\.tls\.cert and connection\.tls\.key/,
    ],
    ["one of an authority that it does not know", () => selfSigned(), /may not accept connection\.tls\.cert/],
    [
      "one that has expired",
      () => signedBy(certificates.authority, { validDays: [-20, -10] }),
      /may not accept connection\.tls\.cert/,
    ],
  ])("takes no request of a client with %s", async (_name, client, message) => {
    const ca = certificates.authority.cert;
    const { agent, line } = await serve(certificates.valid, { ca, requestClientCertificate: true });
    await expect(subject.stack.up(program(line, { ca, ...(await client()) }))).rejects.toThrow(message);
    expect(agent.journal.calls).toEqual([]);
    expect(line.read()).toEqual([]);
  });

  it("takes those of a client with a certificate of its authority", async () => {
    const ca = certificates.authority.cert;
    const { line } = await serve(certificates.valid, { ca, requestClientCertificate: true });
    const client = await signedBy(certificates.authority, { isForClients: true });
    await expect(subject.stack.up(program(line, { ca, ...client }))).resolves.toBe("create");
  });
});

describe("A connection that was to be encrypted", () => {
  it("is never made in the clear: not to an endpoint without https, and not to a port that does not speak TLS", async () => {
    const { stack, emulator } = subject;
    const line = await tap(emulator.port);
    const tls = { ca: certificates.authority.cert };
    const declared = (url: string) => ({ connection: { endpoints: [url], tls }, ...DESTINATION });
    for (const url of [`http://127.0.0.1:${line.port}`, `127.0.0.1:${line.port}`]) {
      expect(await stack.failures(declared(url))).toEqual([
        { property: "connection.endpoints", reason: expect.stringContaining("plain HTTP has no certificates") },
      ]);
    }
    await expect(stack.up(program(line, tls))).rejects.toThrow(
      /the TLS handshake with .* failed: wrong version number .*\. The port does not speak TLS/,
    );
    expect(emulator.journal.calls).toEqual([]);
    expect(line.read()).toEqual([]);
  });

  it.each(REDIRECTS)("is not led elsewhere by a redirect of status %d", async (status) => {
    const { agent, line } = await serve(certificates.valid);
    const headers = { location: `${subject.emulator.url}/api/v1/secret` };
    agent.faults.add({ times: 1e9, effect: { kind: "reply", when: "before", status, headers, body: "moved" } });
    await expect(subject.stack.up(program(line, { ca: certificates.authority.cert }))).rejects.toThrow(
      new RegExp(`was redirected to ${subject.emulator.url}.*Redirects are never followed`),
    );
    expect(subject.emulator.journal.calls).toEqual([]);
  });

  it("needs the content of a file, not its name", async () => {
    const { line } = await serve(certificates.valid);
    await expect(subject.stack.up(program(line, { ca: "/etc/ca.pem" }))).rejects.toThrow(
      /check failed: connection\.tls\.ca: is not a certificate in PEM form\. Give the PEM text itself/,
    );
  });
});
