import { constants, createDecipheriv, generateKeyPairSync, type KeyObject, privateDecrypt } from "node:crypto";
import fc from "fast-check";
import { authenticate, encryptBody, importPublicKey } from "../../../../provider/oceanbase/auth";

const KEYS = {
  key: Buffer.from("000102030405060708090a0b0c0d0e0f", "hex"),
  iv: Buffer.from("101112131415161718191a1b1c1d1e1f", "hex"),
};

const EXPIRES = new Date("2026-01-01T00:01:00.999Z");

/** Decrypts as obshell does: block by block of the key's size, the padding taken off by hand. */
function decrypt(privateKey: KeyObject, keyBytes: number, ciphertext: Buffer): { pieces: Buffer[]; text: string } {
  const pieces: Buffer[] = [];
  for (let start = 0; start < ciphertext.length; start += keyBytes) {
    const block = privateDecrypt(
      { key: privateKey, padding: constants.RSA_NO_PADDING },
      ciphertext.subarray(start, start + keyBytes),
    );
    expect([...block.subarray(0, 2)]).toEqual([0, 2]);
    const end = block.indexOf(0, 2);
    // PKCS#1 v1.5 has at least eight bytes of padding.
    expect(end).toBeGreaterThanOrEqual(10);
    pieces.push(block.subarray(end + 1));
  }
  return { pieces, text: Buffer.concat(pieces).toString("utf8") };
}

describe.each([512, 1024])("A request to an agent with an RSA key of %d bits", (bits) => {
  const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: bits });
  const announced = publicKey.export({ type: "pkcs1", format: "der" }).toString("base64");
  const imported = importPublicKey(announced);
  const keyBytes = bits / 8;

  it("takes the key as the agent announces it: PKCS#1 in base64, without armour", () => {
    expect(announced).toHaveLength(bits === 512 ? 100 : 188);
    expect(imported.equals(publicKey)).toBe(true);
  });

  it("carries password, expiry, target and body keys in a header of blocks of 53 bytes", () => {
    const password = { kind: "root", value: "Pa$$wörd" } as const;
    const { headers } = authenticate(imported, password, "/api/v1/x?y=%20", "{}", EXPIRES, KEYS);
    expect(Object.keys(headers)).toEqual(["X-OCS-Header"]);
    const { pieces, text } = decrypt(privateKey, keyBytes, Buffer.from(headers["X-OCS-Header"] ?? "", "base64"));
    expect(JSON.parse(text)).toEqual({
      Auth: "Pa$$wörd",
      // Decimal seconds, as text.
      Ts: "1767225660",
      Uri: "/api/v1/x?y=%20",
      Keys: "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
    });
    const bytes = Buffer.byteLength(text);
    expect(pieces.map((piece) => piece.length)).toEqual([
      ...Array.from({ length: Math.floor(bytes / 53) }, () => 53),
      ...(bytes % 53 === 0 ? [] : [bytes % 53]),
    ]);
  });

  it("arrives whole whatever password and path are", () => {
    const texts = fc.string({ unit: "grapheme", maxLength: 120 });
    fc.assert(
      fc.property(texts, texts, (value, path) => {
        const { headers } = authenticate(imported, { kind: "root", value }, `/${path}`, undefined, EXPIRES, KEYS);
        const { text } = decrypt(privateKey, keyBytes, Buffer.from(headers["X-OCS-Header"] ?? "", "base64"));
        expect(JSON.parse(text)).toMatchObject({ Auth: value, Uri: `/${path}` });
      }),
      { numRuns: 25 },
    );
  });
});

describe("The header of a request", () => {
  const { publicKey } = generateKeyPairSync("rsa", { modulusLength: 1024 });

  it("has another name for the password of the agents", () => {
    const { headers } = authenticate(publicKey, { kind: "agent", value: "" }, "/", undefined, EXPIRES, KEYS);
    expect(Object.keys(headers)).toEqual(["X-OCS-Agent-Header"]);
  });

  it("is never the same twice, and never shows the password", () => {
    const make = () => authenticate(publicKey, { kind: "root", value: "PASSWORD" }, "/", "{}", EXPIRES, KEYS);
    expect(make().headers).not.toEqual(make().headers);
    expect(JSON.stringify(make())).not.toContain("PASSWORD");
  });
});

describe("The body of a request", () => {
  it("is encrypted as obshell's own vector says", () => {
    expect(encryptBody('{"status":"doing"}', KEYS)).toBe("WlFuybEcpNbmgSPSvQS1xz4T4Yp19BKOLH1yIHvWNUM=");
  });

  it("is not there when there is none to send", () => {
    const { publicKey } = generateKeyPairSync("rsa", { modulusLength: 1024 });
    expect(authenticate(publicKey, { kind: "root", value: "p" }, "/", undefined, EXPIRES, KEYS).body).toBeUndefined();
    expect(authenticate(publicKey, { kind: "root", value: "p" }, "/", "{}", EXPIRES, KEYS).body).toBe(
      encryptBody("{}", KEYS),
    );
  });

  it("is decrypted to what it was, whatever it is", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (body) => {
        const decipher = createDecipheriv("aes-128-cbc", KEYS.key, KEYS.iv);
        const sent = Buffer.from(encryptBody(body, KEYS), "base64");
        expect(Buffer.concat([decipher.update(sent), decipher.final()]).toString("utf8")).toBe(body);
      }),
    );
  });
});

describe("What an agent announces as its key", () => {
  it.each(["", "undefined", "AAAA", "not base64!"])("is refused when it is none: %j", (text) => {
    expect(() => importPublicKey(text)).toThrow();
  });
});
