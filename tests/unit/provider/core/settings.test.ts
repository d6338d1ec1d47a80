import {
  asList,
  describeSources,
  EXPLICIT_PROVIDER,
  findSetting,
  type SettingLevel,
  settingLevels,
} from "../../../../provider/core/settings";
import { testContext } from "../../support/context";
import { thrownBy } from "../../support/failures";

const environment = { endpoint: ["VENDOR_ENDPOINT", "OLD_ENDPOINT"] };

interface Places {
  readonly own?: Readonly<Record<string, unknown>>;
  readonly provider?: Readonly<Record<string, unknown>>;
  readonly variables?: Readonly<Record<string, string>>;
  readonly stack?: Readonly<Record<string, unknown>>;
}

/** The levels for settings that stand in these places. An explicit provider hides stack configuration, as Pulumi does. */
function levelsOf({ own, provider, variables, stack }: Places): SettingLevel[] {
  const namespaced = Object.entries(provider ? { ...provider, [EXPLICIT_PROVIDER]: "true" } : (stack ?? {}));
  const context = testContext({
    environment: variables,
    configuration: Object.fromEntries(namespaced.map(([name, value]) => [`vendor:${name}`, value])),
  });
  return settingLevels(context, {
    namespace: "vendor",
    own: own && { property: "connection", values: own },
    environment,
  });
}

const endpointOf = (places: Places): unknown => findSetting(levelsOf(places), "endpoint")?.value;

const own = { endpoint: "own" };
const provider = { endpoint: "provider" };
const variables = { VENDOR_ENDPOINT: "environment" };
const stack = { endpoint: "stack" };

describe("Where a setting comes from", () => {
  it.each<[string, Places, unknown]>([
    ["the resource, before everything else", { own, provider, variables }, "own"],
    ["the resource, before environment and stack configuration", { own, variables, stack }, "own"],
    ["an explicit provider, which the environment never overrides", { provider, variables }, "provider"],
    ["the environment, where an explicit provider does not say it", { provider: {}, variables }, "environment"],
    ["the environment, before stack configuration", { variables, stack }, "environment"],
    ["stack configuration, where nothing else says it", { own: {}, stack }, "stack"],
    ["the first environment variable that is set", { variables: { OLD_ENDPOINT: "old" } }, "old"],
    ["the most specific environment variable", { variables: { OLD_ENDPOINT: "old", VENDOR_ENDPOINT: "new" } }, "new"],
    ["nowhere", { own: {}, variables: {}, stack: {} }, undefined],
    ["a resource that says it is empty: an empty text is a value", { own: { endpoint: "" }, variables }, ""],
    ["the next place when the resource has null", { own: { endpoint: null }, variables }, "environment"],
    ["an explicit provider that says false", { provider: { endpoint: false }, variables }, false],
  ])("%s", (_name, places, value) => {
    expect(endpointOf(places)).toBe(value);
  });

  it.each<[string, Places, unknown]>([
    ["on the resource", { own: { endpointEnv: "MINE" }, provider, variables: { ...variables, MINE: "mine" } }, "mine"],
    [
      "on an explicit provider",
      { provider: { endpointEnv: "MINE" }, variables: { ...variables, MINE: "mine" } },
      "mine",
    ],
    ["in stack configuration", { stack: { endpointEnv: "MINE" }, variables: { MINE: "mine" } }, "mine"],
    [
      "and loses to the value itself in the same place",
      { own: { endpoint: "own", endpointEnv: "MINE" }, variables: { MINE: "mine" } },
      "own",
    ],
    ["and may be empty", { own: { endpointEnv: "MINE" }, variables: { ...variables, MINE: "" } }, ""],
  ])("is named by an environment variable %s", (_name, places, value) => {
    expect(endpointOf(places)).toBe(value);
  });

  it.each<[string, Places, string]>([
    ["the resource", { own: { endpointEnv: "MINE" }, variables }, "connection.endpointEnv"],
    ["an explicit provider", { provider: { endpointEnv: "MINE" }, variables }, "provider input endpointEnv"],
    ["stack configuration", { stack: { endpointEnv: "MINE" } }, "stack configuration vendor:endpointEnv"],
  ])("is an error, not the next place, when %s names a variable that is not set", (_name, places, where) => {
    const error = thrownBy(() => endpointOf(places));
    expect(error.kind).toBe("Unauthenticated");
    expect(error.message).toContain(`${where} names the environment variable MINE, which is not set`);
    expect(error.message).toContain("Set MINE in the environment of the Pulumi command");
  });
});

describe("Stack configuration of another package", () => {
  const find = (configuration: Record<string, unknown>): unknown =>
    findSetting(
      settingLevels(testContext({ configuration }), {
        namespace: "vendor",
        environment,
        borrowed: { namespace: "other", names: { endpoint: "url" } },
      }),
      "endpoint",
    )?.value;

  it("is looked at last, under its own names, and not beside an explicit provider", () => {
    expect(find({ "other:url": "theirs" })).toBe("theirs");
    expect(find({ "other:endpoint": "theirs" })).toBeUndefined();
    expect(find({ "other:url": "theirs", "vendor:endpoint": "ours" })).toBe("ours");
    expect(find({ "other:url": "theirs", [`vendor:${EXPLICIT_PROVIDER}`]: "true" })).toBeUndefined();
  });

  it("is named among the places that were looked at only for settings that it has", () => {
    const levels = settingLevels(testContext(), {
      namespace: "vendor",
      environment,
      borrowed: { namespace: "other", names: { endpoint: "url" } },
    });
    expect(describeSources(levels, "endpoint")).toContain("stack configuration other:url");
    expect(describeSources(levels, "password")).toBe("stack configuration vendor:password");
  });
});

describe("The places that were looked at", () => {
  it("are named in order for a message, with the variables' names and never a value", () => {
    expect(describeSources(levelsOf({ own, variables, stack }), "endpoint")).toBe(
      "connection.endpoint; environment variable VENDOR_ENDPOINT or OLD_ENDPOINT; stack configuration vendor:endpoint",
    );
    expect(describeSources(levelsOf({ provider }), "endpoint")).toBe(
      "provider input endpoint; environment variable VENDOR_ENDPOINT or OLD_ENDPOINT",
    );
  });

  it("are the level that had the setting", () => {
    const levels = levelsOf({ provider, variables });
    expect(findSetting(levels, "endpoint")?.level.describe("endpoint")).toBe("provider input endpoint");
  });
});

describe("A list of settings", () => {
  it.each<[string, unknown, string[]]>([
    ["an array", ["a", "b"], ["a", "b"]],
    ["JSON text, as stack configuration has it", '["a","b"]', ["a", "b"]],
    ["text with commas, as the environment has it", " a , b,,", ["a", "b"]],
    ["one entry", "a", ["a"]],
    ["empty text", "", []],
    ["blank text", "  ", []],
    ["an IPv6 address, which starts like JSON", "[::1]:2886,[::2]:2886", ["[::1]:2886", "[::2]:2886"]],
    ["an array of other things", [1, true], ["1", "true"]],
    ["an empty JSON list", "[]", []],
  ])("is read from %s", (_name, value, list) => {
    expect(asList(value)).toEqual(list);
  });
});
