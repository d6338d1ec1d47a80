import { randomUUID } from "node:crypto";
import http from "node:http";
import type { Clock } from "../../emulators/common/clock";
import { canonicalQuery } from "../../emulators/polardb/encoding";
import {
  sha256Hex,
  V3_ALGORITHM,
  v1Signature,
  v1StringToSign,
  v3CanonicalRequest,
  v3Signature,
} from "../../emulators/polardb/signature";

/** A request ready to be sent, open to tampering. */
export interface RawRequest {
  method: string;
  target: string;
  headers: Record<string, string>;
  body: string;
}

export interface RawAnswer {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly text: string;
  /** The parsed body; empty for one that is not JSON. */
  readonly body: Readonly<Record<string, unknown>>;
  /** The vendor's code, if the answer is an error. */
  readonly code: string | undefined;
}

export interface RawCallOptions {
  readonly method?: string;
  readonly path?: string;
  readonly version?: string;
  readonly nonce?: string;
  readonly accessKeyId?: string;
  readonly accessKeySecret?: string;
  readonly securityToken?: string;
  /** Text of the timestamp; the clock's time if left out. */
  readonly timestamp?: string;
  /** Puts the parameters into a form body instead of the query. */
  readonly asForm?: boolean;
  /** The body hash that a V3 call announces and signs; the true one if left out. */
  readonly announcedHash?: string;
  /** Headers that are sent but not signed (V3). */
  readonly unsigned?: readonly string[];
  /** `Format` of a V1 call; none if null. Default `JSON`. */
  readonly format?: string | null;
  /** Changes the request after it was signed. */
  readonly tamper?: (request: RawRequest) => void;
  /** Gives up waiting for the answer (V3). */
  readonly signal?: AbortSignal;
}

export interface RawKey {
  readonly accessKeyId: string;
  readonly accessKeySecret: string;
  readonly securityToken?: string;
}

/** Signs and sends single calls with every detail under the test's control, which the official clients do not allow. */
export class RawClient {
  constructor(
    private readonly url: string,
    private readonly key: RawKey,
    private readonly clock: Clock,
  ) {}

  async v3(
    action: string,
    parameters: Readonly<Record<string, string>>,
    options: RawCallOptions = {},
  ): Promise<RawAnswer> {
    const key = { ...this.key, ...options };
    const query = canonicalQuery(Object.entries(parameters));
    const body = options.asForm ? query : "";
    const path = options.path ?? "/";
    const headers: Record<string, string> = {
      host: new URL(this.url).host,
      "x-acs-action": action,
      "x-acs-version": options.version ?? "2017-08-01",
      "x-acs-date": options.timestamp ?? timestamp(this.clock),
      "x-acs-signature-nonce": options.nonce ?? randomUUID(),
      "x-acs-content-sha256": options.announcedHash ?? sha256Hex(body),
      ...(options.asForm && { "content-type": "application/x-www-form-urlencoded" }),
      ...(key.securityToken !== undefined && { "x-acs-security-token": key.securityToken }),
    };
    const signedHeaders = Object.keys(headers)
      .filter((name) => !options.unsigned?.includes(name))
      .sort();
    const method = options.method ?? "POST";
    const canonicalRequest = v3CanonicalRequest({
      method,
      path,
      query: options.asForm ? [] : Object.entries(parameters),
      headers,
      signedHeaders,
      bodyHash: sha256Hex(body),
    });
    const signature = v3Signature(canonicalRequest, key.accessKeySecret);
    headers.authorization = `${V3_ALGORITHM} Credential=${key.accessKeyId},SignedHeaders=${signedHeaders.join(";")},Signature=${signature}`;
    const target = options.asForm || query === "" ? path : `${path}?${query}`;
    return this.send({ method, target, headers, body }, options.tamper, options.signal);
  }

  async v1(
    action: string,
    parameters: Readonly<Record<string, string>>,
    options: RawCallOptions = {},
  ): Promise<RawAnswer> {
    const key = { ...this.key, ...options };
    const method = options.method ?? "POST";
    const format = options.format === undefined ? "JSON" : options.format;
    const unsigned: Record<string, string> = {
      ...parameters,
      Action: action,
      Version: options.version ?? "2017-08-01",
      Timestamp: options.timestamp ?? timestamp(this.clock),
      SignatureNonce: options.nonce ?? randomUUID(),
      SignatureMethod: "HMAC-SHA1",
      SignatureVersion: "1.0",
      AccessKeyId: key.accessKeyId,
      ...(format !== null && { Format: format }),
      ...(key.securityToken !== undefined && { SecurityToken: key.securityToken }),
    };
    const signature = v1Signature(v1StringToSign(method, Object.entries(unsigned)), key.accessKeySecret);
    const query = canonicalQuery(Object.entries({ ...unsigned, Signature: signature }));
    const request: RawRequest = options.asForm
      ? { method, target: "/", headers: { "content-type": "application/x-www-form-urlencoded" }, body: query }
      : { method, target: `/?${query}`, headers: {}, body: "" };
    return this.send(request, options.tamper);
  }

  async send(request: RawRequest, tamper?: (request: RawRequest) => void, signal?: AbortSignal): Promise<RawAnswer> {
    tamper?.(request);
    const { method, target: path, headers, body } = request;
    const { hostname, port } = new URL(this.url);
    return new Promise((resolve, reject) => {
      const outgoing = http.request(
        { hostname, port, method, path, headers, agent: false, ...(signal && { signal }) },
        (response) => {
          const chunks: Buffer[] = [];
          response.on("data", (chunk: Buffer) => chunks.push(chunk));
          response.on("error", reject);
          response.on("end", () => {
            const text = Buffer.concat(chunks).toString("utf8");
            resolve({ status: response.statusCode ?? 0, headers: response.headers, text, ...parse(text) });
          });
        },
      );
      outgoing.on("error", reject);
      outgoing.end(body);
    });
  }
}

function parse(text: string): Pick<RawAnswer, "body" | "code"> {
  try {
    const body = JSON.parse(text) as Record<string, unknown>;
    return { body, code: typeof body.Code === "string" ? body.Code : undefined };
  } catch {
    return { body: {}, code: undefined };
  }
}

function timestamp(clock: Clock): string {
  return `${new Date(clock.now()).toISOString().slice(0, 19)}Z`;
}
