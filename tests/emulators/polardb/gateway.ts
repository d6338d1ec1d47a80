import { randomUUID } from "node:crypto";
import type { EmulatorRequest } from "../common/httpServer";
import type { JournalCall } from "../common/journal";
import type { EmulatorReply } from "../common/reply";
import type { Action, ActionCall } from "./actions/action";
import { ACTIONS } from "./actions/table";
import { authenticate } from "./authentication";
import { authorize } from "./authorization";
import { type Claims, isV3, readClaims } from "./claims";
import { findCluster, required } from "./clusterAccess";
import { missingParameter, throttled, VendorError } from "./errors";
import { type CallDetail, NO_DETAIL } from "./journalDetail";
import { type Answer, failure, proxyPage, type ReplyContext, success } from "./reply";
import {
  type ApiRequest,
  actionParameters,
  describeParameters,
  mergeParameters,
  type Parameters,
  readRequest,
} from "./request";
import { applyChange } from "./state";
import type { VendorFaultEffect } from "./vendorFaults";
import type { World } from "./world";

const API_VERSION = "2017-08-01";

type FaultMoment = "before" | "after";

/** Stands for the HTML page of a lost upstream, which is no answer of the vendor's and so no `VendorError`. */
class BadGateway extends Error {}

export function operationOf(request: Omit<EmulatorRequest, "call">): string {
  const unnamed = `${request.method} ${request.target.split("?")[0]}`;
  if (isV3(request.headers)) return request.headers["x-acs-action"] ?? unnamed;
  try {
    return mergeParameters(readRequest(request)).get("Action") ?? unnamed;
  } catch {
    return unnamed;
  }
}

/** One call from the first byte to the answer. The journal learns what it may know, whatever comes of the call. */
export function handleCall(world: World, request: EmulatorRequest): EmulatorReply {
  const requestId = randomUUID().toUpperCase();
  request.call.detail = { ...NO_DETAIL, requestId };
  const { longestTarget } = world.knobs;
  if (longestTarget > 0 && request.target.length > longestTarget) return proxyPage(414, "Request-URI Too Large");
  const note = (facts: Partial<CallDetail>): void => void Object.assign(request.call.detail, facts);
  let context: ReplyContext = {
    requestId,
    format: isV3(request.headers) ? "json" : "xml",
    host: request.headers.host ?? "",
  };
  try {
    const api = readRequest(request);
    const parameters = mergeParameters(api);
    if (parameters.get("Format")?.toUpperCase() === "JSON") context = { ...context, format: "json" };
    note({ parameters: describeParameters(actionParameters(parameters)) });
    return success(context, answer(world, api, parameters, note, request.call));
  } catch (error) {
    if (error instanceof BadGateway) return proxyPage(502, "Bad Gateway");
    if (!(error instanceof VendorError)) throw error;
    note({ code: error.code });
    return failure(context, error);
  }
}

/** The order of these checks is an inference: no document gives one. */
function answer(
  world: World,
  request: ApiRequest,
  merged: Parameters,
  note: (facts: Partial<CallDetail>) => void,
  journal: JournalCall,
): Answer {
  if (request.method !== "GET" && request.method !== "POST") {
    throw new VendorError(403, "UnsupportedHTTPMethod", "This http method not supported.");
  }
  const claims = readClaims(request, merged);
  note({ signatureVersion: claims.signatureVersion, accessKeyId: claims.accessKeyId, action: claims.action ?? null });
  const key = authenticate(world, claims);
  const { name, action } = findAction(request, claims);
  throttle(world);
  authorize(key, name);
  const parameters = actionParameters(merged);
  const { effect: fault, changes } = world.vendorFaults.take(name, parameters.get("DBClusterId"));
  if (fault) journal.fault = fault.kind;
  else if (changes.length > 0) journal.fault = "change";
  for (const change of changes) applyChange(world, change);
  failIfDue(fault, "before");
  const call: ActionCall = { world, parameters, duplicateCreate: fault?.kind === "duplicateCreate" };
  const body =
    action.target === "region"
      ? action.run(call, required(parameters, "RegionId"))
      : action.run(call, findCluster(world, name, action, required(parameters, "DBClusterId")));
  failIfDue(fault, "after");
  return { action: name, body, edits: fault?.kind === "answer" ? fault : {} };
}

function findAction(request: ApiRequest, claims: Claims): { name: string; action: Action } {
  if (!claims.apiVersion) throw missingParameter("Version");
  if (claims.apiVersion !== API_VERSION) {
    throw new VendorError(400, "InvalidVersion", "Specified parameter Version is not valid.");
  }
  if (!claims.action) throw missingParameter("Action");
  const action = request.path === "/" ? ACTIONS.get(claims.action) : undefined;
  if (!action) {
    throw new VendorError(
      404,
      "InvalidAction.NotFound",
      "Specified api is not found, please check your url and method.",
    );
  }
  return { name: claims.action, action };
}

function throttle(world: World): void {
  const { ratePerSecond, burst } = world.knobs;
  if (ratePerSecond <= 0) return;
  const refused = world.bucket.take(world.clock.now(), ratePerSecond, burst);
  if (refused) throw throttled(refused.waitMs);
}

function failIfDue(fault: VendorFaultEffect | undefined, moment: FaultMoment): void {
  if (!fault || !("when" in fault) || fault.when !== moment) return;
  if (fault.kind === "badGateway") throw new BadGateway();
  const message = fault.message ?? "The request processing has failed due to some unknown error, exception or failure.";
  const headers: Record<string, string> = {};
  if (fault.retryAfterMs !== undefined) headers["x-acs-retry-after"] = String(fault.retryAfterMs);
  throw new VendorError(fault.status, fault.code, message, {}, headers);
}
