import { z } from "zod";
import { parse, unexpected } from "./wire";

const ACTION = "DescribeAvailableCrossRegions";

const describeAvailableCrossRegions = z.looseObject({ Regions: z.union([z.string(), z.array(z.string())]).nullish() });

/**
 * Region ids in the order of the alphabet. The page declares a list, and its sample shows one text that holds a JSON list; both are
 * taken, alone and one in the other.
 */
export function crossRegionsFromWire(body: unknown): string[] {
  const { Regions } = parse(ACTION, describeAvailableCrossRegions, body);
  const texts = typeof Regions === "string" ? [Regions] : (Regions ?? []);
  const regions = texts.flatMap((text) => (text.trim().startsWith("[") ? listIn(text) : [text]));
  return [...new Set(regions.map((region) => region.trim()).filter((region) => region !== ""))].sort();
}

function listIn(text: string): string[] {
  try {
    return z.array(z.string()).parse(JSON.parse(text));
  } catch {
    throw unexpected(ACTION, ["Regions"], "holds a text that is not a JSON list of regions");
  }
}
