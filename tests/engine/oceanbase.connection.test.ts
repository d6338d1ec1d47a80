import type { ThrowawayStack } from "../../tools/throwawayStack";
import { joinObshell, type ObshellEmulator } from "../emulators/obshell";
import { disposeStacks, setProgram, startStack, succeeded } from "./support/engine";
import {
  archivingSubject,
  clusterProgram,
  configured,
  DESTINATION,
  MOVED,
  type Properties,
  subjectOf,
  TENANTS,
  wrap,
  writesOf,
} from "./support/oceanbase";
import { CANARIES, closeVendors, obshell } from "./support/vendors";

jest.setTimeout(240_000);

const more: { close(): Promise<void> }[] = [];

afterEach(async () => {
  disposeStacks();
  await Promise.all(more.splice(0).map((agent) => agent.close()));
  await closeVendors();
});

const ROTATED = "CanaryObshellPassword-rotated";

describe("the connection to an OceanBase cluster", () => {
  /** The password where the resource's own inputs do not hold it, and what tells the program the new one. */
  const places = {
    "the environment": {
      program: (properties: Properties): string => clusterProgram(properties),
      provider: "2 unchanged",
    },
    "an explicit provider": {
      program: (properties: Properties): string => `
        const provider = new oceanbase.Provider("cluster", {
          endpoints: [process.env.OCEANBASE_ENDPOINTS],
          password: process.env.PROGRAM_PASSWORD,
        });
        new oceanbase.ClusterBackupConfig("cluster", ${JSON.stringify(properties)}, { provider });`,
      provider: "1 updated",
    },
  } as const;

  it.each([
    { where: "the environment", onDelete: "keep" },
    { where: "the environment", onDelete: "stopArchiving" },
    { where: "an explicit provider", onDelete: "keep" },
    { where: "an explicit provider", onDelete: "stopArchiving" },
  ] as const)(
    "connection password rotated; then `destroy`: no write, no diff of the resource; destroy works (password in $where, $onDelete)",
    async ({ where, onDelete }) => {
      const cluster = await obshell({ tenants: TENANTS.map((tenant) => configured(tenant)) });
      const { program, provider } = places[where];
      const isInProvider = where === "an explicit provider";
      const stack = await startStack({
        environment: {
          OCEANBASE_ENDPOINTS: cluster.url,
          [isInProvider ? "PROGRAM_PASSWORD" : "OCEANBASE_PASSWORD"]: CANARIES.obshellPassword,
        },
        program: program({ ...DESTINATION, onDelete }),
      });
      const { writes, archiving } = wrap(cluster, stack);
      succeeded(await stack.up("--skip-preview"));

      cluster.change({ change: "password", password: ROTATED });
      stack.environment[isInProvider ? "PROGRAM_PASSWORD" : "OCEANBASE_PASSWORD"] = ROTATED;
      const rotated = succeeded(await stack.up());
      expect(writes()).toEqual([]);
      expect(rotated).not.toMatch(/ClusterBackupConfig cluster updat/);
      expect(rotated).toContain(provider);

      await destroyed(stack, cluster, onDelete);
      expect(archiving().t1).toBe(onDelete === "keep" ? "DOING" : "STOP");
    },
  );

  it("password in the resource's own connection rotated; then `destroy`: an update of the connection alone, no write; destroy works", async () => {
    const cluster = await obshell({ tenants: TENANTS.map((tenant) => configured(tenant)) });
    const program = (password: string): string =>
      clusterProgram({ ...DESTINATION, onDelete: "stopArchiving", connection: { endpoints: [cluster.url], password } });
    const stack = await startStack({ program: program(CANARIES.obshellPassword) });
    succeeded(await stack.up("--skip-preview"));
    cluster.change({ change: "password", password: ROTATED });
    setProgram(stack, program(ROTATED));
    // State must learn the new password, or the deletion would come with the old one.
    expect(succeeded(await stack.up())).toContain("[diff: ~connection]");
    expect(writesOf(cluster)).toEqual([]);
    await destroyed(stack, cluster, "stopArchiving");
  });

  async function destroyed(
    stack: ThrowawayStack,
    cluster: ObshellEmulator,
    onDelete: "keep" | "stopArchiving",
  ): Promise<void> {
    succeeded(await stack.run("destroy", "--yes", "--skip-preview", "--suppress-progress"));
    const stops = TENANTS.map(({ name }) => `PATCH /api/v1/tenant/${name}/backup/log`);
    expect(writesOf(cluster).sort()).toEqual(onDelete === "keep" ? [] : stops);
    expect(await stack.resources()).toEqual([]);
  }

  it("agent 1 down, agent 2 has another key: works", async () => {
    const { stack, cluster, declare, archiving, bases } = await archivingSubject();
    const second = await joinObshell(cluster, { keyBits: 512 });
    more.push(second);
    stack.environment.OCEANBASE_ENDPOINTS = `${cluster.url},${second.url}`;
    await cluster.close();
    declare(MOVED);
    succeeded(await stack.up("--skip-preview"));
    expect(writesOf(second)[0]).toBe("PATCH /api/v1/obcluster/backup/config");
    expect(bases()).toEqual(Array(3).fill("file:///data/moved"));
    expect(archiving()).toEqual({ t1: "DOING", t2: "DOING", t3: "DOING" });
  });

  it("wrong cluster behind an edited provider's endpoint: refused (WrongTarget)", async () => {
    const cluster = await obshell({ tenants: TENANTS });
    // The same name and id, as operators leave them: only its birth tells it apart.
    const other = await obshell({ tenants: TENANTS, sysCreatedTime: Date.UTC(2025, 5, 1) });
    const program = (endpoint: string, properties: Properties): string => `
      const provider = new oceanbase.Provider("cluster", { endpoints: ["${endpoint}"], password: "${CANARIES.obshellPassword}" });
      new oceanbase.ClusterBackupConfig("config", ${JSON.stringify(properties)}, { provider });`;
    const stack = await startStack({ program: program(cluster.url, DESTINATION) });
    succeeded(await stack.up("--skip-preview"));
    setProgram(stack, program(other.url, MOVED));
    for (const command of [
      ["up", "--yes", "--skip-preview"],
      ["refresh", "--yes", "--skip-preview"],
      ["up", "--yes", "--refresh", "--skip-preview"],
    ]) {
      const refused = await stack.run(...command);
      expect(refused.code).not.toBe(0);
      expect(refused.output).toContain("WrongTarget");
      expect(refused.output).toContain("this resource manages the cluster obcluster (id 1, created 2026");
    }
    expect(writesOf(other)).toEqual([]);
    expect(other.sql()).toEqual([]);
    expect((await stack.resources()).some(({ type }) => type.includes("ClusterBackupConfig"))).toBe(true);
  });
});

