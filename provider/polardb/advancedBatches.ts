import type { AdvancedAction } from "./advancedRules";
import { canonicalQuery } from "./signer";

/**
 * Longest query string of one call. The rules travel in the query, and a proxy or load balancer refuses a request line that does
 * not fit its buffer with 414; the smallest usual ones hold 8 KB (nginx and Tengine 8,192 bytes, Apache 8,190). The rest is
 * for method, version and an absolute address, which a proxy gets.
 */
export const MAX_QUERY_BYTES = 6_000;

/** Stands for the longest cluster id in the estimate. */
const CLUSTER_ID = "pc-".padEnd(64, "x");

export function rulesParameter(actions: readonly AdvancedAction[]): string {
  return JSON.stringify(actions.map(({ wire }) => wire));
}

/**
 * Cuts the actions, in their order, into as few lists as fit into one call each, the first one beside the other parameters of
 * its call. An action that is too long by itself is sent alone: it cannot be divided.
 */
export function batchesOf(
  parameter: string,
  actions: readonly AdvancedAction[],
  beside: Readonly<Record<string, string>>,
): AdvancedAction[][] {
  const batches: AdvancedAction[][] = [];
  for (const action of actions) {
    const last = batches.at(-1);
    const others = batches.length > 1 ? {} : beside;
    if (last && fits({ ...others, [parameter]: rulesParameter([...last, action]) })) last.push(action);
    else batches.push([action]);
  }
  return batches;
}

function fits(parameters: Readonly<Record<string, string>>): boolean {
  return canonicalQuery({ DBClusterId: CLUSTER_ID, ...parameters }).length <= MAX_QUERY_BYTES;
}
