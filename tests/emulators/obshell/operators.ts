import { type Dag, isFinished, type Node } from "./dag";
import { ObshellError } from "./errors";
import { releaseLock } from "./scheduler";
import type { World } from "./world";

/** Reset by an operator to the Unix epoch, which shows as such. */
const RESET = 0;

/** What may be done with a DAG from outside. Asynchronous, except for pass. */
export function operate(world: World, dag: Dag, operator: string): void {
  switch (operator.toUpperCase()) {
    case "RETRY":
      retry(dag);
      return;
    case "ROLLBACK":
      rollback(dag);
      return;
    case "CANCEL":
      cancel(dag);
      return;
    case "PASS":
      pass(world, dag);
      return;
    default:
      throw ObshellError.of("dagOperator", operator);
  }
}

function retry(dag: Dag): void {
  if (dag.state !== "FAILED") throw ObshellError.of("dagRetryNotFailed");
  const node = dag.nodes[dag.stage - 1];
  if (node) reset(node, "RETRY");
  rerun(dag, "RUN");
}

/** All nodes up to the failed one must be able to roll back: a task whose second stage began cannot. */
function rollback(dag: Dag): void {
  if (dag.state !== "FAILED") throw ObshellError.of("dagRollbackNotFailed");
  const begun: Node[] = [];
  for (const node of dag.nodes) {
    if (node.state === "PENDING") break;
    if (!node.template.canRollback) throw ObshellError.of("dagRollbackNotAllowed", node.template.name);
    begun.push(node);
    if (node.state === "FAILED") break;
  }
  for (const node of begun) reset(node, "ROLLBACK");
  rerun(dag, "ROLLBACK");
}

function cancel(dag: Dag): void {
  if (isFinished(dag.state)) throw ObshellError.of("dagCancelFinished");
  const node = dag.nodes.find(({ state }) => !isFinished(state));
  if (node) reset(node, "CANCEL");
  rerun(dag, "CANCEL");
}

/** Executes nothing and frees the tenant: the DAG says SUCCEED although it was not applied. */
function pass(world: World, dag: Dag): void {
  if (dag.state !== "FAILED") throw ObshellError.of("dagPassNotFailed");
  dag.state = "SUCCEED";
  dag.operator = "PASS";
  dag.endedAt = world.now;
  const failed = dag.nodes.findIndex(({ state }) => state === "FAILED");
  for (const node of dag.nodes.slice(failed < 0 ? dag.nodes.length : failed)) passOver(world, node);
  releaseLock(world, dag);
}

/** Lets the next stage run although this one failed: dangerous, because a URI that could not be parsed is then sent empty. */
export function passNode(world: World, dag: Dag, node: Node): void {
  if (dag.state !== "FAILED") throw ObshellError.of("nodePassNotFailedDag");
  if (node.state !== "FAILED") throw ObshellError.of("nodePassNotFailedNode", node.template.name);
  passOver(world, node);
  rerun(dag, "RUN");
}

function passOver(world: World, node: Node): void {
  node.state = "SUCCEED";
  node.operator = "PASS";
  node.endedAt = world.now;
  for (const subTask of node.subTasks) {
    if (subTask.state === "SUCCEED") continue;
    subTask.state = "SUCCEED";
    subTask.operator = "PASS";
    subTask.endedAt = world.now;
  }
}

function reset(node: Node, operator: "RETRY" | "ROLLBACK" | "CANCEL"): void {
  node.state = "PENDING";
  node.operator = operator;
  node.startedAt = RESET;
  node.endedAt = RESET;
}

function rerun(dag: Dag, operator: "RUN" | "ROLLBACK" | "CANCEL"): void {
  dag.state = "READY";
  dag.operator = operator;
  dag.startedAt = RESET;
  dag.endedAt = RESET;
}
