import { type GenerateResult, generate } from "selfsigned";
import type { TlsOptions } from "../../../../provider/core/transport";
import { plainHttpProblems, tlsProblems } from "../../../../provider/oceanbase/tlsSettings";

const made = (): Promise<GenerateResult> => generate([{ name: "commonName", value: "a" }], { keyType: "ec" });

const given = (material: TlsOptions) => ({
  material,
  names: { ca: "connection.tls.ca", cert: "provider input tlsCert", key: "provider input tlsKey" },
});

describe("TLS material", () => {
  let one: GenerateResult;
  let other: GenerateResult;
  beforeAll(async () => {
    [one, other] = await Promise.all([made(), made()]);
  });

  it("is taken when it is complete, and when there is none", () => {
    expect(tlsProblems(given({}))).toEqual([]);
    expect(tlsProblems(given({ ca: `# the agents\n${one.cert}\n${other.cert}` }))).toEqual([]);
    expect(tlsProblems(given({ ca: other.cert, cert: one.cert, key: one.private }))).toEqual([]);
  });

  it.each<[string, () => TlsOptions, string, string]>([
    [
      "the name of a file as authority",
      () => ({ ca: "/etc/ca.pem" }),
      "connection.tls.ca",
      "is not a certificate in PEM form",
    ],
    [
      "a certificate that is cut off",
      () => ({ ca: one.cert.slice(0, 200) }),
      "connection.tls.ca",
      "is not a certificate in PEM form",
    ],
    [
      "a key as certificate",
      () => ({ cert: one.private, key: one.private }),
      "provider input tlsCert",
      "is not a certificate in PEM form",
    ],
    [
      "a certificate as key",
      () => ({ cert: one.cert, key: one.cert }),
      "provider input tlsKey",
      "is not a private key in PEM form",
    ],
    [
      "a certificate without its key",
      () => ({ cert: one.cert }),
      "provider input tlsKey",
      "is missing beside provider input tlsCert",
    ],
    [
      "a key without its certificate",
      () => ({ key: one.private }),
      "provider input tlsCert",
      "is missing beside provider input tlsKey",
    ],
    [
      "the key of another",
      () => ({ cert: one.cert, key: other.private }),
      "provider input tlsKey",
      "does not belong to the certificate in provider input tlsCert",
    ],
  ])("is refused with %s, where it was given, and nothing of it is quoted", (_name, material, where, rule) => {
    const problems = tlsProblems(given(material()));
    expect(problems).toEqual([{ where, rule, fix: expect.stringMatching(/^Give .*\.$/) }]);
    expect(JSON.stringify(problems)).not.toContain("/etc");
    expect(JSON.stringify(problems)).not.toContain(one.private.split("\n")[1]);
  });

  it("needs endpoints that are all HTTPS", () => {
    const where = "connection.endpoints";
    const tls = given({ ca: one.cert });
    expect(plainHttpProblems(tls, { written: ["https://a:2886", "https://b:2886"], where })).toEqual([]);
    expect(plainHttpProblems(given({}), { written: ["b:2886"], where })).toEqual([]);
    expect(plainHttpProblems(tls, { written: ["https://a:2886", "b:2886"], where })).toEqual([
      {
        where,
        rule: "names http://b:2886, where connection.tls.ca would not be used: plain HTTP has no certificates",
        fix: "Write https://b:2886, or remove the TLS settings.",
      },
    ]);
  });
});
