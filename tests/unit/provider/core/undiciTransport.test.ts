import { type GenerateResult, generate } from "selfsigned";
import type { ErrorKind, ProviderError } from "../../../../provider/core/errors";
import type { HttpRequest, TlsOptions, TransportLimits } from "../../../../provider/core/transport";
import { createTransportFactory } from "../../../../provider/core/undiciTransport";
import { rejectionOf } from "../../support/failures";
import { closedPort, joinTunnel, localServers } from "../../support/servers";

const servers = localServers();

/** Every request carries this in its query; it must never be seen in a message. */
const QUERY = "access=QUERYSECRET";

interface Call {
  readonly method?: HttpRequest["method"];
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly tls?: TlsOptions;
  readonly limits?: Partial<TransportLimits>;
}

function send(origin: string, { method = "GET", body, headers = {}, tls = {}, limits }: Call = {}) {
  return createTransportFactory()(tls, limits).send({ method, url: `${origin}/path?${QUERY}`, headers, body });
}

async function failureOf(origin: string, call: Call = {}): Promise<ProviderError> {
  const error = await rejectionOf(send(origin, call));
  expect(error.message).not.toContain("QUERYSECRET");
  return error;
}

describe("A request that is answered", () => {
  it("goes out byte for byte, and comes back with status, lower-case headers and the whole body", async () => {
    const seen: unknown[] = [];
    const port = await servers.http((request, response) => {
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => chunks.push(chunk));
      request.on("end", () => {
        seen.push([request.method, request.url, request.headers["x-a"], Buffer.concat(chunks).toString()]);
        response.writeHead(418, { "X-Trace": "5F2C", "Set-Cookie": ["a=1", "b=2"] }).end("tëa");
      });
    });
    const answer = await createTransportFactory()({}).send({
      method: "PATCH",
      url: `http://127.0.0.1:${port}/a%2Fb/?x=%5B1%5D&y=a*(b)`,
      headers: { "x-a": "1" },
      body: "bödy",
    });
    expect(seen).toEqual([["PATCH", "/a%2Fb/?x=%5B1%5D&y=a*(b)", "1", "bödy"]]);
    expect(answer.status).toBe(418);
    expect(answer.body).toBe("tëa");
    expect(answer.headers).toMatchObject({ "x-trace": "5F2C", "set-cookie": "a=1, b=2" });
  });

  it("shares one transport, and so its connections, among callers with the same TLS settings", () => {
    const connect = createTransportFactory();
    expect(connect({ ca: "A" })).toBe(connect({ ca: "A" }));
    expect(connect({ ca: "A" })).not.toBe(connect({ ca: "B" }));
    expect(connect({ ca: "A" }, { maxBodyBytes: 1 })).not.toBe(connect({ ca: "A" }));
  });
});

describe("A request that never reaches a server", () => {
  it("says that the address refuses, and that nothing was sent", async () => {
    const port = await closedPort();
    const error = await failureOf(`http://127.0.0.1:${port}`, { method: "POST" });
    expect(error.kind).toBe("Unavailable");
    expect(error.message).toContain(`http://127.0.0.1:${port} cannot be reached`);
    expect(error.facts).toMatchObject({ vendorCode: "ECONNREFUSED", outcomeUnknown: false });
  });

  it("says that the name is not known, and that nothing was sent", async () => {
    const error = await failureOf("http://no-such-host.invalid:2886", { method: "POST" });
    expect(error.kind).toBe("Unavailable");
    expect(error.message).toContain("http://no-such-host.invalid:2886 cannot be reached");
    expect(["ENOTFOUND", "EAI_AGAIN"]).toContain(error.facts.vendorCode);
    expect(error.facts.outcomeUnknown).toBe(false);
  });

  it("gives up a handshake that does not come to an end, and knows that nothing was sent", async () => {
    const port = await servers.raw(() => undefined);
    const error = await failureOf(`https://127.0.0.1:${port}`, { method: "POST", limits: { connectTimeoutMs: 100 } });
    expect(error.kind).toBe("RequestTimeout");
    expect(error.message).toContain(`no connection to https://127.0.0.1:${port} within 0.1 s`);
    expect(error.facts.outcomeUnknown ?? false).toBe(false);
  });
});

