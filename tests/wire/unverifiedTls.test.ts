import https from "node:https";
import type { AddressInfo } from "node:net";
import type { Bag } from "../../provider/core/bag";
import { providerText } from "../../sdk/providerText";
import { selfSigned } from "../unit/support/certificates";
import { ProviderProcess, type WireError } from "./support/providerProcess";

const POLICY = { __provider: providerText("BackupPolicy"), dbClusterId: "pc-1", dataLevel1BackupRetentionPeriod: 14 };
const KEYS = { accessKeyId: "LTAI-unverified", accessKeySecret: "secret-unverified-42" };

let server: https.Server;
let address: string;
let requests = 0;

/** Stands between, with a certificate of its own making, and answers whatever it is asked with success. */
beforeAll(async () => {
  server = https.createServer(await selfSigned(), (_request, response) => {
    requests += 1;
    const keys = { AccessKeyId: "STS.its-own", AccessKeySecret: "its-own", SecurityToken: "its-own" };
    response.end(JSON.stringify({ ...keys, Credentials: { ...keys, Expiration: "2099-01-01T00:00:00Z" } }));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  address = `127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => new Promise((resolve) => server.close(resolve)));
beforeEach(() => {
  requests = 0;
});

async function failureWith(bag: Bag): Promise<string> {
  const provider = await ProviderProcess.start({ NODE_TLS_REJECT_UNAUTHORIZED: "0" });
  try {
    return await provider.create(bag).then(
      () => "no failure",
      (error: WireError) => error.message,
    );
  } finally {
    await provider.stop();
  }
}

describe("A process with NODE_TLS_REJECT_UNAUTHORIZED=0", () => {
  it("fetches no keys from who only claims to be STS, and says which variable to remove", async () => {
    const role = { ...KEYS, roleArn: "acs:ram::123456789012:role/backup", stsEndpoint: address };
    expect(await failureWith({ ...POLICY, endpoint: "https://127.0.0.1:1", credentials: role })).toMatch(
      /keys from credentials\.roleArn are not fetched while NODE_TLS_REJECT_UNAUTHORIZED=0 is set.*Remove NODE_TLS_REJECT_UNAUTHORIZED/,
    );
    expect(requests).toBe(0);
  });

  it("sends no request to who only claims to be PolarDB", async () => {
    expect(await failureWith({ ...POLICY, endpoint: `https://${address}`, credentials: KEYS })).toMatch(
      /is not trusted: self.signed certificate, and NODE_TLS_REJECT_UNAUTHORIZED=0 is not followed/,
    );
    expect(requests).toBe(0);
  });

  it("sends no request to who only claims to be an agent", async () => {
    const agent = {
      __provider: providerText("ClusterBackupConfig"),
      connection: { endpoints: [`https://${address}`], password: "password-unverified-42" },
      haLowThreadScore: 3,
    };
    expect(await failureWith(agent)).toMatch(/is not trusted: self.signed certificate/);
    expect(requests).toBe(0);
  });
});
