import type { Bag, Path } from "../core/bag";
import { hasKind, type ProviderError } from "../core/errors";
import { type FleetPart, isBag } from "../core/fleet";
import { fleetHandler } from "../core/fleetHandler";
import type { AnyHandler } from "../core/lifecycle";
import type { BackupConfigOutputs } from "./backupConfig.apply";
import type { ObservedTenant } from "./observe";
import { requireOwnership } from "./ownership";
import { tenantBackupConfig } from "./tenantBackupConfig.handler";
import { ofAnyTenant, withOwnPlaces } from "./tenantBackupFleet.places";
import { tenantBackupFleetRules } from "./tenantBackupFleet.rules";
import {
  COMMON_FIELDS,
  FLEET_PROPERTIES,
  SETTINGS,
  type TenantBackupFleetInputs,
  tenantBackupFleetSchema,
} from "./tenantBackupFleet.schema";

/** Tenants that are looked at together: each look is some calls at a time to the same few agents. */
const TENANTS_AT_ONCE = 4;

const tenant: FleetPart = {
  handler: tenantBackupConfig as unknown as AnyHandler,
  output: "configs",
  settings: SETTINGS,
  computed: ["storageFingerprint"],
  resolved: withOwnPlaces,
  // `tenants` of the single resource is a list of one, and of the fleet its members.
  extract: {
    out: ({ tenants, ...shared }) => ({ shared: { ...shared, live: (tenants as Bag[] | undefined)?.[0] }, own: [] }),
    back: ({ shared: { live, ...outputs } }) => ({ ...outputs, tenants: live === undefined ? [] : [live] }),
  },
  // A round that has not begun may never begin: the tenant is not archiving yet.
  isUnderWay: ({ live }) => (live as ObservedTenant | undefined)?.archiving === "starting",
  claim: (recorded, { claims }) => {
    const config = recorded as unknown as BackupConfigOutputs;
    requireOwnership(config, config, tenantBackupConfig.object, claims);
  },
};

/** One backup configuration for many tenants of a cluster: for each of them what `TenantBackupConfig` does, and nothing of its own. */
export const tenantBackupFleet = fleetHandler<TenantBackupFleetInputs>({
  object: "OceanBase tenant backup fleet",
  noun: "tenant",
  members: "tenants",
  maximum: "maxTenants",
  memberId: "tenantName",
  common: COMMON_FIELDS,
  // Endpoints are addresses: whether they still lead to the recorded cluster is seen at each tenant.
  identity: [],
  properties: FLEET_PROPERTIES,
  parts: [tenant],
  parallelism: () => TENANTS_AT_ONCE,
  bound: {
    most: ({ maxWithoutArchiving }) => (maxWithoutArchiving ?? 1) as number,
    harm: "is without log archiving",
    property: "maxWithoutArchiving",
  },
  endsRun: isOfAllTenants,
  mustBeTold: (line) => /log archiving/i.test(line),
  general: ofAnyTenant,
  schema: tenantBackupFleetSchema as unknown as Parameters<typeof fleetHandler<TenantBackupFleetInputs>>[0]["schema"],
  rules: tenantBackupFleetRules,
  standingTokens: () => [],
  isSecret: (path, bag) => tenantBackupConfig.isSecret(...within(path, bag)),
  secrets: (bag) => [bag, bag.baseline, ...Object.values(isBag(bag.overrides) ? bag.overrides : {})].flatMap(secretsIn),
});

/** They share the agents: when none of these has answered, none will for the next tenant, which would wait as long to find out. */
function isOfAllTenants(error: ProviderError): boolean {
  return hasKind(error, "Unavailable", "RequestTimeout") && error.facts.httpStatus === undefined;
}

/** Settings of tenants stand in baseline and overrides. */
function within(path: Path, bag: Bag): [Path, Bag] {
  const depth = path[0] === "baseline" ? 1 : path[0] === "overrides" ? 2 : 0;
  const inner = path.slice(0, depth).reduce<unknown>((value, step) => (isBag(value) ? value[step] : undefined), bag);
  return [path.slice(depth), isBag(inner) ? inner : {}];
}

function secretsIn(bag: unknown): readonly string[] {
  return isBag(bag) ? tenantBackupConfig.secrets(bag) : [];
}
