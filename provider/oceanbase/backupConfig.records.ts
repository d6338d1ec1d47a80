import { sameJson } from "../core/bag";
import type { BackupConfigInputs } from "./backupConfig.schema";
import type { ObservedTenant } from "./observe";
import { effectsOf, type TenantEffects, type TenantReference } from "./taskLog";
import type { Task } from "./wire";

/** Settings that no route reads back: what was last applied, and what the tasks since then have logged, is all that is known. */
export const UNREADABLE = ["binding", "pieceSwitchInterval", "deletePolicy", "storageFingerprint"] as const;

export type Unreadable = (typeof UNREADABLE)[number];

export type Applied = Readonly<Partial<Pick<BackupConfigInputs, Unreadable>>> & {
  /** Only used where an agent cannot show destinations. */
  readonly destination?: string;
};

/** What is known of the settings that cannot be read. */
export interface Unread {
  /** Values that were sent last, or taken over as declared. */
  readonly applied: Applied;
  /** By tenant id: what a tenant is known to have instead, because only others were sent the values above. */
  readonly appliedByTenant?: Readonly<Record<string, Applied>>;
  /** Settings, by tenant id, of which nobody knows the value: a call failed, or others have changed them. They are sent again. */
  readonly unconfirmed: Readonly<Record<string, readonly Unreadable[]>>;
  /** Ids of the tenants that hold these values. A tenant that was created since is not among them. */
  readonly covered: readonly number[];
  /** Settings that were taken over as declared, unread, and were never sent by us. */
  readonly unverified: readonly Unreadable[];
}

/** What state knows from earlier runs. */
export interface Recorded extends Unread {
  readonly tenants: readonly ObservedTenant[];
  readonly reapply?: string;
}

/** What is known of the settings that cannot be read, from a state that may lack parts of it. */
export function unreadOf(state: Partial<Unread>): Unread {
  const { applied = {}, appliedByTenant = {}, unconfirmed = {}, covered = [], unverified = [] } = state;
  return { applied, ...differing(appliedByTenant), unconfirmed, covered, unverified };
}

/** Most tenants agree, so that there is nothing to say. */
function differing(appliedByTenant: Readonly<Record<string, Applied>>): Pick<Unread, "appliedByTenant"> {
  const kept = Object.entries(appliedByTenant).filter(([, values]) => Object.keys(values).length > 0);
  return kept.length > 0 ? { appliedByTenant: Object.fromEntries(kept) } : {};
}

/** What is known of a setting that cannot be read, for one tenant. */
export type Knowledge =
  /** Undefined: never set by us, or certainly not set. */
  | { readonly state: "known"; readonly value: unknown }
  | { readonly state: "uncertain" }
  /** Nobody has ever told us. */
  | { readonly state: "unknown" };

export function knowledgeOf(tenant: TenantReference, name: Unreadable, recorded: Unread | undefined): Knowledge {
  if (!recorded?.covered.includes(tenant.id)) return { state: "unknown" };
  if (recorded.unconfirmed[tenant.id]?.includes(name)) return { state: "uncertain" };
  return { state: "known", value: appliedTo(tenant.id, recorded)[name] };
}

/** What a tenant was sent last. */
export function appliedTo(id: number, { applied, appliedByTenant }: Unread): Applied {
  return { ...applied, ...appliedByTenant?.[id] };
}

/** The part of a tenant's unreadable settings that obshell's tasks log. */
const LOGGED = ["binding", "pieceSwitchInterval", "deletePolicy"] as const;

/**
 * Corrects the record by the logs of tasks that it does not know yet: of somebody else, or of a run of ours that was killed. Where
 * all tenants agree, that is the value now; where they do not, each has its own.
 */
export function takeUp<R extends Unread>(recorded: R, tasks: readonly Task[]): R {
  return tasks.reduce((record, task) => takeUpOne(record, effectsOf(task)), recorded);
}

function takeUpOne<R extends Unread>(recorded: R, effects: ReadonlyMap<number, TenantEffects>): R {
  return LOGGED.filter((name) => recorded.covered.some((id) => isTouched(name, effects.get(id)))).reduce(
    (record, name) => {
      const values = new Map(record.covered.map((id) => [id, valueAfter(id, name, record, effects.get(id))]));
      const [first, ...others] = values.values();
      const doAgree = first?.state === "known" && others.every((value) => sameJson(value, first));
      return withValues(record, name, doAgree ? first.value : record.applied[name], values);
    },
    recorded,
  );
}

