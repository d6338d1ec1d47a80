import { ProviderError } from "../core/errors";
import type { Violation } from "../core/violations";

/** Something about connection settings that can be seen without any call. Never quotes a value that may hold a secret. */
export interface ConnectionProblem {
  /** The setting as it is called where it was given: `connection.tls.key`, `provider input tlsKey`. */
  readonly where: string;
  /** A clause behind `where`. */
  readonly rule: string;
  /** What to do, a sentence. */
  readonly fix: string;
}

export function toError({ where, rule, fix }: ConnectionProblem): ProviderError {
  return new ProviderError({ kind: "InvalidInput", problem: `${where} ${rule}`, property: where, advice: fix });
}

/** For the preview. Settings from elsewhere are told at `connection`, the one property of the resource that could replace them. */
export function toViolation({ where, rule, fix }: ConnectionProblem): Violation {
  const isOwn = where.startsWith("connection.");
  return {
    path: isOwn ? where.split(".") : ["connection"],
    rule: `${isOwn ? "" : `${where} `}${rule}. ${fix.replace(/\.$/, "")}`,
    showValue: false,
  };
}
