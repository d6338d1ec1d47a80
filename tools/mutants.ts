import { runMutants } from "./mutants/run";

/** Removes each safety rule from a copy and fails if its test still passes. */
async function main(): Promise<void> {
  const { passed, failed } = await runMutants();
  console.log(`${passed} passed, ${failed} failed`);
  process.exitCode = failed === 0 ? 0 : 1;
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? (error.stack ?? error.message) : String(error));
  process.exitCode = 1;
});
