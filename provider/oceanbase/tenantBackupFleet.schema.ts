import { z } from "zod";
import { orUnknown } from "../core/checkInputs";
import { count, exempt, membersOf, overridesOf } from "../core/fleet.schema";
import { commonShape, tenantName } from "./backupConfig.schema";
import { PROPERTIES, type TenantBackupConfigInputs } from "./tenantBackupConfig.schema";

const { connection, storageCredentials, accept, timeouts, onDelete } = commonShape;

const common = { connection, storageCredentials, accept, timeouts, onDelete };

type Common = keyof typeof common;

/** What a fleet says once for all of its tenants. */
export const COMMON_FIELDS = Object.keys(common) as readonly Common[];

/** Whether a tenant is done is told from these. */
export const SETTINGS = PROPERTIES.filter(
  (property) => property !== "tenantName" && !Object.hasOwn(common, property),
) as readonly (keyof FleetSettings)[];

const settings = orUnknown(z.looseObject({}));

const MOST_TENANTS = 10_000;

export const tenantBackupFleetSchema = z.strictObject({
  ...common,
  tenants: membersOf(orUnknown(tenantName)),
  baseline: settings,
  overrides: overridesOf(settings),
  exempt,
  maxTenants: count(0, MOST_TENANTS),
  maxWithoutArchiving: count(1, MOST_TENANTS),
});

/** Settings of a tenant without what belongs to the fleet. */
export type FleetSettings = Omit<TenantBackupConfigInputs, "tenantName" | Common>;

/** Checked inputs. */
export type TenantBackupFleetInputs = Omit<
  z.infer<typeof tenantBackupFleetSchema>,
  "tenants" | "baseline" | "overrides"
> & {
  /** Each with a word on where its settings come from. */
  readonly tenants: Readonly<Record<string, string>>;
  readonly baseline: FleetSettings;
  readonly overrides?: Readonly<Record<string, FleetSettings>>;
};

export const FLEET_PROPERTIES = Object.keys(
  tenantBackupFleetSchema.shape,
) as readonly (keyof TenantBackupFleetInputs)[];
