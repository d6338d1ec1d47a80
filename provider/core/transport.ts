/** The seam between vendors' clients and the network. Vendors know these types; only `undiciTransport.ts` knows how it is done. */
export interface HttpRequest {
  readonly method: "GET" | "POST" | "PATCH" | "PUT" | "DELETE";
  /** Final URL, already encoded: it goes out byte for byte, because both vendors sign or repeat it. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface HttpResponse {
  readonly status: number;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface Transport {
  /**
   * Sends one request and reads the whole answer, whatever its status. Throws a `ProviderError` of kind `Unavailable`,
   * `RequestTimeout`, `Unauthenticated` (TLS) or `UnexpectedResponse` (redirect, too large); `outcomeUnknown` tells whether
   * the request may have reached the server.
   */
  send(request: HttpRequest): Promise<HttpResponse>;
}

/** PEM texts. */
export interface TlsOptions {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
}

export interface TransportLimits {
  /** TCP and TLS handshake. */
  readonly connectTimeoutMs: number;
  /** From the request sent to the first header. */
  readonly headersTimeoutMs: number;
  /** Between two pieces of the body. */
  readonly bodyTimeoutMs: number;
  /** The request as a whole; bounds a server that dribbles. */
  readonly totalTimeoutMs: number;
  readonly maxBodyBytes: number;
}

export const DEFAULT_LIMITS: TransportLimits = {
  connectTimeoutMs: 10_000,
  headersTimeoutMs: 30_000,
  bodyTimeoutMs: 30_000,
  totalTimeoutMs: 60_000,
  maxBodyBytes: 32 * 1024 * 1024,
};

export type TransportFactory = (tls: TlsOptions, limits?: Partial<TransportLimits>) => Transport;
