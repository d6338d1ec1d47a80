import { readFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { REPORTS } from "../tests/support/report";
import { measure } from "./bench/engine";
import { countArchiveClosings } from "./bench/gaps";
import { measureLoading } from "./bench/loading";
import type { Sample, Series, Step } from "./bench/measurement";
import { profileFleet } from "./bench/profile";
import { report } from "./bench/report";
import type { CallCounts, Results } from "./bench/results";
import { FULL, QUICK, type Settings, type Size } from "./bench/settings";
import { FLOOR, POLICIES, POLICY_FLEET, type Subject, TENANT_FLEET, TENANTS } from "./bench/subjects";
import { type PulumiInstallation, providePulumi } from "./pulumi-cli";

/** Clusters of a fleet that is profiled. */
const PROFILED = 2_000;

const PROJECT_ROOT = path.resolve(__dirname, "..");

/**
 * Measures what can be compared within one run. Ratios travel between machines; seconds do not. `--quick` takes small numbers. What is not
 * measured as published is only printed, unless `--out` names a folder. `--profile FILE` does nothing but profile the provider.
 */
async function main(): Promise<void> {
  const text = { type: "string" } as const;
  const { values } = parseArgs({
    options: { quick: { type: "boolean", default: false }, latency: text, rate: text, out: text, profile: text },
  });
  const { quick, latency, rate } = values;
  const chosen = quick ? QUICK : FULL;
  const network = {
    ...chosen.network,
    ...(latency === undefined ? {} : { latencyMs: number("latency", latency) }),
    ...(rate === undefined ? {} : { ratePerSecond: number("rate", rate) }),
  };
  if (values.profile !== undefined) return profileFleet(PROFILED, network, values.profile);
  const isPublished = !quick && latency === undefined && rate === undefined;
  const folder = values.out ?? (isPublished ? path.join(PROJECT_ROOT, "docs", "performance") : undefined);
  const pulumi = await providePulumi();
  const results = await measureAll(pulumi, { ...chosen, network }, quick);
  process.exitCode = report(results, folder) ? 0 : 1;
}

async function measureAll(pulumi: PulumiInstallation, settings: Settings, isQuick: boolean): Promise<Results> {
  const samples = new Map<string, { subject: string; count: number; step: Step; samples: Sample[] }>();
  const calls = new Map<string, CallCounts>();
  let providerTextBytes = 0;
  const once = async (subject: Subject, count: number): Promise<void> => {
    tell(`${subject.name}, ${count}`);
    const { steps, providerText } = await measure(pulumi, subject, count, settings.network);
    if (subject !== FLOOR) providerTextBytes = Math.max(providerTextBytes, Buffer.byteLength(providerText));
    for (const { step, operations, ...sample } of steps) {
      tell(`  ${step}: ${sample.seconds.toFixed(1)} s, ${sample.calls} calls`);
      const key = `${subject.name} ${count} ${step}`;
      const series = samples.get(key) ?? { subject: subject.name, count, step, samples: [] };
      series.samples.push(sample);
      samples.set(key, series);
      calls.set(key, { subject: subject.name, count, step, operations });
    }
  };
  const inTurn = async (subjects: readonly Subject[], sizes: readonly Size[]): Promise<void> => {
    for (const { count, runs } of sizes) {
      for (let run = 0; run < runs; run++) {
        // What a machine does beside us hits the first as often as the last.
        for (const subject of run % 2 === 0 ? subjects : subjects.toReversed()) await once(subject, count);
      }
    }
  };
  tell("warming up");
  await measure(pulumi, POLICIES, 3, settings.network);
  const loading = measureLoading();
  const archiveClosings = await countArchiveClosings(pulumi);
  await inTurn([FLOOR, POLICIES], settings.policies);
  await inTurn([TENANTS], settings.tenants);
  await inTurn([POLICY_FLEET], settings.fleets);
  await inTurn([TENANT_FLEET], settings.tenantFleets);
  const series: Series[] = [...samples.values()];
  return {
    machine: { cpus: os.availableParallelism(), node: process.versions.node, pulumi: pulumi.version },
    network: settings.network,
    isQuick,
    loading,
    series,
    calls: [...calls.values()],
    providerTextBytes,
    archiveClosings,
    testSeconds: lastTestRun(),
  };
}

function number(name: string, text: string): number {
  const value = Number(text);
  if (text.trim() === "" || !(value >= 0)) throw new Error(`--${name} ${JSON.stringify(text)} must be a number from 0`);
  return value;
}

/** What the last complete `npm test` wrote down. */
function lastTestRun(): number | undefined {
  try {
    const text = readFileSync(path.join(REPORTS, "run.json"), "utf8");
    return (JSON.parse(text) as { seconds: number }).seconds;
  } catch {
    return undefined;
  }
}

function tell(line: string): void {
  console.error(line);
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? (error.stack ?? error.message) : String(error));
  process.exitCode = 1;
});
