import type { Bag } from "../../../../provider/core/bag";
import type { Journal } from "../../../emulators/common/journal";
import type { Stack } from "../stack";
import type { Network } from "./network";

/** One resource, prepared up to the operation that is to meet a fault. */
export interface Scene<Server> {
  readonly server: Server;
  readonly journal: Journal;
  readonly network: Network;
  readonly stack: Stack;
  /** What a user runs, and after a failure runs again. */
  readonly act: "up" | "refresh" | "destroy";
  /** What is declared. */
  readonly program: Bag;
  /** The vendor's state under the program's names, and beside it whatever must come back or stay, such as log archiving. */
  live(): Bag;
  /** Declared properties that no route of the vendor shows. */
  readonly unreadable: readonly string[];
  /** What has been done on the server since the operation began, one entry per effect. Sorted; equal effects are repeats. */
  effects(isApplied: boolean): readonly string[];
  /** Lets the server end what it is doing by itself. */
  settle(): Promise<void>;
  /** What must not appear in any error or log line. */
  readonly secrets: readonly string[];
  close(): Promise<void>;
}

export interface Operation<Server> {
  readonly name: string;
  start(): Promise<Scene<Server>>;
}

export interface Subject<Server> {
  readonly resource: string;
  readonly operations: readonly Operation<Server>[];
  isWrite(call: string): boolean;
  /** The name of a call without what differs from tenant to tenant and task to task. */
  distinct(call: string): string;
}
