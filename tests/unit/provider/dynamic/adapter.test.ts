import type { Bag } from "../../../../provider/core/bag";
import { ProviderError } from "../../../../provider/core/errors";
import { type AnyHandler, type CallContext, PartialFailure } from "../../../../provider/core/lifecycle";
import { UNKNOWN } from "../../../../provider/core/unknowns";
import { type DynamicProvider, dynamicProvider } from "../../../../provider/dynamic/adapter";
import { type TestRuntime, testRuntime } from "../../support/context";

const TEXT = 'exports.handler=()=>require("pulumi-backup-policies/provider").v1("Shelf")';

const OK = { inputs: {}, violations: [] };

const NONE = { impacts: [], released: [] };

/** A small but complete handler: a shelf with a size and a secret label. Tests replace single calls. */
function shelf(calls: Partial<AnyHandler> = {}): AnyHandler {
  return {
    object: "shelf",
    identity: (bag) => (typeof bag.name === "string" ? bag.name : undefined),
    isSecret: (path) => path[0] === "label",
    secrets: (bag) => (typeof bag.label === "string" ? [bag.label] : []),
    check: (news) => ({ inputs: news, violations: [] }),
    diff: () => ({ replaces: [], nothingToDo: false, announcements: [], findings: NONE }),
    create: async (inputs) => ({ id: "shelf-1", outputs: inputs }),
    read: async (_id, recorded) => ({ inputs: recorded, outputs: recorded, drift: [] }),
    update: async (_id, _recorded, inputs) => inputs,
    delete: async () => undefined,
    ...calls,
  };
}

function provide(calls: Partial<AnyHandler> = {}): { provider: DynamicProvider; runtime: TestRuntime } {
  const runtime = testRuntime();
  return { provider: dynamicProvider(() => shelf(calls), runtime), runtime };
}

type Operation = "check" | "diff" | "create" | "read" | "update" | "delete";

const BAG: Bag = { name: "s1", label: "LABELSECRET", __provider: TEXT };

/** Makes one call of Pulumi's protocol. */
function run(provider: DynamicProvider, operation: Operation, bag: Bag = BAG): Promise<unknown> {
  switch (operation) {
    case "check":
    case "create":
      return operation === "check" ? provider.check({}, bag) : provider.create(bag);
    case "read":
    case "delete":
      return provider[operation]("shelf-1", bag);
    case "diff":
    case "update":
      return provider[operation]("shelf-1", bag, bag);
  }
}

/** A handler whose every call throws this, at once or as a rejection. */
function throwing(thrown: () => unknown): Partial<AnyHandler> {
  const now = (): never => {
    throw thrown();
  };
  const later = async (): Promise<never> => now();
  return { check: now, diff: now, create: later, read: later, update: later, delete: later };
}

async function errorOf(promise: Promise<unknown>): Promise<Error & Record<string, unknown>> {
  let thrown: unknown = "nothing was thrown";
  await promise.catch((error: unknown) => {
    thrown = error;
  });
  expect(thrown).toBeInstanceOf(Error);
  return thrown as Error & Record<string, unknown>;
}

const OPERATIONS: readonly Operation[] = ["check", "diff", "create", "read", "update", "delete"];

