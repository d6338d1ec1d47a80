import type { Change } from "./changeChecks";
import { checkedFault, type ObshellFault, STATEMENTS, type StatementName } from "./faultKinds";
import { describeBody } from "./journalBody";

/** An invented answer, in the form of the driver: the real numbers are not known. */
const DEFAULT_REFUSAL = "Error 1235 (HY000): not supported now";
const DEFAULT_PROBE_ERROR = "put object: oss: service returned error: StatusCode=403, ErrorCode=AccessDenied";

type Of<Kind extends ObshellFault["kind"]> = Extract<ObshellFault, { kind: Kind }>;

interface Armed {
  readonly fault: ObshellFault;
  skip: number;
  left: number;
}

export class VendorFaults {
  private armed: Armed[] = [];
  private ticks = 0;

  /** Takes JSON from outside as well. */
  inject(input: unknown): void {
    const fault = checkedFault(input);
    const counted = fault as { readonly times?: number; readonly skip?: number };
    this.armed.push({ fault, skip: counted.skip ?? 0, left: counted.times ?? 1 });
    if (fault.kind === "maintainerAbsent") this.ticks = 0;
  }

  clear(): void {
    this.armed = [];
  }

  /** The driver's text if this statement is to be refused now. */
  refusal(statement: StatementName, tenant: string): string | undefined {
    const fault = this.take(
      "databaseRefusal",
      (armed) =>
        (armed.statement === statement || armed.statement === STATEMENTS[statement]) &&
        (armed.tenant === undefined || armed.tenant === tenant),
    );
    return fault && (fault.error ?? DEFAULT_REFUSAL);
  }

  probeFailure(tenant: string, store: "archive" | "data"): string | undefined {
    const fault = this.take(
      "writeProbe",
      (armed) =>
        (armed.tenant === undefined || armed.tenant === tenant) && (armed.store === undefined || armed.store === store),
    );
    return fault && (fault.error ?? DEFAULT_PROBE_ERROR);
  }

  isArchiveStuck(tenant: string, state: string): boolean {
    return this.armed.some(
      ({ fault }) =>
        fault.kind === "archiveStuck" && fault.in === state && (fault.tenant === undefined || fault.tenant === tenant),
    );
  }

  /** Counts one tick. True when a scheduler ran it. */
  hasMaintainer(): boolean {
    const absent = this.armed.find(({ fault }) => fault.kind === "maintainerAbsent")?.fault as
      | Of<"maintainerAbsent">
      | undefined;
    if (!absent) return true;
    this.ticks += 1;
    return this.ticks <= (absent.afterTicks ?? 0);
  }

  databaseDown(operation: string): "down" | "observerDead" | undefined {
    const fault = this.take(
      "databaseDown",
      (armed) => armed.operation === undefined || operation.includes(armed.operation),
    );
    return fault && (fault.observer === "dead" ? "observerDead" : "down");
  }

  /** Everything that is to happen before this call, in the order in which it was armed. */
  changesBefore(operation: string): Change[] {
    return this.armed.flatMap((armed) => {
      const { fault } = armed;
      if (fault.kind !== "stateChange" || !operation.includes(fault.operation ?? "")) return [];
      if (armed.skip > 0) armed.skip -= 1;
      else if (armed.left > 0) {
        armed.left -= 1;
        return [fault.change];
      }
      return [];
    });
  }

  delay(node: string): number {
    return this.take("slowStage", (armed) => armed.node === node)?.ms ?? 0;
  }

  /** What is armed, for `GET /__state`: without the passwords that a change may hold. */
  describe(): { readonly fault: unknown; readonly left: number }[] {
    return this.armed.map(({ fault, left }) => ({ fault: describeBody(Buffer.from(JSON.stringify(fault))), left }));
  }

  private take<Kind extends ObshellFault["kind"]>(
    kind: Kind,
    matches: (fault: Of<Kind>) => boolean,
  ): Of<Kind> | undefined {
    let due: Of<Kind> | undefined;
    for (const armed of this.armed) {
      if (armed.fault.kind !== kind || !matches(armed.fault as Of<Kind>)) continue;
      if (armed.skip > 0) armed.skip -= 1;
      else if (armed.left > 0 && due === undefined) {
        armed.left -= 1;
        due = armed.fault as Of<Kind>;
      }
    }
    return due;
  }
}
