import type * as pulumi from "@pulumi/pulumi";

/** A member of a fleet that is left alone for a while. */
export interface ExemptionArgs {
  /** Why, in words for whoever reads the program later. Not empty. */
  readonly reason: pulumi.Input<string>;
  /**
   * The last day of the exemption, in UTC, such as `"2026-12-31"`. From the next day on the preview fails until the exemption is removed or gets
   * a later date, so that nothing stays exempt because it was forgotten.
   */
  readonly expires: pulumi.Input<string>;
}
