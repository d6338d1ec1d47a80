import { type GenerateResult, generate } from "selfsigned";
import { UNKNOWN } from "../../../../provider/core/unknowns";
import { type ConnectionInputs, checkConnection, resolveConnection } from "../../../../provider/oceanbase/credentials";
import { testContext } from "../../support/context";
import { thrownBy } from "../../support/failures";

type Settings = NonNullable<Parameters<typeof testContext>[0]>;

const EXPLICIT = { "oceanbase:explicitProvider": "true" };
const OWN: ConnectionInputs = { endpoints: ["http://own:2886"], password: "OWNPW" };

const resolve = (inputs: ConnectionInputs | undefined, settings: Settings = {}) =>
  resolveConnection(inputs, testContext(settings));

describe("The agents of a cluster", () => {
  const endpointsOf = (inputs: ConnectionInputs | undefined, settings: Settings = {}) =>
    resolve({ password: "p", ...inputs }, settings).endpoints;

  it.each<[string, ConnectionInputs | undefined, Settings, string[]]>([
    [
      "the resource",
      { endpoints: ["10.0.0.1:2886"] },
      { environment: { OCEANBASE_ENDPOINTS: "env:2886" } },
      ["http://10.0.0.1:2886"],
    ],
    [
      "an explicit provider, whatever the environment says",
      undefined,
      {
        environment: { OCEANBASE_ENDPOINTS: "env:2886" },
        configuration: { ...EXPLICIT, "oceanbase:endpoints": ["https://p:2886"] },
      },
      ["https://p:2886"],
    ],
    [
      "the environment",
      undefined,
      { environment: { OCEANBASE_ENDPOINTS: "a:2886, b:2887" }, configuration: { "oceanbase:endpoints": "c" } },
      ["http://a:2886", "http://b:2887"],
    ],
    [
      "stack configuration, as JSON",
      undefined,
      { configuration: { "oceanbase:endpoints": '["a:1","https://b:2"]' } },
      ["http://a:1", "https://b:2"],
    ],
  ])("come from %s", (_name, inputs, settings, endpoints) => {
    expect(endpointsOf(inputs, settings)).toEqual(endpoints);
  });

  it.each([
    ["10.0.0.1:2886", "http://10.0.0.1:2886"],
    ["10.0.0.1", "http://10.0.0.1"],
    ["http://10.0.0.1:2886/", "http://10.0.0.1:2886"],
    ["HTTPS://Agent:2886", "https://agent:2886"],
    ["[::1]:2886", "http://[::1]:2886"],
    ["https://agent:443", "https://agent"],
  ])("are written %s and mean %s", (written, origin) => {
    expect(endpointsOf({ endpoints: [written] })).toEqual([origin]);
  });

  it.each([
    "http://root:PASSWORD@10.0.0.1:2886",
    "http://:PASSWORD@10.0.0.1:2886",
    "http://10.0.0.1:2886/api",
    "http://10.0.0.1:2886?x=PASSWORD",
    "ftp://10.0.0.1",
    "http://",
    "a b",
  ])("are never %s, and the error does not repeat it", (endpoint) => {
    const error = thrownBy(() => endpointsOf({ endpoints: ["10.0.0.2:2886", endpoint] }));
    expect(error.kind).toBe("InvalidInput");
    expect(error.facts.property).toBe("connection.endpoints");
    expect(error.message).toContain("connection.endpoints holds an entry that is not an http(s) address");
    expect(error.message).not.toContain("PASSWORD");
  });

  it("are asked once each, however often and in whatever spelling they are listed", () => {
    const endpoints = ["10.0.0.1:2886", "http://10.0.0.2:2886", "HTTP://10.0.0.1:2886/"];
    expect(endpointsOf({ endpoints })).toEqual(["http://10.0.0.1:2886", "http://10.0.0.2:2886"]);
  });

  it("that are nowhere are an error that lists what was looked at", () => {
    const error = thrownBy(() => endpointsOf(undefined));
    expect(error.message).toBe(
      "no obshell endpoint is set [InvalidInput]. Looked at: connection.endpoints; environment variable OCEANBASE_ENDPOINTS; " +
        'stack configuration oceanbase:endpoints. Write one like "http://10.10.10.1:2886".',
    );
  });

  it("are not hidden by a variable that is empty, as CI sets them", () => {
    const settings = { environment: { OCEANBASE_ENDPOINTS: "" }, configuration: { "oceanbase:endpoints": "c:2886" } };
    expect(endpointsOf(undefined, settings)).toEqual(["http://c:2886"]);
  });
});

