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
  return withoutProgram(filesBelow(stack.folder), stack);
}

function withoutProgram(files: ReadonlyMap<string, string>, stack: ThrowawayStack): Map<string, string> {
  const project = `${stack.projectFolder}${path.sep}`;
  const written = [...files].filter(([file]) => !file.startsWith(project) || /Pulumi\.[^/\\]+\.yaml$/.test(file));
  return new Map([...written, ...stack.printed.map((text, index) => [`output ${index}`, text] as const)]);
}

/** Places where a stack shows a planted secret, none as it should be; each search is counted. */
export function searchedLeaks(stack: ThrowawayStack): string[] {
  if (leaky.has(stack)) return [];
  const files = filesBelow(stack.folder);
  const written = withoutProgram(files, stack);
  const program = [...files].filter(([file]) => file.startsWith(stack.projectFolder)).map(([, text]) => text);
  const known = JSON.stringify([stack.environment, program]);
  const planted = Object.values(CANARIES).filter((canary) => known.includes(canary));
  const leaks = leaksIn(written, Object.values(CANARIES));
  countSearch({ planted: planted.length, found: leaks.length, places: written.size });
  return leaks;
}
