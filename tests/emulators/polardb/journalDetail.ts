import type { JournalCall } from "../common/journal";

/** What the journal says about one call. Holds no secret, token or signature. A call cut off by a transport fault has none. */
export interface CallDetail {
  readonly action: string | null;
  readonly signatureVersion: "V3" | "V1" | null;
  readonly accessKeyId: string | null;
  /** The action's own parameters, decoded; `AdvancedDataPolicies` and `AdvancedLogPolicies` as lists of objects. */
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly requestId: string;
  /** The vendor's code if the answer was an error of the vendor's. */
  readonly code: string | null;
}

export const NO_DETAIL: CallDetail = {
  action: null,
  signatureVersion: null,
  accessKeyId: null,
  parameters: {},
  requestId: "",
  code: null,
};

export function detailOf(call: JournalCall): CallDetail {
  return { ...NO_DETAIL, ...call.detail };
}

export interface Throttling {
  readonly throttled: number;
  /** Calls that came although the service had asked for patience before, and how many of those it had to refuse as well. */
  readonly callsAfterFirst: number;
  readonly throttledAfterFirst: number;
}

/** How often calls were refused because they came too fast. */
export function throttlingOf(calls: readonly JournalCall[]): Throttling {
  const isThrottled = (call: JournalCall): boolean => detailOf(call).code?.includes("Throttling") ?? false;
  const first = calls.findIndex(isThrottled);
  const after = first < 0 ? [] : calls.slice(first + 1);
  const throttledAfterFirst = after.filter(isThrottled).length;
  return { throttled: first < 0 ? 0 : throttledAfterFirst + 1, callsAfterFirst: after.length, throttledAfterFirst };
}

/** The request target without what V1 clients put into it that must not be kept. */
export function withoutSecrets(target: string): string {
  const question = target.indexOf("?");
  if (question < 0) return target;
  const parts = target.slice(question + 1).split("&");
  return `${target.slice(0, question)}?${parts.map(hideValue).join("&")}`;
}

function hideValue(part: string): string {
  const name = part.split("=")[0] ?? "";
  let decoded = name;
  try {
    decoded = decodeURIComponent(name.replaceAll("+", " "));
  } catch {
    // A name that cannot be decoded is not one of those below either.
  }
  return decoded === "Signature" || decoded === "SecurityToken" ? `${name}=***` : part;
}
