import { createHash } from "node:crypto";
import { OpenApiUtil } from "@alicloud/openapi-core";
import fc from "fast-check";
import { canonicalQuery, percentEncode, sign } from "../../../../provider/polardb/signer";
import { V3_VECTORS } from "../../../contract/fixtures/polardbSignatureVectors";

/** What the vendor's own library signs. It takes the request as it is, so the test writes every header out by hand. */
function official(
  query: Readonly<Record<string, string>>,
  headers: Readonly<Record<string, string>>,
  body: string,
  accessKeyId: string,
  accessKeySecret: string,
): string {
  const request = { method: "POST", pathname: "/", query: { ...query }, headers: { ...headers } };
  return OpenApiUtil.getAuthorization(
    request as Parameters<typeof OpenApiUtil.getAuthorization>[0],
    "ACS3-HMAC-SHA256",
    createHash("sha256").update(body).digest("hex"),
    accessKeyId,
    accessKeySecret,
  );
}

describe("A signed request", () => {
  it.each(V3_VECTORS)("has the published signature: $name", (vector) => {
    const { headers } = vector;
    const signed = sign(
      {
        method: vector.method as "POST",
        host: headers.host as string,
        action: headers["x-acs-action"] as string,
        version: headers["x-acs-version"] as string,
        query: vector.query,
        body: vector.body,
        contentType: headers["content-type"],
      },
      {
        accessKeyId: vector.accessKeyId,
        accessKeySecret: vector.accessKeySecret,
        securityToken: headers["x-acs-security-token"],
      },
      new Date(headers["x-acs-date"] as string),
      headers["x-acs-signature-nonce"] as string,
    );
    const { authorization, ...others } = signed.headers;
    expect(authorization).toBe(
      `ACS3-HMAC-SHA256 Credential=${vector.accessKeyId},SignedHeaders=${Object.keys(headers).sort().join(";")},Signature=${vector.signature}`,
    );
    expect(others).toEqual(headers);
    const canonical = vector.canonicalRequest?.split("\n")[2];
    if (canonical !== undefined) expect(signed.query).toBe(canonical);
  });

  it("has byte for byte the signature of the vendor's own library, whatever the parameters, keys and time are", () => {
    // The library leaves names as they are; those of the API hold nothing to encode.
    const names = fc.stringMatching(/^[A-Za-z][A-Za-z0-9._~-]{0,20}$/);
    const values = fc.oneof(
      fc.string({ unit: "grapheme", maxLength: 30 }),
      fc.string({ unit: "binary", maxLength: 30 }),
      fc.constantFrom("", " ", "*'()!~", "a+b/c=d&e%f", "价格 ñ", '[{"ActionType":"CREATE"}]', "%2F", "\n\t"),
    );
    const keys = fc.string({ minLength: 1, maxLength: 30 });
    // A server sees header values without the blanks around them.
    const tokens = fc.option(fc.stringMatching(/^[A-Za-z0-9+/=._-]{1,40}$/), { nil: undefined });
    const times = fc.date({ min: new Date("2000-01-01"), max: new Date("2099-12-31"), noInvalidDate: true });
    fc.assert(
      fc.property(
        fc.dictionary(names, values, { maxKeys: 8 }),
        fc.constantFrom("", "DBClusterId=pc-1&x=%5B%5D", "näh"),
        keys,
        keys,
        tokens,
        times,
        (query, body, accessKeyId, accessKeySecret, securityToken, time) => {
          const host = "127.0.0.1:35295";
          const contentType = body === "" ? undefined : "application/x-www-form-urlencoded";
          const request = { method: "POST", host, action: "ModifyBackupPolicy", version: "2017-08-01", query } as const;
          const { headers } = sign(
            { ...request, body, contentType },
            { accessKeyId, accessKeySecret, securityToken },
            time,
            "0123456789abcdef",
          );
          const expected: Record<string, string> = {
            host,
            "x-acs-version": "2017-08-01",
            "x-acs-action": "ModifyBackupPolicy",
            "x-acs-date": `${time.toISOString().slice(0, 19)}Z`,
            "x-acs-signature-nonce": "0123456789abcdef",
            "x-acs-content-sha256": createHash("sha256").update(body).digest("hex"),
          };
          if (contentType) expected["content-type"] = contentType;
          if (securityToken !== undefined) {
            expected["x-acs-accesskey-id"] = accessKeyId;
            expected["x-acs-security-token"] = securityToken;
          }
          expect(headers.authorization).toBe(official(query, expected, body, accessKeyId, accessKeySecret));
        },
      ),
      { numRuns: 1_000 },
    );
  });

  it.each<[string, Partial<Parameters<typeof sign>[0]>, Date, string]>([
    ["another parameter", { query: { DBClusterId: "pc-2" } }, new Date(0), "n"],
    ["another action", { action: "DescribeBackupPolicy" }, new Date(0), "n"],
    ["another host", { host: "polardb.cn-shenzhen.aliyuncs.com" }, new Date(0), "n"],
    ["another body", { body: "x" }, new Date(0), "n"],
    ["another second", {}, new Date(1_000), "n"],
    ["another nonce", {}, new Date(0), "m"],
  ])("cannot be used for %s", (_name, change, time, nonce) => {
    const request = {
      method: "POST",
      host: "polardb.aliyuncs.com",
      action: "ModifyBackupPolicy",
      version: "2017-08-01",
      query: { DBClusterId: "pc-1" },
    } as const;
    const credentials = { accessKeyId: "AK", accessKeySecret: "SK" };
    const first = sign(request, credentials, new Date(0), "n").headers.authorization;
    expect(sign({ ...request, ...change }, credentials, time, nonce).headers.authorization).not.toBe(first);
  });

  it("never carries the secret itself", () => {
    const request = { method: "POST", host: "h", action: "A", version: "V", query: { a: "1" } } as const;
    const signed = sign(request, { accessKeyId: "AK", accessKeySecret: "VERYSECRET" }, new Date(0), "n");
    expect(JSON.stringify(signed)).not.toContain("VERYSECRET");
  });
});

