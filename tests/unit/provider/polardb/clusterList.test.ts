import { listClusters } from "../../../../provider/polardb/clusterList";
import type { ClusterPage } from "../../../../provider/polardb/clusters.wire";

const page = (total: number, ...ids: string[]): ClusterPage => ({
  total,
  clusters: ids.map((id) => ({ id, tags: {} })),
});

/** Answers pages in the order in which they are asked for. */
function answering(...pages: ClusterPage[]) {
  const asked: string[] = [];
  const describeClusters = async (parameters: Readonly<Record<string, string>>): Promise<ClusterPage> => {
    asked.push(`${parameters.RegionId} ${parameters.PageNumber}/${parameters.PageSize}`);
    const next = pages.shift();
    if (!next) throw new Error("nobody expected another page");
    return next;
  };
  const list = async () => (await listClusters({ describeClusters }, { RegionId: "r" })).map(({ id }) => id);
  return { asked, list };
}

describe("A list of clusters over pages", () => {
  it("is one page when there are none", async () => {
    const { asked, list } = answering(page(0));
    expect(await list()).toEqual([]);
    expect(asked).toEqual(["r 1/100"]);
  });

  it("is in the order of the ids, whatever that of the service", async () => {
    expect(await answering(page(3, "pc-b", "pc-B", "pc-a")).list()).toEqual(["pc-B", "pc-a", "pc-b"]);
  });

  it("is read again when a cluster is on two pages, because then another one is on none", async () => {
    const hundred = Array.from({ length: 100 }, (_, index) => `pc-${index}`);
    const { asked, list } = answering(
      page(101, ...hundred),
      page(101, "pc-99"),
      page(101, ...hundred),
      page(101, "pc-x"),
    );
    expect(await list()).toHaveLength(101);
    expect(asked).toEqual(["r 1/100", "r 2/100", "r 1/100", "r 2/100"]);
  });

  it("is taken when it is the same twice, though the service counts otherwise", async () => {
    const { asked, list } = answering(page(3, "pc-1", "pc-2"), page(3, "pc-2", "pc-1"));
    expect(await list()).toEqual(["pc-1", "pc-2"]);
    expect(asked).toHaveLength(2);
  });

  it("is not taken when it keeps changing", async () => {
    const { list } = answering(page(2, "pc-1"), page(2, "pc-2"), page(2, "pc-3"), page(2, "pc-4"));
    await expect(list()).rejects.toMatchObject({ kind: "Conflict" });
  });
});
