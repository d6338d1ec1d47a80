import type { AnyHandler } from "../../provider/core/lifecycle";
import type { TransportFactory } from "../../provider/core/transport";
import { createTransportFactory } from "../../provider/core/undiciTransport";
import { backupPolicy } from "../../provider/polardb/backupPolicy.handler";
import { type PolardbEmulator, startPolardb } from "../emulators/polardb";
import { ACCESS_KEY, ENVIRONMENT } from "./support/polardb";
import { QuietClock } from "./support/quietClock";
import { newProcess, Stack } from "./support/stack";

const POLICIES = 50;
const CALLS_OF_A_CREATION = 3;

interface Sent {
  refused: boolean;
}

/** A real transport that writes down which requests went out, which were refused, and how many had gone out at the first refusal. */
function watched(
  sent: Sent[],
  clock: QuietClock,
): { readonly connect: TransportFactory; readonly sentBefore: () => number } {
  const transport = clock.watch(createTransportFactory()({}));
  let before: number | undefined;
  const connect: TransportFactory = () => ({
    async send(request) {
      const entry: Sent = { refused: false };
      sent.push(entry);
      const response = await transport.send(request);
      entry.refused = response.body.includes('"Throttling.User"');
      if (entry.refused) before ??= sent.length;
      return response;
    },
  });
  return { connect, sentBefore: () => before ?? sent.length };
}

let emulator: PolardbEmulator;
afterEach(() => emulator.close());

describe("polardb.BackupPolicy, fifty created at a time", () => {
  const ids = Array.from({ length: POLICIES }, (_none, index) => `pc-${index + 1}`);

  async function createAll(ratePerSecond: number) {
    const clock = new QuietClock();
    const begun = clock.now();
    emulator = await startPolardb({
      accessKeys: [ACCESS_KEY],
      clusters: ids.map((id) => ({ id, engine: "MySQL" as const, region: "cn-hangzhou" })),
      ratePerSecond,
      clock,
    });
    const process = newProcess();
    const sent: Sent[] = [];
    const { connect, sentBefore } = watched(sent, clock);
    await Promise.all(
      ids.map((dbClusterId) => {
        const stack = new Stack({
          handler: backupPolicy as unknown as AnyHandler,
          type: "BackupPolicy",
          clock,
          environment: ENVIRONMENT,
          process,
          connect,
        });
        return stack.up({ dbClusterId, endpoint: emulator.url, dataLevel1BackupRetentionPeriod: 14 });
      }),
    );
    return { sent, seconds: (clock.now() - begun) / 1_000, sentBefore: sentBefore() };
  }

  it("all succeed at 5 calls per second, and once the first refusals are in, at most 3 % of the calls are refused", async () => {
    const { sent, seconds, sentBefore } = await createAll(5);
    for (const id of ids) expect(emulator.world.cluster(id).settings.data.DataLevel1BackupRetentionPeriod).toBe("14");
    const refused = sent.filter((request) => request.refused);
    const later = sent.slice(sentBefore);
    const refusedLater = later.filter((request) => request.refused);
    console.log(
      `${sent.length} requests in ${seconds.toFixed(1)} s; refused: ${refused.length - refusedLater.length} that were under way at the first refusal, ${refusedLater.length} of ${later.length} after it`,
    );
    expect(sent).toHaveLength(emulator.journal.calls.length);
    expect(sent.length - refused.length).toBe(POLICIES * CALLS_OF_A_CREATION);
    expect(later.length).toBeGreaterThan(POLICIES * 2);
    expect(refusedLater.length / later.length).toBeLessThanOrEqual(0.03);
    // Not slower than half of what the account may do.
    expect(seconds).toBeLessThan((POLICIES * CALLS_OF_A_CREATION) / 2.5);
  });

  it("are not held back where nothing is throttled", async () => {
    const { sent, seconds } = await createAll(0);
    expect(sent).toHaveLength(POLICIES * CALLS_OF_A_CREATION);
    expect(seconds).toBe(0);
  });
});