describe("Whatever a handler throws", () => {
  const anything: [string, () => unknown, string][] = [
    ["null", () => null, "null"],
    ["undefined", () => undefined, "undefined"],
    ["a text", () => "only text", "only text"],
    ["an empty text", () => "", "unknown error"],
    ["a number", () => 5, "5"],
    ["an object", () => ({ code: 5 }), "[object Object]"],
    ["an error with a numeric code", () => Object.assign(new Error("not found"), { code: 5 }), "not found"],
    ["an error with code 0", () => Object.assign(new Error("zero"), { code: 0 }), "zero"],
    ["an error with an empty message", () => new Error(""), "Error"],
    ["an error with a cause", () => new Error("outer", { cause: { code: 404 } }), "outer"],
    [
      "an error that looks like a partial failure and is none",
      () => Object.assign(new Error("fake"), { id: "x", properties: { a: undefined }, reasons: ["r"] }),
      "fake",
    ],
    [
      "a ProviderError",
      () => new ProviderError({ kind: "Forbidden", problem: "no right", cause: { code: 403 }, httpStatus: 403 }),
      "no right [Forbidden, HTTP 403].",
    ],
  ];

  it.each(OPERATIONS.flatMap((operation) => anything.map((row) => [operation, ...row] as const)))(
    "in %s, %s leaves as a plain Error with its text and nothing else",
    async (operation, _name, thrown, message) => {
      const { provider } = provide(throwing(thrown));
      const error = await errorOf(run(provider, operation));
      expect(Object.getPrototypeOf(error)).toBe(Error.prototype);
      expect(error.message.endsWith(message)).toBe(true);
      expect(Object.getOwnPropertyNames(error).sort()).toEqual(["message", "stack"]);
      expect(error.cause).toBeUndefined();
    },
  );

  it.each<[Operation, string]>([
    ["check", "checking"],
    ["diff", "previewing"],
    ["create", "creating"],
    ["read", "reading"],
    ["update", "updating"],
    ["delete", "deleting"],
  ])("a ProviderError in %s says that it was %s the object, and which", async (operation, doing) => {
    const { provider } = provide(throwing(() => new ProviderError({ kind: "Forbidden", problem: "no right" })));
    const error = await errorOf(run(provider, operation));
    expect(error.message).toBe(`${doing} shelf (s1): no right [Forbidden].`);
    expect(error.stack).toBe("");
  });

  it("leaves the name out of the message when the bags do not have it", async () => {
    const { provider } = provide(throwing(() => new ProviderError({ kind: "Forbidden", problem: "no right" })));
    expect((await errorOf(provider.create({ __provider: TEXT }))).message).toBe(
      "creating shelf: no right [Forbidden].",
    );
  });

  it("a bug keeps its stack, so that it looks like a bug", async () => {
    const { provider } = provide({
      create: async () => {
        const nothing: unknown = undefined;
        return (nothing as { id: () => never }).id();
      },
    });
    const error = await errorOf(provider.create(BAG));
    expect(error.message).toContain("Cannot read properties of undefined");
    expect(error.stack).toContain("adapter.test.ts");
  });
});

describe("A change that failed half-way", () => {
  const failing = (outputs: object): Partial<AnyHandler> =>
    throwing(
      () => new PartialFailure("shelf-7", outputs, new ProviderError({ kind: "TaskFailed", problem: "it broke" })),
    );

  it.each<[Operation, string]>([
    ["create", "creating"],
    ["update", "updating"],
  ])(
    "in %s carries id, properties with the provider text, and the one message as its reasons",
    async (operation, doing) => {
      const { provider } = provide(failing({ name: "s1", size: 3, gone: undefined, at: new Date(0) }));
      const error = await errorOf(run(provider, operation));
      const message = `${doing} shelf (shelf-7): it broke [TaskFailed].`;
      expect(error.message).toBe(message);
      expect(error.reasons).toEqual([message]);
      expect(error.id).toBe("shelf-7");
      expect(error.properties).toEqual({ name: "s1", size: 3, at: "1970-01-01T00:00:00.000Z", __provider: TEXT });
      expect(Object.keys(error.properties as object)).not.toContain("gone");
      expect(error.stack).toBe("");
      expect(error.cause).toBeUndefined();
    },
  );

  it("takes the provider text of the new inputs, and that of the records where there are none", async () => {
    const { provider } = provide(failing({}));
    const updated = await errorOf(provider.update("shelf-7", { __provider: "old" }, { __provider: "new" }));
    expect(updated.properties).toEqual({ __provider: "new" });
    const unknownText = await errorOf(provider.update("shelf-7", { __provider: "old" }, {}));
    expect(unknownText.properties).toEqual({ __provider: "old" });
  });

  it("keeps a provider text in its properties even if the outputs claim another", async () => {
    const { provider } = provide(failing({ __provider: "something else" }));
    expect((await errorOf(provider.create(BAG))).properties).toEqual({ __provider: TEXT });
  });
});

