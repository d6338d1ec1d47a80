import { randomBytes } from "node:crypto";
import { VirtualClock } from "../../emulators/common/clock";
import { fingerprint, type ObshellEmulator, startObshell, type Tenant } from "../../emulators/obshell";
import { decryptText, ObshellTestClient, type TestReply, type TestRequest } from "./obshellClient";
import { differences, headerDifferences, normalisedText } from "./obshellCompare";
import type { Recorded, Unit } from "./obshellRecording";
import { OVERRIDES } from "./obshellRequests";
import { forcedStatus, SETUPS } from "./obshellSetups";
import { newSocketPath } from "./unixSocket";

/** How one recorded exchange fared: no differences means reproduced. */
export interface Outcome {
  readonly name: string;
  readonly differences: readonly string[];
}

const STEP_MS = 250;
const LONGEST_WAIT_MS = 120_000;
const RECORDED_PORT = "2886";
const RECORDED_LOCAL_PREFIX = "2213070643302886";

/** Requests whose statements the recording gives later, with the state that they led to. */
const SQL_SINCE: Readonly<Record<string, string>> = {
  "dag/fail-node2/get-after-retry": "dag/fail-node2/op-retry",
  "dag/node/get-dag-after-pass": "dag/node/op-pass",
};

/** Sends recorded requests to an emulator of the same cluster, on a virtual clock, and compares what comes back. */
export class Replay {
  current: Recorded | undefined;
  private readonly ids = new Map<string, string>();
  private readonly memory = new Map<string, string>();
  private readonly sqlMarks = new Map<string, number>();
  private aside: Tenant[] = [];

  private constructor(
    readonly emulator: ObshellEmulator,
    readonly client: ObshellTestClient,
    readonly clock: VirtualClock,
    private readonly unixSocket: string,
    /** Whether an exchange is known not to be reproduced: then nothing is waited for. */
    private readonly isListed: (name: string) => boolean,
  ) {}

  static async start(identity: "SINGLE" | "CLUSTER AGENT", isListed: (name: string) => boolean): Promise<Replay> {
    const clock = new VirtualClock(Date.UTC(2026, 10, 22, 11, 43, 0));
    const isSingle = identity === "SINGLE";
    const password = isSingle ? "" : "RootPwd_1";
    const unixSocket = newSocketPath();
    const emulator = await startObshell({
      clock,
      password,
      identity,
      tenants: [{ name: "mysql_tenant", id: 1002 }],
      databaseRules: "relay",
      unixSocket,
    });
    return new Replay(emulator, new ObshellTestClient(emulator.url, clock, password), clock, unixSocket, isListed);
  }

  async run(unit: Unit): Promise<Outcome[]> {
    const outcomes: Outcome[] = [];
    if (unit.main) outcomes.push(await this.exchange(unit.main, unit.polls.length > 0));
    for (const poll of unit.polls) outcomes.push(await this.poll(poll));
    if (unit.main && unit.polls.length > 0) {
      const found = this.compareSql(unit.main.sql ?? [], this.taskSql(this.idOf(unit.main)));
      if (found.length > 0)
        outcomes[0] = { name: unit.main.name, differences: [...(outcomes[0]?.differences ?? []), ...found] };
    }
    return outcomes;
  }

  private async exchange(line: Recorded, isTask: boolean): Promise<Outcome> {
    this.current = line;
    await forcedStatus(line.name, line.note !== undefined || this.isAfterInterruption(line.name))?.(this);
    await SETUPS[line.name]?.(this);
    this.sqlMarks.set(line.name, this.emulator.sql().length);
    if (line.probes) return { name: line.name, differences: await this.probes(line) };
    if (isTask) this.emulator.world.probes = [];
    const reply = await this.request(line);
    const found = this.compare(line, reply);
    if (!isTask) found.push(...this.compareSql(line.sql ?? [], this.sqlOf(line)));
    return { name: line.name, differences: found };
  }

  /** In the last part of `backup/log` every status was written by hand. */
  private isAfterInterruption(name: string): boolean {
    if (name === "backup/log/INTERRUPTED+doing") this.memory.set("by hand", "yes");
    if (name === "backup/log/tenant-form-doing") this.memory.delete("by hand");
    return this.memory.has("by hand");
  }

