import type { Faults } from "../emulators/common/faults";

/** A call of an emulator: the nth of its name, before it is carried out, or after that and before it is answered. */
export interface HeldCall {
  readonly call: string;
  readonly occurrence: number;
  readonly when: "before" | "after";
}

export interface Held {
  /** Settles when the call is there. */
  readonly reached: Promise<void>;
  isReached(): boolean;
  /** Lets the call go on. */
  release(): void;
  /** The same as soon as another one has come. */
  releaseWithNext(): void;
  /** Settles when it goes on. */
  readonly released: Promise<void>;
}

/** Lets one call stand still, so that somebody can be killed exactly there. Nothing is held if there is no call. */
export function hold(faults: Faults, at: HeldCall | undefined): Held {
  let seen = 0;
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
    if (operation !== at?.call || ++seen !== at.occurrence) return undefined;
    const until = (): Promise<void> => {
      isReached = true;
      reach();
      return released;
    };
    return { kind: "hold", when: at.when, until };
  };
  return {
    reached,
    isReached: () => isReached,
    release,
    releaseWithNext: () => {
      isDue = true;
    },
    released,
  };
}
