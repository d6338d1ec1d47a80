import type { Bag } from "../../provider/core/bag";
import { writeReport } from "../support/report";
import { type Mistake, mistakesIn } from "./support/badInputs";
import { DESTINATION, PASSWORD, startOceanbaseSubject } from "./support/oceanbase";
import { startTenantFleet } from "./support/oceanbaseFleet";
import { ACCESS_KEY, startPolardbSubject } from "./support/polardb";
import type { Stack } from "./support/stack";

const SECRET = "not-to-be-seen-42";

/** Stands for the address of the server, which is known once it has started. */
const ADDRESS = "ADDRESS";

interface Scene {
  readonly stack: Stack;
  readonly emulator: {
    readonly url: string;
    readonly journal: { readonly calls: readonly unknown[] };
    close(): Promise<void>;
  };
}

/** One complete program or more of each resource: together they have every property. */
const RESOURCES: Readonly<Record<string, { start(): Promise<Scene>; readonly programs: readonly Bag[] }>> = {
  ClusterBackupConfig: {
    start: () => startOceanbaseSubject({ environment: { SK: SECRET } }),
    programs: [
      {
        connection: { endpoints: [ADDRESS], password: PASSWORD },
        ...DESTINATION,
        logArchiveConcurrency: 10,
        haLowThreadScore: 35,
        archiveLagTarget: "2h",
        deletePolicy: { policy: "default", recoveryWindow: "7d" },
        initialBackup: "full",
        archiving: "running",
        accept: ["shrink:recoveryWindow=7d"],
        reapply: "1",
        releaseTask: "1A",
        timeouts: { create: "30m", update: "30m", read: "5m" },
        onDelete: "keep",
      },
      {
        connection: { endpoints: [ADDRESS], passwordEnv: "OCEANBASE_PASSWORD" },
        ...DESTINATION,
        backupBaseUri: "oss://bucket/backup?host=oss.example.com",
        storageCredentials: { accessId: "id", accessKeyEnv: "SK" },
        exceptTenants: ["t3"],
      },
    ],
  },
  TenantBackupConfig: {
    start: () => startOceanbaseSubject({ type: "TenantBackupConfig", environment: { SK: SECRET } }),
    programs: [
      {
        connection: { endpoints: [ADDRESS] },
        tenantName: "t1",
        archiveBaseUri: "file:///data/archive",
        dataBaseUri: "file:///data/data",
        binding: "optional",
        pieceSwitchInterval: "1d",
        logArchiveConcurrency: 10,
        haLowThreadScore: 35,
        archiveLagTarget: "120s",
        deletePolicy: { recoveryWindow: "7d" },
        initialBackup: "full",
        timeouts: { create: "30m", update: "30m", read: "5m" },
        onDelete: "keep",
      },
    ],
  },
  TenantBackupFleet: {
    start: () => startTenantFleet(2, { environment: { SK: SECRET } }),
    programs: [
      {
        connection: { endpoints: [ADDRESS] },
        tenants: ["t00", "t01"],
        baseline: {
          archiveBaseUri: "oss://bucket/archive/{tenant}?host=oss.example.com",
          binding: "optional",
          pieceSwitchInterval: "1d",
          deletePolicy: { recoveryWindow: "7d" },
        },
        overrides: { t01: { haLowThreadScore: 35 } },
        exempt: { t00: { reason: "migration", expires: "2999-12-31" } },
        storageCredentials: { accessId: "id", accessKeyEnv: "SK" },
        maxTenants: 2,
        maxWithoutArchiving: 1,
        timeouts: { create: "30m", update: "30m", read: "5m" },
        onDelete: "keep",
      },
    ],
  },
  BackupPolicy: {
    start: () => startPolardbSubject(),
    programs: [
      {
        dbClusterId: "pc-1",
        endpoint: ADDRESS,
        preferredBackupTime: "02:00Z-03:00Z",
        preferredBackupPeriod: ["Monday", "Thursday"],
        dataLevel1BackupRetentionPeriod: 14,
        dataLevel2BackupPeriod: ["Monday", "Thursday"],
        dataLevel2BackupRetentionPeriod: 60,
        dataLevel2BackupAnotherRegionRegion: "cn-beijing",
        dataLevel2BackupAnotherRegionRetentionPeriod: 90,
        backupFrequency: "Normal",
        backupRetentionPolicyOnClusterDeletion: "LATEST",
        credentials: { accessKeyId: ACCESS_KEY.accessKeyId, accessKeySecretEnv: "ALIBABA_CLOUD_ACCESS_KEY_SECRET" },
        timeouts: { create: "30m", update: "30m", delete: "5m" },
        onDelete: "keep",
        network: "public",
        region: "cn-hangzhou",
      },
      {
        dbClusterId: "pc-1",
        endpoint: ADDRESS,
        timeZone: "Asia/Shanghai",
        preferredBackupTime: "02:00-03:00",
        preferredBackupPeriod: ["Monday", "Thursday"],
        accept: ["shrink:dataLevel1BackupRetentionPeriod=3"],
      },
      {
        dbClusterId: "pc-1",
        endpoint: ADDRESS,
        backupPolicyLevel: "Advanced",
        accept: ["irreversible:backupPolicyLevel=Advanced"],
        advancedDataPolicies: [
          {
            name: "daily",
            srcType: "db",
            destType: "level1",
            filterType: "crontab",
            filterKey: "dayOfWeek",
            filterValue: "1,2,3,4,5,6,7",
            retentionType: "delay",
            retentionValue: 30,
          },
        ],
      },
    ],
  },
  LogBackupPolicy: {
    start: () => startPolardbSubject({ type: "LogBackupPolicy" }),
    programs: [
      {
        dbClusterId: "pc-1",
        endpoint: ADDRESS,
        logBackupRetentionPeriod: 14,
        logBackupAnotherRegionRegion: "cn-beijing",
        logBackupAnotherRegionRetentionPeriod: 30,
        timeouts: { create: "30m", update: "30m", delete: "5m" },
        onDelete: "keep",
      },
      {
        dbClusterId: "pc-1",
        endpoint: ADDRESS,
        advancedLogPolicies: [
          { name: "local", srcType: "db", destType: "level1", logRetentionType: "delay", logRetentionValue: 30 },
        ],
      },
    ],
  },
};

