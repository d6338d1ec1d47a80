import { ProviderError } from "../core/errors";
import { clusterInfoFromWire, tenantsFromWire } from "./wire";

/** Without its database an agent answers these with success, from local data alone: of no cluster, without tenants. */
const SHOWS_A_DATABASE: Readonly<Record<string, (data: unknown) => boolean>> = {
  "/api/v1/ob/info": (data) => clusterInfoFromWire(data).id !== 0,
  "/api/v1/tenants/overview": (data) => tenantsFromWire(data).some(({ name }) => name === "sys"),
};

/** Makes such an answer the failure that it is, so that another agent is asked, or this one again. */
export function requireDatabase(path: string, data: unknown, endpoint: string): void {
  if (SHOWS_A_DATABASE[path]?.(data) ?? true) return;
  throw new ProviderError({
    kind: "Unavailable",
    problem: `the agent at ${endpoint} has no connection to its database`,
    advice: "Check that the OceanBase server beside this agent is running, then run the command again.",
  });
}
