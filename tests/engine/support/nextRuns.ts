import type { ThrowawayStack } from "../../../tools/throwawayStack";
import { succeeded } from "./engine";

/** The three ways in which people run the next command after one that has failed or after somebody's change. */
export const NEXT_RUNS: { readonly next: string; run(stack: ThrowawayStack): Promise<string> }[] = [
  { next: "up", run: async (stack) => succeeded(await stack.up("--skip-preview")) },
  { next: "up --refresh", run: async (stack) => succeeded(await stack.up("--refresh", "--skip-preview")) },
  {
    next: "refresh --yes, then up",
    run: async (stack) => {
      const refreshed = succeeded(await stack.run("refresh", "--yes", "--skip-preview", "--suppress-progress"));
      return refreshed + succeeded(await stack.up("--skip-preview"));
    },
  },
];
