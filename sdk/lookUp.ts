import * as pulumi from "@pulumi/pulumi";

type Door = typeof import("../provider/lookups");
type Name = Parameters<Door["lookUp"]>[0];
type Caller = Parameters<Door["lookUp"]>[2];

/**
 * Looks something up from a program, with arguments that may be inputs at any depth. The result is unknown while one of them is,
 * and secret when one of them is; but of the argument `connection` nothing is in a result, so its secrets make no secret of it.
 */
export function lookUp<T>(name: Name, args: object, connection: string): pulumi.Output<T> {
  const inputs = Object.entries(args).map(([argument, value]) => {
    const input = pulumi.output<unknown>(value);
    return [argument, argument === connection ? pulumi.unsecret(input) : input] as const;
  });
  const known = pulumi.all(inputs.map(([, input]) => input));
  const found = known.apply(async (values) => {
    const areSecret = await Promise.all(inputs.map(([, input]) => pulumi.isSecret(input)));
    const request = Object.fromEntries(inputs.map(([argument], index) => [argument, values[index]]));
    const secrets = values.filter((_value, index) => areSecret[index]).flatMap(textsIn);
    // Only here: a program that looks nothing up loads neither an HTTP nor a schema library.
    const door = require("../provider/lookups") as Door;
    return door.lookUp(name, request, { configuration: configurationOf(name), secrets, failure });
  });
  return found as pulumi.Output<unknown> as pulumi.Output<T>;
}

/** Stack configuration has no explicit provider, whatever stands in it. */
function configurationOf(name: Name): Caller["configuration"] {
  const [vendor = ""] = name.split(".");
  return {
    get: (key) =>
      key === `${vendor}:explicitProvider` ? undefined : new pulumi.Config(vendor).get(key.slice(vendor.length + 1)),
  };
}

const failure = (message: string): Error => new pulumi.RunError(message);

/** Names of members too: the keys of a secret map are as secret as its values. */
function textsIn(value: unknown): string[] {
  if (typeof value !== "object" || value === null) return value === undefined || value === null ? [] : [String(value)];
  const names = Array.isArray(value) ? [] : Object.keys(value);
  return [...names, ...Object.values(value).flatMap(textsIn)];
}
