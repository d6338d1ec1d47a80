import type { Progress } from "../bootstrap/progress.cjs";

/** A way to get a CLI into the cache. */
export interface PulumiSource {
  readonly kind: "installer" | "go-build";
  /** For messages: "official installer". */
  readonly title: string;
  /** Name of its folder in the cache. Differs whenever the outcome could differ. */
  readonly entry: string;
  /** What `pulumi version` must answer afterwards. */
  readonly version: string;
  /** Puts the executables into `folder`/bin. Rejects with `SourceFailure` if this way is closed on this machine. */
  fill(folder: string, context: SourceContext): Promise<void>;
}

export interface SourceContext {
  readonly env: NodeJS.ProcessEnv;
  readonly progress: Progress;
}

/** Why a source gave nothing. The next one is tried. */
export class SourceFailure extends Error {
  constructor(
    reason: string,
    /** What the user can do about it, as a sentence. */
    readonly advice?: string,
    /** Last lines of the program that failed. */
    readonly output: readonly string[] = [],
  ) {
    super(reason);
  }
}
