import {
  constants,
  createCipheriv,
  createDecipheriv,
  createPublicKey,
  generateKeyPairSync,
  publicEncrypt,
  randomBytes,
} from "node:crypto";
import http from "node:http";
import type { Clock } from "../../emulators/common/clock";

/**
 * A client of obshell's API that shares no code with the product or the emulator, and that can be made to misbehave: every
 * part of the authentication header can be replaced or left out.
 */
export interface TestReply {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly text: string;
}

/** The header JSON before encryption; undefined leaves a field out. */
export type HeaderFields = Readonly<Record<string, unknown>>;

export interface TestRequest {
  readonly method: string;
  /** Put on the request line as it is. */
  readonly target: string;
  /** Plain text; encrypted unless `bodyAsIs`. */
  readonly body?: string;
  readonly bodyAsIs?: boolean;
  /** Sends the body in chunks, without a length. */
  readonly chunked?: boolean;
  readonly headers?: Readonly<Record<string, string>>;
  /** No authentication header at all. */
  readonly unauthenticated?: boolean;
  readonly headerName?: string;
  /** Replaces fields of the header, or all of it with a text. */
  readonly header?: HeaderFields | string;
  /** Replaces the encrypted header. */
  readonly headerValue?: string;
  readonly pieceBytes?: number;
  readonly keys?: Buffer;
  /** Goes through this unix socket instead. */
  readonly socketPath?: string;
}

const DEFAULT_PIECE_BYTES = 53;
const LIFETIME_SECONDS = 60;

export class ObshellTestClient {
  constructor(
    private readonly url: string,
    private readonly clock: Clock,
    public password: string,
  ) {}

  /** Base64 of a PKCS#1 public key. Read once unless `refreshKey` is called. */
  publicKey = "";

  async refreshKey(): Promise<string> {
    const reply = await this.plain("GET", "/api/v1/secret");
    this.publicKey = (JSON.parse(reply.text) as { data: { public_key: string } }).data.public_key;
    return this.publicKey;
  }

  plain(method: string, target: string, more: Partial<TestRequest> = {}): Promise<TestReply> {
    return this.send({ method, target, unauthenticated: true, bodyAsIs: true, ...more });
  }

  /** A well-behaved call, with a JSON body if one is given. */
  async call(method: string, target: string, body?: unknown): Promise<TestReply> {
    return this.send({ method, target, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
  }

  async json<T = unknown>(method: string, target: string, body?: unknown): Promise<T> {
    return JSON.parse((await this.call(method, target, body)).text) as T;
  }

  async send(request: TestRequest): Promise<TestReply> {
    const keys = request.keys ?? randomBytes(32);
    const headers: Record<string, string> = { ...request.headers };
    if (!request.unauthenticated) {
      headers[request.headerName ?? "X-OCS-Header"] = request.headerValue ?? (await this.header(request, keys));
    }
    const body = request.body === undefined || request.bodyAsIs ? request.body : encryptBody(request.body, keys);
    return exchange(this.url, request, headers, body);
  }

  /** The authentication header that `request` would carry. */
  async header(request: TestRequest, keys: Buffer): Promise<string> {
    if (this.publicKey === "") await this.refreshKey();
    const plain = typeof request.header === "string" ? request.header : JSON.stringify(this.fields(request, keys));
    return encryptHeader(plain, this.publicKey, request.pieceBytes ?? DEFAULT_PIECE_BYTES);
  }

  private fields(request: TestRequest, keys: Buffer): HeaderFields {
    return {
      Auth: this.password,
      Ts: String(Math.floor(this.clock.now() / 1000) + LIFETIME_SECONDS),
      Uri: request.target,
      Keys: keys.toString("base64"),
      ...(request.header as HeaderFields | undefined),
    };
  }
}

export function encryptBody(plain: string, keys: Buffer): string {
  const cipher = createCipheriv("aes-128-cbc", keys.subarray(0, 16), keys.subarray(16, 32));
  return Buffer.concat([cipher.update(plain, "utf8"), cipher.final()]).toString("base64");
}

export function decryptText(base64: string, keys: Buffer): string {
  const decipher = createDecipheriv("aes-128-cbc", keys.subarray(0, 16), keys.subarray(16, 32));
  return Buffer.concat([decipher.update(Buffer.from(base64, "base64")), decipher.final()]).toString("utf8");
}

/** The last byte of a decrypted block, where the padding stands. */
export function lastByte(base64: string, keys: Buffer): number {
  const decipher = createDecipheriv("aes-128-cbc", keys.subarray(0, 16), keys.subarray(16, 32)).setAutoPadding(false);
  return Buffer.concat([decipher.update(Buffer.from(base64, "base64")), decipher.final()]).at(-1) ?? 0;
}

/** A public key whose private half nobody has. */
export function foreignKey(): string {
  const { publicKey } = generateKeyPairSync("rsa", { modulusLength: 1024 });
  return publicKey.export({ type: "pkcs1", format: "der" }).toString("base64");
}

export function encryptHeader(plain: string, publicKey: string, pieceBytes: number): string {
  const key = createPublicKey({ key: Buffer.from(publicKey, "base64"), type: "pkcs1", format: "der" });
  const bytes = Buffer.from(plain, "utf8");
  const blocks: Buffer[] = [];
  for (let start = 0; start < bytes.length; start += pieceBytes) {
    const piece = bytes.subarray(start, start + pieceBytes);
    blocks.push(publicEncrypt({ key, padding: constants.RSA_PKCS1_PADDING }, piece));
  }
  return Buffer.concat(blocks).toString("base64");
}

function exchange(
  url: string,
  request: TestRequest,
  headers: Record<string, string>,
  body: string | undefined,
): Promise<TestReply> {
  const { hostname, port } = new URL(url);
  const where = request.socketPath === undefined ? { hostname, port } : { socketPath: request.socketPath };
  if (body !== undefined && !request.chunked) headers["content-length"] = String(Buffer.byteLength(body));
  if (request.chunked) headers["transfer-encoding"] = "chunked";
  return new Promise((resolve, reject) => {
    const outgoing = http.request(
      { ...where, method: request.method, path: request.target, headers, maxHeaderSize: 4 * 1024 * 1024 },
      (incoming) => {
        const chunks: Buffer[] = [];
        incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
        incoming.on("error", reject);
        incoming.on("end", () =>
          resolve({
            status: incoming.statusCode ?? 0,
            headers: incoming.headers,
            text: Buffer.concat(chunks).toString("utf8"),
          }),
        );
      },
    );
    outgoing.on("error", reject);
    outgoing.end(body);
  });
}
