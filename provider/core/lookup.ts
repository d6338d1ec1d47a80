import type { Bag } from "./bag";
import type { CallContext } from "./lifecycle";

/**
 * What one function of a program looks up; it reads only. Arguments are plain and wholly known, but not checked yet. The door
 * (`provider/lookups.ts`) adds the process, the redaction and the words of errors.
 */
export interface Lookup<Result> {
  /** For messages: `"OceanBase tenants"`. */
  readonly object: string;
  /** Which one, for messages. */
  identity(request: Bag): string | undefined;
  /** Every secret value among the arguments. */
  secrets(request: Bag): readonly string[];
  run(request: Bag, context: CallContext): Promise<Result>;
}
