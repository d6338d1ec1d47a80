import * as pulumi from "@pulumi/pulumi";

/**
 * Marks fields of an object as secret whatever the caller did, so that they are encrypted in state. Pulumi remembers secrets
 * by property name, so a value is marked where it stands and not with its whole object. `"tls.key"` is a field of a field.
 */
export function withSecretFields<T extends object>(
  value: pulumi.Input<T> | undefined,
  ...fields: readonly string[]
): pulumi.Input<T> | undefined {
  if (value === undefined) return undefined;
  if (pulumi.Output.isInstance(value) || value instanceof Promise) {
    return pulumi.output(value).apply((object) => object && mark(object as T, fields)) as pulumi.Output<T>;
  }
  return mark(value, fields);
}

/** Marks a storage URI as secret when it carries keys. */
export function secretIfItHasKeys(uri: pulumi.Input<string> | undefined): pulumi.Input<string> | undefined {
  const marked = (text: string): string | pulumi.Output<string> =>
    /access_key=/i.test(text) ? pulumi.secret(text) : text;
  if (uri === undefined) return undefined;
  return typeof uri === "string" ? marked(uri) : (pulumi.output(uri).apply(marked) as pulumi.Output<string>);
}

function mark<T extends object>(object: T, fields: readonly string[]): T {
  const marked = { ...object } as Record<string, unknown>;
  for (const field of fields) {
    const [name = "", ...rest] = field.split(".");
    const value = marked[name];
    if (value === undefined) continue;
    marked[name] =
      rest.length === 0 ? pulumi.secret(value) : withSecretFields(value as pulumi.Input<object>, rest.join("."));
  }
  return marked as T;
}
