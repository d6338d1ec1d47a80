import type * as pulumi from "@pulumi/pulumi";
import { type Bag, type Json, omit, sameJson } from "../core/bag";
import { type ErrorSubject, hasKind, isProviderError, messageOf } from "../core/errors";
import type { AnyHandler, CallContext, ProviderConfiguration, Runtime } from "../core/lifecycle";
import { PartialFailure } from "../core/lifecycle";
import { Redactor } from "../core/redact";
import { toCheckFailures } from "../core/violations";
import { toWire, withoutNulls } from "./wire";

/** Key under which Pulumi carries the provider text in every bag. */
const PROVIDER_KEY = "__provider";

/**
 * Recorded input that the program never passes: its removal is what makes hidden drift show, and be repaired, as an update. It stands
 * in the outputs as well, because a diff is shown no others, and must not say that there is nothing to do while there is drift.
 */
const DRIFT_KEY = "drift";

export interface DynamicProvider {
  configure(request: { readonly config: ProviderConfiguration }): Promise<void>;
  check(olds: Bag, news: Bag): Promise<pulumi.dynamic.CheckResult>;
  diff(id: string, olds: Bag, news: Bag): Promise<pulumi.dynamic.DiffResult>;
  create(inputs: Bag): Promise<pulumi.dynamic.CreateResult>;
  read(id: string, recorded: Bag): Promise<pulumi.dynamic.ReadResult>;
  update(id: string, olds: Bag, news: Bag): Promise<pulumi.dynamic.UpdateResult>;
  delete(id: string, recorded: Bag): Promise<void>;
}

/**
 * Fits a handler to the protocol of Pulumi's dynamic-provider process. `load` is called on first use, so that a program with
 * resources of one vendor never loads the other. Everything that process does badly is dealt with here: values that are not
 * wire-safe, errors that are not `Error`, numeric error codes, partial failures without `__provider`, secrets in messages.
 */
export function dynamicProvider(load: () => AnyHandler, runtime: Runtime): DynamicProvider {
  let configuration: ProviderConfiguration = { get: () => undefined };
  /** Outputs of the reads of a refresh, by id, until the program itself is looked at. */
  const refreshed = new Map<string, Bag>();

  const call = async <T>(
    doing: string,
    bags: readonly Bag[],
    run: (handler: AnyHandler, context: CallContext) => Promise<T>,
  ): Promise<T> => {
    const redactor = new Redactor();
    const log = (line: string): void => runtime.log(redactor.redact(line));
    let subject: ErrorSubject | undefined;
    let found: AnyHandler | undefined;
    try {
      const handler = load();
      found = handler;
      for (const bag of bags) {
        for (const secret of handler.secrets(bag)) redactor.add(secret);
        for (const variable of secretReferences(bag)) redactor.add(runtime.environment[variable]);
      }
      // Records know best which one it is; new inputs may only have an address.
      const identity = bags
        .toReversed()
        .map((bag) => handler.identity(bag))
        .find((name) => name !== undefined);
      subject = { doing, object: handler.object, identity };
      return await run(handler, { ...runtime, log, configuration, redactor });
    } catch (error) {
      throw toPublicError(error, found, subject, redactor, bags);
    }
  };

  return {
    // The host does not wait for this before it makes the first calls, and does not repeat it: store, never fail.
    async configure(request) {
      configuration = request.config;
    },

    check: (olds, news) => {
      // The engine checks only what the program declares, and after it has refreshed everything.
      refreshed.clear();
      const program = withoutNulls(omit(news, [PROVIDER_KEY]));
      return call("checking", [program], async (handler, context) => {
        const checked = handler.check(program, withoutNulls(olds), context);
        const failures = toCheckFailures(program, checked.violations, (path) => handler.isSecret(path, program)).map(
          ({ property, reason }) => ({ property, reason: context.redactor.redact(reason) }),
        );
        const inputs = failures.length > 0 ? program : toWire(checked.inputs);
        return { inputs: { ...inputs }, failures };
      });
    },

    diff: (id, olds, news) =>
      call("previewing", [withoutNulls(news), withoutNulls(olds)], async (handler, context) => {
        // A refresh asks how its findings differ from the records, in order to show them. Nobody wants to undo them yet, so
        // there is nothing to refuse or to announce; the engine compares the inputs by itself.
        if (sameJson(refreshed.get(id), omit(olds, [PROVIDER_KEY]))) return {};
        const result = handler.diff(recordedOf(handler, olds), withoutNulls(omit(news, [PROVIDER_KEY])), context);
        if (result.refusal) throw result.refusal;
        for (const line of result.announcements) context.log(line);
        if (result.nothingToDo && olds[DRIFT_KEY] === undefined) return { changes: false };
        // `changes` stays undefined: the engine then computes the detailed diff and honours ignoreChanges and replaceOnChanges.
        return { replaces: [...result.replaces], deleteBeforeReplace: result.replaces.length > 0 };
      }),

    create: (inputs) =>
      call("creating", [inputs], async (handler, context) => {
        const { id, outputs } = await handler.create(withoutNulls(omit(inputs, [PROVIDER_KEY])), context);
        return { id, outs: stateOf(handler, outputs) };
      }),

    read: (id, recorded) =>
      call("reading", [recorded], async (handler, context) => {
        const result = await handler.read(id, recordedOf(handler, recorded), context);
        if (!result) return { id: "", props: {} };
        const drift = result.drift.length > 0 ? { [DRIFT_KEY]: result.drift } : {};
        const props = { ...stateOf(handler, result.outputs), ...drift };
        // A copy: the host adds the provider text to what it is given.
        refreshed.set(id, { ...props });
        return { id, props, inputs: toWire({ ...result.inputs, ...drift }) };
      }),

    update: (id, olds, news) =>
      call("updating", [news, olds], async (handler, context) => {
        const outputs = await handler.update(
          id,
          recordedOf(handler, olds),
          withoutNulls(omit(news, [PROVIDER_KEY])),
          context,
        );
        return { outs: stateOf(handler, outputs) };
      }),

    delete: (id, recorded) =>
      call("deleting", [recorded], async (handler, context) => {
        try {
          await handler.delete(id, recordedOf(handler, recorded), context);
        } catch (error) {
          if (!hasKind(error, "NotFound")) throw error;
        }
      }),
  };
}

