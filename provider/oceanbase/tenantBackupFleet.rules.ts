import type { Bag, Path } from "../core/bag";
import { isBag, membershipOf } from "../core/fleet";
import { known } from "../core/unknowns";
import type { Violation } from "../core/violations";
import { parseStorageUri, publicUri } from "./storageUri";
import { PLACES, TENANT, withOwnPlaces } from "./tenantBackupFleet.places";
import type { TenantBackupFleetInputs } from "./tenantBackupFleet.schema";

type Rule = (inputs: TenantBackupFleetInputs) => readonly Violation[];

/** Where baseline and overrides say a place. */
interface Said {
  readonly path: Path;
  readonly uri: string;
}

function saidBy(path: Path, settings: unknown): Said[] {
  if (!isBag(settings)) return [];
  return PLACES.flatMap((property) => {
    const uri = known(settings[property]);
    return typeof uri === "string" ? [{ path: [...path, property], uri }] : [];
  });
}

function overridesIn({ overrides }: TenantBackupFleetInputs): [string, unknown][] {
  return Object.entries((known(overrides) ?? {}) as Bag);
}

/** Records of tenants stand in state in the clear, and keys must not come with them. */
const keysStandApart: Rule = (inputs) =>
  [
    ...saidBy(["baseline"], inputs.baseline),
    ...overridesIn(inputs).flatMap(([id, override]) => saidBy(["overrides", id], override)),
  ]
    .filter(({ uri }) => /access_(id|key)/i.test(uri))
    .map(({ path }) => broken(path, "must not have keys in it; give them once, as storageCredentials of the fleet"));

/** OceanBase: the database wants an archive destination to be empty, and files lie directly below it. */
const baselineNamesTheTenant: Rule = ({ baseline }) =>
  saidBy(["baseline"], baseline)
    .filter(({ uri }) => !uri.includes(TENANT))
    .map(({ path }) =>
      broken(path, `must have ${TENANT} in it, for the tenant's name: every tenant needs a place of its own`),
    );

const placesAreOwn: Rule = (inputs) => {
  const owners = new Map<string, string>();
  const overrides = new Map(overridesIn(inputs));
  const { managed = [] } = membershipOf(MEMBERS, inputs as unknown as Bag) ?? {};
  // Those of the baseline are different from each other.
  const overridden = managed.filter((id) => isBag(overrides.get(id)));
  const plain = managed.filter((id) => !overrides.has(id));
  const placesOf = (id: string): Said[] => {
    const settings = { ...(isBag(inputs.baseline) ? inputs.baseline : {}), ...(overrides.get(id) as Bag | undefined) };
    return saidBy(["overrides", id], withOwnPlaces(id, settings));
  };
  return [...plain, ...overridden].flatMap((id) =>
    placesOf(id).flatMap(({ path, uri }) => {
      const { uri: parsed } = parseStorageUri(uri);
      const place = parsed ? publicUri(parsed) : uri;
      const owner = owners.get(place);
      owners.set(place, id);
      return owner === undefined || owner === id
        ? []
        : [broken(path, `is also a destination of ${owner}; every tenant needs a place of its own`)];
    }),
  );
};

const MEMBERS = { members: "tenants" } as const;

function broken(path: Path, rule: string): Violation {
  return { path, rule, showValue: false };
}

export const tenantBackupFleetRules: readonly Rule[] = [keysStandApart, baselineNamesTheTenant, placesAreOwn];
