import type { Bag } from "../../../../provider/core/bag";
import type { VirtualClock } from "../../../emulators/common/clock";
import type { Faults } from "../../../emulators/common/faults";
import type { Journal } from "../../../emulators/common/journal";

/** One cluster of a vendor with a resource, prepared up to the change that is to be cut short. */
export interface Scene {
  readonly endpoint: string;
  readonly journal: Journal;
  readonly faults: Faults;
  /** What the change declares, and what was declared before it, if anything. */
  readonly program: Bag;
  readonly before: Bag | undefined;
  /** What somebody does between the two; a refresh of the state follows. */
  meanwhile?(): void;
  /** From here on effects count. */
  begin(): void;
  /** What has been set on the cluster since then, one entry per effect. Sorted; equal entries are repeats. */
  effects(): readonly string[];
  /** The whole configuration, and archiving. Without ids and times, so that two runs can be compared. */
  live(): unknown;
  /** What must not be left in the end: tasks at work, locks. */
  leftovers(): readonly string[];
  /** Lets the cluster end what it is doing by itself. */
  settle(): Promise<void>;
  close(): Promise<void>;
}

/** A kind of change of one resource. */
export interface Scenario {
  readonly resource: string;
  /** Its name in the provider text. */
  readonly type: string;
  readonly name: string;
  /** Each scene has a name of its own, and its cluster too, because a process takes charge of a cluster once. */
  start(name: string, clock: VirtualClock): Promise<Scene>;
  isWrite(operation: string): boolean;
}
