import type { AnyHandler } from "../../provider/core/lifecycle";
import type { TransportFactory } from "../../provider/core/transport";
import { createTransportFactory } from "../../provider/core/undiciTransport";
import { backupPolicy } from "../../provider/polardb/backupPolicy.handler";
import { realClock } from "../emulators/common/clock";
import { type PolardbEmulator, startPolardb } from "../emulators/polardb";
import { ACCESS_KEY, ENVIRONMENT } from "./support/polardb";
import { newProcess, Stack } from "./support/stack";

const POLICIES = 50;
const CALLS_OF_A_CREATION = 3;

/** One request as its sender sees it. */
interface Sent {
  readonly at: number;
  answeredAt: number;
  refused: boolean;
}

/** A real transport that writes down when requests went out and came back. */
function watched(sent: Sent[]): TransportFactory {
  const transport = createTransportFactory()({});
  return () => ({
    async send(request) {
      const entry: Sent = { at: performance.now(), answeredAt: 0, refused: false };
      sent.push(entry);
      const response = await transport.send(request);
      entry.answeredAt = performance.now();
      entry.refused = response.body.includes('"Throttling.User"');
      return response;
    },
  });
}

let emulator: PolardbEmulator;
afterEach(() => emulator.close());

describe("polardb.BackupPolicy, fifty created at a time", () => {
  const ids = Array.from({ length: POLICIES }, (_none, index) => `pc-${index + 1}`);

  async function createAll(ratePerSecond: number): Promise<Sent[]> {
    emulator = await startPolardb({
      accessKeys: [ACCESS_KEY],
      clusters: ids.map((id) => ({ id, engine: "MySQL" as const, region: "cn-hangzhou" })),
      ratePerSecond,
    });
    const process = newProcess();
    const sent: Sent[] = [];
    const connect = watched(sent);
    await Promise.all(
      ids.map((dbClusterId) => {
        const stack = new Stack({
          handler: backupPolicy as unknown as AnyHandler,
          type: "BackupPolicy",
          clock: realClock,
          environment: ENVIRONMENT,
          process,
          connect,
        });
        return stack.up({ dbClusterId, endpoint: emulator.url, dataLevel1BackupRetentionPeriod: 14 });
      }),
    );
    return sent;
  }

  it("all succeed at 5 calls per second, and once the first refusals are in, at most 3 % of the calls are refused", async () => {
    const sent = await createAll(5);
    for (const id of ids) expect(emulator.world.cluster(id).settings.data.DataLevel1BackupRetentionPeriod).toBe("14");
    const refused = sent.filter((request) => request.refused);
    const firstRefusal = Math.min(...refused.map(({ answeredAt }) => answeredAt));
    const later = sent.filter(({ at }) => at > firstRefusal);
    const refusedLater = later.filter((request) => request.refused);
    const seconds = ((sent.at(-1)?.answeredAt ?? 0) - (sent[0]?.at ?? 0)) / 1_000;
    console.log(
      `${sent.length} requests in ${seconds.toFixed(1)} s; refused: ${refused.length - refusedLater.length} that were under way at the first refusal, ${refusedLater.length} of ${later.length} after it`,
    );
    expect(sent).toHaveLength(emulator.journal.calls.length);
    expect(sent.length - refused.length).toBe(POLICIES * CALLS_OF_A_CREATION);
    expect(later.length).toBeGreaterThan(POLICIES * 2);
    expect(refusedLater.length / later.length).toBeLessThanOrEqual(0.03);
    // Not slower than half of what the account may do.
    expect(seconds).toBeLessThan((POLICIES * CALLS_OF_A_CREATION) / 2.5);
  }, 120_000);

  it("are not held back where nothing is throttled", async () => {
    const startedAt = Date.now();
    await createAll(0);
    expect(emulator.journal.calls).toHaveLength(POLICIES * CALLS_OF_A_CREATION);
    expect(Date.now() - startedAt).toBeLessThan(10_000);
  });
});