describe("What a handler is given", () => {
  it("is never the provider text, and never null", async () => {
    const seen: Bag[] = [];
    const note = (...bags: Bag[]): void => {
      seen.push(...bags);
    };
    const { provider } = provide({
      check: (news, olds) => {
        note(news, olds);
        return OK;
      },
      diff: (olds, news) => {
        note({ ...news }, without(olds));
        return { replaces: [], nothingToDo: false, announcements: [], findings: NONE };
      },
      create: async (inputs) => {
        note({ ...inputs });
        return { id: "x", outputs: {} };
      },
      read: async (_id, recorded) => {
        note(recorded);
        return undefined;
      },
      update: async (_id, recorded, inputs) => {
        note(recorded, { ...inputs });
        return {};
      },
      delete: async (_id, recorded) => note(recorded),
    });
    const bag = { name: "s1", size: null, deep: { a: null, b: 0 }, __provider: TEXT };
    for (const operation of OPERATIONS) await run(provider, operation, bag);
    await provider.check({ name: "s1", deep: { b: 0, a: null } }, bag);
    expect(seen).toHaveLength(11);
    for (const given of seen) {
      if (Object.keys(given).length > 0) expect(given).toEqual({ name: "s1", deep: { b: 0 } });
    }
  });

  it("is the configuration that the process got last", async () => {
    const seen: unknown[] = [];
    const { provider } = provide({
      read: async (_id, _recorded, context) => {
        seen.push(context.configuration.get("shelf:size"));
        return undefined;
      },
    });
    await provider.read("x", {});
    await provider.configure({ config: { get: () => "large" } });
    await provider.read("x", {});
    expect(seen).toEqual([undefined, "large"]);
  });
});

function without(bag: Bag): Bag {
  const { __provider: _text, ...rest } = bag;
  return rest;
}

describe("Configuring", () => {
  it("never fails and never loads a handler: the host does not wait for it and does not repeat it", async () => {
    let loads = 0;
    const provider = dynamicProvider(() => {
      loads++;
      return shelf();
    }, testRuntime());
    const config = {
      get: () => {
        throw new Error("broken configuration");
      },
    };
    await expect(provider.configure({ config })).resolves.toBeUndefined();
    expect(loads).toBe(0);
  });
});

describe("The handler", () => {
  it("is loaded by the first call that needs it", async () => {
    let loads = 0;
    const provider = dynamicProvider(() => {
      loads++;
      return shelf();
    }, testRuntime());
    expect(loads).toBe(0);
    await provider.check({}, BAG);
    expect(loads).toBe(1);
  });

  it("that cannot be loaded gives the same clear error every time, in every call", async () => {
    const provider = dynamicProvider(() => {
      throw new Error("Cannot find module 'zod'");
    }, testRuntime());
    for (const operation of [...OPERATIONS, ...OPERATIONS]) {
      const error = await errorOf(run(provider, operation));
      expect(error.message).toBe("Cannot find module 'zod'");
      expect(error).not.toHaveProperty("code");
    }
  });
});

describe("check", () => {
  it("answers canonical inputs that survive the wire", async () => {
    const { provider } = provide({
      check: () => ({ inputs: { size: 3, at: new Date(0), no: undefined }, violations: [] }),
    });
    expect(await provider.check({}, BAG)).toStrictEqual({
      inputs: { size: 3, at: "1970-01-01T00:00:00.000Z" },
      failures: [],
    });
  });

  it("answers the program's own inputs beside failures, because a half-parsed value is worth nothing", async () => {
    const { provider } = provide({
      check: () => ({ inputs: { half: "parsed" }, violations: [{ path: ["size"], rule: "must be at most 9" }] }),
    });
    expect(await provider.check({}, { name: "s1", size: 12, __provider: TEXT })).toStrictEqual({
      inputs: { name: "s1", size: 12 },
      failures: [{ property: "size", reason: "size: 12 must be at most 9" }],
    });
  });

  it("names a secret property in the reason only, and shows its value nowhere", async () => {
    const { provider } = provide({
      check: () => ({ inputs: {}, violations: [{ path: ["label"], rule: "must be short, not LABELSECRET" }] }),
    });
    const { failures } = await provider.check({}, BAG);
    expect(failures).toEqual([
      {
        property: "",
        reason: "label: (value not shown, it may hold a secret) must be short, not [secret]",
      },
    ]);
  });

  it("leaves values that are not known yet where they stand", async () => {
    const { provider } = provide();
    const { inputs } = await provider.check({}, { name: UNKNOWN, deep: [{ a: UNKNOWN }], __provider: TEXT });
    expect(inputs).toEqual({ name: UNKNOWN, deep: [{ a: UNKNOWN }] });
  });
});

