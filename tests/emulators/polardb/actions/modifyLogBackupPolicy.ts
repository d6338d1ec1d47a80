import { applyLogRows } from "../advancedLogPolicies";
import type { Cluster } from "../cluster";
import { invalidParameter } from "../errors";
import { applyLogChanges, readLogChanges } from "../logPolicyRules";
import { type Parameters, type Row, readRows, withoutEmpty } from "../request";
import type { Switches } from "../switches";
import type { ActionCall, AnswerBody } from "./action";

export function modifyLogBackupPolicy(
  { world, parameters, duplicateCreate }: ActionCall,
  cluster: Cluster,
): AnswerBody {
  const { switches } = world;
  const given = switches.emptyValues === "ignored" ? withoutEmpty(parameters) : parameters;
  const next = structuredClone(cluster.settings);
  const rows = readLogRows(cluster, given, switches);
  if (next.level === "Advanced") {
    // The classic parameters are accepted here and do nothing.
    applyLogRows(cluster, next, rows, { duplicateCreate, switches });
  } else {
    if (rows.length > 0) throw invalidParameter("AdvancedLogPolicies");
    applyLogChanges(cluster, next, readLogChanges(cluster, given, switches), switches);
  }
  world.modify(cluster, next);
  return {};
}

function readLogRows(cluster: Cluster, parameters: Parameters, switches: Switches): Row[] {
  const rows = readRows(parameters, "AdvancedLogPolicies");
  if (rows === undefined || cluster.engine === "MySQL") return rows ?? [];
  if (switches.mysqlOnlyFields === "reject") throw invalidParameter("AdvancedLogPolicies");
  return [];
}
