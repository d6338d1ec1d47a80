import fc from "fast-check";
import type { Bag } from "../../../../provider/core/bag";
import type { FleetPart, FleetResource } from "../../../../provider/core/fleet";
import {
  isInDoubt,
  type MemberRecord,
  outputsOf,
  packRecords,
  recordOf,
  SettingsTexts,
  unpackRecords,
} from "../../../../provider/core/fleetRecords";
import type { AnyHandler } from "../../../../provider/core/lifecycle";
import { withoutPolicyIds, withPolicyIds } from "../../../../provider/polardb/policyIds";

const PART: FleetPart = {
  handler: {} as AnyHandler,
  output: "records",
  settings: ["days"],
  computed: [],
  extract: { out: withoutPolicyIds, back: withPolicyIds },
  claim: () => undefined,
};

const RESOURCE: FleetResource = {
  object: "shelf fleet",
  noun: "shelf",
  members: "shelves",
  maximum: "maxShelves",
  memberId: "shelf",
  common: ["place"],
  identity: [],
  properties: ["shelves", "baseline", "place"],
  parts: [PART],
  parallelism: () => 1,
  standingTokens: () => [],
};

/** Whatever an operator may call something. */
const names = fc.string({ unit: "grapheme", minLength: 1, maxLength: 12 });

const outputs = fc.record({
  days: fc.constantFrom(7, 14),
  effective: fc.record({
    days: fc.constantFrom(7, 14),
    advancedDataPolicies: fc.array(fc.record({ policyId: names, destType: fc.constant("level1") }), { maxLength: 3 }),
  }),
  policyIds: fc.dictionary(fc.constantFrom("daily", "weekly"), names, { noNullPrototype: true }),
});

const unpack = (rows: Bag[]): Map<string, MemberRecord> => unpackRecords(RESOURCE, PART, { records: rows });

describe("The records of a fleet", () => {
  it("give back for each member what was recorded, whatever it is called and whatever its ids are", () => {
    fc.assert(
      fc.property(fc.dictionary(names, outputs, { maxKeys: 6, noNullPrototype: true }), (members) => {
        const records = new Map(
          Object.entries(members).map(([id, recorded]) => [
            id,
            recordOf(RESOURCE, PART, { shelf: id, place: "left", lastRequestId: "5F2C", ...recorded }),
          ]),
        );
        const rows = packRecords(RESOURCE, records);
        const read = unpack(rows);
        expect([...read.keys()].sort()).toEqual(Object.keys(members).sort());
        for (const [id, record] of read) {
          expect(outputsOf(RESOURCE, PART, id, record, { place: "right" })).toEqual({
            shelf: id,
            place: "right",
            ...members[id],
          });
        }
        expect(packRecords(RESOURCE, read)).toEqual(rows);
      }),
    );
  });

  it("hold what many have once, with their ids only, in an order of its own", () => {
    const recorded = (id: string) => ({
      days: 7,
      effective: { advancedDataPolicies: [{ policyId: `p-${id}`, destType: "level1" }] },
      policyIds: { daily: `p-${id}` },
    });
    const records = ["b", "c", "a"].map((id): [string, MemberRecord] => [id, recordOf(RESOURCE, PART, recorded(id))]);
    const rows = packRecords(RESOURCE, new Map(records));
    expect(rows).toEqual([
      {
        days: 7,
        effective: { advancedDataPolicies: [{ policyId: "#0", destType: "level1" }] },
        policyIds: { daily: "#0" },
        shelves: "a=p-a b=p-b c=p-c",
      },
    ]);
    expect(packRecords(RESOURCE, new Map(records.toReversed()))).toEqual(rows);
  });

  it("keep apart what is in doubt, and do not take that for a setting", () => {
    const sound = recordOf(RESOURCE, PART, { days: 7 });
    const cut = recordOf(RESOURCE, PART, { days: 7 }, { unfinished: true });
    const drifted = recordOf(RESOURCE, PART, { days: 7 }, { drift: ["it leans"] });
    const records = new Map([
      ["a", sound],
      ["b", cut],
      ["c", drifted],
    ]);
    expect(packRecords(RESOURCE, records)).toHaveLength(3);
    const read = unpack(packRecords(RESOURCE, records));
    expect([...read.values()].map((record) => isInDoubt(PART, record))).toEqual([false, true, true]);
    const texts = new SettingsTexts(PART);
    expect(new Set([...read.values()].map((record) => texts.of(record))).size).toBe(1);
    expect([...read].map(([id, record]) => outputsOf(RESOURCE, PART, id, record, {}))).toEqual([
      { shelf: "a", days: 7 },
      { shelf: "b", days: 7 },
      { shelf: "c", days: 7 },
    ]);
  });
});
