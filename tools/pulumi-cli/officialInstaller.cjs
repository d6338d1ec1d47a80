"use strict";

// A process of its own, because PulumiCommand.install cannot be cancelled: a deadline ends the process and all below it.
const { createRequire } = require("node:module");

const [version, root, scriptUrl, probeMs] = process.argv.slice(2);

/** The installer's own timeouts are minutes long; on a closed network this costs seconds instead. */
async function probe() {
  const { host } = new URL(scriptUrl);
  let response;
  try {
    response = await fetch(scriptUrl, { signal: AbortSignal.timeout(Number(probeMs)) });
    await response.body?.cancel();
  } catch (error) {
    throw new Error(
      error.name === "TimeoutError"
        ? `${host} did not answer within ${probeMs / 1_000} s`
        : `${host} cannot be reached`,
    );
  }
  if (!response.ok) throw new Error(`${host} answered with HTTP status ${response.status}`);
}

async function install() {
  const { PulumiCommand } = require("@pulumi/pulumi/automation");
  // The version must be an instance of the class that the Automation API itself uses.
  const { SemVer } = createRequire(require.resolve("@pulumi/pulumi/package.json"))("semver");
  await PulumiCommand.install({ version: new SemVer(version), root });
}

probe()
  .then(install)
  .catch((error) => {
    console.error(error.message);
    process.exitCode = 1;
  });
