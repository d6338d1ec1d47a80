import { once } from "node:events";
import net, { type AddressInfo } from "node:net";

/** Sits between a client and a server and keeps the client's bytes, so that a test can send them again as they were. */
export interface Recorder {
  readonly url: string;
  /** Sends the recorded bytes once more and returns the whole answer. */
  replay(): Promise<string>;
  close(): Promise<void>;
}

export async function startRecorder(serverPort: number): Promise<Recorder> {
  const recorded: Buffer[] = [];
  const sockets = new Set<net.Socket>();
  const server = net.createServer((client) => {
    const upstream = net.connect(serverPort, "127.0.0.1");
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on("error", () => socket.destroy());
    }
    client.on("data", (chunk: Buffer) => recorded.push(chunk));
    client.pipe(upstream).pipe(client);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    replay: () => send(serverPort, Buffer.concat(recorded)),
    close: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}

async function send(port: number, request: Buffer): Promise<string> {
  const socket = net.connect(port, "127.0.0.1");
  socket.write(request);
  let answer = "";
  for await (const chunk of socket as AsyncIterable<Buffer>) {
    answer += chunk.toString("utf8");
    if (isComplete(answer)) break;
  }
  socket.destroy();
  return answer;
}

function isComplete(answer: string): boolean {
  const [head = "", ...rest] = answer.split("\r\n\r\n");
  const length = /content-length: (\d+)/i.exec(head)?.[1];
  return length !== undefined && Buffer.byteLength(rest.join("\r\n\r\n")) >= Number(length);
}
