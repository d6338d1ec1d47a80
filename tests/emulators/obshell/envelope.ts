import { randomBytes } from "node:crypto";
import type { EmulatorReply } from "../common/reply";
import { type Language, ObshellError } from "./errors";
import { goJson, goTime, type JsonValue } from "./goText";
import type { ErrorStyle } from "./profiles";

/** Header or body could not be decrypted: gin's own content type, because obshell sets its own one later. */
const GIN_JSON = "application/json; charset=utf-8";
const JSON_TYPE = "application/json";

/** Where a call stands when its envelope is written. */
export interface EnvelopeContext {
  readonly now: number;
  readonly zoneMinutes: number;
  readonly language: Language;
  /** Empty as long as the header and body have not been decrypted, and always for `/api/v1/status`. */
  readonly traceId: string;
  /** When the agent process started: the panic envelope is built then. */
  readonly startedAt: number;
  /** False before the header and body are decrypted. */
  readonly decrypted: boolean;
  readonly errors: ErrorStyle;
}

/** Go panics inside obshell end in a prebuilt envelope, whatever the request was. */
export class ObshellPanic extends Error {}

/** `data` undefined leaves the key out; `null` writes it. */
export function success(context: EnvelopeContext, data: JsonValue | undefined): EmulatorReply {
  return reply(context, 200, { data });
}

export function failure(context: EnvelopeContext, error: ObshellError, data: JsonValue | undefined): EmulatorReply {
  if (context.errors === "numbered") {
    const { status, code } = error.asNumbered();
    return reply(context, status, { data, error: { code, message: error.describeNumbered() } });
  }
  return reply(context, error.status, {
    data,
    error: { code: error.code, errCode: error.errCode, message: error.describe(context.language) },
  });
}

export function panic(context: EnvelopeContext): EmulatorReply {
  const error = ObshellError.of("unexpected", "Internal Server Error");
  return failure({ ...context, now: context.startedAt, language: "plain", traceId: "" }, error, undefined);
}

function reply(
  context: EnvelopeContext,
  status: number,
  rest: { data: JsonValue | undefined; error?: JsonValue },
): EmulatorReply {
  const envelope: JsonValue = {
    successful: rest.error === undefined,
    timestamp: goTime(context.now, context.zoneMinutes),
    duration: 0,
    status,
    traceId: context.traceId,
    data: rest.data,
    error: rest.error,
  };
  return {
    status,
    headers: { "content-type": context.decrypted ? JSON_TYPE : GIN_JSON },
    body: goJson(envelope),
  };
}

/** The trace id a caller sends is echoed, otherwise 8 random bytes. */
export function traceId(headers: Readonly<Record<string, string>>): string {
  return headers["x-obshell-trace-id"] || randomBytes(8).toString("hex");
}
