import net from "node:net";
import os from "node:os";
import { startObshell } from "../emulators/obshell";
import { startPolardb } from "../emulators/polardb";

const EMULATORS = [
  ["obshell", () => startObshell()],
  ["polardb", () => startPolardb({ accessKeys: [], clusters: [] })],
] as const;

const MEBIBYTE = 1024 * 1024;

describe.each(EMULATORS)("The %s emulator as a server", (_name, start) => {
  let emulator: Awaited<ReturnType<typeof start>>;

  beforeEach(async () => {
    emulator = await start();
  });

  afterEach(() => emulator.close());

  it("is there for this machine alone", async () => {
    const others = Object.values(os.networkInterfaces()).flatMap((addresses) =>
      (addresses ?? [])
        .filter(({ address }) => address !== "127.0.0.1")
        .map(({ address, scopeid }) => (scopeid ? `${address}%${scopeid}` : address)),
    );
    expect(await isReachable("127.0.0.1", emulator.port)).toBe(true);
    for (const address of others)
      expect([address, await isReachable(address, emulator.port)]).toEqual([address, false]);
  });

  it.each([
    ["announced", `Content-Length: ${1024 * MEBIBYTE}`, ""],
    ["in one chunk", "Transfer-Encoding: chunked", "7FFFFFFF\r\n"],
  ])("stops reading a body without end, %s, and goes on serving", async (_how, framing, before) => {
    const sent = await flood(emulator.port, `POST / HTTP/1.1\r\nHost: h\r\n${framing}\r\n\r\n${before}`);
    expect(sent).toBeLessThan(128 * MEBIBYTE);
    expect((await fetch(`${emulator.url}/__state`)).status).toBe(200);
  });
});

function isReachable(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = net.connect({ host, port });
    socket.setTimeout(2_000, () => socket.destroy());
    socket.on("connect", () => socket.destroy());
    socket.on("connect", () => resolve(true));
    socket.on("error", () => resolve(false));
    socket.on("close", () => resolve(false));
  });
}

/** How many bytes a server takes before it ends the connection. */
function flood(port: number, head: string): Promise<number> {
  const piece = Buffer.alloc(MEBIBYTE, "x");
  return new Promise((resolve) => {
    const socket = net.connect(port, "127.0.0.1", () => socket.write(head));
    const more = (): void => {
      while (!socket.destroyed && socket.write(piece));
    };
    socket.on("connect", more);
    socket.on("drain", more);
    socket.on("data", () => undefined);
    socket.on("error", () => socket.destroy());
    socket.on("end", () => socket.destroy());
    socket.on("close", () => resolve(socket.bytesWritten));
  });
}
