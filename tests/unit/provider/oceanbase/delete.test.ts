import { Claims } from "../../../../provider/core/claims";
import type { BackupConfigOutputs } from "../../../../provider/oceanbase/backupConfig.apply";
import { stopOnDelete } from "../../../../provider/oceanbase/delete";
import { requireOwnership } from "../../../../provider/oceanbase/ownership";
import { oneAfterAnother, type ScriptedAgent, scriptedAgent } from "../../support/agent";
import { rejectionOf } from "../../support/failures";
import { anyConfigOf, cluster, placed, tenant } from "../../support/oceanbase";

const NAMES = { t2: 1002, t4: 1004, t6: 1006 } as const;
const CLUSTER = { id: 1, name: "obcluster", createdTime: "2025-01-01T00:00:00Z" };
const TENANTS = [placed(1002), placed(1004)];

const recorded: BackupConfigOutputs = {
  connection: { endpoints: ["10.10.10.1:2886"], password: "p" },
  onDelete: "stopArchiving",
  applied: {},
  unconfirmed: {},
  covered: [],
  unverified: [],
  cluster: CLUSTER,
  tenants: TENANTS,
  archiveGaps: [],
};
const row = (id: number, name: string) => ({
  tenant_id: id,
  tenant_name: name,
  created_time: id === 1 ? CLUSTER.createdTime : "2025-02-01T00:00:00Z",
});

/** Three tenants that archive until they are told to stop. */
function runningCluster(states: Partial<Record<keyof typeof NAMES, unknown[]>> = {}): ScriptedAgent {
  const doing = { contents: [{ status: "DOING" }] };
  const routes = Object.keys(NAMES).flatMap((name) => {
    const rounds = states[name as keyof typeof NAMES] ?? [doing, { contents: [] }];
    return [
      [`GET /api/v1/tenant/${name}/backup/config/storage`, null],
      [`GET /api/v1/tenant/${name}/backup/log/tasks`, oneAfterAnother(...rounds)],
      [`PATCH /api/v1/tenant/${name}/backup/log`, null],
    ];
  });
  return scriptedAgent({
    "GET /api/v1/ob/info": { agent_info: [{ version: "4.5.0.0" }], obcluster_info: { id: 1, name: "obcluster" } },
    "GET /api/v1/tenants/overview": {
      contents: [row(1, "sys"), ...Object.entries(NAMES).map(([name, id]) => row(id, name))],
    },
    "GET /api/v1/obcluster/parameters": { contents: [] },
    "GET /api/v1/task/dags/ob?show_details=false": { contents: [] },
    ...Object.fromEntries(routes),
  });
}

const writes = ({ calls }: ScriptedAgent): string[] => calls.filter((call) => !call.startsWith("GET"));
const stopOf = (name: string): string => `PATCH /api/v1/tenant/${name}/backup/log {"status":"stop"}`;

describe("Deleting a resource", () => {
  it.each<[string, Partial<BackupConfigOutputs>, string]>([
    ["that is to keep everything", { onDelete: "keep" }, "obcluster"],
    ["that says nothing of it", { onDelete: undefined }, "obcluster"],
    ["of one tenant", { onDelete: "keep", tenantName: "t4" }, "t4 of obcluster"],
    ["that was never finished", { cluster: undefined as never }, "cluster"],
  ])("calls nobody, and says that all stays, of one %s", async (_name, changes, name) => {
    const agent = scriptedAgent({});
    await stopOnDelete({ ...recorded, ...changes }, agent.context);
    expect(agent.calls).toEqual([]);
    expect(agent.context.lines).toEqual([
      `${name}: destinations, parameters, clean-up policy and log archiving stay as they are; Pulumi no longer manages them`,
    ]);
  });

  it("stops log archiving of its tenants, and of no others, where an earlier run has recorded that wish", async () => {
    const agent = runningCluster();
    await stopOnDelete(recorded, agent.context);
    expect(writes(agent)).toEqual([stopOf("t2"), stopOf("t4")]);
    expect(agent.context.lines).toContain(
      "obcluster: destinations, parameters and clean-up policy stay as they are; Pulumi no longer manages them",
    );
  });

  it("leaves alone what has stopped, or is just stopping", async () => {
    const agent = runningCluster({ t2: [{ contents: [] }], t4: [{ contents: [{ status: "STOPPING" }] }] });
    await stopOnDelete(recorded, agent.context);
    expect(writes(agent)).toEqual([]);
  });

  it("stops one that is suspended", async () => {
    const agent = runningCluster({ t2: [{ contents: [{ status: "SUSPEND" }] }, { contents: [] }] });
    await stopOnDelete({ ...recorded, tenants: [tenant(1002)] }, agent.context);
    expect(writes(agent)).toEqual([stopOf("t2")]);
  });

  it("spares a tenant that another resource of this run has taken over, and names it", async () => {
    const agent = runningCluster();
    const claims = new Claims();
    const taken = anyConfigOf({ tenantName: "t4", haLowThreadScore: 1 });
    requireOwnership(taken, cluster(TENANTS), "OceanBase tenant backup config", claims);
    await stopOnDelete(recorded, { ...agent.context, claims });
    expect(writes(agent)).toEqual([stopOf("t2")]);
    expect(agent.context.lines).toContain(
      "obcluster: log archiving of t4 goes on, because another resource has taken it over",
    );
  });

  it("changes nothing in another cluster that has the addresses now", async () => {
    const agent = runningCluster();
    const other = { ...CLUSTER, createdTime: "2020-01-01T00:00:00Z" };
    const error = await rejectionOf(stopOnDelete({ ...recorded, cluster: other }, agent.context));
    expect(error.kind).toBe("WrongTarget");
    expect(writes(agent)).toEqual([]);
  });
});
