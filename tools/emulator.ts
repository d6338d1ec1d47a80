import { OBSHELL_FLAGS, obshellOptionsFromArgs } from "../tests/emulators/obshell/args";
import { startObshellCluster } from "../tests/emulators/obshell/cluster";
import { startPolardb } from "../tests/emulators/polardb";
import { polardbOptionsFromArgs } from "../tests/emulators/polardb/args";

interface Running {
  readonly url: string;
  close(): Promise<void>;
}

const VENDORS: Readonly<Record<string, (args: string[]) => Promise<readonly Running[]>>> = {
  obshell: (args) => startObshellCluster(obshellOptionsFromArgs(args)),
  polardb: async (args) => [await startPolardb(polardbOptionsFromArgs(args))],
};

const USAGE = `npm run --silent emulator -- obshell --port 2886 --password PW --tenants mysql_tenant:1002,t2:1004 --agents 3
${OBSHELL_FLAGS}

npm run --silent emulator -- polardb --port 8080 --access-key AK --secret SK --clusters pc-1:MySQL:cn-hangzhou,pc-2:PostgreSQL:cn-beijing [--latency-ms 20] [--rate 5]`;

async function main([vendor = "", ...args]: string[]): Promise<void> {
  if ([vendor, ...args].includes("--help")) {
    console.log(USAGE);
    return;
  }
  const start = VENDORS[vendor];
  if (!start)
    throw new Error(`which emulator? "${vendor}" is not one of ${Object.keys(VENDORS).join(", ")}\n\n${USAGE}`);
  const servers = await start(args);
  for (const signal of ["SIGINT", "SIGTERM"] as const)
    process.once(signal, () => void Promise.all(servers.map((server) => server.close())).then(() => process.exit(0)));
  for (const { url } of servers) console.log(`listening on ${url}`);
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
});
