import { applyDataRows } from "../advancedDataPolicies";
import { seedAdvancedLists } from "../advancedSeeds";
import type { Cluster } from "../cluster";
import { DATA_POLICY_FIELDS, type DataPolicyField } from "../dataPolicyFields";
import { applyDataChanges } from "../dataPolicyRules";
import { invalidParameter, lowFrequencyNotSupported, malformed, regionNotFound } from "../errors";
import { type Parameters, readRows, withoutEmpty } from "../request";
import type { DataPolicy, Settings } from "../settings";
import type { Switches } from "../switches";
import { readDays } from "../values";
import type { ActionCall, AnswerBody } from "./action";

/** Only what is sent changes, and nothing changes unless all that is sent is right (atomicity is an inference). */
export function modifyBackupPolicy({ world, parameters, duplicateCreate }: ActionCall, cluster: Cluster): AnswerBody {
  const { switches } = world;
  const next = structuredClone(cluster.settings);
  const given = switches.emptyValues === "ignored" ? withoutEmpty(parameters) : parameters;
  const sent = cluster.engine === "MySQL" ? given : withoutMysqlOnly(given, switches);
  const rows = readRows(sent, "AdvancedDataPolicies") ?? [];
  switchLevel(cluster, next, sent.get("BackupPolicyLevel"));
  if (rows.length > 0 && next.level !== "Advanced") throw invalidParameter("AdvancedDataPolicies");
  if (next.level === "Normal") checkRegionMatrix(cluster, sent, switches);
  applyDataChanges(cluster, next, readChanges(next, sent, switches), switches);
  applyDataRows(cluster, next, rows, { duplicateCreate, switches });
  world.modify(cluster, next);
  return {};
}

/** PostgreSQL and Oracle: "low frequency" in the one documented refusal means level-2 days sparser than level-1 days. */
function withoutMysqlOnly(parameters: Parameters, switches: Switches): Parameters {
  if (parameters.has("DataLevel2BackupPeriod")) throw lowFrequencyNotSupported();
  const kept = new Map(parameters);
  for (const field of DATA_POLICY_FIELDS.filter(({ mysqlOnly }) => mysqlOnly)) {
    if (kept.delete(field.name) && switches.mysqlOnlyFields === "reject") throw refusal(field);
  }
  for (const name of kept.keys()) {
    if (name !== "BackupPolicyLevel" && !/^AdvancedDataPolicies(\.|$)/.test(name)) continue;
    if (switches.mysqlOnlyFields === "reject") throw invalidParameter(name.split(".")[0] ?? name);
    kept.delete(name);
  }
  return kept;
}

function switchLevel(cluster: Cluster, next: Settings, level: string | undefined): void {
  if (level === undefined || level === next.level) return;
  // Advanced is the only other level, and there is no way back from it.
  if (level !== "Advanced" || next.option === "notSupport") throw invalidParameter("BackupPolicyLevel");
  next.level = "Advanced";
  next.option = "enable";
  seedAdvancedLists(cluster.region, next);
}

function checkRegionMatrix(cluster: Cluster, sent: Parameters, switches: Switches): void {
  if (switches.crossRegionMatrix === "accept" || cluster.engine !== "MySQL") return;
  const unsupported = cluster.crossRegionCapable ? "other" : "capable";
  const field = DATA_POLICY_FIELDS.find(({ name, regions }) => regions === unsupported && sent.has(name));
  if (field) throw refusal(field);
}

/** The values that take effect. What Advanced mode ignores is not even looked at (that part is an inference). */
function readChanges(next: Settings, sent: Parameters, switches: Switches): Partial<DataPolicy> {
  const changes: Partial<DataPolicy> = {};
  for (const field of DATA_POLICY_FIELDS) {
    const text = sent.get(field.name);
    if (text === undefined || (next.level === "Advanced" && !field.liveInAdvanced)) continue;
    const value = field.read(text, switches);
    if (value === undefined) throw refusal(field);
    changes[field.name] = value;
  }
  checkLegacyRetention(next, sent.get("BackupRetentionPeriod"), switches);
  return changes;
}

/** A parameter of early editions that only its error code is left of. It is checked as level-1 retention is, and does nothing. */
function checkLegacyRetention(next: Settings, text: string | undefined, switches: Switches): void {
  if (text === undefined || next.level === "Advanced") return;
  if (readDays(text, 3, switches.maximumLevel1Retention) === undefined) {
    throw malformed("InvalidBackupRetentionPeriod.Malformed", "BackupRetentionPeriod");
  }
}

function refusal(field: DataPolicyField): Error {
  return field.refusal.endsWith(".NotFound")
    ? regionNotFound(field.refusal, field.name)
    : malformed(field.refusal, field.name);
}
