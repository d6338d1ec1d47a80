import { decryptText, type TestRequest } from "./support/obshellClient";
import { type Envelope, ObshellFixture } from "./support/obshellFixture";

const KEYS = Buffer.alloc(32, 7);
const EXCHANGE = "/api/v1/sso/exchange";

describe("obshell's tokens for single sign-on", () => {
  let obshell: ObshellFixture;

  beforeEach(async () => {
    obshell = await ObshellFixture.start();
  });

  afterEach(() => obshell.close());

  async function send(request: TestRequest): Promise<Envelope<string>> {
    return JSON.parse((await obshell.client.send({ keys: KEYS, ...request })).text) as Envelope<string>;
  }

  async function newToken(): Promise<string> {
    const { data = "" } = await send({ method: "POST", target: "/api/v1/sso/token" });
    return decryptText(data, KEYS);
  }

  function exchange(ssotoken: string | undefined, more: object = {}): Promise<Envelope<string>> {
    return send({ method: "GET", target: EXCHANGE, header: { Auth: undefined, ssotoken, ...more } });
  }

  it("are given for a password and exchanged for a session", async () => {
    const token = await newToken();
    expect(token).toMatch(/^[0-9a-f]{64}$/);
    const { data = "" } = await exchange(token);
    const session = { Auth: undefined, session_id: decryptText(data, KEYS) };
    expect((await send({ method: "GET", target: "/api/v1/ob/info", header: session })).status).toBe(200);
  });

  it.each([
    ["a wrong password", { header: { Auth: "wrong" } }, 401, "Security.Authentication.IncorrectOceanbasePassword"],
    ["no header", { unauthenticated: true }, 400, "Request.Header.NotFound"],
    ["no keys", { header: { Keys: undefined } }, 500, "Request.Body.Decrypt.AES.KeyAndIv.Invalid"],
  ])("are not given for %s", async (_, more, status, errCode) => {
    expect(await send({ method: "POST", target: "/api/v1/sso/token", ...more })).toMatchObject({
      status,
      error: { errCode },
    });
    expect(obshell.emulator.agent.ssoTokens.size).toBe(0);
  });

  it.each<[string, (token: string) => Promise<Envelope<string>>, number, string]>([
    ["is missing", () => exchange(undefined), 401, "Security.SSO.Token.Missing"],
    ["nobody has given", () => exchange("0".repeat(64)), 401, "Security.SSO.Token.NotFound"],
    [
      "comes with another Uri",
      (token) => exchange(token, { Uri: "/other" }),
      401,
      "Security.Authentication.Header.UriMismatch",
    ],
    ["comes with an old Ts", (token) => exchange(token, { Ts: "1" }), 401, "Security.Authentication.Expired"],
    [
      "comes with short keys",
      (token) => exchange(token, { Keys: KEYS.subarray(1).toString("base64") }),
      400,
      "Request.AESKey.NotFound",
    ],
  ])("are refused when one %s, and stay good", async (_, attempt, status, errCode) => {
    const token = await newToken();
    expect(await attempt(token)).toMatchObject({ status, error: { errCode } });
    expect((await exchange(token)).status).toBe(200);
  });

  it("are good once, and for 60 seconds", async () => {
    const used = await newToken();
    await exchange(used);
    expect((await exchange(used)).error?.errCode).toBe("Security.SSO.Token.AlreadyUsed");
    const [early, late] = [await newToken(), await newToken()];
    obshell.clock.advance(60_000);
    expect((await exchange(early)).status).toBe(200);
    obshell.clock.advance(1);
    expect((await exchange(late)).error?.errCode).toBe("Security.SSO.Token.Expired");
  });
});
