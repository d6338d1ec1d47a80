import { runMutants } from "./mutants/run";

/** Removes each safety rule from a copy and fails if its test still passes. Arguments choose patches by the beginnings of their names. */
async function main(chosen: readonly string[]): Promise<void> {
  const { passed, failed } = await runMutants(chosen);
  console.log(`${passed} passed, ${failed} failed`);
  process.exitCode = failed === 0 ? 0 : 1;
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error instanceof Error ? (error.stack ?? error.message) : String(error));
  process.exitCode = 1;
});
