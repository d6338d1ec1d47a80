import { DEFAULT_KNOBS, SWITCH_VALUES } from "./switches";

/** The command line's flags, each with what `--help` says of it. */
export const FLAGS = {
  "access-key": { type: "string", says: "id of the access key that may call" },
  secret: { type: "string", says: "its secret" },
  "security-token": { type: "string", says: "makes it a temporary key of STS" },
  clusters: {
    type: "string",
    says: "<id>:<engine>:<region>, several with commas; engines are MySQL, PostgreSQL, Oracle",
  },
  port: { type: "string", says: "8080 unless told; 0 takes any" },
  "latency-ms": { type: "string", says: "added to every answer" },
  rate: { type: "string", says: "calls per second before they are throttled; the knob ratePerSecond by another name" },
  switch: { type: "string", multiple: true, says: "name=value, may be repeated" },
  knob: { type: "string", multiple: true, says: "name=value, may be repeated" },
} as const;

/** Made from what the parser reads, so that it cannot promise what the command line does not take. */
export function polardbHelp(): string {
  const flags = Object.entries(FLAGS).map(([name, { says }]) => `  --${name.padEnd(16)}${says}`);
  const switches = Object.entries(SWITCH_VALUES).map(([name, values]) => `  --switch ${name}=${values.join("|")}`);
  const knobs = Object.entries(DEFAULT_KNOBS).map(([name, value]) => `  --knob ${name}=${value}`);
  return [
    "npm run --silent emulator -- polardb --access-key AK --secret SK --clusters pc-1:MySQL:cn-hangzhou",
    "",
    ...flags,
    "",
    "Where documents are silent or disagree (the first value is the default; tests/emulators/polardb/switches.ts says why):",
    ...switches,
    "",
    "How far from an ideal service, each with its default; 0 is off, times are in milliseconds:",
    ...knobs,
    "",
    "While it runs: GET|DELETE /__journal, GET|POST /__state (state.ts), POST|DELETE /__faults (vendorFaults.ts, common/faults.ts).",
  ].join("\n");
}
