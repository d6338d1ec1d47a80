import { type GenerateResult, generate } from "selfsigned";
import { checkTls, requireHttps } from "../../../../provider/oceanbase/tlsSettings";
import { thrownBy } from "../../support/failures";

const made = (): Promise<GenerateResult> => generate([{ name: "commonName", value: "a" }], { keyType: "ec" });

describe("TLS material", () => {
  let one: GenerateResult;
  let other: GenerateResult;
  beforeAll(async () => {
    [one, other] = await Promise.all([made(), made()]);
  });

  it("is taken when it is complete, and when there is none", () => {
    expect(() => checkTls({})).not.toThrow();
    expect(() => checkTls({ ca: `# the agents\n${one.cert}\n${other.cert}` })).not.toThrow();
    expect(() => checkTls({ ca: other.cert, cert: one.cert, key: one.private })).not.toThrow();
  });

  it.each<[string, () => Parameters<typeof checkTls>[0], string, string]>([
    ["the name of a file as authority", () => ({ ca: "/etc/ca.pem" }), "ca", "is not a certificate in PEM form"],
    [
      "a key as certificate",
      () => ({ cert: one.private, key: one.private }),
      "cert",
      "is not a certificate in PEM form",
    ],
    ["a certificate as key", () => ({ cert: one.cert, key: one.cert }), "key", "is not a private key in PEM form"],
    ["a certificate without its key", () => ({ cert: one.cert }), "key", "is missing beside the client certificate"],
    ["a key without its certificate", () => ({ key: one.private }), "cert", "is missing beside the private key"],
    ["the key of another", () => ({ cert: one.cert, key: other.private }), "key", "does not belong"],
  ])("is refused with %s, and the message quotes none of it", (_name, tls, property, problem) => {
    const error = thrownBy(() => checkTls(tls()));
    expect(error.kind).toBe("InvalidInput");
    expect(error.facts.property).toBe(`connection.tls.${property}`);
    expect(error.message).toContain(`connection.tls.${property} ${problem}`);
    expect(error.message).not.toContain("/etc");
    expect(error.message).not.toContain(one.private.split("\n")[1]);
    expect(error.cause).toBeUndefined();
  });
});

describe("Endpoints beside TLS material", () => {
  it("are all HTTPS", () => {
    expect(() => requireHttps(["https://a:2886", "https://b:2886"])).not.toThrow();
    const error = thrownBy(() => requireHttps(["https://a:2886", "http://b:2886"]));
    expect(error.message).toBe(
      "TLS settings are given, but the endpoint http://b:2886 is plain HTTP [InvalidInput]. Write https://b:2886, or leave out the TLS settings.",
    );
  });
});
