import { OBSHELL_FLAGS, obshellOptionsFromArgs } from "../tests/emulators/obshell/args";
import { startObshellCluster } from "../tests/emulators/obshell/cluster";
import { startPolardb } from "../tests/emulators/polardb";
import { polardbOptionsFromArgs } from "../tests/emulators/polardb/args";
import { polardbHelp } from "../tests/emulators/polardb/flags";

interface Running {
  readonly url: string;
  close(): Promise<void>;
}

const OBSHELL_HELP = `npm run --silent emulator -- obshell --port 2886 --password PW --tenants mysql_tenant:1002,t2:1004 --agents 3
${OBSHELL_FLAGS}`;

const VENDORS: Readonly<Record<string, { start(args: string[]): Promise<readonly Running[]>; readonly help: string }>> =
  {
    obshell: { start: (args) => startObshellCluster(obshellOptionsFromArgs(args)), help: OBSHELL_HELP },
    polardb: { start: async (args) => [await startPolardb(polardbOptionsFromArgs(args))], help: polardbHelp() },
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
  const servers = await vendor.start(args);
  for (const signal of ["SIGINT", "SIGTERM"] as const)
    process.once(signal, () => void Promise.all(servers.map((server) => server.close())).then(() => process.exit(0)));
  for (const { url } of servers) console.log(`listening on ${url}`);
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
});