describe("The password", () => {
  const passwordOf = (inputs: Omit<ConnectionInputs, "endpoints"> | undefined, settings: Settings = {}) =>
    resolve({ endpoints: ["a"], ...inputs }, settings).password;

  it.each<[string, Omit<ConnectionInputs, "endpoints"> | undefined, Settings, object]>([
    ["the resource", OWN, { environment: { OCEANBASE_PASSWORD: "env" } }, { kind: "root", value: "OWNPW" }],
    [
      "the resource, also when the environment has one for the agents",
      OWN,
      { environment: { OCEANBASE_AGENT_PASSWORD: "env" } },
      { kind: "root", value: "OWNPW" },
    ],
    [
      "the resource, though it is empty",
      { password: "" },
      { environment: { OCEANBASE_PASSWORD: "env" } },
      { kind: "root", value: "" },
    ],
    [
      "a variable that the resource names",
      { passwordEnv: "MINE" },
      { environment: { MINE: "m", OCEANBASE_PASSWORD: "env" } },
      { kind: "root", value: "m" },
    ],
    ["a variable that is empty", { passwordEnv: "MINE" }, { environment: { MINE: "" } }, { kind: "root", value: "" }],
    [
      "the resource, for the agents",
      { agentPassword: "a" },
      { environment: { OCEANBASE_PASSWORD: "env" } },
      { kind: "agent", value: "a" },
    ],
    [
      "a variable for the agents that the resource names",
      { agentPasswordEnv: "MINE" },
      { environment: { MINE: "m" } },
      { kind: "agent", value: "m" },
    ],
    [
      "an explicit provider, whatever the environment says",
      undefined,
      { environment: { OCEANBASE_PASSWORD: "env" }, configuration: { ...EXPLICIT, "oceanbase:password": "p" } },
      { kind: "root", value: "p" },
    ],
    [
      "the environment, when an explicit provider has none",
      undefined,
      { environment: { OCEANBASE_PASSWORD: "env" }, configuration: EXPLICIT },
      { kind: "root", value: "env" },
    ],
    [
      "the environment, before stack configuration",
      undefined,
      { environment: { OCEANBASE_AGENT_PASSWORD: "env" }, configuration: { "oceanbase:password": "p" } },
      { kind: "agent", value: "env" },
    ],
    ["stack configuration", undefined, { configuration: { "oceanbase:password": "p" } }, { kind: "root", value: "p" }],
  ])("comes from %s", (_name, inputs, settings, password) => {
    expect(passwordOf(inputs, settings)).toEqual(password);
  });

  it("that is nowhere is an error that lists what was looked at", () => {
    const error = thrownBy(() => passwordOf(undefined));
    expect(error.kind).toBe("Unauthenticated");
    expect(error.message).toContain("no password is set");
    for (const place of [
      "connection.password; connection.agentPassword",
      "environment variable OCEANBASE_PASSWORD; environment variable OCEANBASE_AGENT_PASSWORD",
      "stack configuration oceanbase:password; stack configuration oceanbase:agentPassword",
    ]) {
      expect(error.message).toContain(place);
    }
  });

  it("that a variable should hold is an error when the variable is not set, and nothing else is tried", () => {
    const error = thrownBy(() => passwordOf({ passwordEnv: "MINE" }, { environment: { OCEANBASE_PASSWORD: "env" } }));
    expect(error.kind).toBe("Unauthenticated");
    expect(error.message).toContain("connection.passwordEnv names the environment variable MINE, which is not set");
  });

  it("is known to the redactor from then on", () => {
    const context = testContext({ environment: { OCEANBASE_PASSWORD: "ENVSECRET" } });
    resolveConnection({ endpoints: ["a"] }, context);
    expect(context.redactor.redact("it was ENVSECRET")).toBe("it was [secret]");
  });
});

