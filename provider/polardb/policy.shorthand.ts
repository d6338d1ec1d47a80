import { type Bag, omit, pick, sameJson } from "../core/bag";
import { ProviderError } from "../core/errors";
import type { Shorthand } from "../core/lifecycle";
import type { UtcSchedule } from "./backupPolicy.timeZone";
import type { ObservedLogBackupPolicy } from "./logWire";
import { WEEKDAYS } from "./schedule";
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
  usual: (policy: Partial<Findings["effective"]>) => Findings["effective"],
  lists: Lists,
): PolicyShorthand<Findings> {
  const names = Object.keys(lists);

  const findings = (recorded: string): Findings => {
    const { effective = {}, ...facts } = parseRecord(recorded);
    return { ...lists, ...facts, effective: whole(effective, usual(effective) as Bag) } as unknown as Findings;
  };

  return {
    findings,

    write({ effective, ...outputs }) {
      const filled = Object.entries(pick(outputs, names)).filter(([, list]) => Object.keys(list as object).length > 0);
      const recorded = {
        effective: short(effective as Bag, usual(effective as Findings["effective"]) as Bag),
        ...Object.fromEntries(filled),
        ...pick(outputs, FACTS),
      };
      return { ...omit(outputs, [...names, ...FACTS, ...TOLD]), recorded: otherQuotes(JSON.stringify(recorded)) };
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

export function parseRecord(recorded: string): { readonly effective?: Bag } {
  try {
    return JSON.parse(otherQuotes(recorded)) as Bag;
  } catch {
    throw new ProviderError({
      kind: "InvalidInput",
      problem: "what the state records of the policy (`recorded`) cannot be read; it has been changed by hand",
      advice:
        "Restore the state, or take the resource out of it with `pulumi state delete` and run `pulumi up`: nothing that is equal is written.",
    });
  }
}

/** Double quotes are escaped in a state, which is JSON itself; so single ones stand for them, and the other way round. */
function otherQuotes(text: string): string {
  return text.replace(/["']/g, (quote) => (quote === '"' ? "'" : '"'));
}

/** With what most clusters have. Frozen: states are read with it. A schedule that is told under two names is usually the same. */
export const backupPolicyShorthand = policyShorthand<BackupPolicyFindings>(
  ({ preferredBackupTime, preferredBackupPeriod = [...WEEKDAYS], backupFrequency = "Normal" }) => ({
    preferredBackupPeriod: [...WEEKDAYS],
    backupFrequency: "Normal",
    dataLevel1BackupRetentionPeriod: 7,
    dataLevel1BackupTime: preferredBackupTime,
    dataLevel1BackupPeriod: preferredBackupPeriod,
    dataLevel1BackupFrequency: backupFrequency,
    dataLevel2BackupRetentionPeriod: 0,
    dataLevel2BackupAnotherRegionRetentionPeriod: 0,
    backupRetentionPolicyOnClusterDeletion: "NONE",
    backupPolicyLevel: "Normal",
    advancedPolicyOption: "disable",
    advancedDataPolicies: [],
  }),
  { policyIds: {}, otherPolicies: [] },
);

/** The same of log backups. Frozen too. */
export const logBackupPolicyShorthand = policyShorthand<PolicyFindings<ObservedLogBackupPolicy>>(
  () => ({
    logBackupRetentionPeriod: 7,
    logBackupAnotherRegionRetentionPeriod: 0,
    enableBackupLog: true,
    advancedLogPolicies: [],
  }),
  { policyIds: {} },
);
