import type { BackupConfigInputs } from "./backupConfig.schema";
import type { Task } from "./wire";

/** The step of a configuration task that changes settings; the one before it only probes the destinations. */
const SET_STEP = "Set backup config";

const NAMELESS = /^Set archive lag target /;

/** The change that a log line announces, before it is known whether it succeeded. */
interface Change {
  readonly id: number;
  readonly settings: TenantEffects["uncertain"];
  readonly isDrop: boolean;
}

export interface TenantReference {
  readonly id: number;
  readonly name: string;
}

/** What a task's own log shows of one tenant. It is the only durable record of what cannot be read. */
export interface TenantEffects {
  readonly name: string;
  readonly binding?: BackupConfigInputs["binding"];
  readonly pieceSwitchInterval?: string;
  /** Null: the tenant was left without a policy. */
  readonly deletePolicy?: { readonly policy: "default"; readonly recoveryWindow: string } | null;
  /** Recovery window of the policy that made room for a new one; absent where there was none. */
  readonly droppedPolicy?: string;
  /** True where the policy is uncertain because nobody knows whether the database has carried a statement out. */
  readonly isPolicyCutShort?: boolean;
  readonly archiveSet: boolean;
  readonly dataSet: boolean;
  /** Settings that were being changed when the task failed: nobody knows which value they have. */
  readonly uncertain: readonly ("binding" | "pieceSwitchInterval" | "deletePolicy")[];
}

/** Which tenants a failed task has dealt with. */
export interface TaskOutcome {
  /** Everything was set. */
  readonly done: readonly string[];
  /** The tenant at which the task failed. */
  readonly failed: readonly string[];
  /** Some settings were set, others were not reached. */
  readonly partly: readonly string[];
  readonly untouched: readonly string[];
}

/** Tenants whose log archiving a task switched off. */
export function closedTenants(task: Task): TenantReference[] {
  const found = new Map<number, TenantReference>();
  for (const line of task.nodes.flatMap((node) => node.logs)) {
    const match = /^Close archive log for (.+)\((\d+)\)$/.exec(line);
    if (match) found.set(Number(match[2]), { id: Number(match[2]), name: match[1] as string });
  }
  return [...found.values()];
}

/** Server time from which on a task kept archiving off: the stop is the first thing that its second step does. */
export function closedAt(task: Task): number | undefined {
  const time = Date.parse(task.nodes.find(({ name }) => name === SET_STEP)?.startTime ?? "");
  return Number.isNaN(time) ? undefined : time;
}

/** What a task has changed, by tenant id; retries of a step follow each other in its log, and the last one counts. */
export function effectsOf(task: Task): ReadonlyMap<number, TenantEffects> {
  const effects = new Map<number, TenantEffects>();
  let binding: BackupConfigInputs["binding"];
  let pieceSwitchInterval: string | undefined;
  let last: Change | undefined;
  const set = (
    [, name = "", id = ""]: readonly string[],
    changes: Partial<TenantEffects>,
    settings: TenantEffects["uncertain"] = [],
    isDrop = false,
  ): void => {
    const before = effects.get(Number(id)) ?? { name, archiveSet: false, dataSet: false, uncertain: [] };
    const uncertain = before.uncertain.filter((setting) => !settings.includes(setting));
    effects.set(Number(id), { ...before, ...changes, uncertain });
    last = { id: Number(id), settings, isDrop };
  };
  for (const line of linesOf(task)) {
    // Each round of setting destinations begins with closing lines; what is not named after them is reset to its default.
    if (/^(Close archive log|Archive log has been closed|Wait for) /.test(line)) {
      binding = undefined;
      pieceSwitchInterval = undefined;
      continue;
    }
    const to = (pattern: RegExp): readonly string[] | null => pattern.exec(line);
    const bound = to(/^Set log archive dest binding to (\w+)$/);
    if (bound) binding = bound[1]?.toLowerCase() === "mandatory" ? "mandatory" : "optional";
    const interval = to(/^Set log archive dest piece switch interval to (\w+)$/);
    if (interval) pieceSwitchInterval = interval[1]?.toLowerCase();
    const archive = to(/^Set log archive dest for (.+)\((\d+)\)$/);
    if (archive) {
      const values = { binding: binding ?? "optional", pieceSwitchInterval: pieceSwitchInterval ?? "1d" } as const;
      set(archive, { ...values, archiveSet: true }, ["binding", "pieceSwitchInterval"]);
    }
    const data = to(/^Set data backup dest for (.+)\((\d+)\)$/);
    if (data) set(data, { dataSet: true });
    const dropped = /^Drop delete policy \{\d+ \S+ (\S*)\} for (.+)\((\d+)\)$/.exec(line);
    if (dropped) {
      const change = { deletePolicy: null, droppedPolicy: dropped[1] };
      set(["", dropped[2] ?? "", dropped[3] ?? ""], change, ["deletePolicy"], true);
    }
    const policy = /^Set delete policy to \{\S+ (\S*)\} for (.+)\((\d+)\)$/.exec(line);
    if (policy) {
      const deletePolicy = { policy: "default", recoveryWindow: policy[1] ?? "" } as const;
      set(["", policy[2] ?? "", policy[3] ?? ""], { deletePolicy }, ["deletePolicy"]);
    }
    const other = to(/^Set (?:log archive concurrency to '\d+'|ha low thread score) for (.+)\((\d+)\)/);
    if (other) set(other, {});
    // This step does not name its tenants.
    if (NAMELESS.test(line)) last = undefined;
    if (isFailure(line) && last) {
      effects.set(last.id, afterFailure(effects.get(last.id) as TenantEffects, last, isRefusal(line)));
    }
  }
  return effects;
}

