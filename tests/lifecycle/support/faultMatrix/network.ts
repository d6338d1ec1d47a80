import type { HttpRequest, HttpResponse, Transport, TransportFactory } from "../../../../provider/core/transport";
import { createTransportFactory } from "../../../../provider/core/undiciTransport";

/** Sends one request into its fault. */
export type Interference = (request: HttpRequest, transports: Transports) => Promise<HttpResponse>;

interface Transports {
  readonly normal: Transport;
  /** Waits only milliseconds, for requests that are to fail by it. */
  readonly impatient: Transport;
}

/** Which requests meet the fault: the nth of this name, and all after it if the fault lasts. */
export interface Target {
  readonly call: string;
  readonly occurrence: number;
  readonly isLasting: boolean;
}

/** More than any true answer to a test has. */
const LONGEST_ANSWER = { maxBodyBytes: 64 * 1024 } as const;

/** Real time, which a virtual clock does not shorten. */
const IMPATIENT = {
  headersTimeoutMs: 25,
  bodyTimeoutMs: 25,
  totalTimeoutMs: 30,
} as const;

/**
 * What lies between a provider and its vendor. It counts requests by name on the provider's side, because a connection that is
 * refused never shows in a journal, and leads those that are due into the fault.
 */
export class Network {
  private readonly seen = new Map<string, number>();
  private due: { readonly target: Target; readonly interfere: Interference } | undefined;
  hits = 0;

  constructor(private readonly nameOf: (request: HttpRequest) => string) {}

  /** From now on; counts from here. */
  disturb(target: Target, interfere: Interference): void {
    this.seen.clear();
    this.due = { target, interfere };
  }

  heal(): void {
    this.due = undefined;
  }

  readonly connect: TransportFactory = (() => {
    const factory = createTransportFactory();
    return (tls, limits) => {
      const normal = factory(tls, { ...limits, ...LONGEST_ANSWER });
      const impatient = factory(tls, { ...limits, ...IMPATIENT });
      return {
        send: (request) => {
          const interfere = this.interferenceWith(this.nameOf(request));
          return interfere ? interfere(request, { normal, impatient }) : normal.send(request);
        },
      };
    };
  })();

  private interferenceWith(call: string): Interference | undefined {
    const occurrence = (this.seen.get(call) ?? 0) + 1;
    this.seen.set(call, occurrence);
    if (!this.due) return undefined;
    const { target, interfere } = this.due;
    if (call !== target.call || occurrence < target.occurrence) return undefined;
    if (occurrence > target.occurrence && !target.isLasting) return undefined;
    this.hits += 1;
    return interfere;
  }
}
