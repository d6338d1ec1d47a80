import type { AnswerEdits } from "./answerEdits";
import type { StateChange } from "./state";

/** Failures that only this vendor's gateway can have. They come after authentication, in the vendor's own form. */
export type VendorFaultEffect =
  /**
   * An error answer. `after` means that the call took effect first, which leaves its client in doubt. With `status: 200` it
   * is an error that official clients take for a success.
   */
  | {
      readonly kind: "vendorError";
      readonly when: "before" | "after";
      readonly status: number;
      readonly code: string;
      readonly message?: string;
      /** Sent as `x-acs-retry-after`. */
      readonly retryAfterMs?: number;
    }
  /** The HTML page of a proxy that lost its upstream, status 502. */
  | { readonly kind: "badGateway"; readonly when: "before" | "after" }
  /** Every CREATE of the call is carried out twice, as when a load balancer repeats it. */
  | { readonly kind: "duplicateCreate" }
  /** The state is as it is, only the answer tells it in another form, or not all of it. Errors are not edited. */
  | ({ readonly kind: "answer" } & AnswerEdits);

interface FaultTarget {
  /** Applies to actions whose name contains this text; every action if left out. */
  readonly operation?: string;
  /** Applies to calls for this cluster only. */
  readonly clusterId?: string;
  /** How many matching calls pass untouched first. Default 0. */
  readonly skip?: number;
  /** How many matching calls are hit after that. Default 1. */
  readonly times?: number;
}

/** A failure, or a change by somebody else that comes just before the call is carried out, for races that time cannot arrange. */
export type VendorFault = FaultTarget & ({ readonly effect: VendorFaultEffect } | { readonly change: StateChange });

interface ArmedFault {
  readonly fault: VendorFault;
  skip: number;
  left: number;
}

interface DueFaults {
  readonly effect: VendorFaultEffect | undefined;
  readonly changes: readonly StateChange[];
}

export class VendorFaults {
  private armed: ArmedFault[] = [];

  add(fault: VendorFault): void {
    this.armed.push({ fault, skip: fault.skip ?? 0, left: fault.times ?? 1 });
  }

  clear(): void {
    this.armed = [];
  }

  /** What comes over this call, counted against every armed fault that matches: every change, and the first effect that is due. */
  take(operation: string, clusterId: string | undefined): DueFaults {
    let effect: VendorFaultEffect | undefined;
    const changes: StateChange[] = [];
    for (const armed of this.armed) {
      const { fault } = armed;
      if (fault.operation !== undefined && !operation.includes(fault.operation)) continue;
      if (fault.clusterId !== undefined && fault.clusterId !== clusterId) continue;
      if (armed.skip > 0) armed.skip -= 1;
      else if (armed.left > 0 && "change" in fault) {
        armed.left -= 1;
        changes.push(fault.change);
      } else if (armed.left > 0 && effect === undefined && "effect" in fault) {
        armed.left -= 1;
        effect = fault.effect;
      }
    }
    return { effect, changes };
  }
}
