import fc from "fast-check";
import { Redactor, redactPatterns } from "../../../../provider/core/redact";
import { SPELLINGS } from "../../support/spellings";

const SECRET = 'pä$$ "w/o+rd"=&<x>%\\\'\n!';

describe("A secret that the call knows", () => {
  it.each(Object.entries(SPELLINGS))("is removed when it stands there %s", (_name, spell) => {
    const redactor = new Redactor();
    redactor.add(SECRET);
    const text = redactor.redact(`before ${spell(SECRET)} after ${spell(SECRET)}`);
    expect(text).toBe("before [secret] after [secret]");
  });

  it("is removed in every spelling, whatever it is and wherever it stands", () => {
    const secrets = fc.string({ minLength: 6, maxLength: 24, unit: "grapheme" });
    fc.assert(
      fc.property(secrets, fc.string(), fc.string(), (secret, before, after) => {
        const redactor = new Redactor();
        redactor.add(secret);
        for (const spell of Object.values(SPELLINGS)) {
          const spelling = spell(secret);
          // A secret that is part of the mask itself cannot be told from it.
          if ("[secret]".includes(spelling)) continue;
          expect(redactor.redact(`${before}${spelling}${after}`)).not.toContain(spelling);
        }
      }),
      { numRuns: 500 },
    );
  });

  it("vanishes whole when it contains another secret", () => {
    const redactor = new Redactor();
    redactor.add("abc");
    redactor.add("abc-and-more");
    expect(redactor.redact("x abc-and-more y")).toBe("x [secret] y");
  });

  it("is not remembered when it is empty or absent", () => {
    const redactor = new Redactor();
    redactor.add("");
    redactor.add(undefined);
    expect(redactor.redact("nothing to hide")).toBe("nothing to hide");
  });

  it("is removed even when it is short, though its base64 then stays", () => {
    const redactor = new Redactor();
    redactor.add("p1");
    expect(redactor.redact("password p1!")).toBe("password [secret]!");
  });
});

describe("What is secret by its shape", () => {
  it.each([
    ["oss://b/p?host=h&access_key=SECRET&x=1", "oss://b/p?host=h&access_key=[secret]&x=1"],
    ["LOCATION=oss://b?access_key=SECRET' TENANT", "LOCATION=oss://b?access_key=[secret]' TENANT"],
    ["ACCESS_KEY=SECRET", "ACCESS_KEY=[secret]"],
    ['"AccessKeySecret": "SECRET", "b": 1', '"AccessKeySecret": "[secret]", "b": 1'],
    ["accessKeySecret=SECRET&x=1", "accessKeySecret=[secret]&x=1"],
    ["SecurityToken=SECRET&x=1", "SecurityToken=[secret]&x=1"],
    ["x-acs-security-token: SECRET", "x-acs-security-token: [secret]"],
    [
      "ACS3-HMAC-SHA256 Credential=a,SignedHeaders=b,Signature=0aF9",
      "ACS3-HMAC-SHA256 Credential=a,SignedHeaders=b,Signature=[secret]",
    ],
    ["?Signature=a%2Bb%3D&x=1", "?Signature=[secret]&x=1"],
    ['"X-OCS-Header":"QUJD/+=="', '"X-OCS-Header":"[secret]"'],
    ["x-ocs-agent-header: QUJD", "x-ocs-agent-header: [secret]"],
  ])("is removed from %j though nobody named it", (text, redacted) => {
    expect(redactPatterns(text)).toBe(redacted);
    expect(new Redactor().redact(text)).toBe(redacted);
  });

  it("leaves ordinary text alone, access key ids included", () => {
    const text = "access_id=LTAI5 in SignedHeaders=host;x-acs-date, request 5F2C: no Signature";
    expect(redactPatterns(text)).toBe(text);
  });

  it("stays the same when it is removed twice", () => {
    fc.assert(
      fc.property(fc.string(), fc.constantFrom("access_key=", "Signature=", "SecurityToken="), (value, name) => {
        const once = redactPatterns(`${name}${value}`);
        expect(redactPatterns(once)).toBe(once);
      }),
    );
  });
});
