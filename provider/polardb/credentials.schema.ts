import { z } from "zod";
import { orUnknown } from "../core/checkInputs";
import { nonEmpty } from "./fieldTypes.schema";

const text = orUnknown(nonEmpty).optional();

const fields = z.strictObject({
  accessKeyId: text,
  accessKeyIdEnv: text,
  accessKeySecret: text,
  accessKeySecretEnv: text,
  securityToken: text,
  securityTokenEnv: text,
  profile: text,
  roleArn: orUnknown(
    z
      .string()
      .trim()
      .regex(/^acs:ram::\d+:role\/.+$/, 'must be the ARN of a RAM role, such as "acs:ram::123456789012:role/backup"'),
  ).optional(),
  roleSessionName: orUnknown(
    z
      .string()
      .regex(/^[A-Za-z0-9.@_-]{2,64}$/, "must be 2 to 64 letters, digits, dots, at signs, hyphens and underscores"),
  ).optional(),
  roleSessionExpiration: orUnknown(
    z
      .number()
      .refine(
        (seconds) => Number.isInteger(seconds) && seconds >= 900 && seconds <= 43_200,
        "must be a whole number of seconds from 900 to 43200",
      ),
  ).optional(),
  externalId: text,
  policy: orUnknown(nonEmpty.refine(isJsonObject, "must be a RAM policy as JSON text")).optional(),
  oidcProviderArn: text,
  oidcTokenFile: text,
  ecsRoleName: text,
  credentialsUri: orUnknown(
    nonEmpty.refine((uri) => /^https?:$/.test(URL.parse(uri)?.protocol ?? ""), "must be an http or https address"),
  ).optional(),
  stsEndpoint: orUnknown(
    z
      .string()
      .trim()
      .regex(/^(https:\/\/)?[A-Za-z0-9.-]+(:\d+)?\/?$/, 'must be a host name such as "sts.cn-hangzhou.aliyuncs.com"'),
  ).optional(),
});

export type CredentialsInputs = z.infer<typeof fields>;

/** Who signs the requests of a resource. Which fields go together is a matter of `credentials.rules.ts`. */
export const credentialsSchema = orUnknown(fields).optional();

/** How the endpoint of the region is reached. */
export const networkSchema = orUnknown(z.enum(["public", "vpc"], 'must be "public" or "vpc"')).optional();

/** Fields whose values are secret. An address of keys may have a token in it. */
export const SECRET_FIELDS = ["accessKeySecret", "securityToken", "credentialsUri"] as const;

/** Fields whose values may be shown. All others may not: a misspelt name may stand for a secret one. */
export const SHOWN_FIELDS: ReadonlySet<unknown> = new Set(
  Object.keys(fields.shape).filter((name) => !(SECRET_FIELDS as readonly string[]).includes(name)),
);

function isJsonObject(value: string): boolean {
  try {
    const parsed: unknown = JSON.parse(value);
    return typeof parsed === "object" && parsed !== null && !Array.isArray(parsed);
  } catch {
    return false;
  }
}
