import type { Clock } from "../common/clock";
import type { HttpServerOptions } from "../common/httpServer";
import type { AdvancedPolicyOption, DataPolicy, LogPolicy } from "./settings";
import type { Knobs, Switches } from "./switches";

export type Engine = "MySQL" | "PostgreSQL" | "Oracle";
export type Edition = "Enterprise" | "Standard";
export type StorageClass = "PSL5" | "PSL4" | "ESSD";
export type DeniedCode = "Forbidden.RAM" | "NoPermission";

export interface PolardbOptions {
  /** 0 (the default) takes any free port. */
  readonly port?: number;
  /** The real clock unless told otherwise. Signature windows, token expiry, delays and throttling all follow it. */
  readonly clock?: Clock;
  readonly accessKeys: readonly AccessKeyOptions[];
  readonly clusters: readonly ClusterOptions[];
  readonly switches?: Partial<Switches>;
  readonly knobs?: Partial<Knobs>;
  /** Added to every answer, in milliseconds of `clock`. */
  readonly latencyMs?: number;
  /** The knob of the same name. Calls beyond it are answered with `Throttling.User`. */
  readonly ratePerSecond?: number;
  readonly tls?: HttpServerOptions["tls"];
}

export interface AccessKeyOptions {
  readonly accessKeyId: string;
  readonly accessKeySecret: string;
  /** Makes the key a temporary one, as STS hands them out. */
  readonly securityToken?: string;
  /** End of the token's life, in milliseconds since the epoch on the emulator's clock. Never, if left out. */
  readonly expiresAt?: number;
  /** Actions that RAM grants, `["Describe*"]` for a read-only user. All, if left out. */
  readonly allowedActions?: readonly string[];
  /** Code of a refusal by RAM. Default `Forbidden.RAM`. */
  readonly deniedCode?: DeniedCode;
  /** Default true. */
  readonly active?: boolean;
}

export interface ClusterOptions {
  /** `pc-` and letters, digits, dashes. Unique over all regions: the central endpoint tells clusters apart by id alone. */
  readonly id: string;
  readonly engine: Engine;
  readonly region: string;
  /** The name that people give a cluster. Default: its id, as the service has it. */
  readonly description?: string;
  /** Default: none. */
  readonly tags?: Readonly<Record<string, string>>;
  /** Default Enterprise. */
  readonly edition?: Edition;
  /** Default PSL5. ESSD clusters have no level-2 backup. */
  readonly storageClass?: StorageClass;
  /** Default: true for MySQL in the regions where the vendor offers cross-region backup. */
  readonly crossRegionCapable?: boolean;
  /** Default: the other such regions for a capable Enterprise cluster on PSL storage, none for all others. */
  readonly availableCrossRegions?: readonly string[];
  /** Default `disable` (off but available) for MySQL. `enable` starts the cluster in Advanced mode. */
  readonly advancedPolicyOption?: AdvancedPolicyOption;
  /** Default Running. */
  readonly status?: string;
  /** Laid over the defaults of a fresh cluster. */
  readonly policy?: Partial<DataPolicy>;
  readonly logPolicy?: Partial<LogPolicy>;
}
