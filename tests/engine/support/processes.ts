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

/** The process of dynamic providers that a CLI has started. */
export function providerOf(cli: number): number {
  const all = running();
  const parents = new Map(all.map(({ pid, parent }) => [pid, parent]));
  const descends = (pid: number): boolean => {
    for (let at = parents.get(pid); at !== undefined && at > 1; at = parents.get(at)) if (at === cli) return true;
    return false;
  };
  const found = all.filter(({ pid, command }) => command.includes("dynamic-provider") && descends(pid));
  const [provider] = found;
  if (!provider) throw new Error("the command has no provider process");
  // A shell may stand between the two; the last one is the provider itself.
  return (found.at(-1) ?? provider).pid;
}
