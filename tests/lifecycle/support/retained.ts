import v8 from "node:v8";
import vm from "node:vm";
import type { TransportFactory } from "../../../provider/core/transport";
import { createTransportFactory } from "../../../provider/core/undiciTransport";

v8.setFlagsFromString("--expose-gc");
const collect = vm.runInNewContext("gc") as () => void;

/** Objects that somebody should let go of. It keeps none of them itself. */
export class Watched {
  private refs: WeakRef<object>[] = [];
  private total = 0;

  add(target: unknown): void {
    if (typeof target !== "object" || target === null) return;
    this.refs.push(new WeakRef(target));
    this.total++;
  }

  get seen(): number {
    return this.total;
  }

  /** How many of them are still referred to, by whomever. */
  async kept(): Promise<number> {
    // A weak reference that was just made holds its target until the present turn is over.
    await new Promise((resolve) => setImmediate(resolve));
    collect();
    this.refs = this.refs.filter((ref) => ref.deref() !== undefined);
    return this.refs.length;
  }
}

/** Watches what a run sends, receives and parses while it goes on. Real requests are made. */
export interface RetentionGauge {
  readonly connect: TransportFactory;
  readonly watched: Watched;
  /** The most that was kept at any look. */
  mostKept(): number;
  /** Gives back what it has put in place to see what is parsed. */
  stop(): void;
}

/** Looks after every so many requests; `forget` drops what the emulators beside the run write down of each. */
export function retentionGauge(every: number, forget: () => void): RetentionGauge {
  const watched = new Watched();
  const open = createTransportFactory();
  const { parse } = JSON;
  JSON.parse = (...args: Parameters<typeof parse>): unknown => {
    const value: unknown = parse(...args);
    watched.add(value);
    return value;
  };
  let requests = 0;
  let most = 0;
  return {
    watched,
    connect: (tls, limits) => {
      const transport = open(tls, limits);
      return {
        send: async (request) => {
          watched.add(request);
          requests++;
          if (requests % every === 0) {
            forget();
            most = Math.max(most, await watched.kept());
          }
          const response = await transport.send(request);
          watched.add(response);
          return response;
        },
      };
    },
    mostKept: () => most,
    stop: () => {
      JSON.parse = parse;
    },
  };
}
