import { OCEANBASE_SCENARIOS } from "./support/killPoints/oceanbase";
import { describePoint, type Point, placeOf, placesOf, pointsOf } from "./support/killPoints/points";
import { POLARDB_SCENARIOS } from "./support/killPoints/polardb";
import { Processes } from "./support/killPoints/processes";
import { type Killed, Report } from "./support/killPoints/report";
import { type Case, FORMS, type Form, killCommand, killProvider, type Outcome, record } from "./support/killPoints/run";
import type { Scenario } from "./support/killPoints/scene";

/** As many resources are at work in one process when it is killed. */
const AT_ONCE = 40;
const TIMEOUT_MS = 900_000;

const processes = new Processes();
const report = new Report();

afterAll(async () => {
  report.publish();
  await processes.stop();
});

/** Nothing changes with a read, so its point gets one of the forms, in turns; what changes something, and the end, get all. */
const formsAt = (point: Point, index: number, { isWrite }: Scenario): readonly Form[] =>
  point.at === "call" && !isWrite(point.call) ? FORMS.slice(index % FORMS.length, (index % FORMS.length) + 1) : FORMS;

/** Without a state there is nothing to refresh. */
const casesOf = async (scenario: Scenario): Promise<Case[]> => {
  const recording = await record(scenario, processes);
  return pointsOf(recording.calls, scenario).flatMap((point, index) => {
    const forms = recording.isCreate ? FORMS.slice(0, 1) : formsAt(point, index, scenario);
    return forms.map((form) => ({ scenario, recording, point, form }));
  });
};

const inBatches = async (
  cases: readonly Case[],
  run: (batch: readonly Case[], processes: Processes) => Promise<Outcome[]>,
): Promise<Outcome[]> => {
  const outcomes: Outcome[] = [];
  for (let from = 0; from < cases.length; from += AT_ONCE) {
    outcomes.push(...(await run(cases.slice(from, from + AT_ONCE), processes)));
  }
  return outcomes;
};

/**
 * Where a provider that outlives its command has something to do: at the end it has done everything, as one that is killed there; and
 * until its first change it only looks, for which its first call stands.
 */
const isAtWork = ({ point, recording: { calls }, scenario: { isWrite } }: Case): boolean => {
  const place = placeOf(point);
  if (place === undefined) return false;
  const index = placesOf(calls).indexOf(place);
  return index === 0 || calls.slice(0, index + 1).some(isWrite);
};

describe.each([
  ["OceanBase", OCEANBASE_SCENARIOS],
  ["PolarDB", POLARDB_SCENARIOS],
])("%s", (_vendor, scenarios) => {
  let cases: readonly Case[];
  const outcomes = new Map<Killed, readonly Outcome[]>();

  beforeAll(async () => {
    cases = (await Promise.all(scenarios.map(casesOf))).flat();
    outcomes.set("the provider", await inBatches(cases, killProvider));
    outcomes.set("the command", await inBatches(cases.filter(isAtWork), killCommand));
    for (const [killed, those] of outcomes) report.add(killed, those);
  }, TIMEOUT_MS);

  const problemsOf = (killed: Killed, scenario: Scenario): string[] =>
    (outcomes.get(killed) ?? [])
      .filter((outcome) => outcome.case.scenario === scenario)
      .flatMap(({ case: { point, form }, problems }) =>
        problems.map((problem) => `${describePoint(point)}; ${form}: ${problem}`),
      );

  it.each(scenarios)("$resource, $name: is put right wherever the provider is killed", (scenario) => {
    const those = (outcomes.get("the provider") ?? []).filter((outcome) => outcome.case.scenario === scenario);
    const killedAt = those.flatMap(({ case: { point } }) => placeOf(point) ?? []);
    const { calls } = (those[0] as Outcome).case.recording;
    expect(placesOf(calls).filter((place) => !killedAt.includes(place))).toEqual([]);
    expect(problemsOf("the provider", scenario)).toEqual([]);
  });

  it.each(scenarios)(
    "$resource, $name: is put right wherever the command is killed and its provider goes on",
    (scenario) => {
      expect(problemsOf("the command", scenario)).toEqual([]);
    },
  );
});
