import { realClock } from "../emulators/common/clock";
import { detailOf, throttlingOf } from "../emulators/polardb";
import { KEY, PolardbFixture } from "./support/polardbFixture";
import type { RawAnswer } from "./support/polardbRawClient";

const fixture = new PolardbFixture();
afterEach(() => fixture.stopAll());

const many = (count: number, call: () => Promise<RawAnswer>): Promise<RawAnswer[]> =>
  Promise.all(Array.from({ length: count }, call));

describe("The journal of the PolarDB emulator", () => {
  it("tells action, key, form of signature, decoded parameters and code of every call", async () => {
    const { emulator, client, modify } = await fixture.start();
    await modify({ PreferredBackupTime: "x" });
    await client.v1("DescribeDBClusters", { RegionId: "cn-beijing", "AdvancedLogPolicies.1.ActionType": "CREATE" });
    await client.v3("Nonsense", {}, { accessKeyId: "nobody" });
    expect(emulator.journal.calls.map((call) => [call.operation, call.status, detailOf(call)])).toEqual([
      [
        "ModifyBackupPolicy",
        400,
        {
          action: "ModifyBackupPolicy",
          signatureVersion: "V3",
          accessKeyId: KEY.accessKeyId,
          parameters: { DBClusterId: "pc-mysql", PreferredBackupTime: "x" },
          requestId: expect.any(String),
          code: "InvalidPreferredBackupTime.Malformed",
        },
      ],
      [
        "DescribeDBClusters",
        200,
        {
          action: "DescribeDBClusters",
          signatureVersion: "V1",
          accessKeyId: KEY.accessKeyId,
          parameters: { RegionId: "cn-beijing", AdvancedLogPolicies: [{ ActionType: "CREATE" }] },
          requestId: expect.any(String),
          code: null,
        },
      ],
      [
        "Nonsense",
        404,
        expect.objectContaining({ signatureVersion: "V3", accessKeyId: "nobody", code: "InvalidAccessKeyId.NotFound" }),
      ],
    ]);
  });

  it("has an entry without detail for a call that the transport cut off", async () => {
    const { emulator, describe: read } = await fixture.start();
    emulator.faults.add({ effect: { kind: "reset", when: "before" } });
    await expect(read()).rejects.toThrow();
    const [call] = emulator.journal.calls;
    expect(call).toMatchObject({ operation: "DescribeBackupPolicy", fault: "reset", status: null });
    expect(call && detailOf(call)).toMatchObject({ action: null, parameters: {}, code: null });
  });
});

describe("Calls in flight in the journal of the PolarDB emulator", () => {
  it("are counted when each call comes, and at their peak, over all calls and over some", async () => {
    const { emulator, describe: read, describeLog } = await fixture.start({ latencyMs: 30, clock: realClock });
    await Promise.all([many(3, read), many(2, describeLog)]);
    await read();
    const inFlight = emulator.journal.calls.map((call) => call.inFlight);
    expect(inFlight).toEqual([1, 2, 3, 4, 5, 1]);
    expect(emulator.journal.peakInFlight()).toBe(5);
    expect(emulator.journal.peakInFlight(({ operation }) => operation === "DescribeLogBackupPolicy")).toBe(2);
    expect(emulator.journal.peakInFlight(() => false)).toBe(0);
    for (const { startedAt, endedAt } of emulator.journal.calls) {
      expect(Date.parse(String(endedAt)) - Date.parse(startedAt)).toBeGreaterThanOrEqual(29);
    }
  });

  it("are one at a time for a client that waits for each answer, on a clock that stands still too", async () => {
    const { emulator, describe: read } = await fixture.start();
    for (let count = 0; count < 3; count += 1) await read();
    expect(emulator.journal.peakInFlight()).toBe(1);
    expect(emulator.journal.calls.map(({ seq, endedAfter }) => [seq, endedAfter])).toEqual([
      [1, 1],
      [2, 2],
      [3, 3],
    ]);
  });

  it.each(["before", "after"] as const)("hold one that hangs %s its effect until its client gives up", async (when) => {
    const { emulator, client, describe: read } = await fixture.start();
    emulator.faults.add({ operation: "Modify", effect: { kind: "hang", when } });
    const controller = new AbortController();
    const hung = client.v3("ModifyBackupPolicy", { DBClusterId: "pc-mysql" }, { signal: controller.signal });
    while (emulator.journal.calls.length === 0) await new Promise(setImmediate);
    expect((await read()).status).toBe(200);
    expect(emulator.journal.calls.at(-1)?.inFlight).toBe(2);
    expect(emulator.journal.calls.find(({ fault }) => fault === "hang")?.endedAt).toBeNull();
    controller.abort();
    await expect(hung).rejects.toThrow();
    while (emulator.journal.calls.at(-1)?.inFlight !== 1) await read();
    expect(emulator.journal.calls.find(({ fault }) => fault === "hang")?.endedAt).not.toBeNull();
  });

  it.each([
    ["is reset", { kind: "reset", when: "before" }],
    ["is answered by somebody else", { kind: "reply", when: "before", status: 502, body: "" }],
    ["is refused", undefined],
  ] as const)("end with one that %s", async (_name, effect) => {
    const { emulator, client, describe: read } = await fixture.start();
    if (effect) emulator.faults.add({ effect });
    await client.v3("Nonsense", {}).catch(() => undefined);
    await read();
    expect(emulator.journal.calls.map(({ inFlight }) => inFlight)).toEqual([1, 1]);
  });

  it("go on being counted when the journal is cleared", async () => {
    const { emulator, describe: read } = await fixture.start({ latencyMs: 50, clock: realClock });
    const running = read();
    while (emulator.journal.calls.length === 0) await new Promise(setImmediate);
    emulator.journal.clear();
    await read();
    await running;
    expect(emulator.journal.calls.map(({ inFlight }) => inFlight)).toEqual([2]);
  });
});

describe("Throttling in the journal of the PolarDB emulator", () => {
  it("is counted in all, and apart from that after the first refusal", async () => {
    const { emulator, client, describe: read } = await fixture.start({ ratePerSecond: 1, knobs: { burst: 2 } });
    expect(throttlingOf(emulator.journal.calls)).toEqual({ throttled: 0, callsAfterFirst: 0, throttledAfterFirst: 0 });
    await many(4, read);
    fixture.clock.advance(1000);
    await read();
    const expected = { throttled: 2, callsAfterFirst: 2, throttledAfterFirst: 1 };
    expect(throttlingOf(emulator.journal.calls)).toEqual(expected);
    const { body } = await client.send({ method: "GET", target: "/__journal", headers: {}, body: "" });
    expect(body).toMatchObject({ throttling: expected, peakInFlight: expect.any(Number) });
    expect(body.calls).toHaveLength(5);
  });

  it("has every code of that family", async () => {
    const { emulator, describe: read } = await fixture.start();
    for (const code of ["Throttling", "Throttling.Api", "Rejected.Throttling", "ServiceUnavailable"]) {
      emulator.world.vendorFaults.add({ effect: { kind: "vendorError", when: "before", status: 400, code } });
    }
    for (let count = 0; count < 4; count += 1) await read();
    expect(throttlingOf(emulator.journal.calls).throttled).toBe(3);
  });
});
