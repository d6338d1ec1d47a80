import { counted } from "./fleet";

/** So many lines are told as they come; after them, only what has not been said before. */
const TOLD_ANYWAY = 10;
/** Of so many different texts. What is worth a line differs by values and so repeats; the bound is for what names something random. */
const MOST_TEXTS = 100;

/**
 * What the resources of thousands of members have to say, in a few lines: a text is told when it first comes, and at the end how many more
 * members it was about.
 */
export class FleetLog {
  private readonly repeated = new Map<string, number>();
  private told = 0;
  private untold = 0;

  constructor(
    private readonly log: (line: string) => void,
    private readonly noun: string,
    /** Of lines that are told of every member. */
    private readonly mustBeTold: (line: string) => boolean = () => false,
  ) {}

  /** A line of one member's resource, which begins with the member's name. */
  say(id: string, line: string): void {
    const text = line.startsWith(`${id}: `) ? line.slice(id.length + 2) : line;
    if (this.mustBeTold(text)) {
      this.log(`${id}: ${text}`);
      return;
    }
    const count = this.repeated.get(text);
    if (this.told < TOLD_ANYWAY || (count === undefined && this.repeated.size < MOST_TEXTS)) {
      this.told++;
      this.repeated.set(text, count ?? 0);
      this.log(`${id}: ${text}`);
    } else if (count !== undefined) this.repeated.set(text, count + 1);
    else this.untold++;
  }

  close(): void {
    for (const [text, count] of this.repeated) {
      if (count > 0) this.log(`${counted(count, `more ${this.noun}`)}: ${text}`);
    }
    if (this.untold > 0) this.log(`${counted(this.untold, "other line")} not shown`);
  }
}