describe("diff", () => {
  const diffOf = (result: Partial<ReturnType<AnyHandler["diff"]>>) =>
    provide({ diff: () => ({ replaces: [], nothingToDo: false, announcements: [], findings: NONE, ...result }) });

  it("leaves the detailed diff to the engine when something may differ", async () => {
    const answer = await diffOf({}).provider.diff("x", BAG, BAG);
    expect(answer).toEqual({ replaces: [], deleteBeforeReplace: false });
    expect(answer).not.toHaveProperty("changes");
  });

  it("deletes before it replaces, because both have one target", async () => {
    expect(await diffOf({ replaces: ["name"] }).provider.diff("x", BAG, BAG)).toEqual({
      replaces: ["name"],
      deleteBeforeReplace: true,
    });
  });

  it("says that nothing changes when nothing calls for an update", async () => {
    expect(await diffOf({ nothingToDo: true }).provider.diff("x", BAG, BAG)).toEqual({ changes: false });
  });

  it("never says so while there is drift to repair", async () => {
    const drifted = { ...BAG, drift: ["t3 has no destination"] };
    expect(await diffOf({ nothingToDo: true }).provider.diff("x", drifted, BAG)).not.toHaveProperty("changes");
  });

  it("prints one line per announced impact, without secrets", async () => {
    const { provider, runtime } = diffOf({ announcements: ["s1: archiving stops", "s1: LABELSECRET"] });
    await provider.diff("x", BAG, BAG);
    expect(runtime.lines).toEqual(["s1: archiving stops", "s1: [secret]"]);
  });

  it("fails with a refusal, before anything is announced", async () => {
    const refusal = new ProviderError({ kind: "NotAccepted", problem: "too risky" });
    const { provider, runtime } = diffOf({ refusal, announcements: ["line"] });
    expect((await errorOf(provider.diff("x", BAG, BAG))).message).toBe(
      "previewing shelf (s1): too risky [NotAccepted].",
    );
    expect(runtime.lines).toEqual([]);
  });
});

describe("A refresh, which is a read and then a diff of what was read with the recorded inputs", () => {
  const refusal = new ProviderError({ kind: "NotAccepted", problem: "putting it back would be risky" });
  const impossible = new ProviderError({ kind: "InvalidInput", problem: "it cannot be switched back" });
  const unchanged = { replaces: [], nothingToDo: false, announcements: [], findings: NONE };

  it.each<[string, AnyHandler["diff"]]>([
    ["may be refused", () => ({ ...unchanged, refusal })],
    [
      "is impossible",
      () => {
        throw impossible;
      },
    ],
  ])("does not fail because undoing what was found %s: nobody has asked for that yet", async (_name, diff) => {
    const live = { inputs: { name: "s1", size: 9 }, outputs: { name: "s1", size: 9 }, drift: [] };
    const { provider } = provide({ diff, read: async () => live });
    const { id, props } = await provider.read("shelf-1", { ...BAG, size: 3 });
    // As the host does it.
    props.__provider = TEXT;
    await expect(provider.diff(id ?? "", props, { ...BAG, size: 3 })).resolves.toEqual({});
  });

  it("is over once the program is checked: the same diff is then judged", async () => {
    const live = { inputs: { name: "s1" }, outputs: { name: "s1" }, drift: [] };
    const { provider } = provide({ diff: () => ({ ...unchanged, refusal }), read: async () => live });
    const { id, props } = await provider.read("shelf-1", BAG);
    await provider.check(BAG, BAG);
    await expect(provider.diff(id ?? "", { ...props, __provider: TEXT }, BAG)).rejects.toThrow(refusal.facts.problem);
  });
});

describe("create and update", () => {
  it("answer complete outputs that survive the wire", async () => {
    const outputs = { size: 3, gone: undefined, big: 9_007_199_254_740_993n };
    const { provider } = provide({ create: async () => ({ id: "shelf-1", outputs }), update: async () => outputs });
    const outs = { size: 3, big: "9007199254740993" };
    expect(await provider.create(BAG)).toStrictEqual({ id: "shelf-1", outs });
    expect(await provider.update("shelf-1", BAG, BAG)).toStrictEqual({ outs });
  });
});

