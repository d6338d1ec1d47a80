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
export function unreadOf({ applied = {}, unconfirmed = {}, covered = [], unverified = [] }: Partial<Unread>): Unread {
  return { applied, unconfirmed, covered, unverified };
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
  return { state: "known", value: recorded.applied[name] };
}

/** The part of a tenant's unreadable settings that obshell's tasks log. */
const LOGGED = ["binding", "pieceSwitchInterval", "deletePolicy"] as const;

/**
 * Corrects the record by the logs of tasks that it does not know yet: of somebody else, or of a run of ours that was killed. Where
 * all tenants agree, that is the value now; where they do not, those that differ become unconfirmed.
 */
export function takeUp<R extends Unread>(recorded: R, tasks: readonly Task[]): R {
  return tasks.reduce((record, task) => takeUpOne(record, effectsOf(task)), recorded);
}

function takeUpOne<R extends Unread>(recorded: R, effects: ReadonlyMap<number, TenantEffects>): R {
  let { applied } = recorded;
  const unconfirmed = new Map(Object.entries(recorded.unconfirmed).map(([id, names]) => [Number(id), new Set(names)]));
  for (const name of LOGGED) {
    const values = recorded.covered.map((id) => valueAfter(id, name, recorded, effects.get(id)));
    if (!recorded.covered.some((id) => isTouched(name, effects.get(id)))) continue;
    const [first] = values;
    const doAgree = first?.state === "known" && values.every((value) => sameJson(value, first));
    if (doAgree) applied = { ...applied, [name]: first.value };
    recorded.covered.forEach((id, index) => {
      const value = values[index] as Knowledge;
      const names = unconfirmed.get(id) ?? new Set<Unreadable>();
      if (value.state === "known" && sameJson(value.value, applied[name])) names.delete(name);
      else names.add(name);
      unconfirmed.set(id, names);
    });
  }
  return { ...recorded, applied, unconfirmed: toRecord(unconfirmed) };
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

/** From the moment a call is queued until it is known to have succeeded, nobody knows what became of these settings. */
export function attempted<R extends Unread>(
  record: R,
  inputs: BackupConfigInputs,
  settings: readonly Unreadable[],
  tenants: readonly TenantReference[],
  destination: string | undefined,
): R {
  const values = Object.fromEntries(settings.map((name) => [name, inputs[name]])) as Applied;
  const unconfirmed = new Map(Object.entries(record.unconfirmed).map(([id, names]) => [Number(id), new Set(names)]));
  for (const { id } of tenants) unconfirmed.set(id, new Set([...(unconfirmed.get(id) ?? []), ...settings]));
  return {
    ...record,
    applied: { ...record.applied, ...values, ...(destination === undefined ? {} : { destination }) },
    unconfirmed: toRecord(unconfirmed),
    covered: [...new Set([...record.covered, ...tenants.map(({ id }) => id)])],
  };
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
