import { fork } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { type Profiler, Session } from "node:inspector/promises";
import { createRequire } from "node:module";
import path from "node:path";
import type { DynamicProvider } from "../../provider/dynamic/adapter";
import type { Network } from "./settings";
import { fleetIds } from "./subjects";

const PROJECT_ROOT = path.resolve(__dirname, "../..");
const MOST_TOLD = 12;

/**
 * Where the provider's time goes while it creates a fleet: in this process without an engine, at a service in another. The file opens as a
 * flame graph in the developer tools of a browser.
 */
export async function profileFleet(count: number, network: Network, file: string): Promise<void> {
  const service = fork(path.join(__dirname, "serve.ts"));
  try {
    service.send({ count, network });
    const [environment] = (await once(service, "message")) as [Record<string, string>];
    Object.assign(process.env, environment);
    const { v1 } = createRequire(__filename)(path.join(PROJECT_ROOT, "dist/provider")) as {
      v1: (type: string) => DynamicProvider;
    };
    const provider = v1("BackupPolicyFleet");
    const { profile, cpuSeconds } = await profiled(async () => {
      const baseline = { dataLevel1BackupRetentionPeriod: 14 };
      const { inputs } = await provider.check({}, { clusters: fleetIds(count), baseline });
      await provider.create(inputs);
    });
    writeFileSync(file, JSON.stringify(profile));
    print(profile, cpuSeconds, count);
  } finally {
    service.kill();
  }
}

async function profiled(work: () => Promise<void>): Promise<{ profile: Profiler.Profile; cpuSeconds: number }> {
  const session = new Session();
  session.connect();
  await session.post("Profiler.enable");
  await session.post("Profiler.start");
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  const { profile } = await session.post("Profiler.stop");
  session.disconnect();
  return { profile, cpuSeconds: (user + system) / 1e6 };
}

function print(profile: Profiler.Profile, cpuSeconds: number, count: number): void {
  const wall = (profile.endTime - profile.startTime) / 1e6;
  console.log(`${count} clusters in ${wall.toFixed(1)} s, ${cpuSeconds.toFixed(1)} s of them at work\n`);
  const busy = ownTimes(profile, ({ functionName }) => functionName !== "(idle)");
  const total = [...busy.values()].reduce((sum, ms) => sum + ms, 0);
  for (const [place, ms] of [...busy].sort(([, a], [, b]) => b - a).slice(0, MOST_TOLD))
    console.log(`${((100 * ms) / total).toFixed(1).padStart(5)} %  ${ms.toFixed(0).padStart(5)} ms  ${place}`);
}

/** Milliseconds in each function itself, without those that it calls. */
function ownTimes(
  { nodes, samples = [], timeDeltas = [] }: Profiler.Profile,
  counts: (frame: Profiler.ProfileNode["callFrame"]) => boolean,
): Map<string, number> {
  const frames = new Map(nodes.map(({ id, callFrame }) => [id, callFrame]));
  const times = new Map<string, number>();
  for (const [index, id] of samples.entries()) {
    const frame = frames.get(id);
    if (!frame || !counts(frame)) continue;
    const file = frame.url.replace(/^.*\/(?:node_modules|dist)\//, "").replace(/^file:\/\//, "");
    const place = `${frame.functionName || "(anonymous)"}${file === "" ? "" : ` in ${file}`}`;
    times.set(place, (times.get(place) ?? 0) + (timeDeltas[index] ?? 0) / 1_000);
  }
  return times;
}
