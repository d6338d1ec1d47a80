import { type Bag, sameJson } from "./bag";
import { type Impact, refusal, staleTokens } from "./impact";
import type { DiffResult } from "./lifecycle";
import { containsUnknown, known } from "./unknowns";

export interface PreviewDiffOptions {
  readonly olds: Bag;
  readonly news: Bag & { readonly accept?: readonly string[] };
  /** Every input property. */
  readonly properties: readonly string[];
  /** Those whose change means another target. */
  readonly identity: readonly string[];
  /** Those that are settings of the target, as opposed to how it is reached and what is accepted. */
  readonly settings: readonly string[];
  /** Name of the target for the lines that are printed. */
  readonly name: string;
  /** Tokens that accept something for as long as they stand, and so are never left over. */
  readonly standing?: readonly string[];
  /** Impacts of the change as far as records and known inputs show them; asked only when something differs in place. */
  impacts(): readonly Impact[];
}

/** What a preview can tell without any call: replacements, announced impacts, and a refusal that the apply could only repeat. */
export function previewDiff(options: PreviewDiffOptions): DiffResult {
  const { olds, news, properties, identity, settings, name, impacts, standing = [] } = options;
  const changed = properties.filter((property) => !sameJson(olds[property], news[property]));
  const replaces = changed.filter((property) => identity.includes(property));
  const found = changed.length > 0 && replaces.length === 0 ? impacts() : [];
  const accept = known(news.accept) ?? [];
  const gone =
    replaces.length > 0 ? [] : changed.filter((property) => settings.includes(property) && !(property in news));
  const released = gone.map((property) => `${property} is no longer managed and keeps its present value`);
  // What a token may belong to is not known while the target or a value is not.
  const isJudgeable = changed.length > 0 && replaces.length === 0 && !containsUnknown(news);
  const stale = isJudgeable ? staleTokens(found, accept).filter((token) => !standing.includes(token)) : [];
  return {
    replaces,
    // Adding or removing a token is not a change of the target, and not worth reading it.
    nothingToDo: changed.length > 0 && changed.every((property) => property === "accept"),
    announcements: [
      ...found.map((impact) => `${name}: ${impact.sentence}`),
      ...released.map((sentence) => `${name}: ${sentence}`),
      ...stale.map((token) => `${name}: accept ${JSON.stringify(token)} matches nothing in this change; remove it`),
    ],
    refusal: containsUnknown(news.accept) ? undefined : refusal(found, accept),
    findings: { impacts: found, released },
  };
}

/** The inputs that are already known: what a plan in a preview can work with. */
export function knownInputs<T extends object>(inputs: T): T {
  return Object.fromEntries(Object.entries(inputs).filter(([, value]) => !containsUnknown(value))) as T;
}
