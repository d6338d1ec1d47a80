import { type Bag, sameJson } from "../../../../provider/core/bag";
import { parseRecord } from "../../../../provider/polardb/policy.shorthand";
import { type Held, hold } from "../../../support/hold";
import { Clocks } from "./clocks";
import type { Point } from "./points";
import type { Processes } from "./processes";
import type { Scenario, Scene } from "./scene";
import { WireStack } from "./wireStack";

/** How people go on after a run that was cut short. */
export const FORMS = ["up", "up --refresh", "refresh, then up"] as const;
export type Form = (typeof FORMS)[number];

/** What a run does that nobody disturbs. */
export interface Recording {
  readonly calls: readonly string[];
  readonly effects: readonly string[];
  readonly live: unknown;
  /** What state says in the end; of a new resource also when it has found everything in place, as it does after a run of which it knows nothing. */
  readonly states: readonly unknown[];
  /** There is no state before the run. */
  readonly isCreate: boolean;
}

export interface Case {
  readonly scenario: Scenario;
  readonly recording: Recording;
  readonly point: Point;
  readonly form: Form;
}

export interface Outcome {
  readonly case: Case;
  /** Sentences; none if all is well. */
  readonly problems: readonly string[];
  /** The next run was refused because another was at work, and was repeated after that. */
  readonly isRepeated?: true;
}

interface Prepared {
  readonly scene: Scene;
  readonly stack: WireStack;
  readonly name: string;
}

/** On the clocks of these scenes a run does the same each time, so this is never chance. */
const MISSED = "the call was not made";

let scenes = 0;

async function prepare(scenario: Scenario, processes: Processes): Promise<Prepared> {
  scenes += 1;
  const name = `scene${scenes}x`;
  const scene = await scenario.start(name, processes.clocks.add(name));
  const stack = new WireStack(Clocks.providerText(scenario.type, name));
  if (scene.before) {
    const before = await processes.for("before");
    await stack.up(before, scene.before);
    await scene.settle();
    scene.meanwhile?.();
    await stack.refresh(before);
  }
  scene.journal.clear();
  scene.begin();
  return { scene, stack, name };
}

export async function record(scenario: Scenario, processes: Processes): Promise<Recording> {
  const prepared = await prepare(scenario, processes);
  const { scene, stack } = prepared;
  try {
    const isCreate = stack.state === undefined;
    await stack.up(await processes.for("undisturbed"), scene.program);
    const calls = scene.journal.operations();
    await scene.settle();
    const [effects, live] = [scene.effects(), scene.live()];
    const states: unknown[] = [];
    const look = async (command: string): Promise<void> => {
      await stack.refresh(await processes.for(command));
      states.push(comparable(prepared));
    };
    await look("undisturbed");
    if (isCreate) {
      stack.state = undefined;
      await stack.up(await processes.for("undisturbed, without state"), scene.program);
      await look("undisturbed, without state");
    }
    return { calls, effects, live, states, isCreate };
  } finally {
    await scene.close();
  }
}

/** The provider is killed in all these cases at once, each at its own point, as one process that serves many resources is. */
export async function killProvider(cases: readonly Case[], processes: Processes): Promise<Outcome[]> {
  const [victim, prepared] = await Promise.all([
    processes.start(),
    Promise.all(cases.map(({ scenario }) => prepare(scenario, processes))),
  ]);
  try {
    const cuts = cases.map((each, index) => start(prepared[index] as Prepared, each, victim));
    await Promise.all(cuts.map(({ held, run }) => Promise.race([held.reached, run])));
    await victim.stop("SIGKILL");
    return await Promise.all(
      cases.map(async (each, index) => {
        const { scene, stack } = prepared[index] as Prepared;
        const { held, before, run } = cuts[index] as Cut;
        await run;
        scene.faults.decide = () => undefined;
        // An engine without an answer keeps what it had.
        stack.state = before;
        if (each.point.at === "call" && !held.isReached()) return { case: each, problems: [MISSED] };
        return outcomeOf(each, async () => {
          await goOn(prepared[index] as Prepared, each.form, processes);
          return { problems: await problemsOfEnd(each, prepared[index] as Prepared, processes, "one run at a time") };
        });
      }),
    );
  } finally {
    await Promise.all(prepared.map(({ scene }) => scene.close()));
  }
}

