import type { StorageUri } from "./storageUri";
import { currentRound, runningBackup, type Tenant } from "./tenant";
import { parseDuration } from "./timeDuration";
import type { World } from "./world";

/** What a statement is about to do, as far as the database's own rules look at it. */
type Intent =
  | {
      readonly kind: "archiveDestination";
      readonly tenant: Tenant;
      readonly location: StorageUri | undefined;
      readonly pieceSwitchInterval: string | undefined;
    }
  | { readonly kind: "dataDestination"; readonly tenant: Tenant; readonly location: StorageUri | undefined }
  | { readonly kind: "lagTarget"; readonly tenant: Tenant; readonly value: string }
  | { readonly kind: "deletePolicy"; readonly tenant: Tenant; readonly recoveryWindow: string }
  | { readonly kind: "backup"; readonly tenant: Tenant; readonly encrypted: boolean }
  | { readonly kind: "openArchive"; readonly tenant: Tenant }
  | { readonly kind: "parameters"; readonly tenant: Tenant; readonly values: Readonly<Record<string, string>> };

const LAG_MAX = parseDuration("7200s");
const LAG_MIN_S3 = parseDuration("60s");

/**
 * The driver text if the database refuses. The rules of "oceanbase" are those of its documentation; numbers and texts are
 * not known and follow the form of the driver only. "relay" refuses what the stand-in behind the recorded
 * answers refuses, with its texts.
 */
export function refusalOf(world: World, intent: Intent): string | undefined {
  return world.database.rules === "relay" ? relayRefusal(intent) : oceanbaseRefusal(world, intent);
}

const RELAY_ARGUMENTS = "Error 1210 (HY000): Incorrect arguments to (fakeob text)";
const RELAY_SYNTAX = "Error 1064 (42000): You have an error in your SQL syntax (fakeob: multi statement text refused)";

function relayRefusal(intent: Intent): string | undefined {
  switch (intent.kind) {
    case "archiveDestination":
      if (!intent.location || intent.location.breaksSql().space) return RELAY_ARGUMENTS;
      return intent.pieceSwitchInterval === "" ? RELAY_ARGUMENTS : undefined;
    case "lagTarget":
      return /^\d+[a-z]+$/i.test(intent.value) ? undefined : RELAY_ARGUMENTS;
    case "deletePolicy":
      return isWindow(intent.recoveryWindow) ? undefined : RELAY_ARGUMENTS;
    case "backup":
      return intent.encrypted ? RELAY_SYNTAX : undefined;
    default:
      return undefined;
  }
}

function oceanbaseRefusal(world: World, intent: Intent): string | undefined {
  switch (intent.kind) {
    case "archiveDestination":
      if (intent.tenant.logMode === "ARCHIVELOG" || isArchiving(intent.tenant)) {
        return notAllowed("set log archive dest while archiving is running");
      }
      if (intent.pieceSwitchInterval === "") return incorrectArguments("log_archive_dest");
      if (isS3(intent.location) && isBelow(intent.tenant.parameters.archive_lag_target, LAG_MIN_S3)) {
        return incorrectArguments("archive_lag_target");
      }
      return locationRefusal(world, intent.tenant, intent.location, "log_archive_dest");
    case "dataDestination":
      return locationRefusal(world, intent.tenant, intent.location, "data_backup_dest");
    case "lagTarget":
      return lagRefusal(intent.tenant, intent.value);
    case "deletePolicy":
      if (intent.recoveryWindow.includes("'")) return syntaxError(intent.recoveryWindow);
      if (intent.tenant.deletePolicy) return notAllowed("add delete policy while one exists");
      return isWindow(intent.recoveryWindow) ? undefined : incorrectArguments("recovery_window");
    case "backup":
      if (runningBackup(intent.tenant)) return notAllowed("start backup while a backup is running");
      return currentRound(intent.tenant)?.status === "DOING" ? undefined : notAllowed("backup without log archive");
    case "openArchive":
      return intent.tenant.archiveDestination.uri === "" ? incorrectArguments("log_archive_dest") : undefined;
    case "parameters":
      return parametersRefusal(intent.tenant, intent.values);
  }
}

function locationRefusal(
  world: World,
  tenant: Tenant,
  location: StorageUri | undefined,
  what: string,
): string | undefined {
  if (!location) return incorrectArguments(what);
  const { quote, space } = location.breaksSql();
  if (quote) return syntaxError(location.withoutSecrets());
  // The value is split at spaces.
  if (space) return incorrectArguments(what);
  const path = pathOf(location.withoutSecrets());
  const isShared = world.tenants.some(
    (other) =>
      other !== tenant && [other.archiveDestination.uri, other.dataDestination].some((uri) => pathOf(uri) === path),
  );
  return isShared ? incorrectArguments(what) : undefined;
}

function lagRefusal(tenant: Tenant, value: string): string | undefined {
  if (tenant.archiveDestination.uri === "") return notAllowed("set archive_lag_target without log_archive_dest");
  const isZero = /^0(us|ms|s|m|h|d)?$/i.test(value);
  if (isZero) return isS3Uri(tenant.archiveDestination.uri) ? incorrectArguments("archive_lag_target") : undefined;
  // The database knows neither nanoseconds nor a number without a unit.
  const duration = durationOf(value);
  const isTooShort = isS3Uri(tenant.archiveDestination.uri) && isBelow(value, LAG_MIN_S3);
  return duration === undefined || duration > LAG_MAX || isTooShort
    ? incorrectArguments("archive_lag_target")
    : undefined;
}

function parametersRefusal(tenant: Tenant, values: Readonly<Record<string, string>>): string | undefined {
  for (const [name, value] of Object.entries(values)) {
    if (name === "archive_lag_target") {
      const refusal = lagRefusal(tenant, value);
      if (refusal) return refusal;
    } else if (name in tenant.parameters && !(/^\d+$/.test(value) && Number(value) <= 100)) {
      return incorrectArguments(name);
    }
  }
  return undefined;
}

function isArchiving(tenant: Tenant): boolean {
  const status = currentRound(tenant)?.status;
  return status !== undefined && status !== "STOP";
}

function isWindow(text: string): boolean {
  return /^\d+[a-z]+$/i.test(text);
}

function isBelow(text: string, limit: bigint): boolean {
  const duration = durationOf(text);
  return duration !== undefined && duration < limit;
}

/** Undefined for what the database does not read as a time. */
function durationOf(text: string): bigint | undefined {
  if (!/^\d+(us|ms|s|m|h|d)$/i.test(text)) return undefined;
  try {
    return parseDuration(text);
  } catch {
    return undefined;
  }
}

function isS3(location: StorageUri | undefined): boolean {
  return location?.type === "s3";
}

function isS3Uri(uri: string): boolean {
  return uri.startsWith("s3://");
}

function pathOf(uri: string): string | null {
  return uri === "" ? null : (uri.split("?")[0] ?? "").replace(/\/+$/, "");
}

function incorrectArguments(what: string): string {
  return `Error 1210 (HY000): Incorrect arguments to ${what}`;
}

function notAllowed(what: string): string {
  return `Error 4179 (HY000): ${what} not allowed`;
}

function syntaxError(near: string): string {
  return (
    "Error 1064 (42000): You have an error in your SQL syntax; check the manual that corresponds to your OceanBase " +
    `version for the right syntax to use near '${near.slice(near.indexOf("'"))}' at line 1`
  );
}