describe("TLS settings", () => {
  let pem: GenerateResult;
  beforeAll(async () => {
    pem = await generate([{ name: "commonName", value: "a" }], { keyType: "ec" });
  });

  const HTTPS: ConnectionInputs = { endpoints: ["https://own:2886"], password: "OWNPW" };
  const tlsOf = (tls: ConnectionInputs["tls"], settings: Settings = {}) => resolve({ ...HTTPS, tls }, settings).tls;

  it("are empty when nobody says anything", () => {
    expect(tlsOf(undefined)).toEqual({});
  });

  it("come from the resource, before all others", () => {
    const { cert, private: key } = pem;
    const configuration = { "oceanbase:tlsCa": "other", "oceanbase:tlsCert": "other" };
    expect(tlsOf({ ca: cert, cert, key }, { configuration })).toEqual({ ca: cert, cert, key });
  });

  it("come from a variable for the key", () => {
    const { cert, private: key } = pem;
    expect(tlsOf({ cert, keyEnv: "MY_KEY" }, { environment: { MY_KEY: key } })).toEqual({ cert, key });
  });

  it.each([
    ["an explicit provider", EXPLICIT],
    ["stack configuration", {}],
  ])("come from %s", (_name, base) => {
    const { cert, private: key } = pem;
    const material = { "oceanbase:tlsCa": cert, "oceanbase:tlsCert": cert, "oceanbase:tlsKey": key };
    expect(tlsOf(undefined, { configuration: { ...base, ...material } })).toEqual({ ca: cert, cert, key });
  });

  it("name the variable for the key that is not set", () => {
    const error = thrownBy(() => tlsOf({ keyEnv: "MY_KEY" }));
    expect(error.message).toContain("connection.tls.keyEnv names the environment variable MY_KEY, which is not set");
  });

  it("make the private key known to the redactor, also when it is of no use", () => {
    const context = testContext();
    thrownBy(() => resolveConnection({ ...HTTPS, tls: { key: "PRIVATEKEY" } }, context));
    expect(context.redactor.redact("PRIVATEKEY")).toBe("[secret]");
  });

  it("are refused when they cannot be used", () => {
    expect(thrownBy(() => tlsOf({ ca: "ca.pem" })).message).toContain("connection.tls.ca is not a certificate");
  });

  it.each<[string, () => [ConnectionInputs, Settings]]>([
    ["both of the resource", () => [{ ...OWN, tls: { ca: pem.cert } }, {}]],
    ["the endpoint without a scheme", () => [{ ...OWN, endpoints: ["a:2886"], tls: { ca: pem.cert } }, {}]],
    [
      "the resource's own, with an endpoint from the environment",
      () => [{ password: "p", tls: { ca: pem.cert } }, { environment: { OCEANBASE_ENDPOINTS: "a:2886" } }],
    ],
    [
      "both of an explicit provider",
      () => [
        { password: "p" },
        { configuration: { ...EXPLICIT, "oceanbase:endpoints": ["a:2886"], "oceanbase:tlsCa": pem.cert } },
      ],
    ],
  ])("are refused beside plain HTTP, which would leave them unused: %s", (_name, given) => {
    const [inputs, settings] = given();
    expect(thrownBy(() => resolve(inputs, settings)).message).toContain(
      "plain HTTP has no certificates [InvalidInput]",
    );
    const [violation] = checkConnection(inputs, testContext(settings));
    expect(violation?.rule).toContain("plain HTTP has no certificates. Write https://");
  });

  it("take certificate and key from one place, because two places have two pairs", () => {
    const configuration = { "oceanbase:tlsCert": pem.cert, "oceanbase:tlsKey": pem.private };
    const error = thrownBy(() => tlsOf({ cert: pem.cert }, { configuration }));
    expect(error.message).toContain("connection.tls.key is missing beside connection.tls.cert");
  });

  it("of a whole stack do not keep one resource from an endpoint of its own that goes without", () => {
    const settings = { configuration: { "oceanbase:tlsCa": pem.cert } };
    expect(resolve(OWN, settings).endpoints).toEqual(["http://own:2886"]);
  });
});

describe("A preview of a connection", () => {
  const rulesOf = (inputs: unknown, settings: Settings = {}) =>
    checkConnection(inputs as ConnectionInputs, testContext(settings)).map(({ path, rule }) => [path.join("."), rule]);

  it.each<[string, unknown, Settings]>([
    ["nothing is set", undefined, {}],
    ["all is unknown", UNKNOWN, {}],
    ["TLS settings are unknown", { endpoints: ["a:2886"], tls: { ca: UNKNOWN } }, {}],
    ["endpoints are unknown", { endpoints: UNKNOWN }, {}],
    ["a provider input is unknown", undefined, { configuration: { ...EXPLICIT, "oceanbase:tlsCa": UNKNOWN } }],
    [
      "a variable is set only where it is applied",
      { endpoints: ["https://a"], tls: { cert: "x", keyEnv: "MY_KEY" } },
      {},
    ],
    ["no password is there yet", { endpoints: ["https://a:2886"] }, {}],
  ])("has nothing to say when %s", (_name, inputs, settings) => {
    expect(rulesOf(inputs, settings)).toEqual([]);
  });

  it("says all that is wrong, at the property, and looks at what is known beside what is not", () => {
    expect(rulesOf({ endpoints: ["http://root:PASSWORD@a"], password: UNKNOWN, tls: { ca: "ca.pem" } })).toEqual([
      ["connection.endpoints", expect.stringMatching(/^holds an entry that is not an http/)],
      ["connection.tls.ca", expect.stringMatching(/^is not a certificate in PEM form\. Give the PEM text itself/)],
    ]);
    expect(rulesOf({ endpoints: UNKNOWN, tls: { ca: "ca.pem" } })).toHaveLength(1);
  });

  it("tells at the connection what is wrong with settings from elsewhere, by their own name", () => {
    const configuration = { ...EXPLICIT, "oceanbase:tlsCa": "ca.pem" };
    expect(rulesOf(undefined, { configuration })).toEqual([
      ["connection", expect.stringMatching(/^provider input tlsCa is not a certificate/)],
    ]);
  });
});
