import { type Bag, canonicalText, omit, pick } from "./bag";
import type { FleetPart, FleetResource } from "./fleet";
import { memberInputs } from "./fleet";

/**
 * What state knows of the members of a fleet. Most of them are equal, so each distinct record is kept once, with the ids of those who have
 * it: `{ dataLevel1BackupRetentionPeriod: 14, effective: {…}, clusters: "pc-1 pc-2" }`.
 */
export interface MemberRecord {
  /** The recorded outputs of the member's own resource, but for what belongs to the fleet and what only it has. One object for all who share it. */
  readonly shared: Bag;
  /** What only this member has, for the places where `shared` leaves it out. */
  readonly own: readonly string[];
}

/** By id, in no order that means anything. */
export type FleetRecords = ReadonlyMap<string, MemberRecord>;

/** Recorded besides: what is yet to be repaired though no setting shows it, and that the last change was cut short. */
const DRIFT = "drift";
const UNFINISHED = "unfinished";

/** The request id of the last change is of use right after it, and differs everywhere. */
const NOT_KEPT = ["lastRequestId"];

export function recordOf(
  resource: FleetResource,
  part: FleetPart,
  outputs: Bag,
  { drift = [], unfinished = false }: { readonly drift?: readonly string[]; readonly unfinished?: boolean } = {},
): MemberRecord {
  const kept = omit(outputs, [resource.memberId, ...resource.common, ...NOT_KEPT]);
  const { shared, own } = part.extract.out(kept);
  return {
    shared: {
      ...shared,
      ...(drift.length > 0 ? { [DRIFT]: drift } : {}),
      ...(unfinished ? { [UNFINISHED]: true } : {}),
    },
    own,
  };
}

/** The recorded outputs of the member's own resource, reached as `inputs` say. */
export function outputsOf(
  resource: FleetResource,
  part: FleetPart,
  id: string,
  record: MemberRecord,
  inputs: Bag,
): Bag {
  const settings = part.extract.back({ shared: omit(record.shared, [DRIFT, UNFINISHED]), own: record.own });
  return memberInputs(resource, id, settings, inputs);
}

/** True where a member has something to be done though its settings are the declared ones. */
export function isInDoubt({ isUnderWay }: FleetPart, { shared }: MemberRecord): boolean {
  return shared[DRIFT] !== undefined || shared[UNFINISHED] !== undefined || isUnderWay?.(shared) === true;
}

/** Texts of the settings in records, each made once. Equal settings have equal texts. */
export class SettingsTexts {
  private readonly texts = new Map<Bag, string>();

  constructor(private readonly part: FleetPart) {}

  of({ shared }: MemberRecord): string {
    let text = this.texts.get(shared);
    if (text === undefined) {
      text = canonicalText(pick(shared, this.part.settings));
      this.texts.set(shared, text);
    }
    return text;
  }
}

/** Rows for state, always in the same order. */
export function packRecords(resource: FleetResource, records: FleetRecords): Bag[] {
  const texts = new Map<Bag, string>();
  const rows = new Map<string, { readonly shared: Bag; readonly members: string[] }>();
  for (const [id, { shared, own }] of [...records].sort(([a], [b]) => (a < b ? -1 : 1))) {
    let text = texts.get(shared);
    if (text === undefined) {
      text = canonicalText(shared);
      texts.set(shared, text);
    }
    let row = rows.get(text);
    if (!row) {
      row = { shared, members: [] };
      rows.set(text, row);
    }
    row.members.push([id, ...own].map(encodeURIComponent).join("="));
  }
  return [...rows.values()].map(({ shared, members }) => ({ ...shared, [resource.members]: members.join(" ") }));
}

export function unpackRecords(resource: FleetResource, part: FleetPart, outputs: Bag): Map<string, MemberRecord> {
  const records = new Map<string, MemberRecord>();
  for (const row of (outputs[part.output] ?? []) as readonly Bag[]) {
    const shared = omit(row, [resource.members]);
    for (const member of String(row[resource.members]).split(" ")) {
      const [id = "", ...own] = member.split("=").map(decodeURIComponent);
      records.set(id, { shared, own });
    }
  }
  return records;
}