/** What the state holds, as handlers know it. */
function recordedOf({ shorthand }: AnyHandler, state: Bag): Bag {
  const recorded = withoutNulls(omit(state, [PROVIDER_KEY]));
  return shorthand ? shorthand.read(recorded) : recorded;
}

function stateOf(handler: AnyHandler | undefined, outputs: object): Record<string, Json> {
  return toWire(handler?.shorthand ? handler.shorthand.write(outputs as Bag) : outputs);
}

/**
 * What may leave the provider: always a plain `Error` (anything else hangs the CLI), redacted, without a cause, and without the
 * numeric `code` that gRPC would take for a status. Bugs keep their stack, so that they look like bugs.
 */
function toPublicError(
  error: unknown,
  handler: AnyHandler | undefined,
  subject: ErrorSubject | undefined,
  redactor: Redactor,
  bags: readonly Bag[],
): Error {
  const partial = error instanceof PartialFailure ? error : undefined;
  const inner: unknown = partial ? partial.error : error;
  const about =
    isProviderError(inner) && subject ? inner.about({ ...subject, identity: partial?.id ?? subject.identity }) : inner;
  const message = redactor.redact(messageOf(about)) || "unknown error";
  const result = new Error(message);
  result.stack = isProviderError(inner) || !(inner instanceof Error) ? "" : redactor.redact(inner.stack ?? "");
  if (!partial) return result;
  return Object.assign(result, {
    id: partial.id,
    reasons: [message],
    // Without __provider no later read or delete could find its code.
    properties: {
      ...stateOf(handler, partial.outputs),
      [PROVIDER_KEY]: bags.map((bag) => bag[PROVIDER_KEY]).find((text) => typeof text === "string") ?? "",
    },
  });
}

/**
 * Environment variables that a bag names in place of secrets: a service may give back what an earlier call has sent to it, also
 * where this call has no need of it.
 */
function secretReferences(value: unknown): string[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, item]) =>
    typeof item === "string" ? (/(?<!Id)Env$/.test(name) ? [item] : []) : secretReferences(item),
  );
}
