import { parseArgs } from "node:util";
import type { ObshellClusterOptions } from "./cluster";
import { DEFAULT_PROFILE, PROFILES, profileNamed } from "./profiles";
import type { TenantOptions } from "./tenant";

const DEFAULT_PORT = 2886;
const LAST_PORT = 65_535;

export const OBSHELL_FLAGS = `
  --port 2886            of the first agent; 0 takes any free port
  --agents 1             agents of one cluster: each on the next port and with a key of its own, all with the same tenants and tasks
  --unix-socket PATH     the first agent listens there too, without asking for a password
  --password PW          of root@sys; empty if left out
  --agent-password PW    of every agent; without one the agent header is refused
  --tenants t1:1002,...  names and ids of the user tenants
  --profile 4.5          release: ${Object.keys(PROFILES).join(", ")}
  --key-bits 1024        of the RSA keys, 1024 or 512; as the release has it if left out
  --tick-ms 1000         how often the scheduler looks at its tasks
  --latency-ms 0         added to every answer
  --clock-skew-ms=0      how far the agents' clocks are ahead; negative behind
  --old-tasks 0          finished tasks that the cluster has from before`;

/** Command-line flags of the emulator as options. Errors name the flag, the value and the rule. */
export function obshellOptionsFromArgs(argv: readonly string[]): ObshellClusterOptions {
  const { values } = parseArgs({
    args: [...argv],
    strict: true,
    allowPositionals: false,
    options: {
      port: { type: "string" },
      agents: { type: "string" },
      "unix-socket": { type: "string" },
      password: { type: "string" },
      tenants: { type: "string" },
      profile: { type: "string" },
      "key-bits": { type: "string" },
      "agent-password": { type: "string" },
      "tick-ms": { type: "string" },
      "latency-ms": { type: "string" },
      "clock-skew-ms": { type: "string" },
      "old-tasks": { type: "string" },
    },
  });
  const keyBits = values["key-bits"] === undefined ? undefined : parseKeyBits(values["key-bits"]);
  const tickMs = number("--tick-ms", values["tick-ms"], 1, 3_600_000);
  const latencyMs = number("--latency-ms", values["latency-ms"], 0, 3_600_000);
  const clockSkewMs = number("--clock-skew-ms", values["clock-skew-ms"], -86_400_000, 86_400_000);
  const oldTasks = number("--old-tasks", values["old-tasks"], 0, 1_000_000);
  const port = number("--port", values.port, 0, LAST_PORT) ?? DEFAULT_PORT;
  const agents = number("--agents", values.agents, 1, port === 0 ? 100 : Math.min(100, LAST_PORT - port + 1));
  return {
    port,
    password: values.password ?? "",
    tenants: parseTenants(values.tenants ?? ""),
    profile: parseProfile(values.profile ?? DEFAULT_PROFILE),
    ...(agents === undefined ? {} : { agents }),
    ...(values["unix-socket"] === undefined ? {} : { unixSocket: values["unix-socket"] }),
    ...(keyBits === undefined ? {} : { keyBits }),
    ...(values["agent-password"] === undefined ? {} : { agentPassword: values["agent-password"] }),
    ...(tickMs === undefined ? {} : { tickMs }),
    ...(latencyMs === undefined ? {} : { latencyMs }),
    ...(clockSkewMs === undefined ? {} : { clockSkewMs }),
    ...(oldTasks === undefined ? {} : { oldTasks }),
  };
}

function parseProfile(text: string): string {
  try {
    return profileNamed(text).name;
  } catch (error) {
    throw new Error(`--profile ${JSON.stringify(text)}: ${(error as Error).message}`);
  }
}

function parseKeyBits(text: string): 512 | 1024 {
  if (text === "512") return 512;
  if (text === "1024") return 1024;
  throw new Error(`--key-bits ${JSON.stringify(text)}: must be 512 or 1024`);
}

function number(flag: string, text: string | undefined, min: number, max: number): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (!/^-?\d+$/.test(text) || value < min || value > max) {
    throw new Error(`${flag} ${JSON.stringify(text)}: must be a whole number from ${min} to ${max}`);
  }
  return value;
}

/** `mysql_tenant:1002,t2:1004`. */
function parseTenants(text: string): TenantOptions[] {
  const tenants: TenantOptions[] = [];
  for (const part of text.split(",").filter((piece) => piece !== "")) {
    const match = /^([^:]+):(\d+)$/.exec(part);
    const [, name, id] = match ?? [];
    if (name === undefined || id === undefined || Number(id) <= 1_000) {
      throw new Error(
        `--tenants ${JSON.stringify(part)}: must be name:id with an id above 1000, as in mysql_tenant:1002`,
      );
    }
    if (tenants.some((tenant) => tenant.name === name || tenant.id === Number(id))) {
      throw new Error(`--tenants ${JSON.stringify(part)}: name and id must be unique`);
    }
    tenants.push({ name, id: Number(id) });
  }
  return tenants;
}
