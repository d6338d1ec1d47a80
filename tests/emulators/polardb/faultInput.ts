import { ANSWER_FORMS, type AnswerEdits } from "./answerEdits";
import { defined, Shape } from "./shape";
import { readStateChange } from "./stateInput";
import type { VendorFault, VendorFaultEffect } from "./vendorFaults";

/** Turns the JSON of `POST /__faults` into a fault of the vendor's own kind, or says what is wrong with it. */
export function readVendorFault(value: unknown): VendorFault {
  const shape = new Shape(value, "fault", ["operation", "clusterId", "skip", "times", "effect", "change"]);
  const target = defined({
    operation: shape.optionalText("operation"),
    clusterId: shape.optionalText("clusterId"),
    skip: shape.optionalAmount("skip"),
    times: shape.optionalAmount("times"),
  });
  const change = shape.raw("change");
  if (change === undefined) return { ...target, effect: readEffect(shape.raw("effect")) };
  if (shape.raw("effect") !== undefined) shape.fail("effect", "cannot go with a change; arm two faults");
  return { ...target, change: readStateChange(change) };
}

function readEffect(value: unknown): VendorFaultEffect {
  const kind = new Shape(value, "effect").oneOf("kind", [
    "vendorError",
    "badGateway",
    "duplicateCreate",
    "answer",
  ] as const);
  const members = (...names: string[]): Shape => new Shape(value, "effect", ["kind", ...names]);
  switch (kind) {
    case "vendorError":
      return readVendorError(members("when", "status", "code", "message", "retryAfterMs"));
    case "badGateway":
      return { kind, when: members("when").oneOf("when", ["before", "after"]) };
    case "duplicateCreate":
      members();
      return { kind };
    case "answer":
      return { kind, ...readEdits(members("fields", "set")) };
  }
}

function readVendorError(shape: Shape): VendorFaultEffect {
  const status = shape.optionalNumber("status");
  return {
    kind: "vendorError",
    when: shape.oneOf("when", ["before", "after"] as const),
    status: status !== undefined && isHttpStatus(status) ? status : shape.fail("status", "must be an HTTP status"),
    code: shape.text("code"),
    ...defined({ message: shape.optionalText("message"), retryAfterMs: shape.optionalAmount("retryAfterMs") }),
  };
}

function isHttpStatus(status: number): boolean {
  return Number.isInteger(status) && status >= 200 && status <= 599;
}

function readEdits(shape: Shape): AnswerEdits {
  const fields = new Shape(shape.raw("fields") ?? {}, "effect.fields");
  const set = new Shape(shape.raw("set") ?? {}, "effect.set");
  return {
    fields: Object.fromEntries(fields.names.map((path) => [path, fields.oneOf(path, ANSWER_FORMS)])),
    set: Object.fromEntries(set.names.map((path) => [path, set.raw(path)])),
  };
}