describe("A request whose answer does not come", () => {
  it.each<[string, (response: NodeJS.WritableStream & { flushHeaders(): void }) => void, Partial<TransportLimits>]>([
    ["no header comes", () => undefined, { headersTimeoutMs: 100 }],
    ["no body comes after the headers", (response) => response.flushHeaders(), { bodyTimeoutMs: 100 }],
    ["nothing comes in the time for the whole request", () => undefined, { totalTimeoutMs: 100 }],
    [
      "the body dribbles, each piece in time but not the whole",
      (response) => {
        const timer = setInterval(() => response.write("x"), 20);
        response.on("close", () => clearInterval(timer));
      },
      { bodyTimeoutMs: 5_000, totalTimeoutMs: 200 },
    ],
  ])("is given up when %s, without knowing whether it took effect", async (_name, answer, limits) => {
    const port = await servers.http((_request, response) => answer(response));
    const error = await failureOf(`http://127.0.0.1:${port}`, { method: "POST", limits });
    expect(error.kind).toBe("RequestTimeout");
    expect(error.message).toContain(`POST http://127.0.0.1:${port}/path did not answer in time`);
    expect(error.facts.outcomeUnknown).toBe(true);
  });

  it.each<[string, string]>([
    ["at once", ""],
    ["within the headers", "HTTP/1.1 200 OK\r\ncontent-ty"],
    ["within the body", "HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{"],
    ["within a chunk", "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nab"],
  ])(
    "is told as broken off, without knowing whether it took effect, when the server hangs up %s",
    async (_name, text) => {
      const port = await servers.raw((socket) => {
        socket.on("data", () => socket.end(text));
      });
      const error = await failureOf(`http://127.0.0.1:${port}`, { method: "POST" });
      expect(error.kind).toBe("Unavailable");
      expect(error.message).toContain(`POST http://127.0.0.1:${port}/path broke off before its answer was complete`);
      expect(error.facts.outcomeUnknown).toBe(true);
    },
  );

  it("is told as broken off when the server resets the connection", async () => {
    const port = await servers.raw((socket) => {
      socket.on("data", () => socket.resetAndDestroy());
    });
    const error = await failureOf(`http://127.0.0.1:${port}`, { method: "POST" });
    expect(error.kind).toBe("Unavailable");
    expect(error.facts.outcomeUnknown).toBe(true);
  });

  it("is told as broken off when what answers does not speak HTTP", async () => {
    const port = await servers.raw((socket) => {
      socket.on("data", () => socket.end("SSH-2.0-OpenSSH_9.6\r\n"));
    });
    const error = await failureOf(`http://127.0.0.1:${port}`);
    expect(error.kind).toBe("Unavailable");
    expect(error.facts.outcomeUnknown).toBe(true);
  });
});

describe("An answer that is not wanted", () => {
  it("is cut off when it is too large, whatever it announces", async () => {
    const port = await servers.http((_request, response) => {
      const timer = setInterval(() => response.write("x".repeat(1_000)), 1);
      response.on("close", () => clearInterval(timer));
    });
    const error = await failureOf(`http://127.0.0.1:${port}`, { method: "POST", limits: { maxBodyBytes: 5_000 } });
    expect(error.kind).toBe("UnexpectedResponse");
    expect(error.message).toContain(`POST http://127.0.0.1:${port}/path answered with more than 5000 bytes`);
    expect(error.facts.outcomeUnknown).toBe(true);
  });

  it("is taken when it has exactly the largest size", async () => {
    const port = await servers.http((_request, response) => response.end("x".repeat(5_000)));
    const answer = await send(`http://127.0.0.1:${port}`, { limits: { maxBodyBytes: 5_000 } });
    expect(answer.body).toHaveLength(5_000);
  });

  it.each([301, 302, 303, 307, 308])("is a redirect of status %d: refused, and its target named", async (status) => {
    const paths: (string | undefined)[] = [];
    const port = await servers.http((request, response) => {
      paths.push(request.url);
      response.writeHead(status, { Location: `http://127.0.0.1:${port}/elsewhere?key=QUERYSECRET` }).end("moved");
    });
    const error = await failureOf(`http://127.0.0.1:${port}`, { headers: { "X-OCS-Header": "QUJD" } });
    expect(error.kind).toBe("UnexpectedResponse");
    expect(error.message).toContain(
      `GET http://127.0.0.1:${port}/path was redirected to http://127.0.0.1:${port}/elsewhere [UnexpectedResponse, HTTP ${status}]`,
    );
    expect(paths).toEqual([`/path?${QUERY}`]);
  });

  it("is a redirect without a target: refused all the same", async () => {
    const port = await servers.http((_request, response) => response.writeHead(302).end());
    const error = await failureOf(`http://127.0.0.1:${port}`);
    expect(error.message).toContain("was redirected to an unnamed place");
  });
});

