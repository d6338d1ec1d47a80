import tls from "node:tls";
import type { Bag } from "../../provider/core/bag";
import { keyServers, type TemporaryKeys } from "./support/keyServers";
import { ACCESS_KEY, type PolardbSubject, startPolardbSubject } from "./support/polardb";
import { type Certificates, makeCertificates } from "./support/tls";

const KEYS: TemporaryKeys = {
  accessKeyId: "STS.over-tls",
  accessKeySecret: "secret-over-tls-42",
  securityToken: "token-over-tls-42",
};
const ROLE = "acs:ram::123456789012:role/backup";
const UNVERIFIED = { NODE_TLS_REJECT_UNAUTHORIZED: "0" };

const servers = keyServers();
const trusted = tls.getCACertificates("default");
let certificates: Certificates;
let subject: PolardbSubject;

beforeAll(async () => {
  certificates = await makeCertificates();
});
beforeEach(async () => {
  subject = await startPolardbSubject({ accessKeys: [ACCESS_KEY, KEYS] });
  tls.setDefaultCACertificates([...trusted, certificates.authority.cert]);
});
afterEach(async () => {
  tls.setDefaultCACertificates(trusted);
  await subject.emulator.close();
});

const program = (credentials: Bag): Bag =>
  subject.program({ dataLevel1BackupRetentionPeriod: 14, credentials: { ...credentials } });

const roleAt = (port: number): Bag => ({ ...ACCESS_KEY, roleArn: ROLE, stsEndpoint: `127.0.0.1:${port}` });

describe("A server of keys with a certificate", () => {
  it("is believed when the machine trusts its authority", async () => {
    const sts = await servers.stsWith(certificates.valid, KEYS);
    await expect(subject.stack.up(program(roleAt(sts.port)))).resolves.toBe("create");
    expect(sts.requests).toHaveLength(1);
  });

  it.each<[string, keyof Certificates, RegExp]>([
    ["names another host", "otherHost", /is made out to another host: .* \(ERR_TLS_CERT_ALTNAME_INVALID\)/],
    ["is signed by itself", "alone", /is signed by itself: .*NODE_EXTRA_CA_CERTS.* \(DEPTH_ZERO_SELF_SIGNED_CERT\)/],
    ["has expired", "expired", /has expired: renew it, and check the clock of this machine \(CERT_HAS_EXPIRED\)/],
    ["is not valid yet", "notYetValid", /is not valid yet: check the clock of this machine \(CERT_NOT_YET_VALID\)/],
    [
      "is of an authority that nobody trusts",
      "byStranger",
      /is of an authority that is not trusted: .*NODE_EXTRA_CA_CERTS.* \([A-Z_]+\)/,
    ],
    ["is one for clients", "forClients", /is not meant for servers \(INVALID_PURPOSE\)/],
  ])("is refused when that %s: it is asked for nothing", async (_name, server, reason) => {
    const sts = await servers.stsWith(certificates[server], KEYS);
    await expect(subject.stack.up(program(roleAt(sts.port)))).rejects.toThrow(
      new RegExp(
        `no keys from credentials\\.roleArn \\[Unauthenticated\\]\\. Tried: credentials\\.roleArn: the certificate of the server of keys ${reason.source}`,
      ),
    );
    expect(sts.requests).toEqual([]);
    expect(subject.emulator.journal.calls).toEqual([]);
  });

  it("is never asked in the clear when its port does not speak TLS", async () => {
    const sts = await servers.stsWith(undefined, KEYS);
    await expect(subject.stack.up(program(roleAt(sts.port)))).rejects.toThrow(
      "credentials.roleArn: the TLS handshake with the server of keys failed: the port does not speak TLS",
    );
    expect(sts.requests).toEqual([]);
  });
});

