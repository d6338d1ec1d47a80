import { type Bag, sameJson } from "./bag";
import { isProviderError } from "./errors";
import { counted, type FleetPart, type FleetResource, memberInputs, membershipOf, named } from "./fleet";
import { DesiredSettings } from "./fleetDesired";
import { leavingImpacts } from "./fleetMembers";
import { isInDoubt, type MemberRecord, outputsOf, SettingsTexts, unpackRecords } from "./fleetRecords";
import { type Impact, refusal, staleTokens } from "./impact";
import type { CallContext, DiffResult } from "./lifecycle";
import { containsUnknown, known } from "./unknowns";

/** Members that have the same record and should have the same settings: what one of them costs, all of them cost. */
interface Group {
  readonly part: FleetPart;
  readonly record: MemberRecord;
  readonly settings: Bag;
  readonly ids: string[];
}

/** What a preview can tell of a whole fleet without any call: asked once for each kind of change, whatever the number of members. */
export function fleetDiff(resource: FleetResource, olds: Bag, news: Bag, context: CallContext): DiffResult {
  const changed = resource.properties.filter(
    (property) => property !== resource.members && !sameJson(olds[property], news[property]),
  );
  const replaces = changed.filter((property) => resource.identity.includes(property));
  const recorded = recordedIds(resource, olds);
  const membership = membershipOf(resource, news);
  const listed = membership && new Set([...membership.managed, ...membership.exempt]);
  const added = membership?.managed.filter((id) => !recorded.has(id)) ?? [];
  const leaving = listed ? [...recorded].filter((id) => !listed.has(id)) : [];
  const isReplaced = replaces.length > 0;
  const canCompose = !isReplaced && !containsUnknown(news.overrides);
  const groups = canCompose ? groupsOf(resource, olds, news, membership?.managed ?? [...recorded]) : [];
  const { impacts, released } = findingsOf(resource, groups, olds, news, context);
  if (!isReplaced) impacts.push(...leavingImpacts(resource, leaving, recorded.size));

  const accept = (known(news.accept) ?? []) as readonly string[];
  const isSame = added.length + leaving.length + groups.length === 0;
  // What those who join need shows only in the apply.
  const isJudgeable = added.length === 0 && (changed.length > 0 || !isSame) && !isReplaced && !containsUnknown(news);
  const standing = resource.standingTokens(news);
  const stale = isJudgeable ? staleTokens(impacts, accept).filter((token) => !standing.includes(token)) : [];
  const { noun } = resource;
  return {
    replaces,
    nothingToDo: isSame && changed.length > 0 && changed.every((property) => property === "accept"),
    announcements: [
      ...(added.length > 0 && !isReplaced ? [`${counted(added.length, noun)} more: ${named(added)}`] : []),
      ...(leaving.length > 0 ? [`${counted(leaving.length, noun)} no longer managed: ${named(leaving)}`] : []),
      ...impacts.map(({ sentence }) => sentence),
      ...released,
      ...stale.map((token) => `accept ${JSON.stringify(token)} matches nothing in this change; remove it`),
    ],
    refusal: containsUnknown(news.accept) ? undefined : refusal(impacts, accept),
    findings: { impacts, released },
  };
}

function recordedIds(resource: FleetResource, olds: Bag): Set<string> {
  return new Set(resource.parts.flatMap((part) => [...unpackRecords(resource, part, olds).keys()]));
}

function groupsOf(resource: FleetResource, olds: Bag, news: Bag, ids: readonly string[]): Group[] {
  return resource.parts.flatMap((part) => {
    const records = unpackRecords(resource, part, olds);
    const texts = new SettingsTexts(part);
    const desired = new DesiredSettings(resource, part, news);
    const groups = new Map<Bag, Map<string, Group>>();
    for (const id of ids) {
      const [record, wanted] = [records.get(id), desired.of(id)];
      if (!record || !wanted || (!isInDoubt(part, record) && texts.of(record) === wanted.text)) continue;
      const alike = groups.get(record.shared) ?? new Map<string, Group>();
      groups.set(record.shared, alike);
      const group = alike.get(wanted.text);
      if (group) group.ids.push(id);
      else alike.set(wanted.text, { part, record, settings: wanted.settings, ids: [id] });
    }
    return [...groups.values()].flatMap((alike) => [...alike.values()]);
  });
}

/** What the handler of the single resource says of each group, each sentence once with the members that it is about. */
function findingsOf(
  resource: FleetResource,
  groups: readonly Group[],
  olds: Bag,
  news: Bag,
  context: CallContext,
): { readonly impacts: Impact[]; readonly released: string[] } {
  const impacts = new Map<string, { readonly impact: Impact; readonly ids: string[] }>();
  const released = new Map<string, string[]>();
  for (const { part, record, settings, ids } of groups) {
    const [first = ""] = ids;
    const before = outputsOf(resource, part, first, record, olds);
    const after = memberInputs(resource, first, settings, news);
    const { findings } = judging(resource, ids, () => part.handler.diff(before, after, context));
    const general = (sentence: string): string => resource.general?.(sentence, first) ?? sentence;
    for (const impact of findings.impacts) {
      const sentence = general(impact.sentence);
      const key = JSON.stringify([sentence, impact.token]);
      const entry = impacts.get(key);
      if (entry) entry.ids.push(...ids);
      else impacts.set(key, { impact: { ...impact, sentence }, ids: [...ids] });
    }
    for (const sentence of findings.released.map(general))
      released.set(sentence, [...(released.get(sentence) ?? []), ...ids]);
  }
  const about = (ids: readonly string[]): string => `${counted(ids.length, resource.noun)} (${named(ids, 3)})`;
  return {
    impacts: [...impacts.values()].map(({ impact, ids }) => ({
      ...impact,
      sentence: `${about(ids)}: ${impact.sentence}`,
    })),
    released: [...released].map(([sentence, ids]) => `${about(ids)}: ${sentence}`),
  };
}

/** What can never be had is said of all members that it holds for. */
function judging<T>({ noun }: FleetResource, ids: readonly string[], judge: () => T): T {
  try {
    return judge();
  } catch (error) {
    if (!isProviderError(error)) throw error;
    const { problem } = error.facts;
    throw error.with({ problem: `${counted(ids.length, noun)} (${named(ids)}): ${problem}` });
  }
}
