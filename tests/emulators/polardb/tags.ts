import { invalidParameter, VendorError } from "./errors";
import type { Parameters } from "./request";

const MAXIMUM = 20;

/** Of a cluster, or asked for: then an undefined value stands for any. */
export type Tags = ReadonlyMap<string, string | undefined>;

/**
 * `Tag.n.Key` and `Tag.n.Value` of DescribeDBClusters: up to 20, and `n` "must be a consecutive integer starting from 1". The page
 * names no code for a breach; that of TagResources for the number, and the general one for the rest, are inferences.
 */
export function readTagFilter(parameters: Parameters): Tags {
  const numbers = new Set<number>();
  for (const name of parameters.keys()) {
    const match = /^Tag\.(.*)\.(Key|Value)$/.exec(name);
    if (match) numbers.add(Number(match[1]));
  }
  if (numbers.size > MAXIMUM) {
    throw new VendorError(400, "NumberExceed.Tags", "The number of tags is exceed , Valid : 20");
  }
  const filter = new Map<string, string | undefined>();
  for (let number = 1; number <= numbers.size; number++) {
    const key = parameters.get(`Tag.${number}.Key`);
    if (!key || filter.has(key)) throw invalidParameter(`Tag.${number}.Key`);
    filter.set(key, parameters.get(`Tag.${number}.Value`));
  }
  return filter;
}

/** Every tag that is asked for. That several mean "all of them" is said of ListTagResources only. */
export function hasTags(tags: Tags, filter: Tags): boolean {
  return [...filter].every(([key, value]) => (value === undefined ? tags.has(key) : tags.get(key) === value));
}

export function listTags(tags: Tags): { Key: string; Value: string }[] {
  return [...tags].map(([Key, Value = ""]) => ({ Key, Value }));
}