/** Which tenants a failed task has dealt with, given what it was to set for each of them. */
export function outcomeOf(
  task: Task,
  tenants: readonly TenantReference[],
  wanted: { readonly archive: boolean; readonly data: boolean; readonly policy: boolean },
): TaskOutcome {
  const effects = effectsOf(task);
  const failedId = failingTenant(task);
  const outcome = { done: [] as string[], failed: [] as string[], partly: [] as string[], untouched: [] as string[] };
  for (const { id, name } of tenants) {
    const seen = effects.get(id);
    const isDone =
      seen !== undefined &&
      (!wanted.archive || seen.archiveSet) &&
      (!wanted.data || seen.dataSet) &&
      (!wanted.policy || (seen.deletePolicy !== undefined && seen.deletePolicy !== null));
    const list = id === failedId ? outcome.failed : isDone ? outcome.done : seen ? outcome.partly : outcome.untouched;
    list.push(name);
  }
  return outcome;
}

/** Sentences about the clean-up policies that a failed task has lost, or may have. */
export function lostPolicies(task: Task): string[] {
  return [...effectsOf(task).values()].flatMap(({ name, deletePolicy, droppedPolicy, uncertain, isPolicyCutShort }) => {
    if (uncertain.includes("deletePolicy")) {
      return isPolicyCutShort
        ? [`Nobody knows which clean-up policy ${name} has now, if any: the task was cut short while it set one.`]
        : [`The clean-up policy of ${name} was not replaced.`];
    }
    if (deletePolicy !== null) return [];
    return droppedPolicy === undefined
      ? [`${name} has no clean-up policy: there was none before, and the new one was not added.`]
      : [`${name} has no clean-up policy now: obshell dropped that of ${droppedPolicy} before it added the new one.`];
  });
}

function afterFailure(effects: TenantEffects, { settings, isDrop }: Change, isRefused: boolean): TenantEffects {
  const isPolicy = settings.includes("deletePolicy");
  // What was refused while it was added is certainly not there; the one before it was dropped, or there was none.
  if (isPolicy && !isDrop && isRefused) return { ...effects, deletePolicy: null };
  return {
    ...effects,
    archiveSet: effects.archiveSet && !settings.includes("binding"),
    dataSet: effects.dataSet && settings.length > 0,
    deletePolicy: isPolicy ? undefined : effects.deletePolicy,
    ...(isPolicy ? { isPolicyCutShort: !isRefused } : {}),
    uncertain: [...effects.uncertain, ...settings],
  };
}

function failingTenant(task: Task): number | undefined {
  const lines = linesOf(task);
  const failure = lines.findLastIndex(isFailure);
  for (let index = failure - 1; index >= 0; index--) {
    if (NAMELESS.test(lines[index] ?? "")) return undefined;
    const match = /\((\d+)\)/.exec(lines[index] ?? "");
    if (match) return Number(match[1]);
  }
  return undefined;
}

function isFailure(line: string): boolean {
  return /^ERROR: /.test(line) || /timeout$/.test(line) || line === "sub task cancelled";
}

/** The database's own word, by its number: a timeout, a broken connection and a cancelled task leave open what it has done. */
function isRefusal(line: string): boolean {
  return /^ERROR: .*\bError \d+\b/.test(line) && !/timeout/i.test(line);
}

function linesOf(task: Task): readonly string[] {
  return task.nodes.filter(({ name }) => name === SET_STEP).flatMap(({ logs }) => logs);
}
