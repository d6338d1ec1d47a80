import { find, median, middle, type Sample, type Step } from "./measurement";
import type { Results } from "./results";
import { FLOOR, POLICIES, POLICY_FLEET, TENANTS } from "./subjects";

/** A number to reach, and what was measured. */
export interface Row {
  readonly what: string;
  readonly target: string;
  readonly measured: string;
  readonly verdict: "reached" | "MISSED" | "not measured";
}

const MEASURED_TEXT_BYTES = 100;
const LOAD_MS = 100;
/** What a run of everything may take when the CLI is there. */
const TEST_SECONDS = 25 * 60;

/** Every number to reach. One that this run could not measure says so. */
export function rows(results: Results): Row[] {
  return [
    row("`__provider`", `<= ${MEASURED_TEXT_BYTES} bytes`, results.providerTextBytes, MEASURED_TEXT_BYTES, "bytes"),
    ...noOp(results),
    ...callsOfOnePolicy(results),
    ...refreshes(results),
    ratio(results, "create", 2_000, 1.25, ({ seconds }) => seconds, "2,000 single policies, create"),
    ...fleet(results),
    ...results.loading.flatMap(({ type, samples, foreignFiles }) => [
      row(`load and first check of ${type}`, `<= ${LOAD_MS} ms`, median(samples), LOAD_MS, "ms"),
      row(`files of the other vendor loaded for ${type}`, "0", foreignFiles, 0, "files"),
    ]),
    ...gaps(results),
    ratio(results, "create", 2_000, 1.5, ({ providerMb }) => providerMb, "memory of the provider at 2,000 resources"),
    row("whole `npm test`, warm", "<= 25 min", results.testSeconds, TEST_SECONDS, "s"),
  ];
}

function noOp(results: Results): Row[] {
  const count = 300;
  const series = find(results.series, POLICIES.name, count, "no-op");
  return [
    row(`no-op \`up\` of ${count} policies, calls`, "0", series && middle(series, ({ calls }) => calls), 0, "calls"),
    ratio(results, "no-op", count, 1.15, ({ seconds }) => seconds, `no-op \`up\` of ${count} policies`),
  ];
}

function callsOfOnePolicy(results: Results): Row[] {
  return (["create", "change"] as const).map((step) => {
    const counts = results.calls.find(({ subject, step: its }) => subject === POLICIES.name && its === step);
    const { DescribeBackupPolicy: reads = 0, ModifyBackupPolicy: writes = 0 } = counts?.operations ?? {};
    const all = Object.values(counts?.operations ?? {}).reduce((sum, times) => sum + times, 0);
    const count = counts?.count ?? 1;
    const isReached = reads === 2 * count && writes === count && all === 3 * count;
    return {
      what: `${step} of one PolarDB policy`,
      target: "1 describe + 1 modify + 1 verify",
      measured: counts
        ? `${reads / count} describe and verify + ${writes / count} modify, ${(all - reads - writes) / count} others`
        : "-",
      verdict: !counts ? "not measured" : isReached ? "reached" : "MISSED",
    };
  });
}

function refreshes(results: Results): Row[] {
  const policies = results.calls.find(({ subject, step }) => subject === POLICIES.name && step === "refresh");
  const tenants = results.calls.find(({ subject, step }) => subject === TENANTS.name && step === "refresh");
  const perOne = (counts: typeof policies): number | undefined =>
    counts && Object.values(counts.operations).reduce((sum, times) => sum + times, 0) / counts.count;
  return [
    row("refresh of a PolarDB policy", "1 call", perOne(policies), 1, "calls"),
    // Each resource looks at its cluster, so what is "per cluster" counts for each.
    row("refresh of an OceanBase tenant", "<= 8 + 2 calls", perOne(tenants), 10, "calls"),
  ];
}

function fleet(results: Results): Row[] {
  const count = 2_000;
  const seconds = (step: Step): number | undefined => {
    const series = find(results.series, POLICY_FLEET.name, count, step);
    return series && middle(series, (sample) => sample.seconds);
  };
  const noChange = find(results.series, POLICY_FLEET.name, count, "no-op");
  const create = find(results.series, POLICY_FLEET.name, count, "create");
  const bytes = create && middle(create, ({ stateBytes }) => stateBytes) / count;
  return [
    row("fleet of 2,000 clusters, create", "<= 8 s", seconds("create"), 8, "s"),
    row("fleet of 2,000 clusters, change of one field", "<= 8 s", seconds("change"), 8, "s"),
    row("fleet of 2,000 clusters, no-op `up`", "<= 4 s", seconds("no-op"), 4, "s"),
    row(
      "fleet of 2,000 clusters, no-op `up`, calls",
      "0",
      noChange && middle(noChange, ({ calls }) => calls),
      0,
      "calls",
    ),
    row("fleet of 2,000 clusters, state for each", "<= 120 bytes", bytes, 120, "bytes"),
  ];
}

function gaps(results: Results): Row[] {
  const closings = results.archiveClosings;
  return [row("archive gap for concurrency, lag, thread score", "0", closings, 0, "closings")];
}

/** Ours against the floor, with the same number of resources. */
function ratio(
  results: Results,
  step: Step,
  count: number,
  limit: number,
  pick: (sample: Sample) => number,
  what: string,
): Row {
  const floor = find(results.series, FLOOR.name, count, step);
  const ours = find(results.series, POLICIES.name, count, step);
  const target = `<= ${limit} x the trivial provider`;
  if (!floor || !ours) return { what, target, measured: "-", verdict: "not measured" };
  const [a, b] = [middle(ours, pick), middle(floor, pick)];
  return {
    what,
    target,
    measured: `${(a / b).toFixed(2)} x (${a.toFixed(1)} against ${b.toFixed(1)})`,
    verdict: a <= limit * b ? "reached" : "MISSED",
  };
}

function row(what: string, target: string, value: number | undefined, limit: number, unit: string): Row {
  if (value === undefined) return { what, target, measured: "-", verdict: "not measured" };
  const digits = Number.isInteger(value) ? 0 : 1;
  return { what, target, measured: `${value.toFixed(digits)} ${unit}`, verdict: value <= limit ? "reached" : "MISSED" };
}
