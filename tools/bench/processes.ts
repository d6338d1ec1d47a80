import { readdirSync, readFileSync } from "node:fs";

const INTERVAL_MS = 100;
/** Of the kernel's clock, in which it counts the time of processes; the same on every Linux. */
const TICKS_PER_SECOND = 100;

/** What the processes of one command have used. */
export interface Usage {
  /** Of all processes that the command has started. */
  readonly cpuSeconds: number;
  /** Most memory at a time of the process of dynamic providers. */
  readonly providerMb: number;
}

interface Seen {
  ticks: number;
  peakKb: number;
  isProvider: boolean;
}

/** Looks at everything that this process has started until `stop`. On systems without /proc nothing is seen, and 0 reported. */
export function watchProcesses(): { stop(): Usage } {
  const seen = new Map<number, Seen>();
  // A command that fails is never stopped being watched, and must not keep the benchmark alive.
  const timer = setInterval(() => look(seen), INTERVAL_MS).unref();
  return {
    stop() {
      clearInterval(timer);
      const all = [...seen.values()];
      return {
        cpuSeconds: all.reduce((sum, { ticks }) => sum + ticks, 0) / TICKS_PER_SECOND,
        providerMb: Math.max(0, ...all.filter(({ isProvider }) => isProvider).map(({ peakKb }) => peakKb)) / 1_024,
      };
    },
  };
}

function look(seen: Map<number, Seen>): void {
  const parents = new Map<number, { parent: number; ticks: number }>();
  for (const name of entriesOfProc()) {
    const stat = read(`/proc/${name}/stat`);
    // The name of the program, in brackets, may hold anything.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    if (fields.length < 15) continue;
    parents.set(Number(name), { parent: Number(fields[1]), ticks: Number(fields[11]) + Number(fields[12]) });
  }
  for (const [pid, { ticks }] of parents) {
    if (!isBelow(pid, parents)) continue;
    const before = seen.get(pid);
    const isProvider = before?.isProvider || read(`/proc/${pid}/cmdline`).includes("dynamic-provider");
    const peakKb = isProvider ? Number(/^VmHWM:\s*(\d+)/m.exec(read(`/proc/${pid}/status`))?.[1] ?? 0) : 0;
    seen.set(pid, { ticks, isProvider, peakKb: Math.max(peakKb, before?.peakKb ?? 0) });
  }
}

function isBelow(pid: number, parents: ReadonlyMap<number, { parent: number }>): boolean {
  for (let at = parents.get(pid)?.parent; at !== undefined; at = parents.get(at)?.parent) {
    if (at === process.pid) return true;
  }
  return false;
}

function entriesOfProc(): string[] {
  try {
    return readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  } catch {
    return [];
  }
}

/** Empty for a process that has ended meanwhile. */
function read(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}
