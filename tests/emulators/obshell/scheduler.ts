import { type Dag, isFinished, type Node, type SubTask, type TaskOperator } from "./dag";
import { Database } from "./database";
import { ObshellError } from "./errors";
import type { StepContext, Steps } from "./steps";
import type { World } from "./world";

/** A sub-task that runs longer than this fails. */
export const SUB_TASK_LIMIT_MS = 3_600_000;

/** Lets everything happen that became due. Every request, and every look at journal or state, starts with this. */
export function advance(world: World): void {
  world.advance(
    () => tick(world),
    () => world.dags.every((dag) => isFinished(dag.state)),
  );
}

/** One tick of the scheduler: every unfinished DAG makes at most one step. */
function tick(world: World): void {
  if (!world.faults.hasMaintainer() || world.database.state !== "up") return;
  for (const dag of [...world.dags]) {
    if (!isFinished(dag.state)) advanceDag(world, dag);
  }
}

function advanceDag(world: World, dag: Dag): void {
  const isStart = dag.state === "READY";
  if (isStart) {
    dag.state = "RUNNING";
    dag.startedAt = world.now;
  }
  const node = dag.nodes[dag.stage - 1];
  if (!node) throw new Error(`DAG ${dag.id} has no stage ${dag.stage}`);
  advanceNode(world, dag, node);
  // obshell updates the row of a DAG by its start time, which it has not read back in the tick that started it: a node that
  // ends in this very tick (cancel, pass) moves its DAG one tick later (recorded in dag/cancel and dag/node/pass).
  if (!isFinished(node.state) || isStart) return;
  if (node.state === "FAILED") finish(world, dag, "FAILED");
  else if (dag.operator === "ROLLBACK" ? dag.stage > 1 : dag.stage < dag.nodes.length) {
    dag.stage += dag.operator === "ROLLBACK" ? -1 : 1;
  } else finish(world, dag, "SUCCEED");
}

function finish(world: World, dag: Dag, state: "SUCCEED" | "FAILED"): void {
  dag.state = state;
  dag.endedAt = world.now;
  // A failed configuration keeps its tenant locked.
  if (state === "SUCCEED") releaseLock(world, dag);
}

export function releaseLock(world: World, dag: Dag): void {
  if (dag.locksTenant !== undefined && world.locks.get(dag.locksTenant)?.dag === dag.id) {
    world.locks.delete(dag.locksTenant);
  }
}

function advanceNode(world: World, dag: Dag, node: Node): void {
  if (node.state === "PENDING") {
    node.state = "RUNNING";
    node.startedAt = world.now;
    node.endedAt = world.now;
    node.starts += 1;
  }
  if (isFinished(node.state)) return;
  const outcomes = node.subTasks.map((subTask) => advanceSubTask(world, dag, node, subTask));
  if (outcomes.includes("going on")) return;
  node.state = outcomes.includes("failed") || node.operator === "CANCEL" ? "FAILED" : "SUCCEED";
  node.endedAt = world.now;
}

type Outcome = "going on" | "succeeded" | "failed";

function advanceSubTask(world: World, dag: Dag, node: Node, subTask: SubTask): Outcome {
  if (subTask.state === "RUNNING" && world.now - subTask.startedAt > SUB_TASK_LIMIT_MS) {
    fail(world, subTask, "sub task timeout");
  }
  switch (node.operator) {
    case "CANCEL":
      if (subTask.state === "READY" || subTask.state === "RUNNING") fail(world, subTask, "sub task cancelled");
      return "failed";
    case "ROLLBACK":
      // What never ran needs no undoing.
      if (subTask.state === "PENDING") return "succeeded";
      if (subTask.ranForStart < node.starts) return start(world, dag, node, subTask, "ROLLBACK");
      return outcomeOf(subTask);
    case "RETRY":
      // A retry first rolls the failed sub-task back and then runs it: two executions.
      if (subTask.state === "FAILED" && subTask.ranForStart < node.starts) {
        return start(world, dag, node, subTask, "ROLLBACK");
      }
      if (subTask.state === "SUCCEED" && subTask.operator === "ROLLBACK")
        return start(world, dag, node, subTask, "RUN");
      if (subTask.state === "PENDING") return start(world, dag, node, subTask, "RUN");
      return outcomeOf(subTask);
    default:
      if (subTask.state === "PENDING") return start(world, dag, node, subTask, "RUN");
      return outcomeOf(subTask);
  }
}

function outcomeOf(subTask: SubTask): Outcome {
  if (subTask.state === "SUCCEED") return "succeeded";
  return subTask.state === "FAILED" ? "failed" : "going on";
}

function start(world: World, dag: Dag, node: Node, subTask: SubTask, operator: TaskOperator): Outcome {
  subTask.state = "READY";
  subTask.operator = operator;
  subTask.executions += 1;
  subTask.ranForStart = node.starts;
  const execution = subTask.executions;
  world.after(0, () => {
    // Cancelled in between.
    if (subTask.executions !== execution || subTask.state !== "READY") return;
    subTask.state = "RUNNING";
    subTask.startedAt = world.now;
    execute(world, dag, node, subTask);
  });
  return "going on";
}

/** The executor on the agent: runs the sub-task's code, sleeping whenever it asks to. */
function execute(world: World, dag: Dag, node: Node, subTask: SubTask): void {
  const execution = subTask.executions;
  const isCurrent = (): boolean => subTask.executions === execution && subTask.state === "RUNNING";
  const context: StepContext = {
    world,
    database: new Database(world, { task: `1${dag.id}` }),
    agent: subTask.agent,
    taskId: subTask.id,
    log: (line) => log(world, subTask, line),
  };
  const steps = stepsOf(world, node, subTask, context);
  world.after(SUB_TASK_LIMIT_MS, () => {
    if (isCurrent()) fail(world, subTask, ObshellError.raw(`task ${subTask.id} timeout`).logLine(world.profile.errors));
  });
  const resume = (): void => {
    if (!isCurrent()) return;
    try {
      const step = steps.next();
      if (step.done) end(world, subTask, "SUCCEED");
      else world.after(step.value, resume);
    } catch (error) {
      if (!(error instanceof ObshellError)) throw error;
      fail(world, subTask, error.logLine(world.profile.errors));
    }
  };
  resume();
}

function* stepsOf(world: World, node: Node, subTask: SubTask, context: StepContext): Steps {
  const delay = world.faults.delay(node.template.name);
  if (delay > 0) yield delay;
  const steps = subTask.operator === "ROLLBACK" ? node.template.rollback : node.template.run;
  if (steps) yield* steps(context);
}

function fail(world: World, subTask: SubTask, line: string): void {
  log(world, subTask, line);
  end(world, subTask, "FAILED");
}

function end(world: World, subTask: SubTask, state: "SUCCEED" | "FAILED"): void {
  subTask.state = state;
  subTask.endedAt = world.now;
}

function log(world: World, subTask: SubTask, text: string): void {
  world.counters.log += 1;
  subTask.logs.push({ id: world.counters.log, execution: subTask.executions, text, at: world.now });
}
