import type { Path } from "../core/bag";
import { parseDuration } from "../core/duration";
import { known } from "../core/unknowns";
import type { Violation } from "../core/violations";
import type { ClusterBackupConfigInputs } from "./clusterBackupConfig.schema";
import { parseStorageUri } from "./storageUri";

/** With an s3:// destination the database refuses shorter lag targets. */
export const LAG_MIN_S3_MS = 60_000;

type Rule = (inputs: ClusterBackupConfigInputs) => readonly Violation[];

/** What the seed's notice ties together: the database resets whichever of the three is left out when one is set. */
const TRIO = ["backupBaseUri", "binding", "pieceSwitchInterval"] as const;

const trioIsComplete: Rule = (inputs) => {
  const missing = TRIO.filter((property) => inputs[property] === undefined);
  if (missing.length === 0 || missing.length === TRIO.length) return [];
  const present = TRIO.filter((property) => inputs[property] !== undefined);
  return present.slice(0, 1).map((property) => ({
    path: [property],
    rule: `must be set together with ${missing.join(" and ")}: the database resets whichever of ${TRIO.join(", ")} is left out. Add ${missing.join(" and ")}, or remove all three`,
    showValue: false,
  }));
};

const lagFitsStorage: Rule = (inputs) => {
  const lag = known(inputs.archiveLagTarget);
  const uri = known(inputs.backupBaseUri);
  if (lag === undefined || uri === undefined || !uri.startsWith("s3://")) return [];
  return (parseDuration(lag) ?? 0) < LAG_MIN_S3_MS
    ? [{ path: ["archiveLagTarget"], rule: 'must be at least "60s" with an s3:// destination' }]
    : [];
};

const objectStoresNeedKeys: Rule = (inputs) => {
  const text = known(inputs.backupBaseUri);
  const uri = text === undefined ? undefined : parseStorageUri(text).uri;
  const credentials = inputs.storageCredentials;
  if (!uri) return [];
  if (uri.scheme === "file") {
    return credentials === undefined
      ? []
      : [broken(["storageCredentials"], "has no use beside a file:// destination; remove it")];
  }
  if (uri.keys && credentials !== undefined) {
    return [broken(["storageCredentials"], "must not be set beside keys in backupBaseUri; remove one of the two")];
  }
  return uri.keys || credentials !== undefined
    ? []
    : [
        broken(
          ["storageCredentials"],
          `is required for ${uri.scheme}:// destinations: set accessId and accessKey, or accessIdEnv and accessKeyEnv`,
        ),
      ];
};

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

export const clusterBackupConfigRules: readonly Rule[] = [
  trioIsComplete,
  lagFitsStorage,
  objectStoresNeedKeys,
  credentialsAreComplete,
  onePasswordOnly,
  onePrivateKeyOnly,
];
