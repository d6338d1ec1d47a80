import { realpathSync } from "node:fs";
import path from "node:path";
import { runCaptured } from "../bootstrap/child.cjs";
import { executableNames, findOnPath, isExecutable } from "./executables";
import { formatVersion, isAtLeast, MINIMUM_PULUMI_VERSION, parseVersion } from "./versions";

export type PathResult =
  | { readonly kind: "found"; readonly bin: string; readonly version: string }
  | { readonly kind: "none" }
  /** There is a `pulumi`, but it cannot be used; `reason` is a sentence about it. */
  | { readonly kind: "passedOver"; readonly reason: string };

const ANSWER_WITHIN_MS = 20_000;

/** Looks at the `pulumi` that a shell would run. */
export async function locateOnPath(env: NodeJS.ProcessEnv): Promise<PathResult> {
  const names = executableNames(process.platform);
  const bin = findOnPath(names.cli, env);
  if (bin === undefined) return { kind: "none" };
  const passedOver = (why: string): PathResult => ({ kind: "passedOver", reason: `${bin} is not used: ${why}` });

  const answer = await askVersion(bin, env);
  if (typeof answer === "string") return passedOver(answer);
  const version = formatVersion(answer);
  if (!isAtLeast(answer, MINIMUM_PULUMI_VERSION)) {
    return passedOver(`it is version ${version}, and ${MINIMUM_PULUMI_VERSION} or newer is needed`);
  }
  const folders = [path.dirname(bin), path.dirname(realpathSync(bin))];
  const hasHost = folders.some((folder) => isExecutable(path.join(folder, names.languageHost)));
  if (!hasHost && findOnPath(names.languageHost, env) === undefined) {
    return passedOver(`neither its folder nor PATH has ${names.languageHost}, which runs TypeScript programs`);
  }
  return { kind: "found", bin, version };
}

/** The version that a `pulumi` reports, or why it reports none. */
export async function askVersion(bin: string, env: NodeJS.ProcessEnv) {
  const result = await runCaptured(bin, ["version"], {
    env: { ...env, PULUMI_SKIP_UPDATE_CHECK: "true" },
    timeoutMs: ANSWER_WITHIN_MS,
  });
  if (result.timedOut) return `it did not answer \`pulumi version\` within ${ANSWER_WITHIN_MS / 1_000} s`;
  if (!result.ok)
    return `\`pulumi version\` failed: ${result.startError?.message ?? result.tail.at(-1) ?? result.signal ?? "no output"}`;
  const text = result.stdout.join("\n").trim();
  return parseVersion(text) ?? `\`pulumi version\` answered "${text.slice(0, 80)}", which is not a version`;
}
