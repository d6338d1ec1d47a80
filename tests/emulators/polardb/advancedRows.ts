import { newPolicyId } from "./advancedSeeds";
import { invalidParameter, unknownPolicy } from "./errors";
import type { Row } from "./request";

interface RowRules<P extends { PolicyId: string }> {
  /** Name of the list parameter, for refusals. */
  readonly parameter: string;
  /** The policy that a row makes, or turns an existing one into. Throws on a bad field. */
  readonly build: (row: Row, base: P | undefined, policyId: string) => P;
  /** The policy that an UPDATE or DELETE without `PolicyId` means, if the vendor's interface leaves a client no other way. */
  readonly findWithoutId?: (policies: readonly P[], row: Row) => P | undefined;
  readonly checkDelete?: (policy: P, others: readonly P[]) => void;
  readonly duplicateCreate: boolean;
}

/** "Data backup and log backup cannot be switched off." */
export function checkLevel1Stays(
  parameter: string,
  doomed: { readonly DestType: string },
  others: readonly { readonly DestType: string }[],
): void {
  if (doomed.DestType === "level1" && others.every(({ DestType }) => DestType !== "level1")) {
    throw invalidParameter(`${parameter}.ActionType`);
  }
}

/** Carries out a list of CREATE, UPDATE and DELETE in order. Equal policies are not merged: a CREATE is not idempotent. */
export function applyRows<P extends { PolicyId: string }>(
  policies: readonly P[],
  rows: readonly Row[],
  rules: RowRules<P>,
): P[] {
  let result = [...policies];
  for (const row of rows) {
    switch (row.ActionType) {
      case "CREATE":
        result.push(rules.build(row, undefined, newPolicyId()));
        if (rules.duplicateCreate) result.push(rules.build(row, undefined, newPolicyId()));
        break;
      case "UPDATE": {
        const base = find(result, row, rules);
        const updated = rules.build(row, base, base.PolicyId);
        result = result.map((policy) => (policy === base ? updated : policy));
        break;
      }
      case "DELETE": {
        const doomed = find(result, row, rules);
        const others = result.filter((policy) => policy !== doomed);
        rules.checkDelete?.(doomed, others);
        result = others;
        break;
      }
      default:
        throw invalidParameter(`${rules.parameter}.ActionType`);
    }
  }
  return result;
}

function find<P extends { PolicyId: string }>(policies: readonly P[], row: Row, rules: RowRules<P>): P {
  const id = row.PolicyId;
  const found =
    id === undefined || id === null || id === ""
      ? rules.findWithoutId?.(policies, row)
      : policies.find(({ PolicyId }) => PolicyId === String(id).trim());
  if (!found) throw unknownPolicy(String(id ?? ""));
  return found;
}

/**
 * Reads the fields of one row. A field that is missing, null or empty keeps the value of the policy it updates: clients that
 * flatten lists send an unset field as an empty text. They also send numbers and booleans as text; JSON may bring them as
 * they are.
 */
export class RowReader {
  constructor(
    private readonly parameter: string,
    private readonly row: Row,
    private readonly base: Readonly<Record<string, unknown>>,
  ) {}

  has(field: string): boolean {
    const value = this.row[field];
    return value !== undefined && value !== null && value !== "";
  }

  text(field: string): string | undefined {
    const value = this.has(field) ? this.row[field] : this.base[field];
    if (value === undefined) return undefined;
    if (typeof value !== "string" && typeof value !== "number") throw this.refuse(field);
    return String(value);
  }

  oneOf(field: string, allowed: readonly string[]): string {
    const value = this.text(field);
    if (value === undefined || !allowed.includes(value)) throw this.refuse(field);
    return value;
  }

  flag(field: string, unset: boolean): boolean {
    const value = this.has(field) ? this.row[field] : this.base[field];
    if (value === undefined) return unset;
    if (value === true || value === "true") return true;
    if (value === false || value === "false") return false;
    throw this.refuse(field);
  }

  refuse(field: string): Error {
    return invalidParameter(`${this.parameter}.${field}`);
  }
}
