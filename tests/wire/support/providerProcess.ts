import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { credentials, Metadata, type ServiceError } from "@grpc/grpc-js";
import { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb";
import provider from "@pulumi/pulumi/proto/provider_pb";
import status from "@pulumi/pulumi/proto/status_pb";
import { Struct } from "google-protobuf/google/protobuf/struct_pb.js";
import type { Bag } from "../../../provider/core/bag";

const PROJECT_ROOT = path.resolve(__dirname, "../../..");
const DYNAMIC_PROVIDER = path.join(PROJECT_ROOT, "node_modules", "@pulumi", "pulumi", "cmd", "dynamic-provider");
/** The Node that a user's CLI would find first; the one that runs the tests is as good. */
const NODE = process.execPath;
/** Generous: a process may have many calls at work on a busy machine. */
const CALL_DEADLINE_MS = 180_000;

export interface PartialCreation {
  readonly id: string;
  readonly properties: Bag;
  readonly reasons: readonly string[];
}

/** An error as the engine gets it. */
export interface WireError {
  readonly message: string;
  /** Set for a resource that was partly made. */
  readonly partial?: PartialCreation;
}

/** Pulumi's own dynamic-provider process, driven as the engine drives it, without a CLI. */
export class ProviderProcess {
  private constructor(
    private readonly child: ChildProcess,
    private readonly client: ResourceProviderClient,
    /** Everything that it has printed. */
    readonly printed: string[],
  ) {}

  /** `serve` gets the process before it makes its first call, with a channel for messages. */
  static async start(
    environment: Record<string, string> = {},
    config: Bag = {},
    serve?: (child: ChildProcess) => void,
  ): Promise<ProviderProcess> {
    const child = spawn(NODE, [DYNAMIC_PROVIDER, "127.0.0.1:1"], {
      cwd: PROJECT_ROOT,
      env: { PATH: process.env.PATH, PULUMI_NODEJS_PROJECT: "wire-test", ...environment },
      stdio: ["ignore", "pipe", "pipe", ...(serve ? (["ipc"] as const) : [])],
    });
    serve?.(child);
    const printed: string[] = [];
    createInterface({ input: child.stderr as Readable }).on("line", (line) => printed.push(line));
    const port = await new Promise<string>((resolve, reject) => {
      child.once("exit", (code) => reject(new Error(`the provider process ended with ${code}: ${printed.join("\n")}`)));
      createInterface({ input: child.stdout as Readable }).on("line", (line) => {
        printed.push(line);
        resolve(line);
      });
    });
    const client = new ResourceProviderClient(`127.0.0.1:${port}`, credentials.createInsecure());
    const process_ = new ProviderProcess(child, client, printed);
    const request = new provider.ConfigureRequest();
    request.setArgs(Struct.fromJavaScript(config as Record<string, never>));
    await process_.send((callback) => client.configure(request, new Metadata(), deadline(), callback));
    return process_;
  }

  /** Closes the ends at which its output was read, as the death of a CLI does. */
  abandon(): void {
    this.child.stdout?.destroy();
    this.child.stderr?.destroy();
  }

  /** Time of a processor that it has used so far, in milliseconds. */
  usedMs(): number {
    const stat = readFileSync(`/proc/${this.child.pid}/stat`, "utf8");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    // The kernel counts in hundredths of a second.
    return 10 * (Number(fields[11]) + Number(fields[12]));
  }

  async check(olds: Bag, news: Bag): Promise<{ inputs: Bag; failures: { property: string; reason: string }[] }> {
    const request = new provider.CheckRequest();
    request.setOlds(struct(olds));
    request.setNews(struct(news));
    const response = await this.send<provider.CheckResponse>((callback) =>
      this.client.check(request, new Metadata(), deadline(), callback),
    );
    return {
      inputs: bag(response.getInputs()),
      failures: response
        .getFailuresList()
        .map((failure) => ({ property: failure.getProperty(), reason: failure.getReason() })),
    };
  }

  async diff(id: string, olds: Bag, news: Bag): Promise<{ changes: "unknown" | "none" | "some"; replaces: string[] }> {
    const request = new provider.DiffRequest();
    request.setId(id);
    request.setOlds(struct(olds));
    request.setNews(struct(news));
    const response = await this.send<provider.DiffResponse>((callback) =>
      this.client.diff(request, new Metadata(), deadline(), callback),
    );
    const names = ["unknown", "none", "some"] as const;
    return { changes: names[response.getChanges()] ?? "unknown", replaces: response.getReplacesList() };
  }

  async create(inputs: Bag): Promise<{ id: string; properties: Bag }> {
    const request = new provider.CreateRequest();
    request.setProperties(struct(inputs));
    const response = await this.send<provider.CreateResponse>((callback) =>
      this.client.create(request, new Metadata(), deadline(), callback),
    );
    return { id: response.getId(), properties: bag(response.getProperties()) };
  }

  async read(id: string, properties: Bag): Promise<{ id: string; properties: Bag; inputs: Bag }> {
    const request = new provider.ReadRequest();
    request.setId(id);
    request.setProperties(struct(properties));
    const response = await this.send<provider.ReadResponse>((callback) =>
      this.client.read(request, new Metadata(), deadline(), callback),
    );
    return { id: response.getId(), properties: bag(response.getProperties()), inputs: bag(response.getInputs()) };
  }

  async update(id: string, olds: Bag, news: Bag): Promise<Bag> {
    const request = new provider.UpdateRequest();
    request.setId(id);
    request.setOlds(struct(olds));
    request.setNews(struct(news));
    const response = await this.send<provider.UpdateResponse>((callback) =>
      this.client.update(request, new Metadata(), deadline(), callback),
    );
    return bag(response.getProperties());
  }

  async delete(id: string, properties: Bag): Promise<void> {
    const request = new provider.DeleteRequest();
    request.setId(id);
    request.setProperties(struct(properties));
    await this.send((callback) => this.client.delete(request, new Metadata(), deadline(), callback));
  }

  async stop(signal: NodeJS.Signals = "SIGTERM"): Promise<void> {
    const ended = new Promise((resolve) => this.child.once("exit", resolve));
    this.child.kill(signal);
    await ended;
    this.client.close();
  }

  private send<T>(call: (callback: (error: ServiceError | null, response: T) => void) => unknown): Promise<T> {
    return new Promise((resolve, reject) => {
      call((error, response) => (error ? reject(toWireError(error)) : resolve(response)));
    });
  }
}

function toWireError(error: ServiceError): WireError {
  const partial = partialOf(error.metadata);
  return { message: error.details, ...(partial ? { partial } : {}) };
}

function partialOf(metadata: Metadata): PartialCreation | undefined {
  const [bytes] = metadata.get("grpc-status-details-bin");
  if (bytes === undefined || typeof bytes === "string") return undefined;
  const [detail] = status.Status.deserializeBinary(bytes).getDetailsList();
  const failed = detail?.unpack(
    provider.ErrorResourceInitFailed.deserializeBinary,
    "pulumirpc.ErrorResourceInitFailed",
  );
  if (!failed) return undefined;
  return { id: failed.getId(), properties: bag(failed.getProperties()), reasons: failed.getReasonsList() };
}

function deadline(): { deadline: number } {
  return { deadline: Date.now() + CALL_DEADLINE_MS };
}

function struct(value: Bag): Struct {
  return Struct.fromJavaScript(value as Record<string, never>);
}

function bag(value: Struct | undefined): Bag {
  return value ? (value.toJavaScript() as Bag) : {};
}
