import { mapLimit } from "../core/concurrency";
import { isProviderError, messageOf } from "../core/errors";
import type { TenantReference } from "./taskLog";

/** What became of the same work for several tenants, each list in their order. */
export interface Attempts<Tenant, Value> {
  readonly done: readonly Done<Tenant, Value>[];
  readonly failed: readonly Failed<Tenant>[];
}

export interface Done<Tenant, Value> {
  readonly tenant: Tenant;
  readonly value: Value;
}

export interface Failed<Tenant> {
  readonly tenant: Tenant;
  readonly failure: string;
}

/** Tries every tenant although others fail: one that is in trouble must not keep the others from what they need. */
export async function attemptEvery<Tenant extends TenantReference, Value>(
  tenants: readonly Tenant[],
  atOnce: number,
  run: (tenant: Tenant) => Promise<Value>,
): Promise<Attempts<Tenant, Value>> {
  const attempts = await mapLimit(tenants, atOnce, async (tenant): Promise<Done<Tenant, Value> | Failed<Tenant>> => {
    try {
      return { tenant, value: await run(tenant) };
    } catch (error) {
      if (!isProviderError(error)) throw error;
      return { tenant, failure: messageOf(error) };
    }
  });
  return {
    done: attempts.filter((attempt) => "value" in attempt),
    failed: attempts.filter((attempt) => "failure" in attempt),
  };
}

export function listFailures(failed: readonly Failed<TenantReference>[]): string {
  return failed.map(({ tenant, failure }) => `${tenant.name} (${failure})`).join("; ");
}
