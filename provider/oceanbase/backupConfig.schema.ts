import { z } from "zod";
import type { Path } from "../core/bag";
import { canonicalSet } from "../core/canonicalSet";
import { orUnknown } from "../core/checkInputs";
import { formatDuration, parseDuration } from "../core/duration";
import { TOKEN_PATTERN } from "../core/impact";
import { formatStorageUri, parseStorageUri } from "./storageUri";

/** Rules cite the vendor's page "Update the cluster-level backup configuration" unless they say otherwise. */
const DAY_MS = 86_400_000;
const LAG_MAX_MS = 7_200_000;

export const nonEmpty = z.string().min(1, "must not be empty; leave the property out instead");

/** A transformation that either gives the canonical value or says which rule is broken. */
function canonical<I, O>(
  schema: z.ZodType<I>,
  convert: (value: I) => { value: O } | { problem: string },
): z.ZodType<O> {
  return schema.transform((input, context) => {
    const result = convert(input);
    if ("value" in result) return result.value;
    context.issues.push({ code: "custom", input, message: result.problem });
    return z.NEVER;
  }) as unknown as z.ZodType<O>;
}

export const storageUri = canonical(z.string(), (text) => {
  const { uri, problem } = parseStorageUri(text);
  return uri ? { value: formatStorageUri(uri) } : { problem };
});

const threads = z
  .number()
  .refine((value) => Number.isInteger(value) && value >= 0 && value <= 100, "must be a whole number from 0 to 100");

const binding = canonical(z.string(), (text) => {
  const value = text.toLowerCase();
  return value === "optional" || value === "mandatory"
    ? { value: value as "optional" | "mandatory" }
    : { problem: 'must be "optional" (business takes precedence) or "mandatory" (archiving takes precedence)' };
});

const pieceSwitchInterval = canonical(z.string(), (text) => {
  const ms = parseDuration(text);
  return ms !== undefined && ms % DAY_MS === 0 && ms >= DAY_MS && ms <= 7 * DAY_MS
    ? { value: formatDuration(ms) }
    : { problem: 'must be whole days from "1d" to "7d"' };
});

const archiveLagTarget = canonical(z.string(), (text) => {
  const ms = parseDuration(text);
  return ms !== undefined && ms <= LAG_MAX_MS
    ? { value: formatDuration(ms) }
    : { problem: 'must be one whole number and one unit (ms, s, m, h) from "0ms" to "7200s", such as "120s"' };
});

const deletePolicy = z.strictObject({
  policy: orUnknown(
    canonical(z.string(), (text) =>
      text === "" || text.toLowerCase() === "default"
        ? { value: "default" as const }
        : { problem: 'must be "default", the only clean-up policy there is' },
    ),
  )
    .optional()
    .transform((policy) => policy ?? ("default" as const)),
  recoveryWindow: orUnknown(z.string().regex(/^[1-9]\d*d$/, 'must be whole days, at least "1d", such as "7d"')),
});

const duration = orUnknown(
  z.string().regex(/^[1-9]\d*(s|m|h)$/, 'must be a whole number and a unit s, m or h, such as "30m"'),
).optional();

/** obshell writes tenant names into SQL without quotes, so only what SQL reads as a name there works. */
const PLAIN_NAME = /^(?!\d+$|\d+e\d|0[xb])[a-z0-9_$]+$/i;

/** Reserved words that could pass for a tenant's name. */
const RESERVED = new Set(
  `all alter analyze as both by call case change check column condition convert create cross database databases default delete desc
  distinct drop each exists explain fetch for force foreign from function grant group groups having in index insert interval into is
  join key keys kill leave left like limit linear lines load lock long loop match mod not null on option or order out outer partition
  primary procedure purge range rank read reads recursive references release rename repeat replace require restrict return revoke
  right row rows schema schemas select separator set show signal spatial sql ssl starting stored system table terminated then to
  trigger true undo union unique unlock update usage use using values varying virtual when where while window with write zerofill`.split(
    /\s+/,
  ),
);

export function isPlainName(name: string): boolean {
  return PLAIN_NAME.test(name) && !RESERVED.has(name.toLowerCase());
}

export const tenantName = z
  .string()
  .refine(isPlainName, "must be a plain SQL name (letters, digits, _ and no reserved word): obshell writes it unquoted")
  .refine((name) => name.toLowerCase() !== "sys", "must be a user tenant: sys has no backups");

