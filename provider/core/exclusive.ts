interface Waiting {
  readonly width: number;
  start(): void;
}

/** What is at work on one thing, and what waits for it, in the order in which it came. */
interface Queue {
  readonly running: number[];
  readonly waiting: Waiting[];
}

/**
 * Runs work one after another where it concerns the same thing; what concerns other things runs beside it. Work that comes through a
 * wider door may run beside other work of such doors: so many at a time as the narrowest of them allows.
 */
export class Exclusive {
  constructor(
    private readonly width = 1,
    private readonly queues: Map<string, Queue> = new Map(),
  ) {}

  /** Another door to the same queues. */
  wide(width: number): Exclusive {
    return new Exclusive(width, this.queues);
  }

  /** True while something is at work or waiting there. */
  isBusy(key: string): boolean {
    return this.queues.has(key);
  }

  async run<T>(key: string, work: () => Promise<T>): Promise<T> {
    const queue = this.queues.get(key) ?? { running: [], waiting: [] };
    this.queues.set(key, queue);
    const started = new Promise<void>((start) => queue.waiting.push({ width: this.width, start }));
    startWhatMay(queue);
    await started;
    try {
      return await work();
    } finally {
      queue.running.splice(queue.running.indexOf(this.width), 1);
      startWhatMay(queue);
      if (queue.running.length === 0) this.queues.delete(key);
    }
  }
}

/** Nobody overtakes: what needs to be alone would otherwise wait for ever. */
function startWhatMay({ running, waiting }: Queue): void {
  for (let next = waiting[0]; next && running.length < Math.min(next.width, ...running, Number.POSITIVE_INFINITY); ) {
    waiting.shift();
    running.push(next.width);
    next.start();
    next = waiting[0];
  }
}
