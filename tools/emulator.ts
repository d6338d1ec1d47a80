import { startObshell } from "../tests/emulators/obshell";
import { obshellOptionsFromArgs } from "../tests/emulators/obshell/args";
import { startPolardb } from "../tests/emulators/polardb";
import { polardbOptionsFromArgs } from "../tests/emulators/polardb/args";

const VENDORS: Readonly<Record<string, (args: string[]) => Promise<{ readonly url: string; close(): Promise<void> }>>> =
  {
    obshell: (args) => startObshell(obshellOptionsFromArgs(args)),
    polardb: (args) => startPolardb(polardbOptionsFromArgs(args)),
  };

const USAGE = `npm run --silent emulator -- obshell --port 2886 --password PW --tenants mysql_tenant:1002,t2:1004 [--profile 4.5|4.3.2|4.3.1|4.2.4] [--key-bits 1024|512] [--old-tasks 0] [--clock-skew-ms=0]
npm run --silent emulator -- polardb --port 8080 --access-key AK --secret SK --clusters pc-1:MySQL:cn-hangzhou,pc-2:PostgreSQL:cn-beijing [--latency-ms 20] [--rate 5]`;

async function main([vendor = "", ...args]: string[]): Promise<void> {
  const start = VENDORS[vendor];
  if (!start)
    throw new Error(`which emulator? "${vendor}" is not one of ${Object.keys(VENDORS).join(", ")}\n\n${USAGE}`);
  const emulator = await start(args);
  for (const signal of ["SIGINT", "SIGTERM"] as const)
    process.once(signal, () => void emulator.close().then(() => process.exit(0)));
  console.log(`listening on ${emulator.url}`);
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
});
