import { reasonFor } from "./obshellNotReproduced";
import type { Outcome } from "./obshellReplay";

/** One line for people who read the output of a test run: how faithful the emulator is, and where it is not. */
export function summaryOf(outcomes: readonly Outcome[]): string {
  const namesByReason = new Map<string, string[]>();
  for (const { name, differences } of outcomes) {
    if (differences.length === 0) continue;
    const reason = reasonFor(name) ?? "unexplained";
    namesByReason.set(reason, [...(namesByReason.get(reason) ?? []), name]);
  }
  const missed = [...namesByReason.values()].flat().length;
  const rest = [...namesByReason].map(([reason, names]) => `${names.join(", ")} (${reason})`);
  const head = `obshell 4.5 recording: ${outcomes.length} exchanges, ${outcomes.length - missed} reproduced, ${missed} not`;
  return rest.length === 0 ? head : `${head}: ${rest.join("; ")}`;
}
