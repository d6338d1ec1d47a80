import { ObshellFixture } from "./support/obshellFixture";

const LIMIT = 2_048;

describe("how obshell's server sends a reply", () => {
  let obshell: ObshellFixture;

  beforeEach(async () => {
    obshell = await ObshellFixture.start();
  });

  afterEach(() => obshell.close());

  /** An answer of exactly this many bytes: the trace id is echoed. */
  async function answerOf(bytes: number, headers: Record<string, string> = {}) {
    const fill = (length: number) => ({ headers: { ...headers, "X-OBSHELL-Trace-ID": "x".repeat(length) } });
    const shortest = await obshell.client.plain("GET", "/api/v1/time", fill(1));
    return obshell.client.plain("GET", "/api/v1/time", fill(bytes - shortest.text.length + 1));
  }

  it.each([
    ["with its length", LIMIT - 1, { length: String(LIMIT - 1) }],
    ["with its length", LIMIT, { length: String(LIMIT) }],
    ["in chunks", LIMIT + 1, { coding: "chunked" }],
    ["in chunks", 100_000, { coding: "chunked" }],
  ])("is %s for %i bytes", async (_, bytes, expected) => {
    const { headers, text } = await answerOf(bytes);
    expect(text).toHaveLength(bytes);
    expect({ length: headers["content-length"], coding: headers["transfer-encoding"] }).toEqual(expected);
  });

  it("says nothing about a connection that stays open, and tells one that closes", async () => {
    const names = async (headers: Record<string, string>): Promise<unknown> =>
      Object.keys((await answerOf(300, headers)).headers).sort();
    expect(await names({})).toEqual(["content-length", "content-type", "date"]);
    expect((await answerOf(300, { Connection: "close" })).headers.connection).toBe("close");
  });

  it.each([300, 10_000])("can be cut in the middle or be slow, with a body of %i bytes", async (bytes) => {
    obshell.emulator.faults.add({ skip: 1, effect: { kind: "truncate" } });
    await expect(answerOf(bytes)).rejects.toThrow("aborted");
    obshell.emulator.faults.add({ skip: 1, effect: { kind: "slow", chunkMs: 0 } });
    expect((await answerOf(Math.min(bytes, LIMIT + 1))).text).toHaveLength(Math.min(bytes, LIMIT + 1));
  });
});