/** The record with this value of a setting, and what is known of each tenant that it covers. */
function withValues<R extends Unread>(
  record: R,
  name: Unreadable,
  value: unknown,
  tenants: ReadonlyMap<number, Knowledge>,
): R {
  const { appliedByTenant: _before, ...rest } = record;
  const unconfirmed = new Map(Object.entries(record.unconfirmed).map(([id, names]) => [Number(id), new Set(names)]));
  const appliedByTenant: Record<string, Applied> = { ...record.appliedByTenant };
  for (const [id, knowledge] of tenants) {
    const names = unconfirmed.get(id) ?? new Set<Unreadable>();
    const { [name]: _old, ...own } = appliedByTenant[id] ?? {};
    const isEqual = knowledge.state === "known" && sameJson(knowledge.value, value);
    // That a tenant has no value of its own cannot be written down as one.
    const isOwn = knowledge.state === "known" && knowledge.value !== undefined && !isEqual;
    if (isEqual || isOwn) names.delete(name);
    else names.add(name);
    unconfirmed.set(id, names);
    appliedByTenant[id] = isOwn ? { ...own, [name]: knowledge.value } : own;
  }
  return {
    ...(rest as R),
    applied: { ...record.applied, [name]: value },
    unconfirmed: toRecord(unconfirmed),
    ...differing(appliedByTenant),
  };
}

function isTouched(name: (typeof LOGGED)[number], effects: TenantEffects | undefined): boolean {
  return effects !== undefined && (effects[name] !== undefined || effects.uncertain.includes(name));
}

function valueAfter(
  id: number,
  name: (typeof LOGGED)[number],
  recorded: Unread,
  effects: TenantEffects | undefined,
): Knowledge {
  if (!effects || !isTouched(name, effects)) return knowledgeOf({ id, name: "" }, name, recorded);
  if (effects.uncertain.includes(name)) return { state: "uncertain" };
  return { state: "known", value: effects[name] ?? undefined };
}

/**
 * From the moment a call is queued until it is known to have succeeded, nobody knows what became of these settings. Tenants that it does
 * not address keep what they have.
 */
export function attempted<R extends Unread>(
  record: R,
  inputs: BackupConfigInputs,
  settings: readonly Unreadable[],
  tenants: readonly TenantReference[],
  destination: string | undefined,
): R {
  const addressed = tenants.map(({ id }) => id);
  const covering = { ...record, covered: [...new Set([...record.covered, ...addressed])] };
  const sent = settings.reduce((before, name) => {
    const knowledge = new Map(
      before.covered.map((id): [number, Knowledge] => [
        id,
        addressed.includes(id) ? { state: "uncertain" } : knowledgeOf({ id, name: "" }, name, record),
      ]),
    );
    return withValues(before, name, inputs[name], knowledge);
  }, covering);
  return destination === undefined ? sent : withDestination(sent, destination, addressed);
}

/** Destinations are on record only where an agent cannot show them. */
function withDestination<R extends Unread>(record: R, destination: string, addressed: readonly number[]): R {
  const { appliedByTenant: _before, ...rest } = record;
  const appliedByTenant = { ...record.appliedByTenant };
  for (const id of record.covered) {
    const { destination: _own, ...others } = appliedByTenant[id] ?? {};
    const before = addressed.includes(id) ? destination : (appliedTo(id, record).destination ?? "");
    appliedByTenant[id] = before === destination ? others : { ...others, destination: before };
  }
  return { ...(rest as R), applied: { ...record.applied, destination }, ...differing(appliedByTenant) };
}

/** These settings are now in force for these tenants. */
export function confirmed<R extends Unread>(
  record: R,
  settings: readonly Unreadable[],
  tenants: readonly TenantReference[],
): R {
  const ids = tenants.map(({ id }) => id);
  const unconfirmed = new Map(
    Object.entries(record.unconfirmed).map(([id, names]) => [
      Number(id),
      new Set(ids.includes(Number(id)) ? names.filter((name) => !settings.includes(name)) : names),
    ]),
  );
  return { ...record, unconfirmed: toRecord(unconfirmed) };
}

function toRecord(unconfirmed: ReadonlyMap<number, ReadonlySet<Unreadable>>): Record<string, readonly Unreadable[]> {
  return Object.fromEntries(
    [...unconfirmed].filter(([, names]) => names.size > 0).map(([id, names]) => [String(id), [...names]]),
  );
}
