import { readFileSync } from "node:fs";
import path from "node:path";
import { programProject } from "../../tools/programProject";
import {
  type Recording,
  type RunningVendors,
  readRecording,
  recordings,
  startVendors,
  withAddresses,
} from "../../tools/states/recording";
import type { ThrowawayStack } from "../../tools/throwawayStack";
import { disposeStacks, startProject, succeeded } from "./support/engine";

jest.setTimeout(300_000);

let vendors: RunningVendors | undefined;

afterEach(async () => {
  disposeStacks();
  await vendors?.close();
});

const ROOT = path.resolve(__dirname, "../..");
const RECORDINGS = recordings();

/** Calls of all servers that are no mere look. */
function writes({ obshell, polardb }: RunningVendors): string[] {
  const servers = [...obshell.values(), ...(polardb ? [polardb] : [])];
  return servers
    .flatMap(({ journal }) => journal.operations())
    .filter((name) => /^(POST|PUT|PATCH|DELETE|Modify)/.test(name));
}

/** The CLI encrypts what it imports with the key that the deployment names: that of the stack which imports. */
function withKeyOf({ projectFolder }: ThrowawayStack, state: string): string {
  const settings = readFileSync(path.join(projectFolder, "Pulumi.test.yaml"), "utf8");
  const salt = /^encryptionsalt: (\S+)$/m.exec(settings)?.[1];
  if (salt === undefined) throw new Error(`the stack has no salt:\n${settings}`);
  const { deployment, ...rest } = JSON.parse(state) as { deployment: object };
  const providers = { type: "passphrase", state: { salt } };
  return JSON.stringify({ ...rest, deployment: { ...deployment, secrets_providers: providers } });
}

/** A new stack that has the recorded state, in front of servers as that describes them. */
async function open({ program, vendors: described, state }: Recording): Promise<[ThrowawayStack, RunningVendors]> {
  vendors = await startVendors(described);
  const stack = await startProject(programProject("recorded", program), vendors.environment);
  stack.write("state.json", withKeyOf(stack, withAddresses(state, vendors)));
  await stack.mustRun("stack", "import", "--file", "state.json");
  return [stack, vendors];
}

it("the states of this version are recorded", () => {
  const { version } = JSON.parse(readFileSync(path.join(ROOT, "package.json"), "utf8")) as { version: string };
  expect(RECORDINGS.map((recording) => recording.version)).toContain(version);
});

describe.each(RECORDINGS)("the state $name that $version has left", ({ folder }) => {
  const recording = readRecording(folder);
  const { isUnfinished, environment } = recording.vendors;

  it(
    isUnfinished
      ? "is completed by the next run, then refreshed without a change and destroyed"
      : "calls for no change in a preview, shows none in a refresh, and is destroyed",
    async () => {
      const [stack, running] = await open(recording);
      const before = await stack.export();
      const secrets = Object.values(environment).filter((value) => value.startsWith("Recorded"));
      expect(secrets.length).toBeGreaterThan(0);
      expect(secrets.filter((secret) => before.includes(secret))).toEqual([]);

      if (isUnfinished) {
        expect(before).toContain('"initErrors"');
        succeeded(await stack.up("--skip-preview"));
      }
      const changed = writes(running).length;
      expect(changed > 0).toBe(isUnfinished);
      succeeded(await stack.run("preview", "--diff", "--expect-no-changes"));
      succeeded(await stack.run("refresh", "--yes", "--skip-preview", "--diff", "--expect-no-changes"));
      expect(writes(running)).toHaveLength(changed);
      succeeded(await stack.run("destroy", "--yes", "--skip-preview"));
      expect(await stack.resources()).toEqual([]);
    },
  );
});
