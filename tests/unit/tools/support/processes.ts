import { type ChildProcess, type SpawnOptions, spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { pathToFileURL } from "node:url";

const TSX = pathToFileURL(require.resolve("tsx")).href;

const started: ChildProcess[] = [];

/** What a failed test left running. */
afterEach(() => {
  for (const child of started.splice(0)) child.kill("SIGKILL");
});

export interface Running {
  readonly child: ChildProcess;
  stdout(): string;
  stderr(): string;
  readonly ended: Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>;
}

export function start(command: string, args: readonly string[], options: SpawnOptions = {}): Running {
  const child = spawn(command, args, { ...options, stdio: ["ignore", "pipe", "pipe"] });
  let stdout = "";
  let stderr = "";
  child.stdout?.on("data", (chunk: Buffer) => {
    stdout += chunk.toString();
  });
  child.stderr?.on("data", (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  started.push(child);
  const ended = once(child, "close").then(([code, signal]) => ({ code, signal }));
  return { child, stdout: () => stdout, stderr: () => stderr, ended };
}

/** Runs a TypeScript file of this folder in a Node process of its own. */
export function startScript(name: string, args: readonly string[], env: NodeJS.ProcessEnv = process.env): Running {
  return start(process.execPath, ["--import", TSX, path.join(__dirname, name), ...args], { env });
}

/** Signals must never go to process 0, which stands for our own group. */
export function pidOf({ child }: Running): number {
  if (child.pid === undefined) throw new Error("the process did not start");
  return child.pid;
}

export async function until(condition: () => boolean, what: string, withinMs = 8_000): Promise<void> {
  const deadline = performance.now() + withinMs;
  while (!condition()) {
    if (performance.now() > deadline) throw new Error(`waited ${withinMs} ms in vain until ${what}`);
    await sleep(10);
  }
}

export async function kill({ child, ended }: Running): Promise<void> {
  child.kill("SIGKILL");
  await ended;
}
