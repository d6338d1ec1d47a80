import { isUnknown } from "../core/unknowns";
import type { Violation } from "../core/violations";
import type { CredentialsInputs } from "./credentials.schema";

type Field = keyof CredentialsInputs;

/** What names a source by itself. A role is none: it is assumed with one. */
const SOURCES: readonly { readonly name: string; readonly fields: readonly Field[] }[] = [
  {
    name: "an access key",
    fields: [
      "accessKeyId",
      "accessKeyIdEnv",
      "accessKeySecret",
      "accessKeySecretEnv",
      "securityToken",
      "securityTokenEnv",
    ],
  },
  { name: "profile", fields: ["profile"] },
  { name: "an OIDC provider", fields: ["oidcProviderArn", "oidcTokenFile"] },
  { name: "ecsRoleName", fields: ["ecsRoleName"] },
  { name: "credentialsUri", fields: ["credentialsUri"] },
];

/** Settings that say nothing without another one. */
const COMPANIONS: readonly (readonly [Field, readonly Field[]])[] = [
  ["accessKeyId", ["accessKeySecret", "accessKeySecretEnv"]],
  ["accessKeyIdEnv", ["accessKeySecret", "accessKeySecretEnv"]],
  ["accessKeySecret", ["accessKeyId", "accessKeyIdEnv"]],
  ["accessKeySecretEnv", ["accessKeyId", "accessKeyIdEnv"]],
  ["securityToken", ["accessKeyId", "accessKeyIdEnv"]],
  ["securityTokenEnv", ["accessKeyId", "accessKeyIdEnv"]],
  ["oidcProviderArn", ["oidcTokenFile"]],
  ["oidcTokenFile", ["oidcProviderArn"]],
  ["oidcProviderArn", ["roleArn"]],
  ["roleSessionName", ["roleArn"]],
  ["roleSessionExpiration", ["roleArn"]],
  ["externalId", ["roleArn"]],
  ["policy", ["roleArn"]],
  ["stsEndpoint", ["roleArn"]],
];

/** Which fields of `credentials` go together. A value that is not known yet is there all the same. */
export function credentialsRules({ credentials }: { readonly credentials?: CredentialsInputs }): Violation[] {
  if (credentials === undefined || isUnknown(credentials)) return [];
  const isThere = (field: Field): boolean => credentials[field] !== undefined;
  const violation = (field: Field, rule: string): Violation => ({
    path: ["credentials", field],
    rule,
    showValue: false,
  });
  const [first, ...others] = SOURCES.filter((source) => source.fields.some(isThere));
  return [
    ...others.map((other) =>
      violation(
        other.fields.find(isThere) as Field,
        `cannot stand beside ${first?.name}: keys come from one source; remove one of the two`,
      ),
    ),
    ...COMPANIONS.filter(([field, partners]) => isThere(field) && !partners.some(isThere)).map(([field, partners]) =>
      violation(field, `needs ${partners.join(" or ")} beside it`),
    ),
    ...REFERENCES.filter(([name, reference]) => isThere(name) && isThere(reference)).map(([name, reference]) =>
      violation(name, `cannot stand beside ${reference}; remove one of the two`),
    ),
    ...(isThere("oidcProviderArn") && isThere("externalId")
      ? [violation("externalId", "has no effect with an OIDC provider; remove it")]
      : []),
  ];
}

/** A value and the name of a variable that holds it. */
const REFERENCES: readonly (readonly [Field, Field])[] = [
  ["accessKeyId", "accessKeyIdEnv"],
  ["accessKeySecret", "accessKeySecretEnv"],
  ["securityToken", "securityTokenEnv"],
];
