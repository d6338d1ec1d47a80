import { clusterPageFromWire } from "../../../../provider/polardb/clusters.wire";
import { thrownBy } from "../../support/failures";

const item = (fields: object = {}): object => ({ DBClusterId: "pc-1", ...fields });

describe("An answer of DescribeDBClusters", () => {
  it("is read by the vendor's names; empty, null and missing are the same, numbers may be texts", () => {
    const page = clusterPageFromWire({
      RequestId: "R",
      PageNumber: 1,
      TotalRecordCount: "2",
      Items: {
        DBCluster: [
          item({
            DBClusterDescription: " orders ",
            DBType: "MySQL",
            Engine: "POLARDB",
            DBVersion: 8,
            Category: "Normal",
            DBClusterStatus: "Running",
            RegionId: "cn-hangzhou",
            StorageType: "psl5",
            Tags: { Tag: [{ Key: "env", Value: "prod" }, { Key: "note", Value: "" }, { Key: "none" }, { Value: "x" }] },
          }),
          item({ DBClusterId: "pc-2", DBClusterDescription: "", DBVersion: null, Tags: null }),
        ],
      },
    });
    expect(page.total).toBe(2);
    expect(page.clusters).toEqual([
      {
        id: "pc-1",
        description: "orders",
        engine: "MySQL",
        version: "8",
        category: "Normal",
        status: "Running",
        region: "cn-hangzhou",
        storageType: "psl5",
        tags: { env: "prod", note: "", none: "" },
      },
      { id: "pc-2", tags: {} },
    ]);
  });

  it.each<[string, object]>([
    ["no items", { TotalRecordCount: 0 }],
    ["items that are null", { TotalRecordCount: 0, Items: null }],
    ["items without a list", { TotalRecordCount: 0, Items: {} }],
  ])("is a page without clusters when it has %s", (_name, body) => {
    expect(clusterPageFromWire(body)).toEqual({ total: 0, clusters: [] });
  });

  it.each<[string, unknown, string]>([
    ["is no object", "x", "the body"],
    ["has no total", { Items: { DBCluster: [item()] } }, "TotalRecordCount: is missing"],
    ["has a total that is no number", { TotalRecordCount: "many" }, 'TotalRecordCount: "many" is not a whole number'],
    [
      "has a cluster without an id",
      { TotalRecordCount: 2, Items: { DBCluster: [item(), item({ DBClusterId: " " })] } },
      "Items.DBCluster[1].DBClusterId: is missing",
    ],
    ["has no list of clusters", { TotalRecordCount: 1, Items: { DBCluster: {} } }, "Items.DBCluster: "],
  ])("is refused when it %s", (_name, body, place) => {
    const error = thrownBy(() => clusterPageFromWire(body));
    expect(error.kind).toBe("UnexpectedResponse");
    expect(error.message).toContain(`the answer of DescribeDBClusters is not as documented: ${place}`);
  });
});
