import * as pulumi from "@pulumi/pulumi";
import { secretIfItHasKeys, withSecretFields } from "../../../sdk/secrets";
import { resolved } from "../support/registrations";

const URI = "oss://b/p?host=h";

/** Values of an object, and which of them are secret. */
async function marks(input: pulumi.Input<object> | undefined): Promise<Record<string, unknown>> {
  const object = (
    pulumi.Output.isInstance(input) || input instanceof Promise ? await resolved(pulumi.output(input)) : input
  ) as object;
  const entries = Object.entries(object).map(async ([key, value]): Promise<[string, unknown]> => {
    if (!pulumi.Output.isInstance(value)) return [key, value];
    const inner: unknown = await resolved(value as pulumi.Output<unknown>);
    return [key, (await pulumi.isSecret(value)) ? { secret: inner } : inner];
  });
  return Object.fromEntries(await Promise.all(entries));
}

describe("Fields that are always secret", () => {
  it.each<[string, () => pulumi.Input<Record<string, pulumi.Input<string>>>]>([
    ["a plain object", () => ({ id: "i", key: "k" })],
    ["an object whose field is an output", () => ({ id: "i", key: pulumi.output("k") })],
    ["an object whose field is a promise", () => ({ id: "i", key: Promise.resolve("k") })],
    ["an object whose field is secret already", () => ({ id: "i", key: pulumi.secret("k") })],
  ])("are marked where they stand in %s, and their neighbours stay plain", async (_name, make) => {
    expect(await marks(withSecretFields(make(), "key"))).toEqual({ id: "i", key: { secret: "k" } });
  });

  it("are marked though they are empty", async () => {
    expect(await marks(withSecretFields({ key: "" }, "key"))).toEqual({ key: { secret: "" } });
  });

  it("are not made up where they are missing", async () => {
    expect(withSecretFields({ id: "i" }, "key", "other")).toEqual({ id: "i" });
    expect(withSecretFields(undefined, "key")).toBeUndefined();
  });

  it("are marked in an object of an object", async () => {
    const marked = withSecretFields({ tls: { ca: "CA", key: "K" } }, "tls.key") as { tls: pulumi.Input<object> };
    expect(await marks(marked.tls)).toEqual({ ca: "CA", key: { secret: "K" } });
  });

  it("leave the caller's object as it is", () => {
    const inner = Object.freeze({ key: "K" });
    const object = Object.freeze({ tls: inner, password: "p" });
    expect(withSecretFields(object, "password", "tls.key")).not.toBe(object);
    expect(object).toEqual({ tls: { key: "K" }, password: "p" });
  });

  it.each<[string, () => pulumi.Input<object>]>([
    ["an output", () => pulumi.output({ id: "i", key: "k" })],
    ["a promise", () => Promise.resolve({ id: "i", key: "k" })],
  ])("are secret also when the whole object is %s", async (_name, make) => {
    const marked = withSecretFields(make(), "key");
    expect(await resolved(pulumi.output(marked))).toEqual({ id: "i", key: "k" });
    expect(await pulumi.isSecret(pulumi.output(marked))).toBe(true);
  });

  it("are not made up where an output turns out to hold nothing", async () => {
    const nothing = pulumi.output(undefined) as unknown as pulumi.Output<object>;
    expect(await resolved(pulumi.output(withSecretFields(nothing, "key")))).toBeUndefined();
  });
});

describe("A storage URI", () => {
  it.each<[string, pulumi.Input<string>, boolean]>([
    ["with keys", `${URI}&access_id=i&access_key=k`, true],
    ["with keys in capitals", `${URI}&ACCESS_KEY=k`, true],
    ["with keys, as an output", pulumi.output(`${URI}&access_key=k`), true],
    ["with keys, as a promise", Promise.resolve(`${URI}&access_key=k`), true],
    ["without keys", URI, false],
    ["without keys, as an output", pulumi.output(URI), false],
    ["without keys that the program made secret", pulumi.secret(URI), true],
  ])("%s is secret or not", async (_name, uri, isSecret) => {
    const marked = pulumi.output(secretIfItHasKeys(uri));
    expect(await resolved(marked)).toBe(await resolved(pulumi.output(uri)));
    expect(await pulumi.isSecret(marked)).toBe(isSecret);
  });

  it("that is not there stays away", () => {
    expect(secretIfItHasKeys(undefined)).toBeUndefined();
  });

  it("that turns out not to be there stays away", async () => {
    const nothing = pulumi.output(undefined) as unknown as pulumi.Output<string>;
    expect(await resolved(pulumi.output(secretIfItHasKeys(nothing)))).toBeUndefined();
  });
});
