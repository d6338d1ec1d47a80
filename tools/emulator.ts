import { startObshell } from "../tests/emulators/obshell";
import { obshellOptionsFromArgs } from "../tests/emulators/obshell/args";
import { startPolardb } from "../tests/emulators/polardb";
import { polardbOptionsFromArgs } from "../tests/emulators/polardb/args";
import { polardbHelp } from "../tests/emulators/polardb/flags";

interface Emulator {
  readonly url: string;
  close(): Promise<void>;
}

const OBSHELL_HELP =
  "npm run --silent emulator -- obshell --port 2886 --password PW --tenants mysql_tenant:1002,t2:1004 [--profile 4.5|4.3.2|4.3.1|4.2.4] [--key-bits 1024|512] [--old-tasks 0] [--clock-skew-ms=0]";

const VENDORS: Readonly<Record<string, { start(args: string[]): Promise<Emulator>; readonly help: string }>> = {
  obshell: { start: (args) => startObshell(obshellOptionsFromArgs(args)), help: OBSHELL_HELP },
  polardb: { start: (args) => startPolardb(polardbOptionsFromArgs(args)), help: polardbHelp() },
};

async function main([name = "", ...args]: string[]): Promise<void> {
  const helpOfAll = Object.values(VENDORS)
    .map(({ help }) => help)
    .join("\n\n");
  const vendor = VENDORS[name];
  if (name === "--help" || args.includes("--help")) return console.log(vendor?.help ?? helpOfAll);
  if (!vendor) {
    throw new Error(`which emulator? "${name}" is not one of ${Object.keys(VENDORS).join(", ")}\n\n${helpOfAll}`);
  }
  const emulator = await vendor.start(args);
  for (const signal of ["SIGINT", "SIGTERM"] as const)
    process.once(signal, () => void emulator.close().then(() => process.exit(0)));
  console.log(`listening on ${emulator.url}`);
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
});
