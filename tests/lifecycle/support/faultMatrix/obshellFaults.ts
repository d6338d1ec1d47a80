import type { ObshellEmulator } from "../../../emulators/obshell";
import { PASSWORD } from "../oceanbase";
import { type MatrixFault, NETWORK_FAULTS, withWrongTypes } from "./faults";
import type { Interference } from "./network";

type Fault = MatrixFault<ObshellEmulator>;

const envelope = JSON.stringify({
  successful: false,
  timestamp: "2026-01-05T20:00:00.000+08:00",
  duration: 0,
  status: 500,
  traceId: "877fe32b83634153",
  error: { errCode: "Common.Unexpected", message: "Unexpected error: Internal Server Error" },
});

const failing =
  (when: "before" | "after") =>
  (server: ObshellEmulator, operation: string): Interference =>
  (request, { normal }) => {
    server.faults.add({ operation, effect: { kind: "reply", when, status: 500, body: envelope } });
    return normal.send(request);
  };

/** obshell itself never throttles; a gateway in front of its agents may. */
const throttled =
  (headers: Readonly<Record<string, string>>) =>
  (server: ObshellEmulator, operation: string): Interference =>
  (request, { normal }) => {
    const body = "<html><body>429 Too Many Requests</body></html>";
    server.faults.add({ operation, effect: { kind: "reply", when: "before", status: 429, headers, body } });
    return normal.send(request);
  };

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
        return { ...response, body: withWrongTypes(response.body, ["successful", "status"]) };
      },
  },
  {
    name: "500 before the request was applied",
    kinds: ["Unavailable"],
    isApplied: false,
    losesAnswer: true,
    isOvercome: true,
    interfere: failing("before"),
  },
  {
    name: "500 after the request was applied",
    kinds: ["Unavailable"],
    isApplied: true,
    losesAnswer: true,
    isOvercome: true,
    writesOnly: true,
    interfere: failing("after"),
  },
  {
    name: "throttled without a hint",
    kinds: ["Throttled"],
    isApplied: false,
    isOvercome: true,
    interfere: throttled({}),
  },
  {
    name: "throttled with a hint",
    kinds: ["Throttled"],
    isApplied: false,
    isOvercome: true,
    interfere: throttled({ "retry-after": "2" }),
  },
  {
    // The password changes while the run is at work, which no request can overcome.
    name: "expired credential",
    kinds: ["Unauthenticated"],
    isApplied: false,
    isOvercome: false,
    interfere:
      (server) =>
      (request, { normal }) => {
        server.change({ change: "password", password: "another-password-77" });
        return normal.send(request);
      },
    heal: (server) => server.change({ change: "password", password: PASSWORD }),
  },
  {
    name: "clock skew",
    kinds: [],
    isApplied: true,
    isOvercome: true,
    interfere:
      (server) =>
      (request, { normal }) => {
        server.change({ change: "clockSkew", ms: 3_600_000 });
        return normal.send(request);
      },
  },
  {
    name: "key rotation",
    kinds: [],
    isApplied: true,
    isOvercome: true,
    interfere: (server) => {
      let isRotated = false;
      return (request, { normal }) => {
        if (!isRotated) server.change({ change: "rotateKey", bits: 512 });
        isRotated = true;
        return normal.send(request);
      };
    },
  },
];

export const OBSHELL_FAULTS: readonly Fault[] = [...NETWORK_FAULTS, ...OWN_FAULTS];
