import { type Bag, omit, pick, sameJson } from "../core/bag";
import { ProviderError } from "../core/errors";
import type { Shorthand } from "../core/lifecycle";
import type { UtcSchedule } from "./backupPolicy.timeZone";
import type { ObservedLogBackupPolicy } from "./logWire";
import type { Target } from "./target";
import type { ObservedBackupPolicy } from "./wire";

/** What is recorded of a policy besides its inputs. */
export interface PolicyFindings<Observed> {
  readonly effective: Observed;
  readonly policyIds: Readonly<Record<string, string>>;
  readonly target: Target;
  readonly engine?: string;
  readonly lastRequestId?: string;
}

export interface BackupPolicyFindings extends PolicyFindings<ObservedBackupPolicy> {
  readonly otherPolicies: ObservedBackupPolicy["advancedDataPolicies"];
  readonly utcSchedule?: UtcSchedule;
}

interface PolicyShorthand<Findings> extends Shorthand {
  findings(recorded: string): Findings;
}

/** Recorded only where there is something in them. */
type Lists = Readonly<Record<string, object>>;

const FACTS = ["target", "engine", "lastRequestId", "utcSchedule"];

/** What the live policy tells anyway. */
const TOLD = ["effectiveLevel", "advancedPolicyOption"];

/**
 * The file backend of Pulumi writes all of the state at every step, and its engine takes each value in it apart; so what each of two thousand
 * policies records decides how long a run takes. It is one text, which tells of the live policy what is not as usual.
 */
function policyShorthand<Findings extends PolicyFindings<object>>(
  usual: Findings["effective"],
  lists: Lists,
): PolicyShorthand<Findings> {
  const names = Object.keys(lists);

  const findings = (recorded: string): Findings => {
    const { effective, ...facts } = parse(recorded);
    return { ...lists, ...facts, effective: whole(effective as Bag, usual as Bag) } as unknown as Findings;
  };

  return {
    findings,

    write({ effective, ...outputs }) {
      const filled = Object.entries(pick(outputs, names)).filter(([, list]) => Object.keys(list as object).length > 0);
      const recorded = {
        effective: short(effective as Bag, usual as Bag),
        ...Object.fromEntries(filled),
        ...pick(outputs, FACTS),
      };
      return { ...omit(outputs, [...names, ...FACTS, ...TOLD]), recorded: JSON.stringify(recorded) };
    },

    read({ recorded, ...inputs }) {
      return recorded === undefined ? inputs : { ...inputs, ...findings(String(recorded)) };
    },
  };
}

/** What is not as usual, and under `notReported`, with spaces between, the names of what the service does not report at all. */
function short(observed: Bag, usual: Bag): Bag {
  const fields = Object.keys(observed).filter((name) => !sameJson(observed[name], usual[name]));
  const notReported = Object.keys(usual).filter((name) => observed[name] === undefined);
  return { ...pick(observed, fields), ...(notReported.length > 0 && { notReported: notReported.join(" ") }) };
}

function whole({ notReported = "", ...fields }: Bag, usual: Bag): Bag {
  return { ...omit(usual, String(notReported).split(" ")), ...fields };
}

function parse(recorded: string): Bag {
  try {
    return JSON.parse(recorded) as Bag;
  } catch {
    throw new ProviderError({
      kind: "InvalidInput",
      problem: "what the state records of the policy (`recorded`) cannot be read; it has been changed by hand",
      advice:
        "Restore the state, or take the resource out of it with `pulumi state delete` and run `pulumi up`: nothing that is equal is written.",
    });
  }
}

/** With what most clusters have. Frozen: states are read with it. */
export const backupPolicyShorthand = policyShorthand<BackupPolicyFindings>(
  {
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
  },
  { policyIds: {}, otherPolicies: [] },
);

/** The same of log backups. Frozen too. */
export const logBackupPolicyShorthand = policyShorthand<PolicyFindings<ObservedLogBackupPolicy>>(
  {
    logBackupRetentionPeriod: 7,
    logBackupAnotherRegionRetentionPeriod: 0,
    enableBackupLog: true,
    advancedLogPolicies: [],
  },
  { policyIds: {} },
);
