import { parseArgs } from "node:util";
import { isClusterId } from "./cluster";
import { FLAGS } from "./flags";
import type { ClusterOptions, Engine, PolardbOptions } from "./options";
import { DEFAULT_KNOBS, type Knobs, SWITCH_VALUES, type Switches } from "./switches";

const ENGINES: readonly Engine[] = ["MySQL", "PostgreSQL", "Oracle"];

/**
 * Options from a command line: `--access-key AK --secret SK --clusters pc-1:MySQL:cn-hangzhou,pc-2:PostgreSQL:cn-beijing`,
 * and if wanted the other flags. Throws an Error whose message names flag, value and rule; the values of `--secret` and
 * `--security-token` are never in it.
 */
export function polardbOptionsFromArgs(argv: readonly string[]): PolardbOptions {
  const { values } = parseArgs({ args: [...argv], options: FLAGS, strict: true, allowPositionals: false });
  const token = values["security-token"];
  const latency = values["latency-ms"];
  const rate = values.rate;
  return {
    port: readNumber("port", values.port ?? "8080", /^\d{1,5}$/, 65_535, "a whole number from 0 to 65535"),
    accessKeys: [
      {
        accessKeyId: required("access-key", values["access-key"]),
        accessKeySecret: required("secret", values.secret),
        ...(token !== undefined && { securityToken: required("security-token", token) }),
      },
    ],
    clusters: readClusters(required("clusters", values.clusters)),
    ...(latency !== undefined && {
      latencyMs: readNumber("latency-ms", latency, /^\d{1,6}$/, 600_000, "whole milliseconds from 0 to 600000"),
    }),
    ...(rate !== undefined && {
      ratePerSecond: readNumber(
        "rate",
        rate,
        /^\d{1,6}(\.\d+)?$/,
        100_000,
        "calls per second, more than 0 and at most 100000",
        0,
      ),
    }),
    ...(values.switch && { switches: readSwitches(values.switch) }),
    ...(values.knob && { knobs: readKnobs(values.knob) }),
  };
}

function readSwitches(texts: readonly string[]): Partial<Switches> {
  return Object.fromEntries(
    texts.map((text) => {
      const { name, value } = readPair("switch", text, SWITCH_VALUES);
      const allowed: readonly Switches[keyof Switches][] = SWITCH_VALUES[name];
      const found = allowed.find((item) => String(item) === value);
      if (found === undefined) {
        throw new Error(`--switch ${JSON.stringify(text)}: the value must be one of ${allowed.join(", ")}`);
      }
      return [name, found];
    }),
  );
}

function readKnobs(texts: readonly string[]): Partial<Knobs> {
  return Object.fromEntries(
    texts.map((text) => {
      const { name, value } = readPair("knob", text, DEFAULT_KNOBS);
      if (typeof DEFAULT_KNOBS[name] === "string") return [name, value];
      if (!/^\d{1,9}(\.\d+)?$/.test(value)) {
        throw new Error(`--knob ${JSON.stringify(text)}: the value must be a number from 0 to 999999999`);
      }
      return [name, Number(value)];
    }),
  );
}

function readPair<T extends object>(flag: string, text: string, known: T): { name: keyof T; value: string } {
  const [, name = "", value = ""] = /^(\w+)=(.+)$/.exec(text) ?? [];
  if (name === "") throw new Error(`--${flag} ${JSON.stringify(text)}: must be name=value`);
  if (!Object.hasOwn(known, name)) {
    throw new Error(
      `--${flag} ${JSON.stringify(text)}: there is no ${name}; there are ${Object.keys(known).join(", ")}`,
    );
  }
  return { name: name as keyof T, value };
}

function required(flag: string, value: string | undefined): string {
  if (!value) throw new Error(`--${flag}: is missing or empty`);
  return value;
}

function readNumber(flag: string, text: string, form: RegExp, highest: number, rule: string, moreThan = -1): number {
  const value = form.test(text) ? Number(text) : Number.NaN;
  if (!(value > moreThan && value <= highest)) throw new Error(`--${flag} ${JSON.stringify(text)}: must be ${rule}`);
  return value;
}

function readClusters(text: string): ClusterOptions[] {
  const clusters = text.split(",").map(readCluster);
  const twice = clusters.find(({ id }, index) => clusters.findIndex((other) => other.id === id) !== index);
  if (twice) throw new Error(`--clusters: ${twice.id} is there twice; ids must differ`);
  return clusters;
}

function readCluster(text: string): ClusterOptions {
  const [id = "", engineName, region = "", ...rest] = text.trim().split(":");
  const engine = ENGINES.find((name) => name === engineName);
  if (rest.length > 0 || region === "" || engineName === undefined) {
    throw new Error(`--clusters ${JSON.stringify(text)}: must be <id>:<engine>:<region>`);
  }
  if (!isClusterId(id)) {
    throw new Error(`--clusters ${JSON.stringify(id)}: an id is pc- followed by letters, digits and dashes`);
  }
  if (!engine)
    throw new Error(`--clusters ${JSON.stringify(engineName)}: the engine must be one of ${ENGINES.join(", ")}`);
  if (!/^[a-z]{2,}-[a-z0-9-]+$/.test(region)) {
    throw new Error(`--clusters ${JSON.stringify(region)}: must be a region id such as cn-hangzhou`);
  }
  return { id, engine, region };
}
