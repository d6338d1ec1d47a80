import { own } from "../core/bag";
import type { ArchiveRound } from "./wire";

/**
 * What a listed round proves. `unknown` is all the rest: obshell does not list stopped, interrupted and suspending rounds,
 * nor tenants that never archived.
 */
export type ArchiveState = "running" | "starting" | "suspended" | "stopping" | "unknown";

const STATES: Readonly<Record<string, ArchiveState>> = {
  DOING: "running",
  PREPARE: "starting",
  BEGINNING: "starting",
  SUSPEND: "suspended",
  STOPPING: "stopping",
};

/** What a round with this status is doing; undefined for a word that we do not know. */
export function stateOfStatus(status: string): ArchiveState | undefined {
  return own(STATES, status);
}

/** A listed round of which we do not know what it does must be neither opened nor taken for stopped. */
export function stateOf(round: ArchiveRound | undefined): ArchiveState {
  return round === undefined ? "unknown" : (stateOfStatus(round.status) ?? "stopping");
}

/** The state that must be restored after something has stopped archiving; undefined where nothing is to restore. */
export function stateToRestore(state: ArchiveState | undefined): "running" | "suspended" | undefined {
  if (state === "suspended") return "suspended";
  return state === "running" || state === "starting" ? "running" : undefined;
}
