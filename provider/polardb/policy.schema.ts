import { z } from "zod";
import type { Bag, Path } from "../core/bag";
import { canonicalSet } from "../core/canonicalSet";
import { orUnknown } from "../core/checkInputs";
import { TOKEN_PATTERN } from "../core/impact";
import { known } from "../core/unknowns";
import { credentialsSchema, networkSchema, SECRET_FIELDS, SHOWN_FIELDS } from "./credentials.schema";
import { originOf } from "./endpoints";
import { nonEmpty, oneOf, regionId } from "./fieldTypes.schema";
import { broken, type Grammar, type Rule } from "./rules";

const duration = orUnknown(
  z.string().regex(/^[1-9]\d*(s|m|h)$/, 'must be a whole number and a unit s, m or h, such as "30m"'),
).optional();

/** Which cluster, how it is reached, and what is accepted: the same for every policy of a cluster. */
export const policyFields = {
  dbClusterId: orUnknown(
    z
      .string()
      .trim()
      .regex(/^pc-[A-Za-z0-9-]+$/, 'must be the id of a PolarDB cluster, such as "pc-bp13wz9586voc"'),
  ),
  region: orUnknown(regionId).optional(),
  endpoint: orUnknown(
    nonEmpty.pipe(
      z
        .string()
        .refine(
          (text) => originOf(text) !== undefined,
          'must be a host name or an http(s) address without path, query and user, such as "polardb.cn-zhangjiakou.aliyuncs.com"',
        ),
    ),
  ).optional(),
  network: networkSchema,
  credentials: credentialsSchema,
  accept: orUnknown(
    z
      .array(orUnknown(z.string().regex(TOKEN_PATTERN, "is not a token; use the exact text that the refusal printed")))
      .transform(canonicalSet),
  ).optional(),
  timeouts: orUnknown(z.strictObject({ create: duration, update: duration, delete: duration })).optional(),
  onDelete: orUnknown(oneOf(["keep", "reset"])).optional(),
} as const;

const PLACE = { id: "place", source: "Ours: where the API of the cluster is found" };

/** What these properties may be. */
export const POLICY_GRAMMAR: Grammar = {
  "": { id: "known-property", source: "Ours: a misspelt name would be a setting that is not made" },
  region: PLACE,
  endpoint: PLACE,
  network: PLACE,
  credentials: { id: "credentials", source: "Ours: keys come from one source, and it is complete" },
  accept: { id: "accept-token", source: "Ours: a token is the text that a refusal has printed" },
  timeouts: { id: "timeouts", source: "Ours: a deadline has a unit" },
  onDelete: { id: "on-delete", source: "Ours: a policy is kept or reset, for the service cannot delete it" },
};

export type PolicyInputs = z.infer<z.ZodObject<typeof policyFields>>;

/** Those whose change means another cluster, or the same one reached elsewhere. */
export const IDENTITY_FIELDS = ["dbClusterId", "region", "endpoint"] as const;

/** Must stand in `accept` beside `onDelete: "reset"`. */
const ACCEPT_RESET = "shrink:onDelete=reset";

/** Tokens that these inputs need for as long as they stand. */
export function standingTokens(inputs: PolicyInputs): string[] {
  return known(inputs.onDelete) === "reset" ? [ACCEPT_RESET] : [];
}

/** Nobody can be asked any more when the resource is deleted, so the risk is accepted when it is declared. */
export const onDeleteIsAccepted: Rule<PolicyInputs> = {
  id: "reset-accepted",
  source: "Ours: a reset shortens retention, and what is older expires",
  find(inputs) {
    const accept = inputs.accept ?? [];
    return known(inputs.onDelete) !== "reset" || !known(accept) || accept.includes(ACCEPT_RESET)
      ? []
      : broken(
          ["onDelete"],
          `lets backups expire when the resource is deleted; if you want this, add to the resource: accept: ["${ACCEPT_RESET}"]`,
        );
  },
};

/** True where a value may hold a secret: a misspelt name may stand for a secret one, and an address may have a password in it. */
export function isSecretPath([first, second]: Path, bag: Bag): boolean {
  if (first === "endpoint") return String(bag.endpoint).includes("@");
  return first === "credentials" && !SHOWN_FIELDS.has(second);
}

export function secretsOf(bag: Bag): string[] {
  const credentials = (bag.credentials ?? {}) as Bag;
  return SECRET_FIELDS.map((name) => known(credentials[name])).filter((value) => typeof value === "string");
}

/** How messages name the cluster. */
export function clusterName(inputs: PolicyInputs): string {
  return known(inputs.dbClusterId) ?? "a cluster not yet known";
}
