import { disposeStacks, setProgram, startStack, succeeded } from "./support/engine";
import { archivingSubject, clusterProgram, DESTINATION } from "./support/oceanbase";
import { closeVendors, vendorEnvironment } from "./support/vendors";

jest.setTimeout(240_000);

afterEach(async () => {
  disposeStacks();
  await closeVendors();
});

const ALL = { t1: "DOING", t2: "DOING", t3: "DOING" };
const STOPPING = { ...DESTINATION, onDelete: "stopArchiving" };

const withOptions = (properties: object, options: string): string =>
  `new oceanbase.ClusterBackupConfig("cluster", ${JSON.stringify(properties)}, ${options});`;

describe("Pulumi's own options on an OceanBase resource", () => {
  it("retainOnDelete leaves everything alone, whatever onDelete says", async () => {
    const { stack, writes, archiving } = await archivingSubject(STOPPING);
    setProgram(stack, withOptions(STOPPING, "{ retainOnDelete: true }"));
    succeeded(await stack.up("--skip-preview"));
    setProgram(stack, "");
    succeeded(await stack.up("--skip-preview"));
    expect(writes()).toEqual([]);
    expect(archiving()).toEqual(ALL);
  });

  it("protect refuses the deletion", async () => {
    const { stack, writes, archiving } = await archivingSubject(STOPPING);
    setProgram(stack, withOptions(STOPPING, "{ protect: true }"));
    succeeded(await stack.up("--skip-preview"));
    setProgram(stack, "");
    expect((await stack.up("--skip-preview")).code).not.toBe(0);
    expect(writes()).toEqual([]);
    expect(archiving()).toEqual(ALL);
  });

  it("ignoreChanges keeps a property as it was applied", async () => {
    const declared = { ...DESTINATION, haLowThreadScore: 4 };
    const { stack, writes } = await archivingSubject(declared);
    setProgram(stack, withOptions({ ...declared, haLowThreadScore: 8 }, '{ ignoreChanges: ["haLowThreadScore"] }'));
    succeeded(await stack.up("--skip-preview", "--expect-no-changes"));
    expect(writes()).toEqual([]);
  });

  it("replaceOnChanges replaces the resource and never switches off what the new one has taken over", async () => {
    const declared = { ...STOPPING, haLowThreadScore: 4 };
    const { stack, archiving, cluster } = await archivingSubject(declared);
    setProgram(stack, withOptions({ ...declared, haLowThreadScore: 8 }, '{ replaceOnChanges: ["haLowThreadScore"] }'));
    expect(succeeded(await stack.up("--skip-preview"))).toMatch(/1 replaced/);
    expect(cluster.world.tenants.map(({ parameters }) => parameters.ha_low_thread_score)).toEqual(["8", "8", "8"]);
    expect(archiving()).toEqual(ALL);
  });

  it("a move to another stack writes nothing: declared there, then removed here", async () => {
    const { stack, cluster, writes, archiving } = await archivingSubject();
    const other = await startStack({
      environment: vendorEnvironment({ obshell: cluster }),
      program: clusterProgram(DESTINATION),
    });
    succeeded(await other.up("--skip-preview"));
    setProgram(stack, "");
    expect(succeeded(await stack.up("--skip-preview"))).toContain("Pulumi no longer manages them");
    succeeded(await other.up("--skip-preview", "--expect-no-changes"));
    expect(writes()).toEqual([]);
    expect(archiving()).toEqual(ALL);
  });
});
