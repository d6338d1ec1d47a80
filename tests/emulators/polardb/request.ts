import type { EmulatorRequest } from "../common/httpServer";
import { decodePairs, type Pairs } from "./encoding";
import { invalidParameter } from "./errors";

/** A request taken apart, before anything in it is believed. */
export interface ApiRequest {
  readonly method: string;
  readonly path: string;
  readonly query: Pairs;
  /** Fields of a form body; empty for any other body. */
  readonly form: Pairs;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

export type Parameters = ReadonlyMap<string, string>;
export type Row = Readonly<Record<string, unknown>>;

/** Parameters that belong to the request as such and not to the action. */
const COMMON_PARAMETERS: ReadonlySet<string> = new Set([
  "AccessKeyId",
  "Action",
  "Format",
  "SecurityToken",
  "Signature",
  "SignatureMethod",
  "SignatureNonce",
  "SignatureType",
  "SignatureVersion",
  "Timestamp",
  "Version",
]);

/** Parameters that are lists of objects. */
const LISTS = ["AdvancedDataPolicies", "AdvancedLogPolicies"];

export function readRequest(request: Omit<EmulatorRequest, "call">): ApiRequest {
  const question = request.target.indexOf("?");
  const path = question < 0 ? request.target : request.target.slice(0, question);
  const query = question < 0 ? "" : request.target.slice(question + 1);
  const isForm = (request.headers["content-type"] ?? "").startsWith("application/x-www-form-urlencoded");
  try {
    return {
      method: request.method,
      path,
      query: decodePairs(query),
      form: isForm ? decodePairs(request.body.toString("utf8")) : [],
      headers: request.headers,
      body: request.body,
    };
  } catch (error) {
    if (error instanceof URIError) throw invalidParameter("QueryString");
    throw error;
  }
}

/** Query and form as one map, as the gateway hands them to a product. */
export function mergeParameters(request: ApiRequest): Parameters {
  return new Map([...request.query, ...request.form]);
}

/** What is left for the action: neither the parameters of the signature nor the names of action and version. */
export function actionParameters(parameters: Parameters): Parameters {
  return new Map([...parameters].filter(([name]) => !COMMON_PARAMETERS.has(name)));
}

export function withoutEmpty(parameters: Parameters): Parameters {
  return new Map([...parameters].filter(([, value]) => value !== ""));
}

/**
 * A list parameter in either form that clients use: one JSON text, or one parameter per field (`Name.1.Field`) as the older
 * ones flatten it. Undefined if the call does not have it.
 */
export function readRows(parameters: Parameters, name: string): Row[] | undefined {
  const text = parameters.get(name);
  if (text !== undefined) return parseRows(text, name);
  const flattened = new RegExp(`^${name}\\.([1-9]\\d*)\\.(\\w+)$`);
  const rows = new Map<number, Record<string, unknown>>();
  for (const [key, value] of parameters) {
    const match = flattened.exec(key);
    if (!match) continue;
    const index = Number(match[1]);
    rows.set(index, { ...rows.get(index), [String(match[2])]: value });
  }
  if (rows.size === 0) return undefined;
  return [...rows].sort(([a], [b]) => a - b).map(([, row]) => row);
}

function parseRows(text: string, name: string): Row[] {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    throw invalidParameter(name);
  }
  if (!Array.isArray(parsed) || !parsed.every(isRow)) throw invalidParameter(name);
  return parsed;
}

function isRow(value: unknown): value is Row {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The action's parameters as the journal shows them: lists taken apart, whichever form they came in. */
export function describeParameters(parameters: Parameters): Record<string, unknown> {
  const shown: Record<string, unknown> = Object.fromEntries(parameters);
  for (const name of LISTS) {
    const rows = readRowsLeniently(parameters, name);
    if (!rows) continue;
    for (const key of parameters.keys()) if (key.startsWith(`${name}.`)) delete shown[key];
    shown[name] = rows;
  }
  return shown;
}

function readRowsLeniently(parameters: Parameters, name: string): Row[] | undefined {
  try {
    return readRows(parameters, name);
  } catch {
    return undefined;
  }
}
