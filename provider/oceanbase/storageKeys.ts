import { createHash } from "node:crypto";
import { ProviderError } from "../core/errors";
import { containsUnknown, UNKNOWN } from "../core/unknowns";
import { parseStorageUri, type StorageKeys } from "./storageUri";

/** The inputs that may carry the keys of an object store. */
export interface StorageKeyInputs {
  readonly backupBaseUri?: string;
  readonly archiveBaseUri?: string;
  readonly dataBaseUri?: string;
  readonly storageCredentials?: {
    readonly accessId?: string;
    readonly accessIdEnv?: string;
    readonly accessKey?: string;
    readonly accessKeyEnv?: string;
  };
}

type Environment = Readonly<Record<string, string | undefined>>;

/** The keys of the destination, from the URI or from `storageCredentials`; undefined for destinations without keys. */
export function resolveStorageKeys(inputs: StorageKeyInputs, environment: Environment): StorageKeys | undefined {
  const { storageCredentials, backupBaseUri, archiveBaseUri, dataBaseUri } = inputs;
  if (!storageCredentials) {
    const keys = [backupBaseUri, archiveBaseUri, dataBaseUri].map((text) =>
      text === undefined ? undefined : parseStorageUri(text).uri?.keys,
    );
    return keys.find((found) => found !== undefined);
  }
  const accessId =
    storageCredentials.accessId ?? fromEnvironment("accessId", storageCredentials.accessIdEnv, environment);
  const accessKey =
    storageCredentials.accessKey ?? fromEnvironment("accessKey", storageCredentials.accessKeyEnv, environment);
  for (const [name, value] of Object.entries({ accessId, accessKey })) {
    if (value === "" || /['"\s`;\\]/.test(value)) {
      throw new ProviderError({
        kind: "InvalidInput",
        property: `storageCredentials.${name}`,
        problem: `storageCredentials.${name} is empty or holds a quote, space, semicolon or backslash, which obshell would write into SQL as it is`,
        advice: "Create another key for the backups.",
      });
    }
  }
  return { accessId, accessKey };
}

/**
 * A short text that changes when the keys change. It makes rotation visible in the preview, because the new keys must be sent
 * and that costs an archive gap; it tells nothing about the keys.
 */
export function storageFingerprint(inputs: StorageKeyInputs, environment: Environment): string | undefined {
  const { storageCredentials, backupBaseUri, archiveBaseUri, dataBaseUri } = inputs;
  if (containsUnknown([storageCredentials, backupBaseUri, archiveBaseUri, dataBaseUri])) return UNKNOWN;
  const keys = resolveStorageKeys(inputs, environment);
  if (!keys) return undefined;
  return createHash("sha256")
    .update(`pulumi-backup-policies\0${keys.accessId}\0${keys.accessKey}`)
    .digest("hex")
    .slice(0, 16);
}

function fromEnvironment(name: string, variable: string | undefined, environment: Environment): string {
  const value = variable === undefined ? undefined : environment[variable];
  if (value !== undefined) return value;
  throw new ProviderError({
    kind: "Unauthenticated",
    property: `storageCredentials.${name}Env`,
    problem: `storageCredentials.${name}Env names the environment variable ${variable}, which is not set`,
    advice: `Set ${variable} in the environment of the Pulumi command.`,
  });
}
