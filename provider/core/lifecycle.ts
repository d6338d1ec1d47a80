import type { Bag, Path } from "./bag";
import type { CheckedInputs } from "./checkInputs";
import type { Claims } from "./claims";
import type { Clock } from "./clock";
import type { ErrorSubject, ProviderError } from "./errors";
import type { Exclusive } from "./exclusive";
import type { Impact } from "./impact";
import type { Redactor } from "./redact";
import type { Shared } from "./shared";
import type { TransportFactory } from "./transport";

/** Stack configuration, or the inputs of an explicit provider, by namespaced key (`"oceanbase:endpoints"`). */
export interface ProviderConfiguration {
  get(key: string): unknown;
}

/** What the process offers to every call. */
export interface Runtime {
  readonly clock: Clock;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly connect: TransportFactory;
  /** Which settings a call of this process has taken charge of. */
  readonly claims: Claims;
  /** Changes of one target run one after another. */
  readonly exclusive: Exclusive;
  /** Rate limits and temporary keys, which belong to an account and not to a resource. */
  readonly shared: Shared;
  /** One line for the user; shown under the stack's diagnostics. */
  log(line: string): void;
}

/** What one call of a handler may use. Whatever it logs or throws is redacted with `redactor`. */
export interface CallContext extends Runtime {
  readonly configuration: ProviderConfiguration;
  /** Every credential that is resolved must be added here before it is used. */
  readonly redactor: Redactor;
}

export interface DiffResult {
  /** Names of the properties that force a replacement. */
  readonly replaces: readonly string[];
  /** True when nothing differs that calls for an update; the new inputs are recorded all the same. */
  readonly nothingToDo: boolean;
  /** One line per announced impact, printed in the preview. */
  readonly announcements: readonly string[];
  /** Set when recorded inputs and outputs already show that the apply must be refused. */
  readonly refusal?: ProviderError;
  /** What `announcements` and `refusal` are made of, for who puts the changes of several targets together. */
  readonly findings: Findings;
}

export interface Findings {
  readonly impacts: readonly Impact[];
  /** Sentences about properties that are no longer managed. */
  readonly released: readonly string[];
}

export interface ReadResult<Inputs, Outputs> {
  readonly outputs: Outputs;
  /** Exactly the keys that the program declared, with live values where they can be read. */
  readonly inputs: Inputs;
  /** Sentences about what must be repaired and that no readable input shows. */
  readonly drift: readonly string[];
}

/**
 * The six calls of one resource. Plain types only: unknown markers, `__provider`, redaction, partial failures and the wire
 * format are the adapter's business. `check` and `diff` are pure apart from reading the environment: they run one after
 * another for all resources of a program, also offline.
 */
export interface ResourceHandler<Inputs extends object, Outputs extends object> {
  /** For messages: `"PolarDB backup policy"`. */
  readonly object: string;
  /** Which one, from inputs or outputs, as far as known. */
  identity(bag: Bag): string | undefined;
  /** True for properties whose value may hold a secret. */
  isSecret(path: Path, bag: Bag): boolean;
  /** Every secret value in a bag. */
  secrets(bag: Bag): readonly string[];
  /** Canonical inputs and all broken rules. `olds` are the recorded inputs, empty when creating. */
  check(news: Bag, olds: Bag, context: CallContext): CheckedInputs<Inputs>;
  /** Compares recorded outputs with checked inputs, which may hold unknown markers. */
  diff(olds: Bag, news: Inputs, context: CallContext): DiffResult;
  create(inputs: Inputs, context: CallContext): Promise<{ readonly id: string; readonly outputs: Outputs }>;
  /** Undefined only when the recorded target is definitely gone. */
  read(id: string, recorded: Bag, context: CallContext): Promise<ReadResult<Inputs, Outputs> | undefined>;
  /** The complete outputs: what is returned replaces the state. */
  update(id: string, recorded: Bag, inputs: Inputs, context: CallContext): Promise<Outputs>;
  delete(id: string, recorded: Bag, context: CallContext): Promise<void>;
  /** Absent: outputs stand in the state as they are. */
  readonly shorthand?: Shorthand;
}

/** How outputs stand in the state, where that is shorter. */
export interface Shorthand {
  write(outputs: Bag): Bag;
  read(recorded: Bag): Bag;
}

// A table of handlers holds resources of different types; each handler parses what it is given.
export type AnyHandler = ResourceHandler<object, object>;

/**
 * Thrown by `create` and `update` once something may have been changed: carries what is true now, so that state stays true
 * and the next run continues instead of starting over.
 */
export class PartialFailure extends Error {
  override readonly name = "PartialFailure";

  constructor(
    readonly id: string,
    readonly outputs: object,
    readonly error: ProviderError,
    readonly subject?: ErrorSubject,
  ) {
    super(error.message, { cause: error });
  }
}