const optionalText = orUnknown(nonEmpty).optional();

/** What both resources have, whatever they cover. */
export const commonShape = {
  connection: orUnknown(
    z.strictObject({
      endpoints: orUnknown(z.array(orUnknown(nonEmpty)).min(1, "must name at least one agent")).optional(),
      // An empty password is a password: clusters can have an empty root password.
      password: orUnknown(z.string()).optional(),
      passwordEnv: optionalText,
      agentPassword: orUnknown(z.string()).optional(),
      agentPasswordEnv: optionalText,
      tls: orUnknown(
        z.strictObject({ ca: optionalText, cert: optionalText, key: optionalText, keyEnv: optionalText }),
      ).optional(),
    }),
  ).optional(),
  storageCredentials: orUnknown(
    z.strictObject({
      accessId: optionalText,
      accessIdEnv: optionalText,
      accessKey: optionalText,
      accessKeyEnv: optionalText,
    }),
  ).optional(),
  logArchiveConcurrency: orUnknown(threads).optional(),
  binding: orUnknown(binding).optional(),
  haLowThreadScore: orUnknown(threads).optional(),
  pieceSwitchInterval: orUnknown(pieceSwitchInterval).optional(),
  archiveLagTarget: orUnknown(archiveLagTarget).optional(),
  deletePolicy: orUnknown(deletePolicy).optional(),
  archiving: orUnknown(
    z.enum(["running", "stopped", "suspended"], { error: 'must be "running", "stopped" or "suspended"' }),
  ).optional(),
  initialBackup: orUnknown(
    z.literal("full", { error: 'must be "full": only a full backup can open archiving' }),
  ).optional(),
  accept: orUnknown(
    z
      .array(orUnknown(z.string().regex(TOKEN_PATTERN, "is not a token; use the exact text that the refusal printed")))
      .transform(canonicalSet),
  ).optional(),
  reapply: optionalText,
  releaseTask: optionalText,
  timeouts: orUnknown(z.strictObject({ create: duration, update: duration, read: duration })).optional(),
  onDelete: orUnknown(z.enum(["keep", "stopArchiving"], { error: 'must be "keep" or "stopArchiving"' })).optional(),
};

/**
 * What a program declares, canonical, of either resource: a resource of a cluster has `backupBaseUri` and `exceptTenants`, one of
 * a tenant has `tenantName` and the two base URIs. Everything after `check` works on this one type.
 */
export type BackupConfigInputs = z.infer<z.ZodObject<typeof commonShape>> & {
  readonly backupBaseUri?: string;
  readonly exceptTenants?: readonly string[];
  readonly tenantName?: string;
  readonly archiveBaseUri?: string;
  readonly dataBaseUri?: string;
  /** Changes when the storage keys change, wherever they come from; makes rotation visible without showing a key. */
  readonly storageFingerprint?: string;
};

/** The properties that hold a destination, which may have keys in it. */
export const URI_PROPERTIES = ["backupBaseUri", "archiveBaseUri", "dataBaseUri"] as const;

export type UriProperty = (typeof URI_PROPERTIES)[number];

/** Fields below the objects that hold secrets which may be shown. */
const SHOWN = {
  connection: ["endpoints", "passwordEnv", "agentPasswordEnv"],
  tls: ["ca", "cert", "keyEnv"],
  storageCredentials: ["accessId", "accessIdEnv", "accessKeyEnv"],
} as const satisfies Record<string, readonly string[]>;

/**
 * True where a value may hold a secret: passwords, keys, a URI, which may have keys in it, and misspelt names, which may stand
 * for any of these.
 */
export function isSecretPath([first, second, third]: Path): boolean {
  const shown = (names: readonly unknown[], name: unknown): boolean => names.includes(name);
  if (isUriProperty(first)) return true;
  if (first === "storageCredentials") return !shown(SHOWN.storageCredentials, second);
  if (first !== "connection") return false;
  return second === "tls" ? !shown(SHOWN.tls, third) : !shown(SHOWN.connection, second);
}

export function isUriProperty(property: unknown): property is UriProperty {
  return (URI_PROPERTIES as readonly unknown[]).includes(property);
}
