import { PulumiUnavailable, providePulumi } from "./pulumi-cli";

const ORIGIN = {
  path: "found on PATH",
  installer: "installed by Pulumi's installer",
  "go-build": "built from Go modules",
} as const;

async function main(): Promise<void> {
  const pulumi = await providePulumi();
  if (pulumi.passedOver !== undefined) console.log(pulumi.passedOver);
  console.log(
    `Dependencies, dist/ and the Pulumi CLI are ready. Pulumi ${pulumi.version}, ${ORIGIN[pulumi.source]}: ${pulumi.bin}`,
  );
  console.log(
    "Next: `npm run demo` for a tour, `npm test` for every check, `npm run pulumi -- ARGS` for the CLI itself.",
  );
}

main().catch((error: unknown) => {
  console.error(error instanceof PulumiUnavailable ? error.message : error);
  process.exitCode = 1;
});
