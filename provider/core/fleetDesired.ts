import { type Bag, canonicalText, own } from "./bag";
import { type FleetPart, type FleetResource, settingsOf } from "./fleet";

/** Settings that a member should have, with one text for equal ones. */
export interface Desired {
  readonly settings: Bag;
  readonly text: string;
}

/** What each member should have. Composed once for all that have the same, so that thousands of members cost little. */
export class DesiredSettings {
  private readonly made = new Map<string, Desired | undefined>();

  constructor(
    private readonly resource: FleetResource,
    private readonly part: FleetPart,
    private readonly inputs: Bag,
  ) {}

  /** Undefined where the part is not declared for the member. */
  of(id: string): Desired | undefined {
    const override = own((this.inputs.overrides ?? {}) as Readonly<Record<string, Bag>>, id);
    // Those without an override differ in nothing but what their id adds.
    const isShared = override === undefined && this.part.resolved === undefined;
    const key = JSON.stringify(isShared ? (this.part.added?.(id, {}, this.inputs) ?? {}) : { id });
    if (!this.made.has(key)) {
      const settings = settingsOf(this.resource, this.part, id, this.inputs);
      this.made.set(key, settings && { settings, text: canonicalText(settings) });
    }
    return this.made.get(key);
  }
}
