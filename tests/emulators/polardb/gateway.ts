import { randomUUID } from "node:crypto";
import type { EmulatorRequest } from "../common/httpServer";
import type { JournalCall } from "../common/journal";
import type { EmulatorReply } from "../common/reply";
import type { Action, ActionCall } from "./actions/action";
import { ACTIONS } from "./actions/table";
import { authenticate } from "./authentication";
import { authorize } from "./authorization";
import { type Claims, isV3, readClaims } from "./claims";
import { type Cluster, isClusterId } from "./cluster";
import { clusterBusy, clusterLocked, missingParameter, throttled, VendorError } from "./errors";
import { type CallDetail, NO_DETAIL } from "./journalDetail";
import { badGateway, failure, type ReplyContext, success } from "./reply";
import {
  type ApiRequest,
  actionParameters,
  describeParameters,
  mergeParameters,
  type Parameters,
  readRequest,
} from "./request";
import type { VendorFaultEffect } from "./vendorFaults";
import type { World } from "./world";

const API_VERSION = "2017-08-01";

/** Actions whose pages speak of `DBInstanceId` when the cluster is not there. */
const SAYS_INSTANCE: ReadonlySet<string> = new Set([
  "DescribeBackupPolicy",
  "DescribeLogBackupPolicy",
  "ModifyLogBackupPolicy",
]);

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
    return success(context, ...answer(world, api, parameters, note, request.call));
  } catch (error) {
    if (error instanceof BadGateway) return badGateway();
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
): [action: string, body: Record<string, unknown>] {
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
  const fault = world.vendorFaults.take(name, parameters.get("DBClusterId"));
  if (fault) journal.fault = fault.kind;
  failIfDue(fault, "before");
  const call: ActionCall = { world, parameters, duplicateCreate: fault?.kind === "duplicateCreate" };
  const body =
    action.target === "region"
      ? action.run(call, required(parameters, "RegionId"))
      : action.run(call, findCluster(world, name, action, required(parameters, "DBClusterId")));
  failIfDue(fault, "after");
  return [name, body];
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
  if (!fault || fault.kind === "duplicateCreate" || fault.when !== moment) return;
  if (fault.kind === "badGateway") throw new BadGateway();
  const message = fault.message ?? "The request processing has failed due to some unknown error, exception or failure.";
  const headers: Record<string, string> = {};
  if (fault.retryAfterMs !== undefined) headers["x-acs-retry-after"] = String(fault.retryAfterMs);
  throw new VendorError(fault.status, fault.code, message, {}, headers);
}

function required(parameters: Parameters, name: string): string {
  const value = parameters.get(name);
  if (value === undefined || value === "") throw missingParameter(name);
  return value;
}

function findCluster(world: World, name: string, action: Action, id: string): Cluster {
  if (!isClusterId(id)) {
    // The pages of the Modify calls list this code under 404 and those of the Describe calls under 400.
    const status = name.startsWith("Modify") ? 404 : 400;
    throw new VendorError(status, "InvalidDBClusterId.Malformed", "The specified parameter DBClusterId is not valid.");
  }
  const cluster = world.clusters.get(id);
  if (!cluster) {
    const code = world.absent.get(id) ?? "InvalidDBClusterId.NotFound";
    const noun = SAYS_INSTANCE.has(name) ? "DBInstanceId" : "DBClusterId";
    const message =
      code === "Forbidden.ClusterNotFound"
        ? "The specified DB Cluster does not exist."
        : `The ${noun} provided does not exist in our records.`;
    throw new VendorError(404, code, message);
  }
  if (action.modifies && cluster.lockMode !== "Unlock") throw clusterLocked();
  if (action.modifies && world.statusOf(cluster) !== "Running") throw clusterBusy();
  return cluster;
}