describe("The canonical query", () => {
  it.each<[string, Readonly<Record<string, string>>, string]>([
    ["of nothing is empty", {}, ""],
    ["keeps the equals sign of an empty value", { b: "", a: "1" }, "a=1&b="],
    ["sorts by code unit, capitals first", { a: "1", B: "2", A: "3", _: "4" }, "A=3&B=2&_=4&a=1"],
    ["sorts a name before a longer one", { ab: "2", a: "1", "a.b": "3" }, "a=1&a.b=3&ab=2"],
    ["encodes a space as %20", { a: "x y" }, "a=x%20y"],
    ["encodes what encodeURIComponent leaves bare", { a: "!'()*~" }, "a=%21%27%28%29%2A~"],
    ["encodes other letters as UTF-8", { a: "é价" }, "a=%C3%A9%E4%BB%B7"],
    ["encodes a percent sign once", { a: "100%" }, "a=100%25"],
  ])("%s", (_name, parameters, query) => {
    expect(canonicalQuery(parameters)).toBe(query);
  });

  it("is read back as the same parameters, whatever they are", () => {
    const texts = fc.string({ unit: "grapheme" });
    fc.assert(
      fc.property(fc.dictionary(texts, texts), (parameters) => {
        const query = canonicalQuery(parameters);
        const pairs = query === "" ? [] : query.split("&").map((pair) => pair.split("="));
        const read = Object.fromEntries(pairs.map(([name = "", value = ""]) => [name, value].map(decodeURIComponent)));
        expect(read).toEqual({ ...parameters });
      }),
    );
  });

  it("holds only unreserved characters and upper-case escapes", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (text) => {
        expect(percentEncode(text)).toMatch(/^([A-Za-z0-9\-_.~]|%[0-9A-F]{2})*$/);
        expect(decodeURIComponent(percentEncode(text))).toBe(text);
      }),
      { numRuns: 500 },
    );
  });

  it("takes half a character for the sign that stands for one, as everybody does who sends bytes", () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.nat({ max: 0xffff }).map((unit) => String.fromCharCode(unit)) }), (text) => {
        expect(decodeURIComponent(percentEncode(text))).toBe(Buffer.from(text, "utf8").toString("utf8"));
      }),
      { numRuns: 500 },
    );
  });
});
