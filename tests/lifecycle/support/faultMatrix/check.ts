import type { Bag } from "../../../../provider/core/bag";
import { sameJson } from "../../../../provider/core/bag";
import type { ErrorKind } from "../../../../provider/core/errors";
import { leaksIn } from "../../../support/secrets";
import type { Recording } from "./run";
import type { Scene } from "./scene";

/** The grammar of every message of this package: who, what went wrong, the kind with facts, and what to do. */
const MESSAGE = /^\w+ing .+?: .+ \[(\w+)(?:, [^\]]+)?\]\. \S.*[.!\]]$/s;

/** Sentences about what is wrong with the error; none if it is as promised. What has failed may stand in what has come of it. */
export function problemsOfError(error: unknown, kinds: readonly ErrorKind[]): string[] {
  if (!(error instanceof Error)) return [`something else than an error was thrown: ${String(error)}`];
  const { message } = error;
  if (!MESSAGE.test(message)) return [`the message says no kind or nothing to do: ${message}`];
  const said = [...message.matchAll(/\[([A-Z]\w+)[,\]]/g)].map(([, kind]) => kind);
  if (kinds.some((kind) => said.includes(kind))) return [];
  return [`the error is of kind ${said.at(-1)}, not ${kinds.join(" or ") || "(none)"}: ${message}`];
}

/** What a refresh says of the server, compared with the server. */
export async function problemsOfState<Server>(
  scene: Scene<Server>,
  { wanted }: Recording,
  isApplied: boolean,
): Promise<string[]> {
  const { stack, act, program, unreadable } = scene;
  if (!stack.state) {
    const effects = scene.effects(isApplied);
    return effects.length === 0 ? [] : [`nothing is in state, though there was ${effects.join("; ")}`];
  }
  if (act === "destroy") return [];
  const before = structuredClone(stack.state);
  await stack.refresh();
  const refreshed = stack.state;
  if (!refreshed) return ["a refresh takes the resource for gone"];
  const isShown = act === "refresh" || (await stack.preview(program)) !== "same";
  stack.state = before;
  const live = scene.live();
  if (!isShown && !sameJson(live, wanted)) return ["a refresh does not show what is still to do"];
  const outputs = JSON.stringify([refreshed.inputs.drift, refreshed.outputs.unverified]);
  return Object.keys(program).flatMap((name) => {
    // A refresh shows what is managed: after a failed update that is what was declared before.
    if (!(name in live) || !(name in before.inputs)) return [];
    if (sameJson(refreshed.inputs[name], live[name])) return [];
    if (refreshed.inputs.drift !== undefined) return [];
    if (unreadable.includes(name) && (isShown || outputs.includes(name))) return [];
    const shown = `${JSON.stringify(refreshed.inputs[name])}, not ${JSON.stringify(live[name])}`;
    return [`a refresh shows ${name} as ${shown}`];
  });
}

/** What is wrong after the run that should have put everything right. */
export async function problemsOfEnd<Server>(
  scene: Scene<Server>,
  { wanted, effects: faultless }: Recording,
  isApplied: boolean,
): Promise<string[]> {
  const { stack, act, program, unreadable } = scene;
  const problems = differences(scene.live(), wanted).map((text) => `the server does not converge: ${text}`);
  const effects = scene.effects(isApplied);
  if (!sameJson([...effects], [...faultless])) {
    const extra = surplus(effects, faultless).map((text) => `once more: ${text}`);
    const missing = surplus(faultless, effects).map((text) => `never: ${text}`);
    problems.push(`other effects than without the fault: ${[...extra, ...missing].join("; ")}`);
  }
  if (act === "destroy") return stack.state ? [...problems, "the resource is still in state"] : problems;
  if (!stack.state) return [...problems, "nothing is in state"];
  const readable = Object.fromEntries(
    Object.entries(wanted).filter(([name]) => name in program && !unreadable.includes(name)),
  );
  problems.push(...differences(stack.state.inputs, readable).map((text) => `in state, ${text}`));
  if (act === "up" && (await stack.preview(program)) !== "same") problems.push("the next preview is not empty");
  return problems;
}

export function problemsOfSecrets(texts: readonly string[], secrets: readonly string[]): string[] {
  const places = new Map(texts.map((text, index) => [`text ${index}: ${text}`, text]));
  return leaksIn(places, secrets).map((leak) => `a secret is shown: ${leak}`);
}

function differences(actual: Bag, expected: Bag): string[] {
  return Object.entries(expected).flatMap(([name, value]) =>
    sameJson(actual[name], value) ? [] : [`${name} is ${JSON.stringify(actual[name])}, not ${JSON.stringify(value)}`],
  );
}

/** Entries that the first list has more often than the second. */
function surplus(list: readonly string[], other: readonly string[]): string[] {
  const rest = [...other];
  return list.filter((entry) => {
    const at = rest.indexOf(entry);
    if (at < 0) return true;
    rest.splice(at, 1);
    return false;
  });
}
