import { appendFileSync } from "node:fs";
import { runCaptured } from "../../../../tools/bootstrap/child.cjs";
import type { PulumiSource } from "../../../../tools/pulumi-cli";

export const FAKE_VERSION = "3.300.0";
export const FAKE_ENTRY = "3.300.0-fake";

export interface FakeBuild {
  /** Gets a line for every build that starts. */
  readonly log: string;
  /** How long the `pulumi` executable stays half written. */
  readonly buildMs: number;
  /** What the executable answers. */
  readonly version?: string;
}

/** A build in miniature: a process of its own that writes the executable in two parts and, like the real one, keeps printing. */
export function fakeSource({ log, buildMs, version = FAKE_VERSION }: FakeBuild): PulumiSource {
  const script = `
    const fs = require("node:fs");
    const [bin, version, ms] = process.argv.slice(1);
    fs.writeFileSync(bin + "/pulumi-language-nodejs", "#!/bin/sh\\n", { mode: 0o755 });
    fs.writeFileSync(bin + "/pulumi", "#!/bin/sh\\n", { mode: 0o755 });
    setInterval(() => console.log("compiling"), 20);
    setTimeout(() => {
      fs.appendFileSync(bin + "/pulumi", "echo v" + version + "\\n");
      process.exit(0);
    }, Number(ms));
  `;
  return {
    kind: "go-build",
    title: "fake build",
    entry: FAKE_ENTRY,
    version: FAKE_VERSION,
    async fill(folder) {
      appendFileSync(log, `${process.pid}\n`);
      await runCaptured(process.execPath, ["-e", script, `${folder}/bin`, version, String(buildMs)]);
    },
  };
}
