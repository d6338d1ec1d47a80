import { realClock, VirtualClock } from "../emulators/common/clock";
import { ObshellFixture } from "./support/obshellFixture";

const TIME = "/api/v1/time";

/** Waits for something that the other end of a socket does. */
async function until(isReached: () => boolean): Promise<void> {
  while (!isReached()) await new Promise((resolve) => setTimeout(resolve, 1));
}

describe.each([
  ["a virtual clock", () => new VirtualClock()],
  ["the machine's clock", () => realClock],
])("calls in flight on %s", (_, clock) => {
  let obshell: ObshellFixture<VirtualClock | typeof realClock>;

  beforeEach(async () => {
    obshell = await ObshellFixture.on<VirtualClock | typeof realClock>(clock(), { latencyMs: 5 });
  });

  afterEach(() => obshell.close());

  const call = () => obshell.client.plain("GET", TIME);
  const counts = (): number[] => obshell.emulator.journal.calls.map(({ inFlight }) => inFlight);

  it("are one at a time for a client that waits for each", async () => {
    for (let count = 0; count < 5; count += 1) await call();
    expect(counts()).toEqual([1, 1, 1, 1, 1]);
  });

  it("are as many as are sent together, and told over HTTP", async () => {
    // Held, so that all of them have come before the first is answered.
    obshell.emulator.faults.add({ times: 4, effect: { kind: "hang", when: "before" } });
    const held = Array.from({ length: 4 }, () => call().catch(() => "dropped"));
    await until(() => counts().length === 4);
    await call();
    expect(counts()).toEqual([1, 2, 3, 4, 5]);
    expect((await obshell.control("GET", "/__journal")).body).toMatchObject({ peakInFlight: 5 });
    await obshell.control("DELETE", "/__journal");
    await call();
    expect(counts()).toEqual([5]);
    await obshell.close();
    await Promise.all(held);
  });

  it("meet if each takes a moment of real time", async () => {
    const other = await obshell.join({ realLatencyMs: 20 });
    try {
      await Promise.all(Array.from({ length: 6 }, () => other.client.plain("GET", TIME)));
      expect(other.emulator.journal.peakInFlight()).toBe(6);
      expect(obshell.emulator.journal.peakInFlight()).toBe(0);
    } finally {
      await other.close();
    }
  });

  it.each([
    ["answered", { kind: "reply", when: "after", status: 502, body: "" }],
    ["cut off", { kind: "reset", when: "after" }],
    ["broken off", { kind: "truncate" }],
  ] as const)("are no more once %s", async (_ended, effect) => {
    obshell.emulator.faults.add({ effect });
    await call().catch(() => undefined);
    await call();
    expect(counts()).toEqual([1, 1]);
  });
});
