import { hasParameter, PARAMETER_SETTINGS } from "../../../provider/oceanbase/backupConfig.differences";
import type { PlannedCall } from "../../../provider/oceanbase/backupConfig.plan";
import { clusterBody, tenantBody } from "../../../provider/oceanbase/configBody";
import type { ObservedCluster } from "../../../provider/oceanbase/observe";

/** What must stand beside a destination, because the database resets it otherwise. */
const COMPANIONS = ["binding", "pieceSwitchInterval"] as const;

/** What a call sends though every tenant that it reaches has it already, or though nothing asks for it; empty texts too. */
export function needlesslySent(call: PlannedCall, observed: ObservedCluster): string[] {
  if (call.kind !== "configure" && call.kind !== "setParameters") return [];
  const { tenant, settings } = call;
  const reached = observed.tenants.filter(({ name }) => tenant === undefined || name === tenant);
  const parameters = PARAMETER_SETTINGS.filter((name) => {
    const value = settings[name];
    return value !== undefined && reached.every((each) => hasParameter(each, name, value));
  });
  const strays = settings.destination ? [] : COMPANIONS.filter((name) => settings[name] !== undefined);
  const body = (tenant === undefined ? clusterBody : tenantBody)(settings, undefined);
  return [...parameters, ...strays, ...(JSON.stringify(body).includes('""') ? ["an empty text"] : [])];
}
