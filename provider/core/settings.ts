import { ProviderError } from "./errors";
import type { CallContext } from "./lifecycle";

/** One place where connection settings may come from. */
export interface SettingLevel {
  /** For messages: `provider input`, `environment variables`. */
  readonly describe: (name: string) => string;
  readonly get: (name: string) => unknown;
  /** False for settings that can never be given here. */
  readonly offers: (name: string) => boolean;
}

export interface SettingSources {
  /** Namespace of provider inputs and stack configuration: `"oceanbase"`. */
  readonly namespace: string;
  /** The resource's own settings and the property they stand under. */
  readonly own?: { readonly property?: string; readonly values: Readonly<Record<string, unknown>> };
  /** Environment variables by setting, most specific first. */
  readonly environment: Readonly<Record<string, readonly string[]>>;
  /**
   * Set where all settings must come from the variables of one tool, those at the same place of each list: the first tool that
   * has one of these settings.
   */
  readonly oneToolBy?: readonly string[];
  /** Settings to which `oneToolBy` does not apply: any tool's variable will do. */
  readonly ofAnyTool?: readonly string[];
  /** Settings for which an empty variable is a value. CI systems set variables that they have no value for to nothing. */
  readonly mayBeEmpty?: readonly string[];
  /** Stack configuration of another package that users may have already, looked at last: its namespace and its names by ours. */
  readonly borrowed?: { readonly namespace: string; readonly names: Readonly<Record<string, string>> };
}

/** An explicit provider passes this among its inputs; stack configuration does not have it. */
export const EXPLICIT_PROVIDER = "explicitProvider";

/**
 * The levels in order of precedence: the resource's own settings, an explicit provider, the environment, stack configuration.
 * The environment therefore never overrides what an explicit provider says. At every level a setting may also be given by
 * reference, as the name of an environment variable under `<name>Env`; it is resolved now, so the value never enters state.
 */
export function settingLevels(context: CallContext, sources: SettingSources): SettingLevel[] {
  const { namespace, own, environment } = sources;
  const configured = (name: string): unknown => context.configuration.get(`${namespace}:${name}`);
  const isExplicit = configured(EXPLICIT_PROVIDER) !== undefined;
  const levels: SettingLevel[] = [];
  if (own) {
    const at = (name: string): string => (own.property ? `${own.property}.${name}` : name);
    levels.push({
      describe: at,
      get: (name) => own.values[name] ?? dereference(context, own.values[`${name}Env`], at(`${name}Env`)),
      offers: () => true,
    });
  }
  const fromConfiguration: SettingLevel = {
    describe: (name) => (isExplicit ? `provider input ${name}` : `stack configuration ${namespace}:${name}`),
    get: (name) =>
      configured(name) ?? dereference(context, configured(`${name}Env`), fromConfiguration.describe(`${name}Env`)),
    offers: () => true,
  };
  const fromEnvironment: SettingLevel = {
    describe: (name) => `environment variable ${(environment[name] ?? []).join(" or ")}`,
    get: (name) => variables(sources, context, name).find((value) => value !== undefined),
    offers: (name) => environment[name] !== undefined,
  };
  if (isExplicit) return [...levels, fromConfiguration, fromEnvironment];
  levels.push(fromEnvironment, fromConfiguration);
  if (sources.borrowed) levels.push(borrowedLevel(context, sources.borrowed));
  return levels;
}

/** An explicit provider has no such level: it gets no stack configuration. */
function borrowedLevel(
  context: CallContext,
  { namespace, names }: NonNullable<SettingSources["borrowed"]>,
): SettingLevel {
  const key = (name: string): string => `${namespace}:${names[name] ?? name}`;
  return {
    describe: (name) => `stack configuration ${key(name)}`,
    get: (name) => (names[name] === undefined ? undefined : context.configuration.get(key(name))),
    offers: (name) => names[name] !== undefined,
  };
}

/** Values of a setting's variables, of one tool only where they belong together. */
function variables(sources: SettingSources, context: CallContext, setting: string): (string | undefined)[] {
  const { environment, mayBeEmpty = [] } = sources;
  const read = (name: string, variable: string | undefined): string | undefined => {
    const value = variable === undefined ? undefined : context.environment[variable];
    return value?.trim() === "" && !mayBeEmpty.includes(name) ? undefined : value;
  };
  const all = (environment[setting] ?? []).map((variable) => read(setting, variable));
  const { oneToolBy, ofAnyTool = [] } = sources;
  if (!oneToolBy || ofAnyTool.includes(setting)) return all;
  const tool = all.findIndex((_value, place) =>
    oneToolBy.some((name) => read(name, environment[name]?.[place]) !== undefined),
  );
  return [all[tool]];
}

/** The first level that has the setting. */
export function findSetting(
  levels: readonly SettingLevel[],
  name: string,
): { value: unknown; level: SettingLevel } | undefined {
  for (const level of levels) {
    const value = level.get(name);
    if (value !== undefined && value !== null) return { value, level };
  }
  return undefined;
}

/** Where a setting was looked for, for the message that says it is missing. */
export function describeSources(levels: readonly SettingLevel[], ...names: readonly string[]): string {
  return levels
    .flatMap((level) => names.filter((name) => level.offers(name)).map((name) => level.describe(name)))
    .join("; ");
}

/** Lists come as arrays from providers and resources, as JSON or comma-separated text from configuration and environment. */
export function asList(value: unknown): string[] {
  if (Array.isArray(value)) return value.map(String);
  const text = String(value).trim();
  if (text.startsWith("[")) {
    try {
      const parsed: unknown = JSON.parse(text);
      if (Array.isArray(parsed)) return parsed.map(String);
    } catch {
      // Not JSON after all: an IPv6 address also starts with a bracket.
    }
  }
  return text
    .split(",")
    .map((item) => item.trim())
    .filter((item) => item !== "");
}

function dereference(context: CallContext, variable: unknown, where: string): string | undefined {
  if (variable === undefined || variable === null) return undefined;
  const value = context.environment[String(variable)];
  if (value === undefined) {
    throw new ProviderError({
      kind: "Unauthenticated",
      problem: `${where} names the environment variable ${String(variable)}, which is not set`,
      property: where,
      advice: `Set ${String(variable)} in the environment of the Pulumi command, or give the value itself.`,
    });
  }
  return value;
}
