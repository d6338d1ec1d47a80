import * as pulumi from "@pulumi/pulumi";
import { providerText } from "./providerText";

/** Where the value of an output comes from: from the program, from the provider, or, in the class itself, from another output. */
type Kind = "declared" | "computed" | "derived";

/** Every output of a class. */
export type OutputKinds<Resource extends pulumi.CustomResource> = Readonly<
  Record<Exclude<keyof Resource, keyof pulumi.CustomResource>, Kind>
>;

type Kinds = Readonly<Record<string, Kind>>;

const NOTHING = pulumi.output(undefined);

/**
 * What a class hands to Pulumi, which makes an output of each key, and traces its stack four times for that: for thirty keys of some hundred
 * resources it takes longer than all else. So only what can have a value becomes a key; {@link fillIn} does the rest.
 */
export function propertiesOf(
  type: string,
  kinds: Kinds,
  args: object,
  { id, urn, ignoreChanges, transforms }: pulumi.CustomResourceOptions = {},
): pulumi.Inputs {
  // With these the engine knows values that the program does not declare.
  const isOfEngine = [id, urn, ignoreChanges, transforms].some((option) => option !== undefined);
  const given = Object.entries(args).filter(([, value]) => value !== undefined);
  const keys = Object.keys(kinds).filter(
    (key) => kinds[key] === "computed" || (isOfEngine && kinds[key] === "declared"),
  );
  return {
    ...Object.fromEntries(keys.map((key) => [key, undefined])),
    ...Object.fromEntries(given),
    __provider: providerText(type),
  };
}

/** Gives a resource the outputs that its program has left out: they are there, and hold nothing. */
export function fillIn(resource: pulumi.CustomResource, kinds: Kinds): void {
  const leftOut = Object.keys(kinds).filter((key) => kinds[key] === "declared" && !Object.hasOwn(resource, key));
  Object.assign(resource, Object.fromEntries(leftOut.map((key) => [key, NOTHING])));
}