  /** Advances until the task looks as recorded: the recording holds samples, in order, of the states it went through. */
  private async poll(line: Recorded): Promise<Outcome> {
    this.current = line;
    let found = this.compare(line, await this.request(line));
    const patience = this.isListed(line.name) ? 0 : LONGEST_WAIT_MS;
    for (let waited = 0; found.length > 0 && waited < patience; waited += STEP_MS) {
      this.clock.advance(STEP_MS);
      const reply = await this.request(line);
      found = this.compare(line, reply);
      // A finished task does not come to look otherwise.
      if (/"stage":\d+,"max_stage":\d+,[^{]*"state":"(SUCCEED|FAILED)"/.test(reply.text)) break;
    }
    return { name: line.name, differences: found };
  }

  private async probes(line: Recorded): Promise<string[]> {
    const world = this.emulator.world;
    if (!["extra/oss-missing-keys", "extra/oss-unreachable"].some((name) => line.name.startsWith(name))) {
      return this.compareProbes(line);
    }
    // Here the recording has only the requests to the object store, not those to obshell.
    world.probes = [];
    await this.client.call(line.request.method, line.request.path, line.request.body);
    this.clock.advance(5_000);
    return this.compareProbes(line);
  }

  private compareProbes(line: Recorded): string[] {
    const port = String(this.emulator.port);
    const actual = this.emulator.world.probes.map(({ method, store, bucket, key }) => {
      const path = key.replace(new RegExp(`${port}$`), RECORDED_PORT);
      return [method, `/${bucket}/${store === "s3" ? path : encodeURIComponent(path)}`];
    });
    this.emulator.world.probes = [];
    return differences(line.probes, actual, "probes");
  }

  private async request(line: Recorded): Promise<TestReply> {
    const { method, path, headers, body } = line.request;
    const names = headers.map((name) => name.toLowerCase());
    const isAgent = names.includes("x-ocs-agent-header");
    const request: TestRequest = {
      method,
      target: this.actualPath(path),
      unauthenticated: !isAgent && !names.includes("x-ocs-header"),
      headerName: isAgent ? "X-OCS-Agent-Header" : "X-OCS-Header",
      ...(line.name.startsWith("unix-socket/") ? { socketPath: this.unixSocket } : {}),
      ...(body === null || body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
    };
    const override = await OVERRIDES[line.name]?.(this);
    const sent = { ...request, ...override };
    const reply = await this.client.send(sent.unauthenticated ? { ...sent, bodyAsIs: true } : sent);
    return line.name === "session/login" ? this.withoutSession(line, reply, sent.keys) : reply;
  }

  /** A session id is random: what can be compared is that the reply holds one, encrypted with the caller's keys. */
  private withoutSession(line: Recorded, reply: TestReply, keys: Buffer | undefined): TestReply {
    const { data } = JSON.parse(reply.text) as { data: string };
    const session = decryptText(data, keys ?? Buffer.alloc(32));
    this.memory.set("session", session);
    const recorded = (line.response.body as { data: string }).data;
    const isAlike = /^[0-9a-f]{64}$/.test(session) && data.length === recorded.length;
    return isAlike ? { ...reply, text: reply.text.replace(data, recorded) } : reply;
  }

  private actualPath(path: string): string {
    const local = path.replace(RECORDED_LOCAL_PREFIX, this.localPrefix());
    return local.replace(/(\/task\/)(dag|node|sub_task)\/(1\d+)/, (whole, task: string, kind: string, id: string) => {
      const actual = this.ids.get(`${kind} ${id}`);
      return actual === undefined ? whole : `${task}${kind}/${actual}`;
    });
  }

  private localPrefix(): string {
    return `22130706433${String(this.emulator.port).padStart(5, "0")}`;
  }

  private compare(line: Recorded, reply: TestReply): string[] {
    const { response } = line;
    const text = this.inRecordedTerms(reply.text);
    const found: string[] = [];
    if (reply.status !== response.status) found.push(`status: recorded ${response.status}, got ${reply.status}`);
    const recordedText = response.raw ?? JSON.stringify(response.body);
    found.push(...headerDifferences({ headers: response.headers, text: recordedText }, reply));
    const actual: unknown = text.startsWith("{") ? JSON.parse(text) : text;
    if (line.name === "dag/dags-ob-no-details") found.push(...this.compareDags(line, actual));
    else {
      this.learnIds(response.body, actual);
      found.push(...differences(this.inReplayedTerms(response.body), actual));
    }
    if (response.raw !== undefined && normalisedText(response.raw) !== normalisedText(text))
      found.push(`raw: got ${text}`);
    return found;
  }

  /** The list has every task of the recording's cluster; those that were recorded must be there and look the same. */
  private compareDags(line: Recorded, actual: unknown): string[] {
    const items = (body: unknown): { id: string }[] =>
      (body as { data?: { contents?: { id: string }[] } }).data?.contents ?? [];
    const found = items(line.response.body).flatMap((recorded) => {
      const id = this.ids.get(`dag ${recorded.id}`);
      if (id === undefined) return [];
      const match = items(actual).find((item) => item.id === id);
      return match ? differences(recorded, match, `contents[${recorded.id}]`) : [`contents[${recorded.id}]: missing`];
    });
    return found;
  }

  private learnIds(recorded: unknown, actual: unknown): void {
    const [left, right] = [dataOf(recorded), dataOf(actual)];
    if (!left || !right) return;
    this.learn("dag", left, right, "dag_id");
    for (const [index, node] of listOf(left.nodes).entries()) {
      const other = listOf(right.nodes)[index];
      if (!other) return;
      this.learn("node", node, other, "node_id");
      for (const [position, subTask] of listOf(node.sub_tasks).entries()) {
        const counterpart = listOf(other.sub_tasks)[position];
        if (counterpart) this.learn("sub_task", subTask, counterpart, "task_id");
      }
    }
  }

  private learn(kind: string, left: Record<string, unknown>, right: Record<string, unknown>, marker: string): void {
    if (marker in left && marker in right && !this.ids.has(`${kind} ${String(left.id)}`)) {
      this.ids.set(`${kind} ${String(left.id)}`, String(right.id));
    }
  }

  /** Address of the agent: the only place where a reply names it. */
  private inRecordedTerms(text: string): string {
    const port = String(this.emulator.port);
    return text
      .replaceAll(this.localPrefix(), RECORDED_LOCAL_PREFIX)
      .replace(
        new RegExp(`(127\\.0\\.0\\.1[:/]|"(?:port|agent_port|obshell_port)":)${port}\\b`, "g"),
        `$1${RECORDED_PORT}`,
      );
  }

  /** The resolver of the recording's host appears in one message. */
  private inReplayedTerms(body: unknown): unknown {
    const text = JSON.stringify(body);
    return JSON.parse(text.replace(/ on \d+\.\d+\.\d+\.\d+:53: no such host/g, " on 127.0.0.53:53: no such host"));
  }

  private idOf(line: Recorded): string {
    const id = String(dataOf(line.response.body)?.id);
    return this.ids.get(`dag ${id}`) ?? id;
  }

  private taskSql(id: string): string[] {
    return this.emulator
      .sql()
      .filter(({ cause }) => "task" in cause && cause.task === id)
      .map(({ statement }) => statement);
  }

  private sqlOf(line: Recorded): string[] {
    const sql = this.emulator.sql();
    const since = SQL_SINCE[line.name] ?? line.name;
    const own = sql.slice(this.sqlMarks.get(since) ?? sql.length);
    if (line.name === "dag/two-at-once/sql-of-both")
      return sql.slice(this.sqlMarks.get("dag/two-at-once/first")).map(textOf);
    const isLater = SQL_SINCE[line.name] !== undefined;
    return own.filter(({ cause }) => isLater || "call" in cause).map(textOf);
  }

  private compareSql(recorded: readonly string[], actual: readonly string[]): string[] {
    const expected = recorded.map(hideSecrets);
    if (this.current?.name === "dag/two-at-once/sql-of-both") return compareInterleaved(expected, actual);
    return expected.join("\n") === actual.join("\n")
      ? []
      : [`sql: recorded ${expected.join(" | ")}, got ${actual.join(" | ")}`];
  }

  /** The header of a call to `target`, kept for later. */
  async remember(name: string, target: string): Promise<string> {
    const header = await this.client.header({ method: "GET", target }, randomBytes(32));
    this.memory.set(name, header);
    return header;
  }

  recall(name: string): string {
    return this.memory.get(name) ?? "";
  }

  async bothHeaders(agentPassword: string, rootPassword: string): Promise<Partial<TestRequest>> {
    const target = this.current?.request.path ?? "";
    const root = await this.client.header({ method: "GET", target, header: { Auth: rootPassword } }, randomBytes(32));
    return {
      headerName: "X-OCS-Agent-Header",
      header: { Auth: agentPassword },
      headers: { "X-OCS-Header": root },
    };
  }

  newestDag(): number {
    return this.emulator.world.counters.dag;
  }

  setAside(): void {
    this.aside = this.emulator.world.tenants;
    this.emulator.world.tenants = [];
  }

  bringBack(): void {
    this.emulator.world.tenants = this.aside;
  }
}

/** Two tasks at once race: each keeps its own order, the mixture is not fixed. */
function compareInterleaved(expected: readonly string[], actual: readonly string[]): string[] {
  const ofTask = (statements: readonly string[], base: string, score: string): string =>
    statements.filter((text) => text.includes(`/${base}/`) || text.includes(`= ${score} `)).join("\n");
  for (const [base, score] of [
    ["backup", "31"],
    ["backup2", "32"],
  ] as const) {
    if (ofTask(expected, base, score) !== ofTask(actual, base, score)) return [`sql: got ${actual.join(" | ")}`];
  }
  return expected.length === actual.length ? [] : [`sql: got ${actual.join(" | ")}`];
}

function textOf({ statement }: { readonly statement: string }): string {
  return statement;
}

/** Recorded statements in the journal's spelling. */
function hideSecrets(statement: string): string {
  return statement
    .replace(/ {3}-- refused by the rig \(fault\)$/, "")
    .replace(/access_key=([^' &]+)/g, (_, key: string) => `access_key=${fingerprint(key)}`)
    .replace(
      /IDENTIFIED BY "((?:[^"\\]|\\.)*)"/g,
      (_, password: string) => `IDENTIFIED BY "${fingerprint(password.replaceAll('\\"', '"'))}"`,
    );
}

function dataOf(body: unknown): Record<string, unknown> | undefined {
  const data = (body as { data?: unknown } | null)?.data;
  return typeof data === "object" && data !== null ? (data as Record<string, unknown>) : undefined;
}

function listOf(value: unknown): Record<string, unknown>[] {
  return Array.isArray(value) ? (value as Record<string, unknown>[]) : [];
}
