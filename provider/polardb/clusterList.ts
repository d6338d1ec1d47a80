import { mapLimit } from "../core/concurrency";
import { ProviderError } from "../core/errors";
import { MAX_IN_FLIGHT } from "../core/lookupLimit";
import type { PolardbApi } from "./api";
import type { ClusterSummary } from "./clusters.wire";

/** The largest that the service allows. */
const PAGE_SIZE = 100;
const MAX_LISTINGS = 4;

interface Listing {
  readonly clusters: ReadonlyMap<string, ClusterSummary>;
  /** Every page was of the same list, and all of that list is here. */
  readonly isWhole: boolean;
}

/**
 * All pages of a list. Pages are places in a list that others change: when a cluster goes away between two of them, the next
 * one skips a cluster that is still there. A list whose pages do not fit together is therefore read again.
 */
export async function listClusters(
  api: Pick<PolardbApi, "describeClusters">,
  filter: Readonly<Record<string, string>>,
): Promise<ClusterSummary[]> {
  let before: Listing | undefined;
  for (let attempt = 1; attempt <= MAX_LISTINGS; attempt++) {
    const listing = await readPages(api, filter);
    // A total that never fits what is listed is one that counts otherwise; the same list twice is the list.
    if (listing.isWhole || (before && haveSameKeys(before.clusters, listing.clusters))) {
      return [...listing.clusters.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
    }
    before = listing;
  }
  throw new ProviderError({
    kind: "Conflict",
    problem: `the list of clusters changed during each of ${MAX_LISTINGS} readings`,
    advice: "Run the command again when fewer clusters come and go.",
  });
}

async function readPages(
  api: Pick<PolardbApi, "describeClusters">,
  filter: Readonly<Record<string, string>>,
): Promise<Listing> {
  const page = (number: number) =>
    api.describeClusters({ ...filter, PageSize: String(PAGE_SIZE), PageNumber: String(number) });
  const first = await page(1);
  const others = Array.from({ length: Math.ceil(first.total / PAGE_SIZE) - 1 }, (_, index) => index + 2);
  const pages = [first, ...(await mapLimit(others, MAX_IN_FLIGHT, page))];
  const clusters = new Map(pages.flatMap((each) => each.clusters.map((cluster) => [cluster.id, cluster])));
  return { clusters, isWhole: pages.every(({ total }) => total === clusters.size) };
}

function haveSameKeys(a: ReadonlyMap<string, unknown>, b: ReadonlyMap<string, unknown>): boolean {
  return a.size === b.size && [...a.keys()].every((key) => b.has(key));
}
