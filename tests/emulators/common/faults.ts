/** What happens to a call instead of, or around, its normal handling. `when: "after"` means that the call took effect first. */
export type FaultEffect =
  | { readonly kind: "reset"; readonly when: "before" | "after" }
  | { readonly kind: "hang"; readonly when: "before" | "after" }
  | { readonly kind: "delay"; readonly ms: number }
  | {
      readonly kind: "reply";
      readonly when: "before" | "after";
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body: string;
    }
  /** Sends the headers of the whole reply and half of its body, and drops the connection. */
  | { readonly kind: "truncate" }
  /** Sends the headers, then the body one byte per `chunkMs`. */
  | { readonly kind: "slow"; readonly chunkMs: number }
  /** Answers 200 with a JSON string of this many bytes. */
  | { readonly kind: "huge"; readonly bytes: number }
  /** Stands still until somebody in the same process lets the call go on. Called when the call is exactly there. */
  | { readonly kind: "hold"; readonly when: "before" | "after"; readonly until: () => Promise<void> };

export interface Fault {
  /** Applies to calls whose operation contains this text; every call if left out. */
  readonly operation?: string;
  /** How many matching calls pass untouched first. Default 0. */
  readonly skip?: number;
  /** How many matching calls are hit after that. Default 1. */
  readonly times?: number;
  readonly effect: FaultEffect;
}

interface ArmedFault {
  readonly fault: Fault;
  skip: number;
  left: number;
}

export class Faults {
  private armed: ArmedFault[] = [];
  /** Asked before what is armed, by tests in the same process that decide call by call. */
  decide: (operation: string) => FaultEffect | undefined = () => undefined;

  add(fault: Fault): void {
    this.armed.push({ fault, skip: fault.skip ?? 0, left: fault.times ?? 1 });
  }

  clear(): void {
    this.armed = [];
  }

  /** The effect for this call, counting it against every armed fault that matches; the first one that is due wins. */
  take(operation: string): FaultEffect | undefined {
    let due = this.decide(operation);
    for (const armed of this.armed) {
      if (armed.fault.operation !== undefined && !operation.includes(armed.fault.operation)) continue;
      if (armed.skip > 0) {
        armed.skip -= 1;
      } else if (armed.left > 0 && due === undefined) {
        armed.left -= 1;
        due = armed.fault.effect;
      }
    }
    return due;
  }
}
