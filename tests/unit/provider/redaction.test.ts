import fc from "fast-check";
import type { Bag } from "../../../provider/core/bag";
import { ProviderError } from "../../../provider/core/errors";
import type { AnyHandler } from "../../../provider/core/lifecycle";
import type { Transport } from "../../../provider/core/transport";
import { dynamicProvider } from "../../../provider/dynamic/adapter";
import { clusterBackupConfig } from "../../../provider/oceanbase/clusterBackupConfig.handler";
import { tenantBackupConfig } from "../../../provider/oceanbase/tenantBackupConfig.handler";
import { tenantBackupFleet } from "../../../provider/oceanbase/tenantBackupFleet.handler";
import { backupPolicy } from "../../../provider/polardb/backupPolicy.handler";
import { backupPolicyFleet } from "../../../provider/polardb/backupPolicyFleet.handler";
import { logBackupPolicy } from "../../../provider/polardb/logBackupPolicy.handler";
import { newKeyPair } from "../../emulators/obshell/rsa";
import { testRuntime } from "../support/context";
import { failureOf } from "../support/failures";
import { SPELLINGS } from "../support/spellings";

const KEY_ANSWER = JSON.stringify({ successful: true, data: { public_key: newKeyPair(512).publicKey } });

/** Where a secret can be given; whatever it does there, the call gets as far as to a service that answers badly. */
interface Place {
  readonly program?: (secret: string) => Bag;
  readonly environment?: (secret: string) => Record<string, string>;
  /** What a secret of this kind may consist of. */
  readonly takes?: RegExp;
  readonly configuration?: (secret: string) => Record<string, unknown>;
}

const ENDPOINTS = ["http://10.10.10.1:2886"];

const OCEANBASE_PLACES: Readonly<Record<string, Place>> = {
  password: { program: (password) => ({ connection: { endpoints: ENDPOINTS, password } }) },
  "agent password": { program: (agentPassword) => ({ connection: { endpoints: ENDPOINTS, agentPassword } }) },
  "password by reference": {
    program: () => ({ connection: { endpoints: ENDPOINTS, passwordEnv: "PW" } }),
    environment: (PW) => ({ PW }),
  },
  "password in the environment": { environment: (OCEANBASE_PASSWORD) => ({ OCEANBASE_PASSWORD }) },
  "password in the configuration": { configuration: (password) => ({ "oceanbase:password": password }) },
  "storage key": {
    program: (accessKey) => ({
      connection: { endpoints: ENDPOINTS, password: "of-the-cluster" },
      storageCredentials: { accessId: "LTAI", accessKey },
    }),
  },
  "storage key by reference": {
    program: () => ({
      connection: { endpoints: ENDPOINTS, password: "of-the-cluster" },
      storageCredentials: { accessId: "LTAI", accessKeyEnv: "SK" },
    }),
    environment: (SK) => ({ SK }),
  },
};

const POLARDB_PLACES: Readonly<Record<string, Place>> = {
  "access key secret": { program: (accessKeySecret) => ({ credentials: { accessKeyId: "LTAI", accessKeySecret } }) },
  "security token": {
    program: (securityToken) => ({ credentials: { accessKeyId: "LTAI", accessKeySecret: "s3cr3t-99", securityToken } }),
  },
  "access key secret by reference": {
    program: () => ({ credentials: { accessKeyId: "LTAI", accessKeySecretEnv: "SK" } }),
    environment: (SK) => ({ SK }),
  },
  "access key secret in the environment": {
    environment: (secret) => ({
      ALIBABA_CLOUD_ACCESS_KEY_ID: "LTAI",
      ALIBABA_CLOUD_ACCESS_KEY_SECRET: secret,
    }),
  },
  "access key secret in the configuration": {
    configuration: (secret) => ({ "polardb:accessKeyId": "LTAI", "polardb:accessKeySecret": secret }),
  },
};

interface Resource {
  readonly handler: AnyHandler;
  readonly program: Bag;
  readonly recorded: Bag;
  readonly places: Readonly<Record<string, Place>>;
  readonly environment: Record<string, string>;
}

const CLUSTER = { cluster: { id: 1, name: "obcluster", createdTime: "2025-01-01T00:00:00Z" }, tenants: [] };
const TARGET = { target: { region: "cn-hangzhou", endpoint: "https://polardb.aliyuncs.com" }, policyIds: {} };
const OBSHELL = { OCEANBASE_ENDPOINTS: "10.10.10.1:2886" };
const PLACES_OF_URI = "oss://bucket/path?host=oss-cn-hangzhou.aliyuncs.com";

