import path from "node:path";
import type { ThrowawayStack } from "../../../tools/throwawayStack";
import { countSearch, filesBelow, leaksIn } from "../../support/secrets";
import { CANARIES } from "./vendors";

/** Stacks in which a secret was made to leak, to see that it is found. */
const leaky = new WeakSet<ThrowawayStack>();

export function expectLeaks(stack: ThrowawayStack): void {
  leaky.add(stack);
}

/** State with its history and backups, the home of the CLI, configuration, and all that was printed. The program itself may hold a secret. */
export function writtenBy(stack: ThrowawayStack): Map<string, string> {
  const project = `${stack.projectFolder}${path.sep}`;
  const files = [...filesBelow(stack.folder)].filter(
    ([file]) => !file.startsWith(project) || /Pulumi\.[^/\\]+\.yaml$/.test(file),
  );
  return new Map([...files, ...stack.printed.map((text, index) => [`output ${index}`, text] as const)]);
}

/** Places where a stack shows a planted secret, none as it should be; each search is counted. */
export function searchedLeaks(stack: ThrowawayStack): string[] {
  if (leaky.has(stack)) return [];
  const written = writtenBy(stack);
  const known = JSON.stringify([stack.environment, [...filesBelow(stack.projectFolder).values()]]);
  const planted = Object.values(CANARIES).filter((canary) => known.includes(canary));
  const leaks = leaksIn(written, Object.values(CANARIES));
  countSearch(expect.getState().testPath ?? "", planted.length, leaks.length, written.size);
  return leaks;
}
