import type { EmulatorReply } from "../common/reply";
import { type AnswerEdits, editAnswer } from "./answerEdits";
import type { VendorError } from "./errors";
import { toXml } from "./xml";

export interface ReplyContext {
  readonly requestId: string;
  readonly format: "json" | "xml";
  readonly host: string;
}

type Body = Readonly<Record<string, unknown>>;

export interface Answer {
  readonly action: string;
  /** Without `RequestId`. */
  readonly body: Body;
  /** What a fault makes of the body. */
  readonly edits: AnswerEdits;
}

export function success(context: ReplyContext, { action, body, edits }: Answer): EmulatorReply {
  const whole = editAnswer({ RequestId: context.requestId, ...body }, edits);
  return render(context, 200, `${action}Response`, whole, {});
}

export function failure(context: ReplyContext, error: VendorError): EmulatorReply {
  const { requestId, host } = context;
  const body = {
    Code: error.code,
    HostId: host,
    Message: error.message,
    Recommend: `https://api.aliyun.com/troubleshoot?q=${error.code}&product=polardb&requestId=${requestId}`,
    RequestId: requestId,
    ...error.detail,
  };
  return render(context, error.status, "Error", body, error.headers);
}

/** The page of a proxy in front of the service: one that lost it, or one that will not let the request through. */
export function proxyPage(status: number, title: string): EmulatorReply {
  return {
    status,
    headers: { "content-type": "text/html" },
    body: `<html><head><title>${status} ${title}</title></head><body><center><h1>${status} ${title}</h1></center></body></html>`,
  };
}

function render(
  context: ReplyContext,
  status: number,
  root: string,
  body: Body,
  headers: Readonly<Record<string, string>>,
): EmulatorReply {
  const isXml = context.format === "xml";
  return {
    status,
    headers: {
      // The official core compares the XML type as a whole text, so its spelling is part of the interface.
      "content-type": isXml ? "text/xml;charset=utf-8" : "application/json;charset=utf-8",
      "x-acs-request-id": context.requestId,
      ...headers,
    },
    body: isXml ? toXml(root, body) : JSON.stringify(body),
  };
}