/** Of this kind is what a preview could have told, because it follows from the inputs alone. */
const DECIDABLE = /\[InvalidInput\b/;

/** The same kind, but no preview can tell it from the inputs. */
const UNDECIDED = [
  // The live cluster tells it.
  /the cluster obcluster has no tenant nonsense/,
  /t1 has no destination to archive or to back up to/,
  /t1, t2, t3 never archived/,
  /backups of this cluster cannot be copied to/,
  // The vendor documents no upper limit.
  /"AdvancedDataPolicies\.RetentionValue" is not valid/,
  // The environment of the apply may have it.
  /no obshell endpoint is set/,
  /neither a region nor an endpoint is set/,
];

/** The program as it is where its server has started. */
function placed(properties: Bag, { emulator }: Scene): Bag {
  return JSON.parse(JSON.stringify(properties).replaceAll(ADDRESS, emulator.url)) as Bag;
}

describe.each(Object.entries(RESOURCES))("A mistake in a %s", (type, { start, programs }) => {
  const figures = { tried: 0, refusedInPreview: 0, harmless: 0, refusedInApply: 0 };

  it("is the only one: the programs without it are accepted", async () => {
    for (const properties of programs) {
      const scene = await start();
      expect(await scene.stack.failures(placed(properties, scene))).toEqual([]);
      await scene.emulator.close();
    }
  });

  it.each(programs.map((program, index) => ({ index, program })))(
    "of program $index is refused in the preview, or does no harm in the apply",
    async ({ program: properties }) => {
      const problems: string[] = [];
      for (const mistake of mistakesIn(properties)) {
        figures.tried += 1;
        const verdict = await judge(start, mistake);
        figures[verdict.outcome] += 1;
        problems.push(...verdict.problems.map((problem) => `${mistake.name}: ${problem}`));
      }
      expect(problems).toEqual([]);
    },
    240_000,
  );

  afterAll(() =>
    writeReport(`badInputs.${type}`, { ...figures, command: "npx jest --selectProjects lifecycle -t 'A mistake in'" }),
  );
});

type Outcome = "refusedInPreview" | "harmless" | "refusedInApply";

async function judge(
  start: () => Promise<Scene>,
  { isAbsence, path, program: properties }: Mistake,
): Promise<{ outcome: Outcome; problems: string[] }> {
  const scene = await start();
  try {
    const program = placed(properties, scene);
    const failures = await scene.stack.failures(program);
    if (failures.length > 0) {
      const reasons = failures.map(({ reason }) => reason);
      const problems = [
        ...(scene.emulator.journal.calls.length > 0 ? ["the preview has called the service"] : []),
        ...(isAbsence || reasons.some((reason) => reason.includes(String(path[0])))
          ? []
          : [`nothing names it: ${reasons.join("; ")}`]),
        ...reasons.filter((reason) => reason.includes(SECRET)).map(() => "a secret is shown"),
      ];
      return { outcome: "refusedInPreview", problems };
    }
    try {
      await scene.stack.up(program);
      return { outcome: "harmless", problems: [] };
    } catch (error) {
      const { message } = error as Error;
      if (!DECIDABLE.test(message) || UNDECIDED.some((text) => text.test(message)))
        return { outcome: "harmless", problems: [] };
      return { outcome: "refusedInApply", problems: [`only the apply says: ${message}`] };
    }
  } finally {
    await scene.emulator.close();
  }
}