describe("A server with TLS", () => {
  type Certificate = Pick<GenerateResult, "cert" | "private">;
  const localhost = [
    { type: 2 as const, value: "localhost" },
    { type: 7 as const, ip: "127.0.0.1" },
  ];
  const certificate = (
    altNames: { type: 2 | 7; value?: string; ip?: string }[],
    dates: { notBeforeDate?: Date; notAfterDate?: Date } = {},
  ): Promise<GenerateResult> =>
    generate([{ name: "commonName", value: "obshell" }], {
      keyType: "ec",
      algorithm: "sha256",
      ...dates,
      extensions: [
        { name: "basicConstraints", cA: true },
        { name: "subjectAltName", altNames },
      ],
      clientCertificate: { cn: "client" },
    });

  let valid: GenerateResult;
  let otherName: Certificate;
  let expired: Certificate;
  let notYet: Certificate;

  beforeAll(async () => {
    const [past, yesterday] = [new Date("2020-01-01"), new Date("2020-02-01")];
    const future = new Date(Date.now() + 86_400_000);
    [valid, otherName, expired, notYet] = await Promise.all([
      certificate(localhost),
      certificate([{ type: 2, value: "db.example.com" }]),
      certificate(localhost, { notBeforeDate: past, notAfterDate: yesterday }),
      certificate(localhost, { notBeforeDate: future }),
    ]);
  });

  const serve = (tls: Certificate, options = {}): Promise<number> =>
    servers.https({ cert: tls.cert, key: tls.private, ...options }, (_request, response) => response.end("hello"));

  it("is believed when the given authority signed its certificate", async () => {
    const port = await serve(valid);
    const answer = await send(`https://127.0.0.1:${port}`, { tls: { ca: valid.cert } });
    expect(answer.body).toBe("hello");
  });

  it.each<[string, () => Certificate, () => TlsOptions, string]>([
    ["signed by itself and by no authority that we know", () => valid, () => ({}), "DEPTH_ZERO_SELF_SIGNED_CERT"],
    ["made out to another name", () => otherName, () => ({ ca: otherName.cert }), "ERR_TLS_CERT_ALTNAME_INVALID"],
    ["expired", () => expired, () => ({ ca: expired.cert }), "CERT_HAS_EXPIRED"],
    ["not valid yet", () => notYet, () => ({ ca: notYet.cert }), "CERT_NOT_YET_VALID"],
  ])("is not believed when its certificate is %s; nothing was sent", async (_name, tls, trust, code) => {
    const port = await serve(tls());
    const error = await failureOf(`https://127.0.0.1:${port}`, { method: "POST", tls: trust() });
    expect(error.kind).toBe("Unauthenticated");
    expect(error.message).toContain(`the certificate of https://127.0.0.1:${port} is not trusted`);
    expect(error.facts.vendorCode).toBe(code);
    expect(error.facts.outcomeUnknown ?? false).toBe(false);
  });

  describe("that demands a client certificate", () => {
    const demanding = (): Promise<number> =>
      serve(valid, { requestCert: true, rejectUnauthorized: true, ca: valid.cert });

    it("answers a client that has one", async () => {
      const port = await demanding();
      const tls = { ca: valid.cert, cert: valid.clientcert, key: valid.clientprivate };
      expect((await send(`https://127.0.0.1:${port}`, { tls })).body).toBe("hello");
    });

    it("hangs up on a client that has none, after the request was written: it is not repeated", async () => {
      const port = await demanding();
      const error = await failureOf(`https://127.0.0.1:${port}`, { method: "POST", tls: { ca: valid.cert } });
      expect(error.kind).toBe("Unavailable");
      expect(error.facts.outcomeUnknown).toBe(true);
    });
  });

  it("is told as refusing the handshake when it says so, with advice about the client certificate", async () => {
    const port = await serve(valid, { minVersion: "TLSv1", maxVersion: "TLSv1.1" });
    const error = await failureOf(`https://127.0.0.1:${port}`, { method: "POST", tls: { ca: valid.cert } });
    expect(error.kind).toBe("Unauthenticated");
    expect(error.message).toContain(`the TLS handshake with https://127.0.0.1:${port} failed`);
    expect(error.message).toContain("whether it demands a client certificate");
    expect(error.facts.outcomeUnknown ?? false).toBe(false);
  });

  it("is no such server when it speaks plain HTTP: the message says to check that", async () => {
    const port = await servers.http((_request, response) => response.end("plain"));
    const error = await failureOf(`https://127.0.0.1:${port}`, { method: "POST" });
    expect(error.kind).toBe("Unauthenticated");
    expect(error.message).toContain(`the TLS handshake with https://127.0.0.1:${port} failed`);
    expect(error.message).toContain("really speaks HTTPS");
    expect(error.facts.outcomeUnknown ?? false).toBe(false);
  });

  it("keeps its private key out of every message", async () => {
    const key = valid.clientprivate ?? "";
    const error = await failureOf(`https://127.0.0.1:${await closedPort()}`, {
      tls: { key: `${key}broken`, cert: valid.clientcert },
    });
    expect(error.message).not.toContain(key.split("\n")[1]);
  });
});

