import type { Path } from "../core/bag";
import { parseDuration } from "../core/duration";
import { known } from "../core/unknowns";
import type { Violation } from "../core/violations";
import { type BackupConfigInputs, URI_PROPERTIES } from "./backupConfig.schema";
import { LAG_MIN_S3_MS, parseStorageUri } from "./storageUri";

type Rule = (inputs: BackupConfigInputs) => readonly Violation[];

/**
 * What the vendor's notice ties together: the database resets whichever of the three is left out when one is set. For a tenant it
 * is the archive's URI; the data URI stands alone.
 */
const trioIsComplete =
  (uri: "backupBaseUri" | "archiveBaseUri"): Rule =>
  (inputs) => {
    const trio = [uri, "binding", "pieceSwitchInterval"] as const;
    const missing = trio.filter((property) => inputs[property] === undefined);
    if (missing.length === 0 || missing.length === trio.length) return [];
    const present = trio.filter((property) => inputs[property] !== undefined);
    return present
      .slice(0, 1)
      .map((property) =>
        broken(
          [property],
          `must be set together with ${missing.join(" and ")}: the database resets whichever of ${trio.join(", ")} is left out. Add ${missing.join(" and ")}, or remove all three`,
        ),
      );
  };

const lagFitsStorage: Rule = (inputs) => {
  const lag = known(inputs.archiveLagTarget);
  const uri = known(inputs.backupBaseUri ?? inputs.archiveBaseUri);
  if (lag === undefined || uri === undefined || !uri.startsWith("s3://")) return [];
  return (parseDuration(lag) ?? 0) < LAG_MIN_S3_MS
    ? [{ path: ["archiveLagTarget"], rule: 'must be at least "60s" with an s3:// destination' }]
    : [];
};

const objectStoresNeedKeys: Rule = (inputs) => {
  const credentials = inputs.storageCredentials;
  const declared = URI_PROPERTIES.filter((property) => inputs[property] !== undefined);
  const uris = declared.flatMap((property) => {
    const text = known(inputs[property]);
    const uri = text === undefined ? undefined : parseStorageUri(text).uri;
    return uri ? [{ property, uri }] : [];
  });
  if (uris.length === 0) return [];
  const stores = uris.filter(({ uri }) => uri.scheme !== "file");
  if (credentials !== undefined && stores.length === 0 && uris.length === declared.length) {
    return [broken(["storageCredentials"], "has no use beside a file:// destination; remove it")];
  }
  return stores.flatMap(({ property, uri }) => {
    if (uri.keys && credentials !== undefined) {
      return [broken(["storageCredentials"], `must not be set beside keys in ${property}; remove one of the two`)];
    }
    return uri.keys || credentials !== undefined
      ? []
      : [
          broken(
            ["storageCredentials"],
            `is required for ${uri.scheme}:// destinations: set accessId and accessKey, or accessIdEnv and accessKeyEnv`,
          ),
        ];
  });
};

const keysAreTheSame: Rule = (inputs) => {
  const [archive, data] = [inputs.archiveBaseUri, inputs.dataBaseUri].map((text) =>
    known(text) === undefined ? undefined : parseStorageUri(text as string).uri?.keys,
  );
  return archive && data && (archive.accessId !== data.accessId || archive.accessKey !== data.accessKey)
    ? [broken(["dataBaseUri"], "must have the same keys as archiveBaseUri")]
    : [];
};

const initialBackupHasAUse: Rule = ({ initialBackup, archiving }) =>
  initialBackup !== undefined && (archiving === "stopped" || archiving === "suspended")
    ? [
        broken(
          ["initialBackup"],
          `has no use beside archiving: "${archiving}", because that backup opens archiving; remove one of the two`,
        ),
      ]
    : [];

const credentialsAreComplete: Rule = (inputs) => {
  const credentials = known(inputs.storageCredentials);
  if (!credentials) return [];
  return (["accessId", "accessKey"] as const).flatMap((name) => {
    const given = [credentials[name], credentials[`${name}Env`]].filter((value) => value !== undefined).length;
    if (given === 1) return [];
    return [
      broken(
        ["storageCredentials", name],
        given === 0
          ? `is required, by value or as ${name}Env`
          : `must not be set beside ${name}Env; remove one of the two`,
      ),
    ];
  });
};

const onePasswordOnly: Rule = (inputs) => {
  const connection = inputs.connection;
  if (connection === undefined || typeof connection !== "object") return [];
  const given = (["password", "passwordEnv", "agentPassword", "agentPasswordEnv"] as const).filter(
    (name) => connection[name] !== undefined,
  );
  return given.length <= 1
    ? []
    : [broken(["connection", given[1] as string], `must not be set beside ${given[0]}; remove one of the two`)];
};

const onePrivateKeyOnly: Rule = (inputs) => {
  const tls = known(inputs.connection?.tls);
  return tls?.key !== undefined && tls.keyEnv !== undefined
    ? [broken(["connection", "tls", "keyEnv"], "must not be set beside key; remove one of the two")]
    : [];
};

function broken(path: Path, rule: string): Violation {
  return { path, rule, showValue: false };
}

const COMMON: readonly Rule[] = [
  lagFitsStorage,
  objectStoresNeedKeys,
  credentialsAreComplete,
  onePasswordOnly,
  onePrivateKeyOnly,
  initialBackupHasAUse,
];

export const clusterBackupConfigRules: readonly Rule[] = [trioIsComplete("backupBaseUri"), ...COMMON];

export const tenantBackupConfigRules: readonly Rule[] = [trioIsComplete("archiveBaseUri"), keysAreTheSame, ...COMMON];
