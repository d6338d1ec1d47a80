/** Asks once for all who want to know, also at the same time. A failure is not remembered. */
export class Remembered<T> {
  private answer?: Promise<T>;

  constructor(private readonly ask: () => Promise<T>) {}

  get(): Promise<T> {
    if (this.answer !== undefined) return this.answer;
    const answer = this.ask();
    this.answer = answer;
    answer.catch(() => this.forget(answer));
    return answer;
  }

  /** Forgets an answer that has proved wrong, unless somebody else has already asked anew. */
  forget(answer: Promise<T>): void {
    if (this.answer === answer) this.answer = undefined;
  }
}
