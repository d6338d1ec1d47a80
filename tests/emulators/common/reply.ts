import type { ServerResponse } from "node:http";

export interface EmulatorReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What a vendor's HTTP server does without being told. */
export interface Framing {
  /** Longer bodies go out in chunks, so that nobody knows their length beforehand. */
  readonly chunksAboveBytes: number;
  /** Whether `Connection` says so when the connection stays open, as HTTP/1.1 implies anyway. */
  readonly announcesKeepAlive: boolean;
}

export const NODE_FRAMING: Framing = { chunksAboveBytes: Number.POSITIVE_INFINITY, announcesKeepAlive: true };

export function send(response: ServerResponse, reply: EmulatorReply, framing: Framing = NODE_FRAMING): void {
  response.end(begin(response, reply, framing));
}

/** Drops the connection in the middle of the body. */
export function sendHalf(response: ServerResponse, reply: EmulatorReply, framing: Framing): void {
  const body = begin(response, reply, framing);
  response.write(body.subarray(0, Math.floor(body.length / 2)), () => response.destroy());
}

/** One byte per `chunkMs`. */
export function dribble(response: ServerResponse, reply: EmulatorReply, framing: Framing, chunkMs: number): void {
  const body = begin(response, reply, framing);
  let sent = 0;
  const timer = setInterval(() => {
    if (sent >= body.length || response.destroyed) {
      clearInterval(timer);
      response.end();
      return;
    }
    response.write(body.subarray(sent, sent + 1));
    sent += 1;
  }, chunkMs);
  timer.unref();
}

/** Writes the head; the body is still to come. */
function begin(response: ServerResponse, reply: EmulatorReply, framing: Framing): Buffer {
  const body = Buffer.from(reply.body);
  const length = body.length > framing.chunksAboveBytes ? {} : { "content-length": String(body.length) };
  if (!framing.announcesKeepAlive && response.shouldKeepAlive) response.removeHeader("connection");
  response.writeHead(reply.status, { ...reply.headers, ...length });
  return body;
}
