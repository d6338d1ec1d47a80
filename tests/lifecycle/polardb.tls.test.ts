import tls from "node:tls";
import type { HttpServerOptions } from "../emulators/common/httpServer";
import { type PolardbEmulator, startPolardb } from "../emulators/polardb";
import type { Certificate } from "../unit/support/certificates";
import { type Tap, taps } from "../unit/support/tap";
import { ACCESS_KEY, type PolardbSubject, startPolardbSubject } from "./support/polardb";
import { type Certificates, makeCertificates, REDIRECTS } from "./support/tls";

const tap = taps();
const trusted = tls.getCACertificates("default");
let certificates: Certificates;
let subject: PolardbSubject;
let secure: PolardbEmulator | undefined;

beforeAll(async () => {
  certificates = await makeCertificates();
});
/** The service beside, without TLS: whatever reaches it went there in the clear. */
beforeEach(async () => {
  subject = await startPolardbSubject();
  // What NODE_EXTRA_CA_CERTS does to a process; `tests/wire` sets the variable itself.
  tls.setDefaultCACertificates([...trusted, certificates.authority.cert]);
});
afterEach(async () => {
  tls.setDefaultCACertificates(trusted);
  await subject.emulator.close();
  await secure?.close();
  secure = undefined;
});

async function serve(server: Certificate, options: Partial<HttpServerOptions["tls"]> = {}) {
  secure = await startPolardb({
    clock: subject.clock,
    accessKeys: [ACCESS_KEY],
    clusters: [{ id: "pc-1", engine: "MySQL", region: "cn-hangzhou" }],
    tls: { ...server, ...options },
  });
  return { service: secure, line: await tap(secure.port) };
}

const program = (line: Tap) => ({
  dbClusterId: "pc-1",
  endpoint: `https://127.0.0.1:${line.port}`,
  dataLevel1BackupRetentionPeriod: 14,
});

describe("An endpoint of PolarDB with a certificate", () => {
  it("is believed when the machine trusts its authority, and nobody on the line can read along", async () => {
    const { service, line } = await serve(certificates.valid);
    await expect(subject.stack.up(program(line))).resolves.toBe("create");
    expect(service.journal.operations()).toContain("ModifyBackupPolicy");
    expect(line.read()).toEqual([]);
  });

  it("is meant where an endpoint has no scheme", async () => {
    const { service, line } = await serve(certificates.valid);
    await subject.stack.up({ ...program(line), endpoint: `127.0.0.1:${line.port}` });
    expect(service.journal.operations()).toContain("ModifyBackupPolicy");
    expect(line.read()).toEqual([]);
  });

  it.each<[string, keyof Certificates, RegExp]>([
    [
      "names another host",
      "otherHost",
      /altnames.*\[Unauthenticated, ERR_TLS_CERT_ALTNAME_INVALID\]\. Write endpoint by a name or address that the certificate covers/,
    ],
    [
      "is signed by itself",
      "alone",
      /self.signed certificate \[Unauthenticated, DEPTH_ZERO_SELF_SIGNED_CERT\]\. .*name a PEM file with the certificate of its authority in NODE_EXTRA_CA_CERTS/,
    ],
    [
      "has expired",
      "expired",
      /expired \[Unauthenticated, CERT_HAS_EXPIRED\]\. Renew the certificate of the endpoint, and check the clock/,
    ],
    [
      "is not valid yet",
      "notYetValid",
      /not yet valid \[Unauthenticated, CERT_NOT_YET_VALID\]\. Check the clock of this machine/,
    ],
    [
      "is of an authority that nobody trusts",
      "byStranger",
      /\[Unauthenticated, [A-Z_]+\]\. .*something stands between.*NODE_EXTRA_CA_CERTS/,
    ],
    [
      "is one for clients",
      "forClients",
      /\[Unauthenticated, INVALID_PURPOSE\]\. Give the endpoint a certificate that is meant for servers/,
    ],
  ])("is refused when that %s: no request is sent, neither to it nor elsewhere", async (_name, server, message) => {
    const { service, line } = await serve(certificates[server]);
    const url = `https://127.0.0.1:${line.port}`;
    await expect(subject.stack.up(program(line))).rejects.toThrow(
      new RegExp(`the certificate of ${url} is not trusted: .*${message.source}`),
    );
    expect(service.journal.calls).toEqual([]);
    expect(subject.emulator.journal.calls).toEqual([]);
    expect(line.read()).toEqual([]);
  });

  it("takes no request when it demands a client certificate, and the message says that none is ever sent", async () => {
    const ca = certificates.authority.cert;
    const { service, line } = await serve(certificates.valid, { ca, requestClientCertificate: true });
    await expect(subject.stack.up(program(line))).rejects.toThrow(
      /closed the connection during or after the TLS handshake, before it answered anything.*never asks for a client certificate, and none is ever sent/,
    );
    expect(service.journal.calls).toEqual([]);
    expect(line.read()).toEqual([]);
  });
});

describe("A request to PolarDB that was to be encrypted", () => {
  it("is never sent in the clear to a port that does not speak TLS", async () => {
    const line = await tap(subject.emulator.port);
    await expect(subject.stack.up(program(line))).rejects.toThrow(
      /the TLS handshake with .* failed: wrong version number .*\. The port does not speak TLS: write the port that does/,
    );
    expect(subject.emulator.journal.calls).toEqual([]);
    expect(line.read()).toEqual([]);
  });

  it.each(REDIRECTS)("is not led elsewhere by a redirect of status %d", async (status) => {
    const { service, line } = await serve(certificates.valid);
    const headers = { location: `${subject.emulator.url}/?Action=DescribeBackupPolicy` };
    service.faults.add({ times: 1e9, effect: { kind: "reply", when: "before", status, headers, body: "moved" } });
    await expect(subject.stack.up(program(line))).rejects.toThrow(
      new RegExp(`was redirected to ${subject.emulator.url}.*Redirects are never followed`),
    );
    expect(subject.emulator.journal.calls).toEqual([]);
  });
});
