import path from "node:path";
import { runCaptured } from "../bootstrap/child.cjs";
import { type PulumiSource, SourceFailure } from "./source";
import { PULUMI_VERSION } from "./versions";

/** What PulumiCommand.install fetches first. */
const SCRIPT_URL = `https://get.pulumi.com/install.${process.platform === "win32" ? "ps1" : "sh"}`;

export interface InstallerOptions {
  readonly scriptUrl?: string;
  /** How long the download host may take to answer at all. */
  readonly probeMs?: number;
  readonly deadlineMs?: number;
}

/** The CLI as Pulumi publishes it, through the Automation API. */
export function officialInstaller(options: InstallerOptions = {}): PulumiSource {
  const { scriptUrl = SCRIPT_URL, probeMs = 4_000, deadlineMs = 10 * 60_000 } = options;
  return {
    kind: "installer",
    title: "official installer",
    entry: `${PULUMI_VERSION}-${process.platform}-${process.arch}`,
    version: PULUMI_VERSION,
    async fill(folder, { env, progress }) {
      const step = progress.step(`Installing Pulumi ${PULUMI_VERSION} with the official installer`);
      const script = path.join(__dirname, "officialInstaller.cjs");
      const result = await runCaptured(process.execPath, [script, PULUMI_VERSION, folder, scriptUrl, `${probeMs}`], {
        // Node's fetch looks at HTTPS_PROXY only if told to; the rest of the installer does by itself.
        env: { ...env, NODE_USE_ENV_PROXY: "1" },
        ownGroup: true,
        timeoutMs: deadlineMs,
      });
      if (result.ok) {
        step.done();
        return;
      }
      step.failed();
      if (result.timedOut) throw new SourceFailure(`it was not done within ${deadlineMs / 1_000} s`);
      throw new SourceFailure(result.tail.at(-1) ?? "it failed without a word", undefined, result.tail.slice(0, -1));
    },
  };
}
