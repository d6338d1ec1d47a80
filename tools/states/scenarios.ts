import type { ObshellFault, ObshellOptions } from "../../tests/emulators/obshell";
import type { PolardbOptions, VendorFault } from "../../tests/emulators/polardb";

/** One stack to record: several resources each, because a stack costs more than a resource. */
export interface Scenario {
  readonly name: string;
  /** Clusters by name; `OBSHELL_<NAME>` of the program's environment is where one is. */
  readonly obshell: Readonly<Record<string, ObshellOptions>>;
  /** `POLARDB_ENDPOINT` is where the service is. */
  readonly polardb?: PolardbOptions;
  /** Fake credentials. They must not be in the state in the clear, so none may be part of another text. */
  readonly environment: Readonly<Record<string, string>>;
  /** The program of an earlier run. */
  readonly before?: string;
  /** The program that the state belongs to. */
  readonly program: string;
  /** What makes the last run fail: the state is then that of a change which is half done. */
  readonly faults?: {
    readonly obshell: Readonly<Record<string, ObshellFault>>;
    readonly polardb: VendorFault;
  };
}

const OBSHELL_TIMING = { tickMs: 50, archiveTransitionMs: 100, backupDurationMs: 300 } as const;

const tenant = (name: string, id: number) => ({ name, id });

const OCEANBASE: Scenario = {
  name: "oceanbase",
  obshell: {
    orders: {
      ...OBSHELL_TIMING,
      clusterName: "orders",
      password: "RecordedOrdersPassword-1",
      tenants: [tenant("t1", 1002), tenant("t2", 1004)],
    },
    billing: {
      ...OBSHELL_TIMING,
      clusterName: "billing",
      clusterId: 2,
      password: "RecordedBillingPassword-2",
      tenants: [tenant("b1", 1002), tenant("b2", 1004), tenant("b3", 1006)],
    },
    archive: {
      ...OBSHELL_TIMING,
      clusterName: "archive",
      clusterId: 3,
      password: "RecordedArchivePassword-3",
      tenants: [
        { ...tenant("a1", 1002), archiveStatus: "DOING", archiveUri: "file:///a/clog", dataUri: "file:///a/data" },
      ],
    },
  },
  environment: {
    ORDERS_PASSWORD: "RecordedOrdersPassword-1",
    BILLING_PASSWORD: "RecordedBillingPassword-2",
    ARCHIVE_PASSWORD: "RecordedArchivePassword-3",
    STORAGE_KEY: "RecordedStorageKey4",
    INLINE_KEY: "RecordedInlineKey5",
  },
  program: `
new oceanbase.ClusterBackupConfig("complete", {
  connection: { endpoints: [process.env.OBSHELL_ORDERS], passwordEnv: "ORDERS_PASSWORD" },
  backupBaseUri: "oss://orders-backups/base?host=oss-cn-hangzhou.aliyuncs.com",
  storageCredentials: { accessId: "LTAI-orders", accessKey: pulumi.secret(process.env.STORAGE_KEY) },
  binding: "mandatory",
  pieceSwitchInterval: "6d",
  logArchiveConcurrency: 100,
  haLowThreadScore: 10,
  archiveLagTarget: "2h",
  deletePolicy: { policy: "default", recoveryWindow: "5d" },
  archiving: "running",
  initialBackup: "full",
  timeouts: { create: "45m" },
});
const billing = new oceanbase.Provider("billing", {
  endpoints: [process.env.OBSHELL_BILLING],
  password: process.env.BILLING_PASSWORD,
});
const tenantOf = (name, args) => new oceanbase.TenantBackupConfig(name, { tenantName: name, ...args }, { provider: billing });
tenantOf("b1", {
  archiveBaseUri: "file:///logs/b1",
  dataBaseUri: "file:///data/b1",
  binding: "optional",
  pieceSwitchInterval: "1d",
  deletePolicy: { recoveryWindow: "9d" },
});
tenantOf("b2", {
  archiveBaseUri: "s3://b2/logs?host=s3.example.com&access_id=AK2&access_key=" + process.env.INLINE_KEY,
  dataBaseUri: "s3://b2/data?host=s3.example.com&access_id=AK2&access_key=" + process.env.INLINE_KEY,
  binding: "mandatory",
  pieceSwitchInterval: "2d",
});
new oceanbase.ClusterBackupConfig("rest", { exceptTenants: ["b1", "b2"], haLowThreadScore: 7 }, { provider: billing });
new oceanbase.ClusterBackupConfig("adopted", {
  connection: { endpoints: [process.env.OBSHELL_ARCHIVE], password: process.env.ARCHIVE_PASSWORD },
  archiving: "suspended",
  onDelete: "stopArchiving",
});`,
};

const REGION = "cn-hangzhou";
const POLARDB_ENVIRONMENT = {
  ALIBABA_CLOUD_ACCESS_KEY_ID: "LTAI-recorded",
  ALIBABA_CLOUD_ACCESS_KEY_SECRET: "RecordedAccessKeySecret-6",
  ALIBABA_CLOUD_ECS_METADATA_DISABLED: "true",
} as const;
const ACCESS_KEYS = [
  {
    accessKeyId: POLARDB_ENVIRONMENT.ALIBABA_CLOUD_ACCESS_KEY_ID,
    accessKeySecret: POLARDB_ENVIRONMENT.ALIBABA_CLOUD_ACCESS_KEY_SECRET,
  },
  { accessKeyId: "LTAI-other", accessKeySecret: "RecordedOtherSecret-7", securityToken: "RecordedToken-8" },
];
const mysql = (id: string) => ({ id, engine: "MySQL" as const, region: REGION });

