import { ProviderError } from "../core/errors";
import type { CallContext } from "../core/lifecycle";
import { asList, describeSources, findSetting, type SettingLevel, settingLevels } from "../core/settings";
import type { TlsOptions } from "../core/transport";
import type { Password } from "./auth";
import { checkTls, requireHttps } from "./tlsSettings";

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

export function resolveConnection(inputs: ConnectionInputs | undefined, context: CallContext): ConnectionSettings {
  const { tls, ...values } = inputs ?? {};
  const levels = settingLevels(context, {
    namespace: "oceanbase",
    own: { property: "connection", values },
    environment: VARIABLES,
    // Clusters can have an empty root password.
    mayBeEmpty: ["password", "agentPassword"],
  });
  const settings = {
    endpoints: resolveEndpoints(levels),
    password: resolvePassword(levels, context),
    tls: resolveTls(levels, tls, context),
  };
  checkTls(settings.tls);
  // Material for all of a stack's clusters may stand beside an endpoint of one resource that goes without.
  const isForOthers = inputs?.endpoints !== undefined && tls === undefined;
  if (Object.values(settings.tls).some((text) => text !== undefined) && !isForOthers) requireHttps(settings.endpoints);
  return settings;
}

function resolveEndpoints(levels: readonly SettingLevel[]): string[] {
  const found = findSetting(levels, "endpoints");
  const endpoints = found
    ? asList(found.value).map((endpoint) => originOf(endpoint, found.level.describe("endpoints")))
    : [];
  if (endpoints.length > 0) return endpoints;
  throw new ProviderError({
    kind: "InvalidInput",
    problem: "no obshell endpoint is set",
    property: "connection.endpoints",
    advice: `Looked at: ${describeSources(levels, "endpoints")}. Write one like "http://10.10.10.1:2886".`,
  });
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

function resolveTls(levels: readonly SettingLevel[], own: ConnectionInputs["tls"], context: CallContext): TlsOptions {
  const own_ = own ?? {};
  const fromEnv = own_.keyEnv === undefined ? undefined : context.environment[own_.keyEnv];
  if (own_.keyEnv !== undefined && fromEnv === undefined) {
    throw new ProviderError({
      kind: "Unauthenticated",
      problem: `connection.tls.keyEnv names the environment variable ${own_.keyEnv}, which is not set`,
      advice: `Set ${own_.keyEnv} in the environment of the Pulumi command.`,
    });
  }
  const text = (value: unknown): string | undefined => (typeof value === "string" && value !== "" ? value : undefined);
  const key = own_.key ?? fromEnv ?? text(findSetting(levels, "tlsKey")?.value);
  context.redactor.add(key);
  return {
    ca: own_.ca ?? text(findSetting(levels, "tlsCa")?.value),
    cert: own_.cert ?? text(findSetting(levels, "tlsCert")?.value),
    key,
  };
}

/** Accepts `10.0.0.1:2886` and full addresses; HTTP is obshell's default, so it is ours. */
function originOf(endpoint: string, where: string): string {
  const url = URL.parse(/^https?:\/\//i.test(endpoint) ? endpoint : `http://${endpoint}`);
  if (url?.username !== "" || url.pathname !== "/" || url.search !== "" || url.hash !== "") {
    throw new ProviderError({
      kind: "InvalidInput",
      problem: `${where} holds an entry that is not an http(s) address without path, query and user`,
      property: "connection.endpoints",
      advice: 'Write it like "http://10.10.10.1:2886".',
    });
  }
  return url.origin;
}
