import { constants, generateKeyPairSync, privateDecrypt } from "node:crypto";
import { ProviderError } from "../../../../provider/core/errors";
import type { HttpResponse } from "../../../../provider/core/transport";
import { createAgent } from "../../../../provider/oceanbase/agent";
import { CannedTransport } from "../../support/cannedTransport";
import { testContext } from "../../support/context";
import { rejectionOf } from "../../support/failures";

const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: 1024 });

const envelope = (data: unknown): Partial<HttpResponse> => ({ body: JSON.stringify({ successful: true, data }) });
const refusal = (code: string | undefined, number: number, message: string): Partial<HttpResponse> => ({
  status: 401,
  body: JSON.stringify({ successful: false, error: { errCode: code, code: number, message } }),
});

const KEY = envelope({ public_key: publicKey.export({ type: "pkcs1", format: "der" }).toString("base64") });
const OK = envelope({ id: "14" });
const EXPIRED = refusal("Security.Authentication.Expired", 10008, "Unauthorized: Authentication expired");
const UNREADABLE = refusal("Security.Authentication.Header.DecryptFailed", 1, "Decrypt http header failed");
const A = "http://a:2886";

function agentWith(...answers: readonly (Partial<HttpResponse> | Error)[]) {
  const transport = new CannedTransport(...answers);
  const context = { ...testContext(), connect: () => transport };
  const agent = createAgent(A, { endpoints: [A], password: { kind: "root", value: "Pw_1" }, tls: {} }, context);
  return {
    agent,
    context,
    asked: () => transport.requests.map(({ method, url }) => `${method} ${url.replace(A, "")}`),
    /** How many seconds after our now each header expires. */
    lifetimes: () =>
      transport.requests
        .map(({ headers }) => headers["X-OCS-Header"])
        .filter((header) => header !== undefined)
        .map((header) => Number(decrypted(header).Ts) - Math.floor(context.clock.now() / 1_000)),
  };
}

function decrypted(header: string): { readonly Ts: string } {
  const cipher = Buffer.from(header, "base64");
  const plain: Buffer[] = [];
  for (let start = 0; start < cipher.length; start += 128) {
    const key = { key: privateKey, padding: constants.RSA_NO_PADDING };
    const block = privateDecrypt(key, cipher.subarray(start, start + 128));
    plain.push(block.subarray(block.indexOf(0, 2) + 1));
  }
  return JSON.parse(Buffer.concat(plain).toString("utf8")) as { Ts: string };
}

/** What the agent's clock says when it is this far ahead of the test's. */
const time = (aheadMs: number): Partial<HttpResponse> =>
  envelope(new Date(testContext().clock.now() + aheadMs).toISOString());

const POST = { method: "POST", path: "/api/v1/x", body: "{}" } as const;
const ONCE = ["GET /api/v1/secret", "POST /api/v1/x"];
const TWICE = [...ONCE, "GET /api/v1/time", "POST /api/v1/x"];

describe("An agent whose clock is ahead of ours", () => {
  it.each([
    ["by its code", EXPIRED],
    ["by its text, before 4.3.1", refusal(undefined, 10008, "Verification failed: auth expired")],
  ])("refuses a header as expired, %s: it gets one by its own clock, even for a write", async (_name, answer) => {
    const { agent, asked, lifetimes, context } = agentWith(KEY, answer, time(300_000), OK);
    await expect(agent.send(POST)).resolves.toEqual({ id: "14" });
    expect(asked()).toEqual(TWICE);
    expect(lifetimes()).toEqual([60, 360]);
    expect(context.lines).toEqual([`the clock of ${A} is 5m 0s ahead of this machine's; requests are timed by it`]);
  });

  it("is measured once: later calls follow its clock from the start", async () => {
    const { agent, asked, lifetimes, context } = agentWith(KEY, EXPIRED, time(300_000), OK, OK);
    await agent.send(POST);
    await agent.send(POST);
    expect(asked()).toEqual([...TWICE, "POST /api/v1/x"]);
    expect(lifetimes()).toEqual([60, 360, 360]);
    expect(context.lines).toHaveLength(1);
  });

  it("is measured once for calls that were under way together", async () => {
    const { agent, asked, context } = agentWith(KEY, EXPIRED, EXPIRED, time(300_000), OK, OK);
    await Promise.all([agent.send(POST), agent.send(POST)]);
    expect(asked().filter((call) => call === "GET /api/v1/time")).toHaveLength(1);
    expect(context.lines).toHaveLength(1);
  });

  it("is measured again when it has jumped in the meantime", async () => {
    const { agent, lifetimes } = agentWith(KEY, EXPIRED, time(300_000), OK, EXPIRED, time(3_600_000), OK);
    await agent.send(POST);
    await agent.send(POST);
    expect(lifetimes()).toEqual([60, 360, 360, 3_660]);
  });

  it("is told by how much when it refuses again", async () => {
    const { agent, asked } = agentWith(KEY, EXPIRED, time(300_000), EXPIRED);
    const error = await rejectionOf(agent.send(POST));
    expect(error.kind).toBe("Unauthenticated");
    expect(error.message).toContain(`expired; the clock of ${A} is 5m 0s ahead of this machine's [`);
    expect(error.message).toContain("Check the clocks");
    expect(asked()).toEqual(TWICE);
  });

  it("is not worth a line by a few seconds", async () => {
    const { agent, context } = agentWith(KEY, EXPIRED, time(4_000), OK);
    await agent.send(POST);
    expect(context.lines).toEqual([]);
  });

  it.each<[string, Partial<HttpResponse> | Error]>([
    ["cannot be asked", new ProviderError({ kind: "RequestTimeout", problem: "late", outcomeUnknown: true })],
    ["makes no sense", envelope("soon")],
  ])("that %s leaves the refusal as it was: nothing was done", async (_name, answer) => {
    const { agent, asked } = agentWith(KEY, EXPIRED, answer);
    const error = await rejectionOf(agent.send(POST));
    expect(error.kind).toBe("Unauthenticated");
    expect(error.message).toContain("Authentication expired [");
    expect(error.facts.outcomeUnknown ?? false).toBe(false);
    expect(asked()).toEqual(TWICE.slice(0, 3));
  });

  it.each([
    ["Security.Authentication.Timestamp.Invalid", "Unauthorized: Invalid timestamp: x"],
    ["Security.Authentication.IncorrectOceanbasePassword", "Unauthorized: OceanBase password is incorrect"],
  ])("has nothing to do with %s", async (code, message) => {
    const { agent, asked } = agentWith(KEY, refusal(code, 10008, message));
    await rejectionOf(agent.send(POST));
    expect(asked()).toEqual(ONCE);
  });

  it("may have a new key as well: both are put right, each once", async () => {
    const { agent, asked } = agentWith(KEY, UNREADABLE, KEY, EXPIRED, time(300_000), OK);
    await expect(agent.send(POST)).resolves.toEqual({ id: "14" });
    expect(asked()).toEqual([...ONCE, ...TWICE]);
  });
});

describe("A new key of an agent", () => {
  it("is read once for calls that were under way together", async () => {
    const { agent, asked } = agentWith(KEY, UNREADABLE, UNREADABLE, KEY, OK, OK);
    await Promise.all([agent.send(POST), agent.send(POST)]);
    expect(asked().filter((call) => call === "GET /api/v1/secret")).toHaveLength(2);
  });
});
