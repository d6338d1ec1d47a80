import type { Network } from "./settings";
import { POLICY_FLEET } from "./subjects";

/** Serves the clusters of a fleet in a process of its own, and tells its parent how to reach them. */
process.once("message", ({ count, network }: { count: number; network: Network }) => {
  POLICY_FLEET.start(count, network).then(
    ({ environment }) => process.send?.(environment),
    (error: unknown) => {
      console.error(error);
      process.exit(1);
    },
  );
});
