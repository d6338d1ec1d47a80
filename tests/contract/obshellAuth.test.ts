import { readFileSync } from "node:fs";
import path from "node:path";
import { VirtualClock } from "../emulators/common/clock";
import { type ObshellEmulator, startObshell } from "../emulators/obshell";
import { decryptBody, encryptReply } from "../emulators/obshell/aes";
import { decryptBlocks, newKeyPair } from "../emulators/obshell/rsa";
import { decryptText, encryptBody, encryptHeader, ObshellTestClient } from "./support/obshellClient";
import { FIXTURES } from "./support/obshellRecording";

interface Vector {
  readonly name: string;
  readonly key: "rsa_1024" | "rsa_512";
  readonly method?: string;
  readonly path?: string;
  readonly header_json: string;
  readonly plaintext_piece_bytes: number;
  readonly ciphertext_blocks: number;
  readonly header_value: string;
  readonly body_plain?: string | null;
  readonly body_ciphertext?: string | null;
  readonly server_answer?: { readonly status: number; readonly error: unknown };
}

interface Vectors {
  readonly vectors: readonly Vector[];
  readonly login_response: {
    readonly aes_key_hex: string;
    readonly aes_iv_hex: string;
    readonly data: string;
    readonly plain_session_id: string;
  };
}

const { vectors, login_response } = JSON.parse(
  readFileSync(path.join(FIXTURES, "auth-vectors.json"), "utf8"),
) as Vectors;

/** Key 00..0f followed by IV 10..1f, as in the vectors. */
const KEYS = Buffer.from(Array.from({ length: 32 }, (_, index) => index));
const SHEET_BODY = '{"status":"doing"}';
const SHEET_CIPHERTEXT = "WlFuybEcpNbmgSPSvQS1xz4T4Yp19BKOLH1yIHvWNUM=";

describe("obshell's body encryption", () => {
  it("decrypts the check vector", () => {
    expect(decryptBody(SHEET_CIPHERTEXT, KEYS).toString()).toBe(SHEET_BODY);
    expect(encryptBody(SHEET_BODY, KEYS)).toBe(SHEET_CIPHERTEXT);
    expect(KEYS.toString("base64")).toBe("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=");
  });

  it("encrypts a session id the way the recorded login did", () => {
    const keys = Buffer.from(login_response.aes_key_hex + login_response.aes_iv_hex, "hex");
    expect(encryptReply(login_response.plain_session_id, keys)).toBe(login_response.data);
    expect(decryptText(login_response.data, keys)).toBe(login_response.plain_session_id);
  });

  it("takes line ends in and after the base64 text", () => {
    const broken = `${SHEET_CIPHERTEXT.slice(0, 20)}\r\n${SHEET_CIPHERTEXT.slice(20)}\n`;
    expect(decryptBody(broken, KEYS).toString()).toBe(SHEET_BODY);
  });

  it("refuses a ciphertext that is no whole number of blocks", () => {
    expect(() => decryptBody(Buffer.alloc(17).toString("base64"), KEYS)).toThrow("not a multiple of the block size");
  });
});

describe.each(vectors)("recorded header $name", (vector) => {
  const bits = vector.key === "rsa_512" ? 512 : 1024;

  it("has the layout that block-wise decryption expects", () => {
    const bytes = Buffer.byteLength(vector.header_json);
    expect(Buffer.from(vector.header_value, "base64")).toHaveLength(vector.ciphertext_blocks * (bits / 8));
    expect(Math.ceil(bytes / vector.plaintext_piece_bytes)).toBe(vector.ciphertext_blocks);
  });

  it("is read back when it is encrypted in the same pieces for a known key", () => {
    const key = newKeyPair(bits);
    const value = encryptHeader(vector.header_json, key.publicKey, vector.plaintext_piece_bytes);
    expect(decryptBlocks(Buffer.from(value, "base64"), key)?.toString()).toBe(vector.header_json);
  });

  it("is not read with another key", () => {
    expect(decryptBlocks(Buffer.from(vector.header_value, "base64"), newKeyPair(bits))).toBeUndefined();
  });
});