/** The command is killed and its provider goes on; the next run begins while it stands at the point, and both go on from there. */
export async function killCommand(cases: readonly Case[], processes: Processes): Promise<Outcome[]> {
  const outliving = await processes.for("outliving its command");
  return Promise.all(
    cases.map(async (each) => {
      const prepared = await prepare(each.scenario, processes);
      const { scene } = prepared;
      try {
        const { held, run, before } = start(prepared, each, outliving);
        await Promise.race([held.reached, run]);
        if (!held.isReached()) return { case: each, problems: [MISSED] };
        const stack = new WireStack(prepared.stack.providerText);
        stack.state = before;
        const next = { ...prepared, stack };
        const standing = processes.clocks.stand(prepared.name, held.released);
        held.releaseWithNext();
        return await outcomeOf(each, async () => {
          const failure = await goOn(next, each.form, processes).catch((error: unknown) => error);
          held.release();
          await Promise.all([standing, run]);
          await scene.settle();
          if (failure !== undefined) {
            if (!/\[(Conflict|TaskFailed)\b/.test(textOf(failure))) throw failure;
            await goOn(next, each.form, processes, "after both");
          }
          const problems = await problemsOfEnd(each, next, processes, "two runs at once");
          return { problems, ...(failure === undefined ? {} : { isRepeated: true }) };
        });
      } finally {
        await scene.close();
      }
    }),
  );
}

async function outcomeOf(each: Case, goOnAndLook: () => Promise<Omit<Outcome, "case">>): Promise<Outcome> {
  try {
    return { case: each, ...(await goOnAndLook()) };
  } catch (error) {
    return { case: each, problems: [`a run that nobody disturbs failed: ${textOf(error)}`] };
  }
}

interface Cut {
  readonly held: Held;
  /** Settles when the run is over, however it ends. */
  readonly run: Promise<unknown>;
  readonly before: WireStack["state"];
}

function start({ scene, stack }: Prepared, { point }: Case, process: Parameters<WireStack["up"]>[0]): Cut {
  const before = stack.state;
  const held = hold(scene.faults, point.at === "end" ? undefined : point);
  const run = stack.up(process, scene.program).catch((error: unknown) => error);
  return { held, run, before };
}

async function goOn({ scene, stack }: Prepared, form: Form, processes: Processes, which = "next"): Promise<void> {
  const up = await processes.for(`up, ${which}`);
  if (form === "up --refresh") await stack.refresh(up);
  if (form === "refresh, then up") await stack.refresh(await processes.for(`refresh, ${which}`));
  await stack.up(up, scene.program);
}

async function problemsOfEnd(
  { scenario, recording }: Case,
  prepared: Prepared,
  processes: Processes,
  how: "one run at a time" | "two runs at once",
): Promise<string[]> {
  const { scene, stack } = prepared;
  await scene.settle();
  const problems = [
    ...differences(scene.live(), recording.live, "the cluster"),
    ...scene.leftovers().map((what) => `${what} is left`),
    // Two that are at work at once may both do what is to be done.
    ...(how === "one run at a time" ? differences(scene.effects(), recording.effects, "what was done") : []),
  ];
  const again = await processes.for("once more");
  await stack.refresh(again);
  const state = comparable(prepared);
  const states = recording.states.map((expected) => differences(state, expected, "the state"));
  problems.push(...(states.some((different) => different.length === 0) ? [] : (states[0] ?? [])));
  scene.journal.clear();
  const { step, inputs } = await stack.preview(again, scene.program);
  if (step !== "same") problems.push(`the next preview says ${step}`);
  await stack.update(again, inputs);
  const writes = scene.journal.operations().filter(scenario.isWrite);
  return [...problems, ...writes.map((call) => `one more run writes: ${call}`)];
}

/**
 * What differs from run to run: which task or request it was, and how long it took. And tokens, which enter the records only with a
 * change: where a refresh has found everything in place there is none.
 */
const OF_ITS_RUN = new Set([
  "accept",
  "lastTask",
  "lastSeenTask",
  "archiveGaps",
  "lastRequestId",
  "policyIds",
  "policyId",
]);

function comparable({ scene, stack, name }: Prepared): unknown {
  const endpoint = scene.endpoint;
  const { recorded, ...outputs } = stack.state?.outputs ?? {};
  const findings = recorded === undefined ? {} : { recorded: parseRecord(String(recorded)) };
  const text = JSON.stringify({ ...stack.state, outputs: { ...outputs, ...findings } }, (key, value: unknown) =>
    OF_ITS_RUN.has(key) ? undefined : value,
  );
  return JSON.parse(text.replaceAll(endpoint, "endpoint").replaceAll(name, "name")) as Bag;
}

/** Where two values differ, leaf by leaf. */
function differences(actual: unknown, expected: unknown, where: string): string[] {
  if (sameJson(actual, expected)) return [];
  if (typeof actual === "object" && typeof expected === "object" && actual && expected) {
    const names = [...new Set([...Object.keys(actual), ...Object.keys(expected)])];
    return names.flatMap((name) => differences((actual as Bag)[name], (expected as Bag)[name], `${where}.${name}`));
  }
  return [`${where} is ${JSON.stringify(actual)} instead of ${JSON.stringify(expected)}`];
}

function textOf(error: unknown): string {
  return String((error as { message?: unknown }).message ?? error);
}