const RULES = `
const level1 = polardb.level1Backup({ name: "daily", region: "${REGION}", keepDays: 9, onlyPreserveOneEachDay: true });
const weekly = polardb.level2Backup({ name: "weekly", region: "${REGION}", weekdays: ["Sunday"], keepDays: 365 });
const copy = polardb.crossRegionLevel2Backup({ name: "copy", from: "level2", srcRegion: "${REGION}", destRegion: "cn-beijing", keepDays: 90 });`;

const POLARDB: Scenario = {
  name: "polardb",
  obshell: {},
  polardb: {
    accessKeys: ACCESS_KEYS,
    clusters: [
      mysql("pc-classic"),
      mysql("pc-advanced"),
      mysql("pc-other"),
      { id: "pc-plain", engine: "PostgreSQL", region: "cn-beijing" },
    ],
  },
  environment: { ...POLARDB_ENVIRONMENT, OTHER_SECRET: "RecordedOtherSecret-7", OTHER_TOKEN: "RecordedToken-8" },
  before: `
new polardb.BackupPolicy("advanced", { dbClusterId: "pc-advanced", dataLevel1BackupRetentionPeriod: 8 });`,
  program: `${RULES}
const region = "${REGION}";
const endpoint = process.env.POLARDB_ENDPOINT;
new polardb.BackupPolicy("classic", {
  dbClusterId: "pc-classic",
  region,
  endpoint,
  timeZone: "Asia/Shanghai",
  preferredBackupTime: "02:00-03:00",
  preferredBackupPeriod: ["Monday", "Wednesday", "Saturday"],
  dataLevel1BackupRetentionPeriod: 14,
  dataLevel2BackupPeriod: ["Monday", "Saturday"],
  dataLevel2BackupRetentionPeriod: 60,
  dataLevel2BackupAnotherRegionRegion: "cn-beijing",
  dataLevel2BackupAnotherRegionRetentionPeriod: 90,
  backupRetentionPolicyOnClusterDeletion: "LATEST",
});
new polardb.LogBackupPolicy("classic-logs", {
  dbClusterId: "pc-classic",
  region,
  endpoint,
  logBackupRetentionPeriod: 30,
  logBackupAnotherRegionRegion: "cn-beijing",
  logBackupAnotherRegionRetentionPeriod: 60,
});
const across = { srcRegion: region, destRegion: "cn-beijing" };
const advanced = new polardb.BackupPolicy("advanced", {
  dbClusterId: "pc-advanced",
  backupPolicyLevel: "Advanced",
  accept: ["irreversible:backupPolicyLevel=Advanced"],
  advancedDataPolicies: [level1, weekly, copy],
});
new polardb.LogBackupPolicy("advanced-logs", {
  dbClusterId: "pc-advanced",
  advancedLogPolicies: [
    { name: "logs", srcType: "db", srcRegion: region, destType: "level1", logRetentionType: "delay", logRetentionValue: 20 },
    { ...across, name: "copy", srcType: "level1", destType: "level2Cross", logRetentionType: "delay", logRetentionValue: 40 },
  ],
}, { dependsOn: advanced });
const other = new polardb.Provider("other", {
  region,
  endpoint,
  accessKeyId: "LTAI-other",
  accessKeySecret: process.env.OTHER_SECRET,
  securityToken: process.env.OTHER_TOKEN,
});
new polardb.BackupPolicy("by-provider", { dbClusterId: "pc-other", dataLevel1BackupRetentionPeriod: 10, onDelete: "reset", accept: ["shrink:onDelete=reset"] }, { provider: other });
new polardb.BackupPolicy("by-value", {
  dbClusterId: "pc-plain",
  region: "cn-beijing",
  endpoint,
  credentials: { accessKeyId: "LTAI-other", accessKeySecret: process.env.OTHER_SECRET, securityToken: process.env.OTHER_TOKEN },
  preferredBackupTime: "18:00Z-19:00Z",
});`,
};

const UNFINISHED: Scenario = {
  name: "unfinished",
  obshell: {
    orders: {
      ...OBSHELL_TIMING,
      clusterName: "orders",
      password: "RecordedOrdersPassword-1",
      tenants: [tenant("t1", 1002), tenant("t2", 1004)],
    },
  },
  polardb: { accessKeys: ACCESS_KEYS, clusters: [mysql("pc-1")] },
  environment: {
    ...POLARDB_ENVIRONMENT,
    ORDERS_PASSWORD: "RecordedOrdersPassword-1",
  },
  program: `${RULES}
new oceanbase.ClusterBackupConfig("half-done", {
  connection: { endpoints: [process.env.OBSHELL_ORDERS], passwordEnv: "ORDERS_PASSWORD" },
  backupBaseUri: "file:///data/backup",
  binding: "optional",
  pieceSwitchInterval: "1d",
  deletePolicy: { recoveryWindow: "7d" },
});
new polardb.BackupPolicy("half-done", {
  dbClusterId: "pc-1",
  backupPolicyLevel: "Advanced",
  accept: ["irreversible:backupPolicyLevel=Advanced"],
  advancedDataPolicies: [level1, weekly],
});`,
  faults: {
    obshell: { orders: { kind: "databaseRefusal", statement: "ADD_DELETE_POLICY", tenant: "t2" } },
    polardb: {
      operation: "ModifyBackupPolicy",
      skip: 1,
      effect: { kind: "vendorError", when: "before", status: 403, code: "Forbidden.RAM" },
    },
  },
};

export const SCENARIOS: readonly Scenario[] = [OCEANBASE, POLARDB, UNFINISHED];