describe("A proxy that the environment names", () => {
  const VARIABLES = ["HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy"];
  const before = Object.fromEntries(VARIABLES.map((name) => [name, process.env[name]]));
  const restore = (): void => {
    for (const name of VARIABLES) {
      const value = before[name];
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  };
  beforeEach(() => {
    for (const name of VARIABLES) delete process.env[name];
  });
  afterEach(restore);

  let tls: GenerateResult;
  beforeAll(async () => {
    tls = await generate([{ name: "commonName", value: "api.example.com" }], { keyType: "ec", algorithm: "sha256" });
  });

  const serve = (): Promise<number> =>
    servers.https({ cert: tls.cert, key: tls.private }, (_request, response) => response.end("through the tunnel"));

  it("carries requests to HTTPS endpoints in a tunnel, and the certificate is still checked for the endpoint", async () => {
    const target = await serve();
    const tunnels: string[] = [];
    const proxy = await servers.proxy((name, socket) => {
      tunnels.push(name);
      joinTunnel(socket, target);
    });
    process.env.HTTPS_PROXY = `http://127.0.0.1:${proxy}`;
    const answer = await send("https://api.example.com", { tls: { ca: tls.cert } });
    expect(answer.body).toBe("through the tunnel");
    expect(tunnels).toEqual(["api.example.com:443"]);
    const error = await failureOf("https://other.example.com", { tls: { ca: tls.cert } });
    expect(error.facts.vendorCode).toBe("ERR_TLS_CERT_ALTNAME_INVALID");
  });

  it.each([
    ["127.0.0.1", false],
    ["*", false],
    ["example.com", true],
  ])("is passed by for hosts that NO_PROXY lists: %s -> used: %s", async (list, isUsed) => {
    const target = await servers.http((_request, response) => response.end("direct"));
    let used = false;
    const proxy = await servers.http((_request, response) => {
      used = true;
      response.end("proxied");
    });
    process.env.HTTP_PROXY = `http://127.0.0.1:${proxy}`;
    process.env.NO_PROXY = list;
    await send(`http://127.0.0.1:${target}`);
    expect(used).toBe(isUsed);
  });

  it("is named as the one that cannot be reached when it is not there; nothing was sent", async () => {
    const port = await closedPort();
    process.env.HTTPS_PROXY = `http://127.0.0.1:${port}`;
    const error = await failureOf("https://api.example.com", { method: "POST" });
    expect(error.kind).toBe("Unavailable");
    expect(error.message).toContain(`127.0.0.1:${port}`);
    expect(error.facts.outcomeUnknown).toBe(false);
  });

  it.each([
    [407, "Proxy Authentication Required"],
    [502, "Bad Gateway"],
  ])("that refuses the tunnel with %d is told as that, and nothing was sent", async (status, text) => {
    const proxy = await servers.proxy((_name, socket) => {
      socket.end(`HTTP/1.1 ${status} ${text}\r\n\r\n`);
    });
    process.env.HTTPS_PROXY = `http://127.0.0.1:${proxy}`;
    const error = await failureOf("https://api.example.com", { method: "POST" });
    expect({ kind: error.kind, outcomeUnknown: error.facts.outcomeUnknown }).toEqual({
      kind: "Unavailable" satisfies ErrorKind,
      outcomeUnknown: false,
    });
    expect(error.message).toContain(String(status));
  });
});
