import type * as pulumi from "@pulumi/pulumi";

/**
 * Every output of a class, without a value. Pulumi makes an output of each key that a resource is given, and of no other: one that a
 * program leaves out would be `undefined` instead of an output that holds nothing.
 */
export type NoOutputs<Resource extends pulumi.CustomResource> = Readonly<
  Record<Exclude<keyof Resource, keyof pulumi.CustomResource>, undefined>
>;
