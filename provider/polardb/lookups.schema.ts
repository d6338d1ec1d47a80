import { z } from "zod";
import { orUnknown } from "../core/checkInputs";
import { backupPolicySchema } from "./backupPolicy.schema";

/** The connection of a function is that of a resource, and so are its rules. */
const connectionSchema = backupPolicySchema.pick({ region: true, endpoint: true, network: true, credentials: true });

/** What is asked of one cluster. */
export const clusterLookupSchema = connectionSchema.extend(backupPolicySchema.pick({ dbClusterId: true }).shape);

const MAX_TAGS = 20;
const TAG_LENGTH = 128;

/** Lengths and number of tags are those of the page "PolarDB: DescribeDBClusters". */
const tags = z
  .record(z.string(), z.string().max(TAG_LENGTH, `must have at most ${TAG_LENGTH} characters`))
  .refine(
    (record) => Object.keys(record).every((key) => key !== "" && key.length <= TAG_LENGTH),
    `must have keys of 1 to ${TAG_LENGTH} characters`,
  )
  .refine((record) => Object.keys(record).length <= MAX_TAGS, `must be at most ${MAX_TAGS} tags`);

export const clusterSearchSchema = connectionSchema.extend({
  tags: orUnknown(tags).optional(),
  namePattern: orUnknown(z.string().min(1, "must not be empty; leave it out for all clusters")).optional(),
  engine: orUnknown(
    z.enum(["MySQL", "PostgreSQL", "Oracle"], 'must be one of "MySQL", "PostgreSQL", "Oracle"'),
  ).optional(),
});

export type ClusterSearch = z.infer<typeof clusterSearchSchema>;
