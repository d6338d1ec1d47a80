import type { Bag } from "../../../provider/core/bag";
import { sameJson } from "../../../provider/core/bag";
import { Claims } from "../../../provider/core/claims";
import { Exclusive } from "../../../provider/core/exclusive";
import type { AnyHandler, Runtime } from "../../../provider/core/lifecycle";
import { Shared } from "../../../provider/core/shared";
import type { TransportFactory } from "../../../provider/core/transport";
import { createTransportFactory } from "../../../provider/core/undiciTransport";
import type { CheckFailure } from "../../../provider/core/violations";
import { type DynamicProvider, dynamicProvider } from "../../../provider/dynamic/adapter";
import { providerText } from "../../../sdk/providerText";
import type { Clock } from "../../emulators/common/clock";
import { overTheWire } from "./wire";

interface ResourceState {
  id: string;
  inputs: Bag;
  outputs: Bag;
  /** Set after a partial failure: the next `up` updates whatever the diff says. */
  initErrors: boolean;
}

export interface StackOptions {
  readonly handler: AnyHandler;
  readonly type: string;
  readonly clock: Clock;
  readonly environment?: Record<string, string>;
  /** Stack configuration, or the inputs of an explicit provider. */
  readonly configuration?: Record<string, unknown>;
  /** Shared with other stacks; absent: one of its own, new with each command. */
  readonly process?: StackProcess;
  /** For a look at what is sent and when. */
  readonly connect?: TransportFactory;
}

/** What the resources of one program share: they run in one provider process. */
export interface StackProcess {
  readonly claims: Claims;
  readonly exclusive: Exclusive;
  readonly shared: Shared;
}

/** A new process, for stacks that share it. */
export function newProcess(): StackProcess {
  return { claims: new Claims(), exclusive: new Exclusive(), shared: new Shared() };
}

/** What `preview` says it will do. */
export type Preview = "create" | "update" | "replace" | "same";

/**
 * The part of Pulumi's engine that a resource meets, in memory but over its wire: it keeps inputs and outputs as the engine does, and calls the
 * real adapter with the real handler. Engine tests prove that the engine really behaves so.
 */
export class Stack {
  state: ResourceState | undefined;
  readonly log: string[] = [];
  readonly environment: Record<string, string>;
  private provider: DynamicProvider;

  constructor(private readonly options: StackOptions) {
    this.environment = { ...options.environment };
    this.provider = this.startProvider();
  }

  /** A new provider process, as every command has one. */
  restart(): void {
    this.provider = this.startProvider();
  }

  async preview(program: Bag): Promise<Preview> {
    const checked = await this.check(program);
    if (!this.state) return "create";
    const diff = await this.provider.diff(this.state.id, this.state.outputs, checked);
    if (this.state.initErrors) return "update";
    if (diff.changes === false || sameJson(this.state.inputs, checked)) return "same";
    return (diff.replaces ?? []).length > 0 ? "replace" : "update";
  }

  async up(program: Bag): Promise<Preview> {
    this.restart();
    const step = await this.preview(program);
    const inputs = await this.check(program);
    if (step === "replace") {
      await this.remove();
      await this.create(inputs);
    } else if (step === "create") await this.create(inputs);
    else if (step === "update") await this.update(inputs);
    else if (this.state) this.state.inputs = inputs;
    return step;
  }

  /** An update whose preview has shown nothing, because inputs were not known. */
  async apply(program: Bag): Promise<void> {
    this.restart();
    await this.update(await this.check(program));
  }

  async refresh(): Promise<void> {
    const { state } = this;
    if (!state) return;
    const result = await this.provider.read(state.id, state.outputs);
    if (!result.id) {
      this.state = undefined;
      return;
    }
    const text = { __provider: this.providerText };
    state.outputs = { ...overTheWire(result.props ?? {}), ...text };
    if (result.inputs) state.inputs = { ...overTheWire(result.inputs), ...text };
    state.initErrors = false;
  }

  async destroy(): Promise<void> {
    this.restart();
    await this.remove();
  }

  /** What a run does that deletes the resource beside others. */
  async remove(): Promise<void> {
    if (!this.state) return;
    await this.provider.delete(this.state.id, this.state.outputs);
    this.state = undefined;
  }

  /** Failures of `check` alone, as the preview prints them. */
  async failures(program: Bag): Promise<readonly CheckFailure[]> {
    const result = await this.provider.check(this.state?.inputs ?? {}, this.withText(program));
    return result.failures ?? [];
  }

  private async check(program: Bag): Promise<Bag> {
    const result = await this.provider.check(this.state?.inputs ?? {}, this.withText(program));
    const [failure] = result.failures ?? [];
    if (failure) throw new Error(`check failed: ${(result.failures ?? []).map(({ reason }) => reason).join("; ")}`);
    return this.withText(overTheWire(result.inputs as Bag));
  }

  private async create(inputs: Bag): Promise<void> {
    try {
      const result = await this.provider.create(inputs);
      this.state = {
        id: result.id,
        inputs,
        outputs: this.withText(overTheWire(result.outs as Bag)),
        initErrors: false,
      };
    } catch (error) {
      this.keepPartial(error, inputs);
      throw error;
    }
  }

  private async update(inputs: Bag): Promise<void> {
    const { state } = this;
    if (!state) return;
    try {
      const result = await this.provider.update(state.id, state.outputs, inputs);
      this.state = { id: state.id, inputs, outputs: this.withText(overTheWire(result.outs as Bag)), initErrors: false };
    } catch (error) {
      this.keepPartial(error, state.inputs);
      throw error;
    }
  }

  /** A create keeps the new inputs, an update the old ones; the given outputs count in both cases. */
  private keepPartial(error: unknown, inputs: Bag): void {
    const partial = error as { id?: string; properties?: Bag };
    if (partial.id && partial.properties) {
      this.state = { id: partial.id, inputs, outputs: overTheWire(partial.properties), initErrors: true };
    }
  }

  private startProvider(): DynamicProvider {
    const { clock, handler, configuration = {}, process = newProcess(), connect } = this.options;
    const runtime: Runtime = {
      clock: { now: () => clock.now(), sleep: (ms) => clock.sleep(ms), random: () => 0.5 },
      environment: this.environment,
      connect: connect ?? createTransportFactory(),
      ...process,
      log: (line) => this.log.push(line),
    };
    const provider = dynamicProvider(() => handler, runtime);
    void provider.configure({ config: { get: (key) => configuration[key] } });
    return provider;
  }

  get providerText(): string {
    return providerText(this.options.type);
  }

  private withText(bag: Bag): Bag {
    return { ...bag, __provider: this.providerText };
  }
}
