import { type Clock, VirtualClock } from "../../emulators/common/clock";
import {
  type AgentServerOptions,
  joinObshell,
  type ObshellEmulator,
  type ObshellOptions,
  startObshell,
  type Tenant,
  type TenantOptions,
} from "../../emulators/obshell";
import { ObshellTestClient } from "./obshellClient";

export const PASSWORD = "RootPwd_1";

export const TENANTS: readonly TenantOptions[] = [
  { name: "t1", id: 1002 },
  { name: "t2", id: 1004 },
];

export const CLUSTER_CONFIG = "/api/v1/obcluster/backup/config";
export const CLUSTER_LOG = "/api/v1/obcluster/backup/log";

export interface Envelope<Data = unknown> {
  readonly successful: boolean;
  readonly status: number;
  readonly data?: Data;
  readonly error?: { readonly code?: number; readonly errCode: string; readonly message: string };
}

export interface DagView {
  readonly id: string;
  readonly name: string;
  readonly state: "READY" | "RUNNING" | "SUCCEED" | "FAILED";
  readonly stage: number;
  readonly operator: string;
  readonly nodes: readonly {
    readonly name: string;
    readonly state: string;
    readonly sub_tasks: readonly {
      readonly state: string;
      readonly execute_times: number;
      readonly execute_agent: { readonly ip: string; readonly port: number };
      readonly task_logs: readonly string[] | null;
    }[];
  }[];
}

export function tenantConfig(tenant: string): string {
  return `/api/v1/tenant/${tenant}/backup/config`;
}

/** All log lines of a DAG, in order of nodes and agents. */
export function logsOf(dag: DagView): string[] {
  return dag.nodes.flatMap((node) => node.sub_tasks.flatMap((subTask) => subTask.task_logs ?? []));
}

/** The last line of the log, which says why a DAG failed. */
export function failureOf(dag: DagView): string | undefined {
  return logsOf(dag).findLast((line) => line.startsWith("ERROR: "));
}

const LONGEST_TASK_MS = 3 * 3_600_000;

/** One emulator and a client that shares its clock. */
export class ObshellFixture<C extends Clock = VirtualClock> {
  private constructor(
    readonly emulator: ObshellEmulator,
    readonly client: ObshellTestClient,
    readonly clock: C,
  ) {}

  static start(options: ObshellOptions = {}): Promise<ObshellFixture> {
    return ObshellFixture.on(new VirtualClock(), options);
  }

  static async on<C extends Clock>(clock: C, options: ObshellOptions): Promise<ObshellFixture<C>> {
    const emulator = await startObshell({ clock, password: PASSWORD, tenants: TENANTS, ...options });
    return new ObshellFixture(
      emulator,
      new ObshellTestClient(emulator.url, clock, options.password ?? PASSWORD),
      clock,
    );
  }

  /** Another agent of the same cluster, with a client of its own. */
  async join(options: AgentServerOptions): Promise<ObshellFixture<C>> {
    const emulator = await joinObshell(this.emulator, options);
    const client = new ObshellTestClient(emulator.url, this.clock, this.client.password);
    return new ObshellFixture(emulator, client, this.clock);
  }

  close(): Promise<void> {
    return this.emulator.close();
  }

  async get<Data>(target: string): Promise<Data> {
    const reply = await this.client.json<Envelope<Data>>("GET", target);
    if (reply.data === undefined) throw new Error(`GET ${target} answered ${JSON.stringify(reply)}`);
    return reply.data;
  }

  send(method: string, target: string, body?: unknown): Promise<Envelope> {
    return this.client.json<Envelope>(method, target, body);
  }

  /** Sends a request that queues a task; the task's id. */
  async queue(target: string, body: unknown, method = "PATCH"): Promise<string> {
    const reply = await this.client.json<Envelope<{ id: string }>>(method, target, body);
    if (!reply.data) throw new Error(`${method} ${target} answered ${JSON.stringify(reply)}`);
    return reply.data.id;
  }

  dag(id: string): Promise<DagView> {
    return this.get<DagView>(`/api/v1/task/dag/${id}`);
  }

  operate(id: string, operator: string): Promise<Envelope> {
    return this.send("POST", `/api/v1/task/dag/${id}`, { operator });
  }

  /** Polls every `stepMs` until the task has ended. */
  async finished(id: string, stepMs = 1_000): Promise<DagView> {
    for (let waited = 0; waited <= LONGEST_TASK_MS; waited += stepMs) {
      const dag = await this.dag(id);
      if (dag.state === "SUCCEED" || dag.state === "FAILED") return dag;
      await this.clock.sleep(stepMs);
    }
    throw new Error(`task ${id} does not end`);
  }

  /** Configures and waits for the end of the task. */
  async configure(target: string, body: unknown, method = "PATCH", stepMs = 1_000): Promise<DagView> {
    return this.finished(await this.queue(target, body, method), stepMs);
  }

  /** Statements sent so far, without what surrounds them. */
  statements(): string[] {
    return this.emulator.sql().map(({ statement }) => statement);
  }

  tenant(name: string): Tenant {
    const tenant = this.emulator.world.tenant(name);
    if (!tenant) throw new Error(`no tenant ${name}`);
    return tenant;
  }

  /** A request to the emulator's own routes, as other processes send it. */
  async control(
    method: string,
    path: string,
    body?: unknown,
  ): Promise<{ status: number; body: unknown; text: string }> {
    const { status, text } = await this.client.plain(method, path, {
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status, body: JSON.parse(text) as unknown, text };
  }
}
