import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import type { ThrowawayStack } from "../../../tools/throwawayStack";

interface Running {
  readonly pid: number;
  readonly parent: number;
  readonly command: string;
}

/** Every process that can be looked at; one that ends meanwhile is left out. */
function running(): Running[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const command = readFileSync(`/proc/${name}/cmdline`, "utf8").replaceAll("\0", " ");
        const parent = /^PPid:\s*(\d+)$/m.exec(readFileSync(`/proc/${name}/status`, "utf8"))?.[1];
        return [{ pid: Number(name), parent: Number(parent), command }];
      } catch {
        return [];
      }
    });
}

/** The CLI that this process runs for a stack at the moment. */
export function commandOf(stack: ThrowawayStack): number {
  const found = running().find(({ pid, parent }) => {
    if (parent !== process.pid) return false;
    try {
      return readlinkSync(`/proc/${pid}/cwd`) === stack.projectFolder;
    } catch {
      return false;
    }
  });
  if (!found) throw new Error(`no command runs in ${stack.projectFolder}`);
  return found.pid;
}

/** Everything that a process has started, the nearest first. */
function descendantsOf(pid: number): Running[] {
  const all = running();
  const found: Running[] = [];
  const add = (parent: number): void => {
    for (const child of all.filter((candidate) => candidate.parent === parent)) {
      found.push(child);
      add(child.pid);
    }
  };
  add(pid);
  return found;
}

/** The process of dynamic providers that a CLI has started. */
export function providerOf(cli: number): number {
  // A shell may stand between the two; the last one is the provider itself.
  const provider = descendantsOf(cli).findLast(({ command }) => command.includes("dynamic-provider"));
  if (!provider) throw new Error("the command has no provider process");
  return provider.pid;
}

/** Ends a CLI as a machine that loses its power does: with all that it has started, and nothing is told to anybody. */
export function killWithAll(cli: number): void {
  const rest = descendantsOf(cli).map(({ pid }) => pid);
  for (const pid of [providerOf(cli), cli, ...rest]) {
    try {
      process.kill(pid, "SIGKILL");
    } catch {
      // It has ended with one of the others.
    }
  }
}

/** Returns when that is so; fails after two minutes. */
export async function eventually(holds: () => boolean): Promise<void> {
  const deadline = Date.now() + 120_000;
  while (!holds()) {
    if (Date.now() > deadline) throw new Error("it has not come about within two minutes");
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
