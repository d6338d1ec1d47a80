import type { PolardbEmulator } from "../../../emulators/polardb";
import { ACCESS_KEY } from "../polardb";
import { type MatrixFault, NETWORK_FAULTS, withWrongTypes } from "./faults";
import type { Interference } from "./network";

type Fault = MatrixFault<PolardbEmulator>;

interface Answer {
  readonly status: number;
  readonly code: string;
  readonly retryAfterMs?: number;
}

/** The service answers this error, in its own form, to the next request of this action. */
const answering =
  (when: "before" | "after", answer: Answer) =>
  (server: PolardbEmulator, operation: string): Interference =>
  (request, { normal }) => {
    server.world.vendorFaults.add({ operation, effect: { kind: "vendorError", when, ...answer } });
    return normal.send(request);
  };

const DOWN = { status: 500, code: "InternalError" } as const;
const THROTTLED = { status: 400, code: "Throttling.User" } as const;

const OWN_FAULTS: readonly Fault[] = [
  {
    name: "wrong types",
    kinds: ["UnexpectedResponse"],
    isApplied: true,
    losesAnswer: true,
    isOvercome: false,
    interfere:
      () =>
      async (request, { normal }) => {
        const response = await normal.send(request);
        return { ...response, body: withWrongTypes(response.body, []) };
      },
  },
  {
    name: "500 before the request was applied",
    kinds: ["Unavailable"],
    isApplied: false,
    losesAnswer: true,
    isOvercome: true,
    isCore: true,
    interfere: answering("before", DOWN),
  },
  {
    name: "500 after the request was applied",
    kinds: ["Unavailable"],
    isApplied: true,
    losesAnswer: true,
    isOvercome: true,
    writesOnly: true,
    interfere: answering("after", DOWN),
  },
  {
    name: "throttled without a hint",
    kinds: ["Throttled"],
    isApplied: false,
    isOvercome: true,
    interfere: answering("before", THROTTLED),
  },
  {
    name: "throttled with a hint",
    kinds: ["Throttled"],
    isApplied: false,
    isOvercome: true,
    interfere: answering("before", { ...THROTTLED, retryAfterMs: 2_000 }),
  },
  {
    // A key without a source that could renew it.
    name: "expired credential",
    kinds: ["Unauthenticated"],
    isApplied: false,
    isOvercome: false,
    interfere: answering("before", { status: 400, code: "InvalidSecurityToken.Expired" }),
  },
  {
    name: "disabled key",
    kinds: ["Unauthenticated"],
    isApplied: false,
    isOvercome: false,
    interfere:
      (server) =>
      (request, { normal }) => {
        server.change({ kind: "setKeyActive", accessKeyId: ACCESS_KEY.accessKeyId, active: false });
        return normal.send(request);
      },
    heal: (server) => server.change({ kind: "setKeyActive", accessKeyId: ACCESS_KEY.accessKeyId, active: true }),
  },
  {
    name: "clock skew",
    kinds: ["Unauthenticated"],
    isApplied: false,
    isOvercome: true,
    interfere: answering("before", { status: 400, code: "InvalidTimeStamp.Expired" }),
  },
];

export const POLARDB_FAULTS: readonly Fault[] = [...NETWORK_FAULTS, ...OWN_FAULTS];
