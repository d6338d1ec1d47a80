import type { ObshellEmulator } from "../../tests/emulators/obshell";
import type { PolardbEmulator } from "../../tests/emulators/polardb";
import type { CommandResult, ThrowawayOptions, ThrowawayStack } from "../throwawayStack";
import { type Narrator, StepFailed } from "./narrator";

export interface DemoVendors {
  readonly obshell: ObshellEmulator;
  /** A second cluster, not yet configured. */
  readonly otherObshell: ObshellEmulator;
  readonly polardb: PolardbEmulator;
  /** Where both are and as whom, as a user's shell has it. */
  readonly environment: Readonly<Record<string, string>>;
}

type StartExample = (example: string, config?: ThrowawayOptions["config"]) => Promise<ThrowawayStack>;

/** One example and what is done to it. */
interface Act {
  readonly example: string;
  readonly about: string;
  readonly config?: ThrowawayOptions["config"];
  readonly drift?: {
    /** What somebody does to the target without Pulumi. */
    readonly says: string;
    change(): void;
    /** Text that must show in the refreshed preview. */
    readonly shows: string;
    /** True once the target is as declared again. */
    isRepaired(): boolean;
  };
}

/** The whole story, act by act. */
export async function tour(narrator: Narrator, vendors: DemoVendors, start: StartExample): Promise<void> {
  for (const act of acts(vendors)) await play(narrator, vendors, act, start);
}

function acts({ obshell, otherObshell, polardb }: DemoVendors): Act[] {
  return [
    {
      example: "oceanbase-cluster-backup",
      about: "OceanBase: the seven settings of obshell's cluster-level backup configuration, for every tenant.",
      drift: {
        says: "Both tenants are archiving. Somebody points the archive of `orders` elsewhere.",
        change: () => {
          for (const name of ["mysql_tenant", "orders"])
            obshell.change({ change: "tenant", name, set: { archiveStatus: "DOING" } });
          obshell.change({ change: "tenant", name: "orders", set: { archiveUri: "file:///tmp/typo" } });
        },
        shows: "orders differs",
        isRepaired: () =>
          obshell.world.tenants.every(
            ({ archiveDestination, logMode }) =>
              archiveDestination.uri.startsWith("file:///data/backup/1/") && logMode === "ARCHIVELOG",
          ),
      },
    },
    {
      example: "polardb-backup-policy",
      about: "PolarDB: schedule and retention of one cluster.",
      config: { dbClusterId: "pc-orders" },
      drift: {
        says: "Somebody shortens the retention in the console, from 14 to 7 days.",
        change: () => {
          polardb.change({
            kind: "setPolicy",
            clusterId: "pc-orders",
            policy: { DataLevel1BackupRetentionPeriod: "7" },
          });
        },
        shows: "dataLevel1BackupRetentionPeriod",
        isRepaired: () => polardb.world.cluster("pc-orders").settings.data.DataLevel1BackupRetentionPeriod === "14",
      },
    },
    {
      example: "oceanbase-object-storage",
      about: "OceanBase: another cluster, backed up to object storage with keys that never reach state in the clear.",
      config: {
        endpoints: JSON.stringify([otherObshell.url]),
        bucket: "backups",
        ossHost: "oss-cn-hangzhou.aliyuncs.com",
        accessId: "LTAI-storage",
        accessKey: { secret: "demo-storage-key" },
      },
    },
    {
      example: "polardb-advanced-policy",
      about: "PolarDB: advanced backup with four rules, one of them a copy in another region.",
      config: { dbClusterId: "pc-ledger", "polardb:region": "cn-hangzhou", copyRegion: "cn-beijing" },
    },
  ];
}

async function play(narrator: Narrator, vendors: DemoVendors, act: Act, start: StartExample): Promise<void> {
  const { example, about, config, drift } = act;
  const journal = vendorJournal(vendors);
  narrator.title(`examples/${example}`);
  narrator.say(about);
  const stack = await start(example, config);

  await narrator.step(
    `${example}: first up`,
    "Reads what is there, sends only what differs, waits, and reads back.",
    async () => {
      journal.clear();
      narrator.show(succeeded(await stack.up("--skip-preview", "--suppress-outputs")));
      return `${journal.calls()} calls, of which ${journal.writes()} write`;
    },
  );

  await narrator.step(
    `${example}: second up`,
    "Nothing has changed, so nothing may be sent: the servers' journals tell.",
    async () => {
      journal.clear();
      narrator.show(succeeded(await stack.up("--expect-no-changes", "--suppress-outputs")));
      require(journal.calls() === 0, `the second up made ${journal.calls()} calls`);
      return "no change, 0 calls";
    },
  );

  if (drift) {
    await narrator.step(`${example}: preview --refresh`, drift.says, async () => {
      drift.change();
      const check = await stack.run("refresh", "--preview-only", "--expect-no-changes");
      require(check.code !== 0, "the drift check for CI ended with 0");
      const { output } = await stack.run("preview", "--refresh", "--diff", "--suppress-outputs");
      narrator.show(output);
      require(output.includes(drift.shows), `the preview does not show "${drift.shows}"`);
      return "the drift is shown, and the drift check for CI ends with an error";
    });

    await narrator.step(`${example}: up --refresh`, "Repairs just that.", async () => {
      journal.clear();
      narrator.show(succeeded(await stack.up("--refresh", "--skip-preview", "--suppress-outputs")));
      require(drift.isRepaired(), "the target is not as declared");
      return `as declared again, ${journal.writes()} writes`;
    });
  }

  await narrator.step(
    `${example}: destroy`,
    "A policy exists as long as its cluster does: it stays, and the run says so.",
    async () => {
      journal.clear();
      const output = succeeded(await stack.run("destroy", "--yes", "--skip-preview", "--suppress-progress"));
      narrator.show(output);
      require(output.includes("Pulumi no longer manages"), "the run does not say what is left in place");
      require(journal.calls() === 0, `destroy made ${journal.calls()} calls`);
      return "everything is left in place, 0 calls";
    },
  );
  stack.dispose();
}

interface VendorJournal {
  clear(): void;
  calls(): number;
  writes(): number;
}

function vendorJournal({ obshell, otherObshell, polardb }: DemoVendors): VendorJournal {
  const journals = [obshell, otherObshell, polardb].map(({ journal }) => journal);
  const operations = (): string[] => journals.flatMap((journal) => journal.operations());
  return {
    clear: () => {
      for (const journal of journals) journal.clear();
    },
    calls: () => operations().length,
    writes: () => operations().filter((name) => /^(POST|PATCH|PUT|Modify)/.test(name)).length,
  };
}

function require(condition: boolean, problem: string): asserts condition {
  if (!condition) throw new StepFailed(problem);
}

function succeeded({ code, output }: CommandResult): string {
  require(code === 0, `Pulumi ended with ${code}:\n${output}`);
  return output;
}