describe("two agents of which one belongs to another cluster", () => {
  it("wrong cluster behind agent 2: refused", async () => {
    const { stack, cluster, declare } = await archivingSubject();
    const other = await obshell({ tenants: TENANTS, sysCreatedTime: Date.UTC(2025, 5, 1) });
    stack.environment.OCEANBASE_ENDPOINTS = `${cluster.url},${other.url}`;
    await cluster.close();
    declare(MOVED);
    for (const options of [[], ["--refresh"]]) {
      const refused = await stack.up("--skip-preview", ...options);
      expect(refused.code).not.toBe(0);
      expect(refused.output).toContain("WrongTarget");
    }
    expect(writesOf(other)).toEqual([]);
    expect(other.sql()).toEqual([]);
  });
});

describe("an agent of obshell 4.2.4", () => {
  it("4.2.4 profile: works with its token, refused without, and says what it cannot read", async () => {
    const { stack, cluster, declare, writes, archiving, bases } = await subjectOf(DESTINATION, {
      profile: "4.2.4",
      tenants: TENANTS.map((tenant) => configured(tenant, "file:///theirs")),
    });
    const refused = await stack.up("--skip-preview");
    expect(refused.code).not.toBe(0);
    expect(refused.output.replaceAll('\\"', '"')).toContain('accept: ["unverified-archiving"]');
    expect(writes()).toEqual([]);
    expect(cluster.sql()).toEqual([]);

    declare({ ...DESTINATION, accept: ["unverified-archiving"] });
    const up = succeeded(await stack.up("--skip-preview"));
    expect(up).toContain("this version of obshell cannot show whether it does");
    expect(bases()).toEqual(Array(3).fill("file:///data/backup"));
    const tenants = JSON.parse(await stack.mustRun("stack", "output", "tenants", "--json")) as unknown[];
    expect(tenants).toEqual(
      TENANTS.map(({ name }) => expect.objectContaining({ name, unreadable: ["destinations", "archiving"] })),
    );
    // Nothing waits for it: the database opens it a moment later.
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(archiving()).toEqual({ t1: "DOING", t2: "DOING", t3: "DOING" });
    succeeded(await stack.up("--refresh", "--expect-no-changes", "--skip-preview"));
  });
});
