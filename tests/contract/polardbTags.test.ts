import { realClock } from "../emulators/common/clock";
import { KEY, PolardbFixture } from "./support/polardbFixture";
import type { RawAnswer } from "./support/polardbRawClient";
import { SDKS } from "./support/polardbSdks";

const fixture = new PolardbFixture();
afterEach(() => fixture.stopAll());

const REGION = "cn-hangzhou";

const CLUSTERS = [
  { id: "pc-1", engine: "MySQL", region: REGION, description: "orders-prod", tags: { env: "prod", team: "a+b=c/ä" } },
  { id: "pc-2", engine: "MySQL", region: REGION, description: "orders-test", tags: { env: "test", empty: "" } },
  { id: "pc-3", engine: "MySQL", region: REGION },
] as const;

type Item = Readonly<Record<string, unknown>>;

const items = (body: Readonly<Record<string, unknown>>): Item[] => (body.Items as { DBCluster: Item[] }).DBCluster;

const ids = (body: Readonly<Record<string, unknown>>): unknown[] => items(body).map(({ DBClusterId }) => DBClusterId);

async function start() {
  const started = await fixture.start({ clusters: CLUSTERS });
  const list = (parameters: Readonly<Record<string, string>> = {}): Promise<RawAnswer> =>
    started.client.v3("DescribeDBClusters", { RegionId: REGION, ...parameters });
  return { ...started, list };
}

describe("Descriptions and tags on the PolarDB emulator", () => {
  it("are listed as the vendor nests them; without a description of its own a cluster is called by its id", async () => {
    const { list } = await start();
    expect(items((await list()).body).map(({ DBClusterDescription, Tags }) => [DBClusterDescription, Tags])).toEqual([
      [
        "orders-prod",
        {
          Tag: [
            { Key: "env", Value: "prod" },
            { Key: "team", Value: "a+b=c/ä" },
          ],
        },
      ],
      [
        "orders-test",
        {
          Tag: [
            { Key: "env", Value: "test" },
            { Key: "empty", Value: "" },
          ],
        },
      ],
      ["pc-3", { Tag: [] }],
    ]);
  });

  it("are one level less deep in DescribeDBClusterAttribute", async () => {
    const { client } = await start();
    const { body } = await client.v3("DescribeDBClusterAttribute", { DBClusterId: "pc-2" });
    expect(body).toMatchObject({
      DBClusterDescription: "orders-test",
      Tags: [
        { Key: "env", Value: "test" },
        { Key: "empty", Value: "" },
      ],
    });
  });

  it.each<[string, Readonly<Record<string, string>>, readonly string[]]>([
    ["a key and its value", { "Tag.1.Key": "env", "Tag.1.Value": "prod" }, ["pc-1"]],
    ["a key with any value", { "Tag.1.Key": "env" }, ["pc-1", "pc-2"]],
    ["an empty value", { "Tag.1.Key": "empty", "Tag.1.Value": "" }, ["pc-2"]],
    [
      "all of several",
      { "Tag.1.Key": "env", "Tag.1.Value": "prod", "Tag.2.Key": "team", "Tag.2.Value": "a+b=c/ä" },
      ["pc-1"],
    ],
    ["several that no cluster has all of", { "Tag.1.Key": "env", "Tag.2.Key": "none" }, []],
  ])("narrow a list by %s", async (_name, filter, expected) => {
    const { list } = await start();
    const { body } = await list(filter);
    expect(ids(body)).toEqual(expected);
    expect(body).toMatchObject({ TotalRecordCount: expected.length });
  });

  it.each<[string, Readonly<Record<string, string>>, string]>([
    ["numbers that do not begin at 1", { "Tag.2.Key": "env" }, "InvalidParameter"],
    ["a number that is none", { "Tag.x.Key": "env" }, "InvalidParameter"],
    ["a value without a key", { "Tag.1.Value": "prod" }, "InvalidParameter"],
    ["the same key twice", { "Tag.1.Key": "env", "Tag.2.Key": "env" }, "InvalidParameter"],
    [
      "21 of them",
      Object.fromEntries(Array.from({ length: 21 }, (_, index) => [`Tag.${index + 1}.Key`, `k${index}`])),
      "NumberExceed.Tags",
    ],
  ])("are refused as a filter with %s", async (_name, filter, code) => {
    const { list } = await start();
    expect(await list(filter)).toMatchObject({ status: 400, code });
  });

  it("come with a cluster that is added later, and are shown in the state", async () => {
    const { client, list } = await start();
    const cluster = { id: "pc-4", engine: "MySQL", region: REGION, description: "late", tags: { env: "prod", no: "" } };
    const post = (change: object): Promise<RawAnswer> =>
      client.send({ method: "POST", target: "/__state", headers: {}, body: JSON.stringify(change) });
    expect((await post({ kind: "addCluster", cluster })).status).toBe(200);
    expect(ids((await list({ "Tag.1.Key": "env", "Tag.1.Value": "prod" })).body)).toEqual(["pc-1", "pc-4"]);
    const state = (await client.send({ method: "GET", target: "/__state", headers: {}, body: "" })).body;
    expect((state.clusters as unknown[]).at(-1)).toMatchObject({ description: "late", tags: { env: "prod", no: "" } });
    const wrong = await post({ kind: "addCluster", cluster: { ...cluster, id: "pc-5", tags: { env: 1 } } });
    expect(wrong.text).toContain("cluster.tags.env: 1 must be a text under a key");
  });
});

describe.each(SDKS)("A filter by tags of the PolarDB emulator, sent by $name", (sdk) => {
  it("is understood as one parameter per field, as the generated clients flatten it", async () => {
    const { emulator } = await fixture.start({ clusters: CLUSTERS, clock: realClock });
    const tags = { "Tag.1.Key": "env", "Tag.1.Value": "prod", "Tag.2.Key": "team", "Tag.2.Value": "a+b=c/ä" };
    const body = await sdk.call(emulator.url, KEY, "DescribeDBClusters", { RegionId: REGION, ...tags });
    expect(ids(body)).toEqual(["pc-1"]);
  });
});
