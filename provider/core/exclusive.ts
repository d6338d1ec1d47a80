/** Runs work one after another where it concerns the same thing; what concerns other things runs beside it. */
export class Exclusive {
  private readonly tails = new Map<string, Promise<unknown>>();

  /** True while something is at work or waiting there. */
  isBusy(key: string): boolean {
    return this.tails.has(key);
  }

  async run<T>(key: string, work: () => Promise<T>): Promise<T> {
    const before = this.tails.get(key);
    const mine = (async () => {
      await before?.catch(() => undefined);
      return work();
    })();
    this.tails.set(key, mine);
    try {
      return await mine;
    } finally {
      if (this.tails.get(key) === mine) this.tails.delete(key);
    }
  }
}
