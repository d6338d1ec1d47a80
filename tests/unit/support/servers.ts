import http from "node:http";
import https from "node:https";
import net from "node:net";
import type { Duplex } from "node:stream";

/** Local servers that end with the test that started them. */
export function localServers(): {
  raw(onConnection: (socket: net.Socket) => void): Promise<number>;
  http(onRequest: http.RequestListener): Promise<number>;
  https(tls: https.ServerOptions, onRequest: http.RequestListener): Promise<number>;
  proxy(onTunnel: (target: string, socket: Duplex) => void): Promise<number>;
} {
  const started: net.Server[] = [];
  const sockets = new Set<Duplex>();
  afterEach(async () => {
    for (const socket of sockets) socket.destroy();
    sockets.clear();
    await Promise.all(started.splice(0).map((server) => new Promise((resolve) => server.close(resolve))));
  });
  const start = async (server: net.Server): Promise<number> => {
    started.push(server);
    server.on("connection", (socket: net.Socket) => {
      sockets.add(socket);
      socket.on("error", () => socket.destroy());
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return (server.address() as net.AddressInfo).port;
  };
  return {
    raw: (onConnection) => start(net.createServer(onConnection)),
    http: (onRequest) => start(http.createServer(onRequest)),
    https: (tls, onRequest) => {
      const server = https.createServer(tls, onRequest);
      server.on("tlsClientError", () => undefined);
      return start(server);
    },
    proxy: (onTunnel) => {
      const server = http.createServer((_request, response) => response.writeHead(500).end("not tunnelled"));
      server.on("connect", (request: http.IncomingMessage, socket: Duplex) => onTunnel(request.url ?? "", socket));
      return start(server);
    },
  };
}

/** Joins a tunnel of a proxy to a local port. */
export function joinTunnel(socket: Duplex, port: number): void {
  const upstream = net.connect(port, "127.0.0.1", () => {
    socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
    upstream.pipe(socket).pipe(upstream);
  });
  upstream.on("error", () => socket.destroy());
  socket.on("error", () => upstream.destroy());
  socket.on("close", () => upstream.destroy());
}

/** A port on which nobody listens: one that was free a moment ago. */
export async function closedPort(): Promise<number> {
  const server = net.createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as net.AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