describe("read", () => {
  const reading = (result: Awaited<ReturnType<AnyHandler["read"]>>): DynamicProvider =>
    provide({ read: async () => result }).provider;

  it("answers an empty id for a target that is gone", async () => {
    expect(await reading(undefined).read("shelf-1", BAG)).toEqual({ id: "", props: {} });
  });

  it("answers live outputs and inputs under the same id", async () => {
    const answer = await reading({ inputs: { size: 3 }, outputs: { size: 3, no: undefined }, drift: [] }).read(
      "shelf-1",
      BAG,
    );
    expect(answer).toStrictEqual({ id: "shelf-1", props: { size: 3 }, inputs: { size: 3 } });
  });

  it("adds the recorded-only input for drift that no input shows, and only then", async () => {
    const drift = ["t3 has no destination"];
    const drifted = await reading({ inputs: { size: 3 }, outputs: { size: 3 }, drift }).read("shelf-1", BAG);
    expect(drifted.inputs).toEqual({ size: 3, drift });
    // A diff is shown no recorded inputs.
    expect(drifted.props).toEqual({ size: 3, drift });
    const sound = await reading({ inputs: { size: 3 }, outputs: { size: 3 }, drift: [] }).read("shelf-1", BAG);
    expect(sound).toMatchObject({ inputs: { size: 3 }, props: { size: 3 } });
    expect(sound.props).not.toHaveProperty("drift");
  });

  it("fails when the handler cannot tell: only a definite answer means that the target is gone", async () => {
    const { provider } = provide({
      read: async () => {
        throw new ProviderError({ kind: "NotFound", problem: "perhaps gone" });
      },
    });
    expect((await errorOf(provider.read("shelf-1", BAG))).message).toContain("perhaps gone [NotFound]");
  });
});

describe("delete", () => {
  it("is done when the target is gone already", async () => {
    const { provider } = provide(throwing(() => new ProviderError({ kind: "NotFound", problem: "gone" })));
    await expect(provider.delete("shelf-1", BAG)).resolves.toBeUndefined();
  });

  it("fails for every other reason", async () => {
    const { provider } = provide(throwing(() => new ProviderError({ kind: "Unavailable", problem: "no answer" })));
    expect((await errorOf(provider.delete("shelf-1", BAG))).message).toContain("no answer [Unavailable]");
  });
});

describe("A secret that the inputs or records hold", () => {
  const leaks: [string, (secret: string) => string][] = [
    ["plain", (secret) => `it said ${secret}`],
    ["in a URL", (secret) => `https://h/?q=${encodeURIComponent(secret)}`],
    ["in JSON", (secret) => JSON.stringify({ secret })],
    ["in base64", (secret) => Buffer.from(secret).toString("base64")],
  ];
  const SECRET = 'LABEL"SECRET/+ %1';
  const bag = { name: "s1", label: SECRET, __provider: TEXT };

  it.each(OPERATIONS.flatMap((operation) => leaks.map((leak) => [operation, ...leak] as const)))(
    "appears in no error and no line of %s, %s",
    async (operation, _name, leak) => {
      const problem = leak(SECRET);
      const log = (context: CallContext): never => {
        context.log(problem);
        throw operation === "check" ? new TypeError(problem) : new ProviderError({ kind: "Conflict", problem });
      };
      const { provider, runtime } = provide({
        check: (_news, _olds, context) => log(context),
        diff: (_olds, _news, context) => log(context),
        create: async (_inputs, context) => log(context),
        read: async (_id, _recorded, context) => log(context),
        update: async (_id, _recorded, _inputs, context) => log(context),
        delete: async (_id, _recorded, context) => log(context),
      });
      const error = await errorOf(run(provider, operation, bag));
      for (const text of [error.message, error.stack ?? "", ...runtime.lines]) expect(text).not.toContain(problem);
      expect(error.message).toContain("[secret]");
      expect(runtime.lines.join()).toContain("[secret]");
    },
  );

  it("is removed from the reasons of a partial failure, but not from the properties, which Pulumi encrypts", async () => {
    const cause = new ProviderError({ kind: "TaskFailed", problem: `it said ${SECRET}` });
    const { provider } = provide(throwing(() => new PartialFailure("shelf-7", bag, cause)));
    const error = await errorOf(provider.create(bag));
    expect(JSON.stringify([error.message, error.reasons])).not.toContain("SECRET/+");
    expect(error.properties).toEqual(bag);
  });

  it("is removed too when only the records hold it, and when the handler learned it on the way", async () => {
    const { provider } = provide({
      update: async (_id, _recorded, _inputs, context) => {
        context.redactor.add("LEARNEDSECRET");
        throw new ProviderError({ kind: "Conflict", problem: `${SECRET} LEARNEDSECRET` });
      },
    });
    const error = await errorOf(provider.update("shelf-1", bag, { name: "s1" }));
    expect(error.message).toBe("updating shelf (s1): [secret] [secret] [Conflict].");
  });

  it("of one call does not redact the lines of another", async () => {
    const { provider, runtime } = provide({
      create: async (_inputs, context) => {
        context.log("word");
        return { id: "x", outputs: {} };
      },
    });
    await provider.create({ name: "s1", label: "word" });
    await provider.create({ name: "s2" });
    expect(runtime.lines).toEqual(["[secret]", "word"]);
  });
});
