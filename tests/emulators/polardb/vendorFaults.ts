/** Failures that only this vendor's gateway can have. They come after authentication, in the vendor's own form. */
export type VendorFaultEffect =
  /** An error answer. `after` means that the call took effect first, which leaves its client in doubt. */
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
  | { readonly kind: "duplicateCreate" };

export interface VendorFault {
  /** Applies to actions whose name contains this text; every action if left out. */
  readonly operation?: string;
  /** Applies to calls for this cluster only. */
  readonly clusterId?: string;
  /** How many matching calls pass untouched first. Default 0. */
  readonly skip?: number;
  /** How many matching calls are hit after that. Default 1. */
  readonly times?: number;
  readonly effect: VendorFaultEffect;
}

interface ArmedFault {
  readonly fault: VendorFault;
  skip: number;
  left: number;
}

export class VendorFaults {
  private armed: ArmedFault[] = [];

  add(fault: VendorFault): void {
    this.armed.push({ fault, skip: fault.skip ?? 0, left: fault.times ?? 1 });
  }

  clear(): void {
    this.armed = [];
  }

  /** The effect for this call, counted against every armed fault that matches; the first one that is due wins. */
  take(operation: string, clusterId: string | undefined): VendorFaultEffect | undefined {
    let due: VendorFaultEffect | undefined;
    for (const armed of this.armed) {
      const { fault } = armed;
      if (fault.operation !== undefined && !operation.includes(fault.operation)) continue;
      if (fault.clusterId !== undefined && fault.clusterId !== clusterId) continue;
      if (armed.skip > 0) armed.skip -= 1;
      else if (armed.left > 0 && due === undefined) {
        armed.left -= 1;
        due = fault.effect;
      }
    }
    return due;
  }
}