const RESOURCES: Readonly<Record<string, Resource>> = {
  ClusterBackupConfig: {
    handler: clusterBackupConfig as unknown as AnyHandler,
    program: { backupBaseUri: PLACES_OF_URI, binding: "optional", pieceSwitchInterval: "1d" },
    recorded: CLUSTER,
    places: {
      ...OCEANBASE_PLACES,
      "storage key in the address": {
        program: (key) => ({
          connection: { endpoints: ENDPOINTS, password: "of-the-cluster" },
          backupBaseUri: `${PLACES_OF_URI}&access_id=LTAI&access_key=${encodeURIComponent(key)}`,
        }),
        // obshell writes it into SQL as it is, so that others are refused.
        takes: /^[^'"\s`;\\]+$/,
      },
    },
    environment: OBSHELL,
  },
  TenantBackupConfig: {
    handler: tenantBackupConfig as unknown as AnyHandler,
    program: { tenantName: "t1", haLowThreadScore: 1 },
    recorded: { ...CLUSTER, tenantId: 1002 },
    places: OCEANBASE_PLACES,
    environment: OBSHELL,
  },
  TenantBackupFleet: {
    handler: tenantBackupFleet as unknown as AnyHandler,
    program: { tenants: ["t1", "t2"], baseline: { haLowThreadScore: 1 } },
    recorded: { configs: [{ ...CLUSTER, tenantId: 1002, tenants: "t1" }] },
    places: OCEANBASE_PLACES,
    environment: OBSHELL,
  },
  BackupPolicy: {
    handler: backupPolicy as unknown as AnyHandler,
    program: { dbClusterId: "pc-1", region: "cn-hangzhou", dataLevel1BackupRetentionPeriod: 9 },
    recorded: TARGET,
    places: POLARDB_PLACES,
    environment: {},
  },
  LogBackupPolicy: {
    handler: logBackupPolicy as unknown as AnyHandler,
    program: { dbClusterId: "pc-1", region: "cn-hangzhou", logBackupRetentionPeriod: 9 },
    recorded: TARGET,
    places: POLARDB_PLACES,
    environment: {},
  },
  BackupPolicyFleet: {
    handler: backupPolicyFleet as unknown as AnyHandler,
    program: {
      clusters: ["pc-1", "pc-2"],
      region: "cn-hangzhou",
      baseline: { dataLevel1BackupRetentionPeriod: 9, logPolicy: { logBackupRetentionPeriod: 9 } },
    },
    recorded: {
      policies: [{ ...TARGET, clusters: "pc-1 pc-2" }],
      logPolicies: [{ ...TARGET, clusters: "pc-1 pc-2" }],
    },
    places: POLARDB_PLACES,
    environment: {},
  },
};

/** Ways in which a service, or what stands before it, or the network, gives back what it was sent. */
const ECHOES: readonly ((text: string) => Awaited<ReturnType<Transport["send"]>> | Error)[] = [
  (text) => ({ status: 200, headers: {}, body: text }),
  (text) => ({ status: 502, headers: {}, body: `<html>${"x".repeat(60)} ${text} ${"y".repeat(80)}</html>` }),
  (text) => ({ status: 400, headers: {}, body: `${"z".repeat(110)}${text}` }),
  (text) => json(403, { successful: false, traceId: text, error: { code: 10008, errCode: "", message: "denied" } }),
  (text) => json(400, { successful: false, error: { errCode: text, message: "denied" } }),
  (text) => json(500, { successful: false, error: { errCode: "MySQL.Error", message: `near '${text}'` } }),
  (text) => json(200, { successful: true, data: { obcluster_info: { id: text, [text]: text } } }),
  (text) => json(400, { Code: text, Message: "denied", RequestId: "5F2C" }),
  (text) => json(400, { Code: "InvalidParameter", Message: `not ${text}.`, RequestId: text }),
  (text) => json(400, { Code: "SignatureDoesNotMatch", Message: `server string to sign is:${text}` }),
  (text) => json(200, { RequestId: "5F2C", DataLevel1BackupRetentionPeriod: text, LogBackupRetentionPeriod: text }),
  (text) => new Error(`connect failed for ${text}`),
  (text) => Object.assign(new Error("outer"), { cause: new Error(text), code: text }),
  (text) => new ProviderError({ kind: "Unavailable", problem: `reset after ${text}`, cause: new Error(text) }),
];

function json(status: number, body: object): Awaited<ReturnType<Transport["send"]>> {
  return { status, headers: {}, body: JSON.stringify(body) };
}

const SITUATIONS = fc.constantFrom(...Object.entries(RESOURCES)).chain(([type, resource]) =>
  fc.record({
    type: fc.constant(type),
    place: fc.constantFrom(...Object.keys(resource.places)),
    call: fc.constantFrom("check", "diff", "create", "read", "update", "delete"),
    echo: fc.nat({ max: ECHOES.length - 1 }),
    spelling: fc.constantFrom(...Object.keys(SPELLINGS)),
  }),
);

/** Long and strange enough to stand in no text by chance. */
const SECRETS = fc.string({ unit: "grapheme", minLength: 8, maxLength: 24 }).filter((text) => /\S{4}/.test(text));

/** Everything that leaves the provider apart from state, which Pulumi encrypts. */
async function saidBy(
  secret: string,
  situation: Readonly<Record<"type" | "place" | "call" | "spelling", string>> & { echo: number },
): Promise<string> {
  const { handler, program, recorded, places, environment } = RESOURCES[situation.type] as Resource;
  const place = places[situation.place] as Place;
  const spelt = (SPELLINGS[situation.spelling] as (text: string) => string)(secret);
  const runtime = testRuntime({ ...environment, ...place.environment?.(secret) });
  const transport: Transport = {
    async send({ url }) {
      if (url.endsWith("/api/v1/secret")) return { status: 200, headers: {}, body: KEY_ANSWER };
      const answer = (ECHOES[situation.echo] as (typeof ECHOES)[number])(spelt);
      if (answer instanceof Error) throw answer;
      return answer;
    },
  };
  const provider = dynamicProvider(() => handler, { ...runtime, connect: () => transport });
  const configuration = place.configuration?.(secret) ?? {};
  await provider.configure({ config: { get: (key) => configuration[key] } });
  const news = { ...program, ...place.program?.(secret) };
  const olds = { ...news, ...recorded };
  // What the program does not even name is not looked up before it is needed.
  const mistakes = place.program ? { binding: spelt, onDelete: spelt, [spelt]: spelt } : {};
  const calls: Record<string, () => Promise<unknown>> = {
    // With a mistake beside, so that there is something to say.
    check: async () => (await provider.check({}, { ...news, ...mistakes })).failures,
    diff: () => provider.diff("id", olds, news),
    create: () => provider.create(news),
    read: () => provider.read("id", olds),
    update: () => provider.update("id", olds, news),
    delete: () => provider.delete("id", { ...olds, onDelete: "stopArchiving", accept: ["shrink:onDelete=reset"] }),
  };
  let failures: unknown;
  const failure = (await failureOf(
    (calls[situation.call] as () => Promise<unknown>)().then((result) => {
      if (situation.call === "check") failures = result;
    }),
  )) as (Error & { reasons?: unknown }) | undefined;
  const reasons = (failures as { reason: string }[] | undefined)?.map(({ reason }) => reason) ?? [];
  return [
    ...runtime.lines,
    ...reasons,
    failure?.message,
    failure?.stack,
    String(failure?.cause),
    failure?.reasons,
  ].join("\n");
}

describe("A secret that a call was given anywhere", () => {
  it("is in nothing that the call says, whoever gives it back in whatever spelling", async () => {
    await fc.assert(
      fc.asyncProperty(SECRETS, SITUATIONS, async (secret, situation) => {
        fc.pre(RESOURCES[situation.type]?.places[situation.place]?.takes?.test(secret) ?? true);
        const said = await saidBy(secret, situation);
        for (const spell of Object.values(SPELLINGS)) expect(said).not.toContain(spell(secret));
      }),
      { numRuns: 1_500 },
    );
  });

  it("is found by this test where nobody removes it", async () => {
    expect(
      await saidBy("no secret at all", {
        type: "BackupPolicy",
        place: "access key secret",
        call: "create",
        spelling: "plain",
        echo: 1,
      }),
    ).toContain("[secret]");
  });
});