describe("While NODE_TLS_REJECT_UNAUTHORIZED=0 is set", () => {
  const profile = (mode: string, values: object): Record<string, string> => ({
    ".aliyun/config.json": JSON.stringify({ current: "default", profiles: [{ name: "default", mode, ...values }] }),
  });
  const ROLE_PROFILE = {
    access_key_id: ACCESS_KEY.accessKeyId,
    access_key_secret: ACCESS_KEY.accessKeySecret,
    ram_role_arn: ROLE,
  };

  it.each<[string, (sts: number) => Promise<{ credentials: Bag; environment?: Record<string, string> }>, string]>([
    ["a role", async (sts) => ({ credentials: roleAt(sts) }), "credentials.roleArn"],
    [
      "a role that the machine itself assumes",
      async (sts) => ({
        credentials: { roleArn: ROLE, stsEndpoint: `127.0.0.1:${sts}` },
        environment: {
          HOME: await servers.home(profile("RamRoleArn", { ...ROLE_PROFILE, sts_endpoint: `127.0.0.1:${sts}` })),
        },
      }),
      'profile "default" of ',
    ],
    [
      "an OIDC provider",
      async (sts) => ({
        credentials: {
          roleArn: ROLE,
          oidcProviderArn: "acs:ram::1:oidc-provider/ack",
          oidcTokenFile: `${await servers.home({ token: "oidc-token" })}/token`,
          stsEndpoint: `127.0.0.1:${sts}`,
        },
      }),
      "credentials.oidcProviderArn",
    ],
    [
      "a credentials URI with https",
      async (sts) => ({ credentials: { credentialsUri: `https://127.0.0.1:${sts}/keys` } }),
      "credentials.credentialsUri",
    ],
    [
      "a profile that signs in",
      async () => ({
        credentials: { profile: "default" },
        environment: {
          HOME: await servers.home(profile("CloudSSO", { cloud_sso_sign_in_url: "https://127.0.0.1:1" })),
        },
      }),
      "credentials.profile",
    ],
  ])("no keys are fetched over TLS for %s, not even from a server that is trusted", async (_name, prepare, where) => {
    const sts = await servers.stsWith(certificates.valid, KEYS);
    const { credentials, environment } = await prepare(sts.port);
    Object.assign(subject.stack.environment, WITHOUT_KEYS, UNVERIFIED, environment);
    await expect(subject.stack.up(program(credentials))).rejects.toThrow(
      new RegExp(
        `keys from ${where}.* are not fetched while NODE_TLS_REJECT_UNAUTHORIZED=0 is set: .* \\[Unauthenticated\\]\\. Remove NODE_TLS_REJECT_UNAUTHORIZED from the environment of the Pulumi command\\..*NODE_EXTRA_CA_CERTS`,
      ),
    );
    expect(sts.requests).toEqual([]);
    expect(subject.emulator.journal.calls).toEqual([]);
  });

  it.each<[string, () => Promise<Bag>]>([
    ["keys that are given as they are", async () => ({ ...ACCESS_KEY })],
    [
      "a credentials URI on this machine without TLS",
      async () => ({ credentialsUri: `http://127.0.0.1:${(await servers.uri(KEYS)).port}/keys` }),
    ],
  ])("nothing changes for %s", async (_name, credentials) => {
    Object.assign(subject.stack.environment, WITHOUT_KEYS, UNVERIFIED);
    await expect(subject.stack.up(program(await credentials()))).resolves.toBe("create");
  });

  it("a profile that runs a command is not held back, since the command fetches for itself", async () => {
    const HOME = await servers.home(profile("External", { process_command: "/nowhere/command" }));
    Object.assign(subject.stack.environment, WITHOUT_KEYS, UNVERIFIED, { HOME });
    await expect(subject.stack.up(program({ profile: "default" }))).rejects.toThrow(/^(?!.*NODE_TLS).*no keys from/);
  });
});

/** The keys of the environment would else be found first. */
const WITHOUT_KEYS = { ALIBABA_CLOUD_ACCESS_KEY_ID: "", ALIBABA_CLOUD_ACCESS_KEY_SECRET: "" };
