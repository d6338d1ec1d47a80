import path from "node:path";
import { startObshell } from "../tests/emulators/obshell";
import { startPolardb } from "../tests/emulators/polardb";
import { type DemoVendors, tour } from "./demo/acts";
import { Narrator } from "./demo/narrator";
import { providePulumi } from "./pulumi-cli";
import { ThrowawayStack } from "./throwawayStack";

const EXAMPLES = path.resolve(__dirname, "../examples");

/** Passwords of servers that live for two minutes on the loopback interface. */
const PASSWORD = "demo-root-password";
const ACCESS_KEY = { accessKeyId: "LTAI-demo", accessKeySecret: "demo-access-key-secret" };

async function startVendors(): Promise<DemoVendors> {
  const startCluster = (clusterName: string): ReturnType<typeof startObshell> =>
    startObshell({
      password: PASSWORD,
      clusterName,
      tenants: [
        { name: "mysql_tenant", id: 1002 },
        { name: "orders", id: 1004 },
      ],
      tickMs: 200,
      archiveTransitionMs: 300,
    });
  const obshell = await startCluster("obcluster");
  const otherObshell = await startCluster("obcluster2");
  const polardb = await startPolardb({
    accessKeys: [ACCESS_KEY],
    clusters: [
      { id: "pc-orders", engine: "MySQL", region: "cn-hangzhou" },
      { id: "pc-ledger", engine: "MySQL", region: "cn-hangzhou" },
    ],
  });
  const environment = {
    OCEANBASE_ENDPOINTS: obshell.url,
    OCEANBASE_PASSWORD: PASSWORD,
    OBSHELL_ROOT_PASSWORD: PASSWORD,
    POLARDB_ENDPOINT: polardb.url,
    ALIBABA_CLOUD_ACCESS_KEY_ID: ACCESS_KEY.accessKeyId,
    ALIBABA_CLOUD_ACCESS_KEY_SECRET: ACCESS_KEY.accessKeySecret,
  };
  return { obshell, otherObshell, polardb, environment };
}

async function main(): Promise<void> {
  const narrator = new Narrator();
  const stacks: ThrowawayStack[] = [];
  const closers: (() => Promise<void>)[] = [];
  const cleanUp = async (): Promise<void> => {
    for (const stack of stacks.splice(0)) stack.dispose();
    await Promise.all(closers.splice(0).map((close) => close()));
  };
  for (const [signal, code] of [
    ["SIGINT", 130],
    ["SIGTERM", 143],
  ] as const) {
    process.once(signal, () => {
      narrator.say("Interrupted: removing the throw-away backend and stopping both servers.");
      void cleanUp().finally(() => process.exit(code));
    });
  }
  try {
    const pulumi = await providePulumi();
    narrator.title("pulumi-backup-policies, the tour");
    narrator.say(`Pulumi ${pulumi.version}; everything below runs on this machine and leaves nothing behind.`);
    const vendors = await startVendors();
    closers.push(vendors.obshell.close, vendors.otherObshell.close, vendors.polardb.close);
    narrator.say(
      `Agents of two OceanBase clusters listen on ${vendors.obshell.url} and ${vendors.otherObshell.url}, PolarDB's OpenAPI on ${vendors.polardb.url}.`,
    );
    await tour(narrator, vendors, async (example, config) => {
      const project = path.join(EXAMPLES, example);
      const stack = await ThrowawayStack.create({ pulumi, project, environment: vendors.environment, config });
      stacks.push(stack);
      return stack;
    });
  } catch (error) {
    narrator.broken(error);
  } finally {
    await cleanUp();
  }
  narrator.summary();
  process.exitCode = narrator.hasFailed ? 1 : 0;
}

void main();