describe("an agent that is sent the recorded headers and bodies", () => {
  const clock = new VirtualClock();
  let emulator: ObshellEmulator;
  let client: ObshellTestClient;

  beforeAll(async () => {
    emulator = await startObshell({ clock, password: "RootPwd_1", tenants: [{ name: "mysql_tenant", id: 1002 }] });
    emulator.change({ change: "startBackup", tenant: "mysql_tenant" });
    client = new ObshellTestClient(emulator.url, clock, "RootPwd_1");
    await client.refreshKey();
  });

  afterAll(() => emulator.close());

  const answered = vectors.filter(({ server_answer }) => server_answer !== undefined);

  it.each(answered)("answers $name as the real one did", async (vector) => {
    const reply = await client.send({
      method: vector.method ?? "",
      target: vector.path ?? "",
      headerValue: encryptHeader(vector.header_json, client.publicKey, vector.plaintext_piece_bytes),
      bodyAsIs: true,
      ...(vector.body_ciphertext ? { body: vector.body_ciphertext } : {}),
    });
    const { error = null } = JSON.parse(reply.text) as { error?: unknown };
    expect({ status: reply.status, error }).toEqual(vector.server_answer);
  });
});

describe.each([512, 1024] as const)("an agent with a key of %i bits", (keyBits) => {
  const clock = new VirtualClock();
  const password = 'pä$"ss\\ 密码';
  let emulator: ObshellEmulator;
  let client: ObshellTestClient;

  beforeAll(async () => {
    emulator = await startObshell({ clock, password, keyBits });
    client = new ObshellTestClient(emulator.url, clock, password);
    await client.refreshKey();
  });

  afterAll(() => emulator.close());

  const largest = keyBits / 8 - 11;

  it("announces the key as base64 of a PKCS#1 public key", () => {
    expect(client.publicKey).toHaveLength(keyBits === 512 ? 100 : 188);
  });

  it.each([1, 10, 52, largest])(
    "reads a header sent in pieces of %i bytes, whatever letters the password has",
    async (pieceBytes) => {
      const reply = await client.send({
        method: "PATCH",
        target: "/api/v1/obcluster/backup/config",
        body: "{}",
        pieceBytes,
      });
      expect(JSON.parse(reply.text)).toMatchObject({ error: { errCode: "OB.Backup.NoUserTenants" } });
    },
  );

  it("refuses a header that was encrypted for the key before the last change of keys", async () => {
    const old = await client.header({ method: "GET", target: "/api/v1/info" }, KEYS);
    emulator.change({ change: "rotateKey" });
    const reply = await client.plain("GET", "/api/v1/info", { headers: { "X-OCS-Header": old } });
    expect(JSON.parse(reply.text)).toMatchObject({
      status: 401,
      traceId: "",
      error: { code: 1, message: "Decrypt http header failed: crypto/rsa: decryption error" },
    });
    await client.refreshKey();
    expect((await client.call("GET", "/api/v1/ob/info")).status).toBe(200);
  });
});

describe("a request without a body", () => {
  it.each([
    ["a length of 0", false, "OB.Backup.NoUserTenants"],
    ["chunks, whose length nobody knows,", true, "Common.BindJsonFailed"],
  ])("that has %s ends as it does with obshell", async (_, chunked, errCode) => {
    const clock = new VirtualClock();
    const emulator = await startObshell({ clock, password: "secret" });
    try {
      const client = new ObshellTestClient(emulator.url, clock, "secret");
      const reply = await client.send({ method: "PATCH", target: "/api/v1/obcluster/backup/config", chunked });
      expect(JSON.parse(reply.text)).toMatchObject({ error: { errCode } });
    } finally {
      await emulator.close();
    }
  });
});

describe("login sessions", () => {
  const clock = new VirtualClock();
  let emulator: ObshellEmulator;
  let client: ObshellTestClient;

  beforeEach(async () => {
    emulator = await startObshell({ clock, password: "secret" });
    client = new ObshellTestClient(emulator.url, clock, "secret");
  });

  afterEach(() => emulator.close());

  async function login(): Promise<string> {
    const reply = await client.send({ method: "POST", target: "/api/v1/login", keys: KEYS });
    return decryptText((JSON.parse(reply.text) as { data: string }).data, KEYS);
  }

  async function statusWith(session: string): Promise<number> {
    const header = { Auth: undefined, session_id: session };
    return (await client.send({ method: "GET", target: "/api/v1/ob/info", header })).status;
  }

  it("last as long as they are used, and half an hour after that", async () => {
    const session = await login();
    clock.advance(29 * 60_000);
    expect(await statusWith(session)).toBe(200);
    clock.advance(29 * 60_000);
    expect(await statusWith(session)).toBe(200);
    clock.advance(31 * 60_000);
    expect(await statusWith(session)).toBe(401);
  });

  it("end when the agent learns another root password", async () => {
    const session = await login();
    emulator.change({ change: "password", password: "other", where: "database" });
    expect(await statusWith(session)).toBe(200);
    client.password = "other";
    expect((await client.call("GET", "/api/v1/ob/info")).status).toBe(200);
    expect(await statusWith(session)).toBe(401);
  });
});
