import v8 from "node:v8";
import type { TransportFactory } from "../../../provider/core/transport";
import { createTransportFactory } from "../../../provider/core/undiciTransport";

/** Objects on the heap after a full collection, of this realm: what is still referred to, by whomever. */
export function retainedObjects(): number {
  return v8.queryObjects(Object, { format: "count" });
}

/** Counts what the process keeps while a run is going on. Real requests are made; only their number is looked at. */
export interface RetentionGauge {
  readonly connect: TransportFactory;
  /** How many more objects were kept at the last look than at the first, and how many requests were answered between the two. */
  growth(): { readonly objects: number; readonly requests: number };
}

/** `forget` drops what the emulators beside the run write down of every request. */
export function retentionGauge(every: number, forget: () => void): RetentionGauge {
  const looks: { readonly requests: number; readonly objects: number }[] = [];
  const open = createTransportFactory();
  let requests = 0;
  return {
    connect: (tls, limits) => {
      const transport = open(tls, limits);
      return {
        send: async (request) => {
          const response = await transport.send(request);
          requests++;
          if (requests % every === 0) {
            forget();
            looks.push({ requests, objects: retainedObjects() });
          }
          return response;
        },
      };
    },
    growth: () => {
      const [first, last] = [looks[0], looks.at(-1)];
      if (!first || !last || first === last) throw new Error(`only ${requests} requests were made`);
      return { objects: last.objects - first.objects, requests: last.requests - first.requests };
    },
  };
}
