import { type Bag, omit, pick, sameJson } from "../core/bag";
import { ProviderError } from "../core/errors";
import type { UtcSchedule } from "./backupPolicy.timeZone";
import type { Target } from "./target";
import type { ObservedBackupPolicy } from "./wire";

/** What most clusters have. Frozen: states are read with it. */
const USUAL: ObservedBackupPolicy = {
  preferredBackupPeriod: ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"],
  backupFrequency: "Normal",
  dataLevel1BackupRetentionPeriod: 7,
  dataLevel1BackupFrequency: "Normal",
  dataLevel1BackupPeriod: ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"],
  dataLevel2BackupRetentionPeriod: 0,
  dataLevel2BackupAnotherRegionRetentionPeriod: 0,
  backupRetentionPolicyOnClusterDeletion: "NONE",
  backupPolicyLevel: "Normal",
  advancedPolicyOption: "disable",
  advancedDataPolicies: [],
};

/** Recorded only where there is something in them. */
const LISTS = ["policyIds", "otherPolicies"];

const FACTS = ["target", "engine", "lastRequestId", "utcSchedule"];

/** What is not as in most clusters, and what the service does not report at all. */
type ShortBackupPolicy = Partial<ObservedBackupPolicy> & {
  /** Names, with spaces between. */
  readonly notReported?: string;
};

/** Outputs of a backup policy that are not its inputs. */
export interface BackupPolicyFindings {
  readonly effective: ObservedBackupPolicy;
  readonly policyIds: Readonly<Record<string, string>>;
  readonly otherPolicies: ObservedBackupPolicy["advancedDataPolicies"];
  readonly target: Target;
  readonly engine?: string;
  readonly lastRequestId?: string;
  readonly utcSchedule?: UtcSchedule;
}

/**
 * The file backend of Pulumi writes all of the state at every step, and its engine takes each value in it apart; so what each of two thousand
 * policies records decides how long a run takes. It is one text, which says what is not as usual.
 */
export const backupPolicyShorthand = {
  write({ effective, effectiveLevel: _level, advancedPolicyOption: _option, ...outputs }: Bag): Bag {
    const lists = Object.entries(pick(outputs, LISTS)).filter(([, list]) => Object.keys(list as object).length > 0);
    const recorded = {
      effective: shortPolicy(effective as ObservedBackupPolicy),
      ...Object.fromEntries(lists),
      ...pick(outputs, FACTS),
    };
    return { ...omit(outputs, [...LISTS, ...FACTS]), recorded: JSON.stringify(recorded) };
  },

  read({ recorded, ...inputs }: Bag): Bag {
    return recorded === undefined ? inputs : { ...inputs, ...backupPolicyFindings(String(recorded)) };
  },
};

export function backupPolicyFindings(recorded: string): BackupPolicyFindings {
  const { effective, ...facts } = parse(recorded);
  return { policyIds: {}, otherPolicies: [], ...facts, effective: wholePolicy(effective) };
}

type Recorded = Omit<BackupPolicyFindings, "effective" | "policyIds" | "otherPolicies"> & {
  readonly effective: ShortBackupPolicy;
};

function parse(recorded: string): Recorded {
  try {
    return JSON.parse(recorded) as Recorded;
  } catch {
    throw new ProviderError({
      kind: "InvalidInput",
      problem: "what the state records of the policy (`recorded`) cannot be read; it has been changed by hand",
      advice:
        "Restore the state, or take the resource out of it with `pulumi state delete` and run `pulumi up`: nothing that is equal is written.",
    });
  }
}

function shortPolicy(observed: ObservedBackupPolicy): ShortBackupPolicy {
  const fields = Object.entries(observed).filter(([name, value]) => value !== undefined && !isUsual(name, value));
  const notReported = Object.keys(USUAL).filter((name) => observed[name as keyof ObservedBackupPolicy] === undefined);
  return { ...Object.fromEntries(fields), ...(notReported.length > 0 && { notReported: notReported.join(" ") }) };
}

function wholePolicy({ notReported = "", ...fields }: ShortBackupPolicy): ObservedBackupPolicy {
  return { ...omit(USUAL as unknown as Bag, notReported.split(" ")), ...fields } as ObservedBackupPolicy;
}

function isUsual(name: string, value: unknown): boolean {
  return Object.hasOwn(USUAL, name) && sameJson(USUAL[name as keyof ObservedBackupPolicy], value);
}
