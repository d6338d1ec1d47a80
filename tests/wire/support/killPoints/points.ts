import type { Scenario, Scene } from "./scene";

/** Exactly where a run is cut short: at a call, that is the nth of its name, or when its last call has been answered. */
export type Point =
  | { readonly at: "call"; readonly call: string; readonly occurrence: number; readonly when: "before" | "after" }
  | { readonly at: "end" };

/**
 * Between any two calls, and around each of them: before it has been applied, which is also where a run is after the answer to the
 * call before it; after it has been applied and before it is answered, which differs for calls that change something; and at the end.
 */
export function pointsOf(calls: readonly string[], { isWrite }: Pick<Scenario, "isWrite">): Point[] {
  const points = calls.flatMap((call, index): Point[] => {
    const occurrence = calls.slice(0, index + 1).filter((other) => other === call).length;
    const at = { at: "call", call, occurrence } as const;
    return isWrite(call)
      ? [
          { ...at, when: "before" },
          { ...at, when: "after" },
        ]
      : [{ ...at, when: "before" }];
  });
  return [...points, { at: "end" }];
}

export function describePoint(point: Point): string {
  if (point.at === "end") return "after the last answer";
  return `${point.when} ${point.call}, number ${point.occurrence}`;
}

export interface Held {
  /** Settles when the call is there; never at the end. */
  readonly reached: Promise<void>;
  readonly isReached: () => boolean;
  /** Lets the call go on, as soon as another one has come. */
  releaseWithNext(): void;
  release(): void;
}

/** Holds the call of the scene at which a run is to be cut short. */
export function hold({ faults }: Scene, point: Point): Held {
  const seen = new Map<string, number>();
  let isReached = false;
  let isDue = false;
  let reach: () => void = () => undefined;
  let release: () => void = () => undefined;
  const reached = new Promise<void>((resolve) => {
    reach = resolve;
  });
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  faults.decide = (operation) => {
    if (isDue) release();
    if (point.at === "end" || isReached || operation !== point.call) return undefined;
    const occurrence = (seen.get(operation) ?? 0) + 1;
    seen.set(operation, occurrence);
    if (occurrence !== point.occurrence) return undefined;
    const until = (): Promise<void> => {
      isReached = true;
      reach();
      return released;
    };
    return { kind: "hold", when: point.when, until };
  };
  return {
    reached,
    isReached: () => isReached,
    releaseWithNext: () => {
      isDue = true;
    },
    release,
  };
}
