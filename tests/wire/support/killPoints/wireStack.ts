import { type Bag, sameJson } from "../../../../provider/core/bag";
import type { ProviderProcess, WireError } from "../providerProcess";

interface ResourceState {
  readonly id: string;
  readonly inputs: Bag;
  readonly outputs: Bag;
  /** Set after a partial failure: the next `up` updates whatever the diff says. */
  readonly hasInitErrors: boolean;
}

type Step = "create" | "update" | "same";

/** What Pulumi's engine keeps of one resource and calls for it, with a provider process for each command. */
export class WireStack {
  state: ResourceState | undefined;

  constructor(readonly providerText: string) {}

  async up(process: ProviderProcess, program: Bag): Promise<Step> {
    const { step, inputs } = await this.preview(process, program);
    if (step === "create") {
      await this.keepPartial(inputs, async () => {
        const { id, properties } = await process.create(inputs);
        this.state = { id, inputs, outputs: properties, hasInitErrors: false };
      });
    } else if (step === "update") await this.update(process, inputs);
    else if (this.state) this.state = { ...this.state, inputs };
    return step;
  }

  async preview(process: ProviderProcess, program: Bag): Promise<{ readonly step: Step; readonly inputs: Bag }> {
    const { state } = this;
    const news = { ...program, __provider: this.providerText };
    const { inputs, failures } = await process.check(state?.inputs ?? {}, news);
    if (failures.length > 0) throw new Error(`check failed: ${failures.map(({ reason }) => reason).join("; ")}`);
    if (!state) return { step: "create", inputs };
    const { changes, replaces } = await process.diff(state.id, state.outputs, inputs);
    if (replaces.length > 0) throw new Error(`${replaces.join(", ")} would replace the resource`);
    if (state.hasInitErrors) return { step: "update", inputs };
    return { step: changes === "none" || sameJson(state.inputs, inputs) ? "same" : "update", inputs };
  }

  /** What a run does when the preview has said so, or in any case. */
  async update(process: ProviderProcess, inputs: Bag): Promise<void> {
    const { state } = this;
    if (!state) throw new Error("there is nothing to update");
    await this.keepPartial(state.inputs, async () => {
      const outputs = await process.update(state.id, state.outputs, inputs);
      this.state = { id: state.id, inputs, outputs, hasInitErrors: false };
    });
  }

  async refresh(process: ProviderProcess): Promise<void> {
    const { state } = this;
    if (!state) return;
    const { id, properties, inputs } = await process.read(state.id, state.outputs);
    if (id === "") this.state = undefined;
    else
      this.state = {
        id,
        inputs: { ...inputs, __provider: this.providerText },
        outputs: properties,
        hasInitErrors: false,
      };
  }

  private async keepPartial(inputs: Bag, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      const { partial } = error as WireError;
      if (partial) this.state = { id: partial.id, inputs, outputs: partial.properties, hasInitErrors: true };
      throw error;
    }
  }
}
