import { createProgress, type Progress } from "../../../../tools/bootstrap/progress.cjs";

/** Progress as a log file would get it. */
export function recordedProgress(everyMs?: number): { readonly progress: Progress; text(): string } {
  const written: string[] = [];
  const progress = createProgress({ terminal: false, everyMs, write: (text) => void written.push(text) });
  return { progress, text: () => written.join("") };
}
