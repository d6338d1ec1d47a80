import type { HeldCall } from "../../../support/hold";
import type { Scenario } from "./scene";

/** Exactly where a run is cut short: at a call, or when its last call has been answered. */
export type Point = ({ readonly at: "call" } & HeldCall) | { readonly at: "end" };

/**
 * Between any two calls, and around each of them: before it has been applied, which is also where a run is after the answer to the
 * call before it; after it has been applied and before it is answered, which differs for calls that change something; and at the end.
 */
export function pointsOf(calls: readonly string[], { isWrite }: Pick<Scenario, "isWrite">): Point[] {
  const points = calls.flatMap((call, index): Point[] => {
    const occurrence = calls.slice(0, index + 1).filter((other) => other === call).length;
    const at = { at: "call", call, occurrence } as const;
    const before = { ...at, when: "before" } as const;
    return isWrite(call) ? [before, { ...at, when: "after" }] : [before];
  });
  return [...points, { at: "end" }];
}

/** Every call of a run, each told from the others. */
export function placesOf(calls: readonly string[]): string[] {
  return [...new Set(pointsOf(calls, { isWrite: () => false }).flatMap((point) => placeOf(point) ?? []))];
}

/** The call of a point as `placesOf` names it. */
export function placeOf(point: Point): string | undefined {
  return point.at === "end" ? undefined : `${point.call}, number ${point.occurrence}`;
}

export function describePoint(point: Point): string {
  return point.at === "end" ? "after the last answer" : `${point.when} ${placeOf(point)}`;
}
