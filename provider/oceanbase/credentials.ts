import { isProviderError, ProviderError } from "../core/errors";
import type { CallContext } from "../core/lifecycle";
import { asList, describeSources, findSetting, type SettingLevel, settingLevels } from "../core/settings";
import type { TlsOptions } from "../core/transport";
import { isUnknown, known } from "../core/unknowns";
import type { Violation } from "../core/violations";
import type { Password } from "./auth";
import { type ConnectionProblem, toError, toViolation } from "./connectionProblem";
import { endpointProblems, type GivenEndpoints, originsOf } from "./endpoints";
import { type GivenTls, plainHttpProblems, tlsProblems } from "./tlsSettings";

/** The `connection` input of a resource. */
export interface ConnectionInputs {
  readonly endpoints?: readonly string[];
  readonly password?: string;
  readonly passwordEnv?: string;
  readonly agentPassword?: string;
  readonly agentPasswordEnv?: string;
  readonly tls?: { readonly ca?: string; readonly cert?: string; readonly key?: string; readonly keyEnv?: string };
}

export interface ConnectionSettings {
  /** Origins, in the order in which they are tried. */
  readonly endpoints: readonly string[];
  readonly password: Password;
  readonly tls: TlsOptions;
}

const VARIABLES = {
  endpoints: ["OCEANBASE_ENDPOINTS"],
  password: ["OCEANBASE_PASSWORD"],
  agentPassword: ["OCEANBASE_AGENT_PASSWORD"],
};

const TLS_SETTINGS = { ca: "tlsCa", cert: "tlsCert", key: "tlsKey" } as const;

export function resolveConnection(inputs: ConnectionInputs | undefined, context: CallContext): ConnectionSettings {
  const levels = levelsOf(inputs, context);
  const endpoints = givenEndpoints(levels);
  if (!endpoints) {
    throw new ProviderError({
      kind: "InvalidInput",
      problem: "no obshell endpoint is set",
      property: "connection.endpoints",
      advice: `Looked at: ${describeSources(levels, "endpoints")}. Write one like "http://10.10.10.1:2886".`,
    });
  }
  const tls = givenTls(levels, inputs, context);
  const [problem] = problemsOf(endpoints, tls, inputs);
  if (problem) throw toError(problem);
  return { endpoints: originsOf(endpoints), password: resolvePassword(levels, context), tls: tls.material };
}

/** What a preview can already say about a connection. */
export function checkConnection(inputs: ConnectionInputs | undefined, context: CallContext): Violation[] {
  if (isUnknown(inputs)) return [];
  try {
    const levels = levelsOf(inputs, context);
    return problemsOf(known(givenEndpoints(levels)), known(givenTls(levels, inputs, context)), inputs).map(toViolation);
  } catch (error) {
    // A variable that is not set: it may be only where the change is applied.
    if (isProviderError(error)) return [];
    throw error;
  }
}

function problemsOf(
  endpoints: GivenEndpoints | undefined,
  tls: GivenTls | undefined,
  inputs: ConnectionInputs | undefined,
): ConnectionProblem[] {
  // Material for all of a stack's clusters may stand beside an endpoint of one resource that goes without.
  const isForOthers = inputs?.endpoints !== undefined && inputs.tls === undefined;
  return [
    ...(endpoints ? endpointProblems(endpoints) : []),
    ...(tls ? tlsProblems(tls) : []),
    ...(endpoints && tls && !isForOthers ? plainHttpProblems(tls, endpoints) : []),
  ];
}

function levelsOf(inputs: ConnectionInputs | undefined, context: CallContext): SettingLevel[] {
  const { tls: _tls, ...values } = inputs ?? {};
  return settingLevels(context, {
    namespace: "oceanbase",
    own: { property: "connection", values },
    environment: VARIABLES,
    // Clusters can have an empty root password.
    mayBeEmpty: ["password", "agentPassword"],
  });
}

function givenEndpoints(levels: readonly SettingLevel[]): GivenEndpoints | undefined {
  const found = findSetting(levels, "endpoints");
  const written = found ? asList(found.value) : [];
  return found && written.length > 0 ? { written, where: found.level.describe("endpoints") } : undefined;
}

/** The first level that has either password decides, so that a resource's root password is not shadowed from elsewhere. */
function resolvePassword(levels: readonly SettingLevel[], context: CallContext): Password {
  for (const level of levels) {
    const agent = level.get("agentPassword");
    const root = level.get("password");
    const value = agent ?? root;
    if (value === undefined || value === null) continue;
    context.redactor.add(String(value));
    return { kind: agent === undefined || agent === null ? "root" : "agent", value: String(value) };
  }
  throw new ProviderError({
    kind: "Unauthenticated",
    problem: "no password is set",
    property: "connection.password",
    advice: `Looked at: ${describeSources(levels, "password", "agentPassword")}. An empty password is given as an empty text.`,
  });
}

function givenTls(
  levels: readonly SettingLevel[],
  inputs: ConnectionInputs | undefined,
  context: CallContext,
): GivenTls {
  const own = settingLevels(context, {
    namespace: "oceanbase",
    own: { property: "connection.tls", values: inputs?.tls ?? {} },
    environment: {},
  }).slice(0, 1);
  const others = levels.slice(1).map(
    (level): SettingLevel => ({
      describe: (name) => level.describe(TLS_SETTINGS[name as keyof typeof TLS_SETTINGS]),
      get: (name) => level.get(TLS_SETTINGS[name as keyof typeof TLS_SETTINGS]),
      offers: (name) => level.offers(TLS_SETTINGS[name as keyof typeof TLS_SETTINGS]),
    }),
  );
  const all = [...own, ...others];
  const levelWith = (...names: readonly (keyof TlsOptions)[]): SettingLevel =>
    all.find((level) => names.some((name) => textOf(level, name) !== undefined)) ?? (all[0] as SettingLevel);
  // A certificate and a key from two places would be of two pairs.
  const [authority, pair] = [levelWith("ca"), levelWith("cert", "key")];
  const key = textOf(pair, "key");
  context.redactor.add(known(key));
  return {
    material: { ca: textOf(authority, "ca"), cert: textOf(pair, "cert"), key },
    names: { ca: authority.describe("ca"), cert: pair.describe("cert"), key: pair.describe("key") },
  };
}

function textOf(level: SettingLevel, name: keyof TlsOptions): string | undefined {
  const value = level.get(name);
  return typeof value === "string" && value !== "" ? value : undefined;
}
