import path from "node:path";
import type { Bag } from "../../provider/core/bag";
import { Claims } from "../../provider/core/claims";
import type { AnyHandler } from "../../provider/core/lifecycle";
import { backupPolicy } from "../../provider/polardb/backupPolicy.handler";
import { VirtualClock } from "../emulators/common/clock";
import { type AccessKeyOptions, detailOf, type PolardbEmulator, startPolardb } from "../emulators/polardb";
import { type KeyServer, keyServers, LEAK, type TemporaryKeys } from "./support/keyServers";
import { newProcess, Stack, type StackProcess } from "./support/stack";

const STATIC = { accessKeyId: "LTAI-static", accessKeySecret: "static-secret-42" };
const FIRST: TemporaryKeys = {
  accessKeyId: "STS.first",
  accessKeySecret: "first-secret-42",
  securityToken: "first-token-42",
};
const SECOND: TemporaryKeys = {
  accessKeyId: "STS.second",
  accessKeySecret: "second-secret-42",
  securityToken: "second-token-42",
};
const ROLE = "acs:ram::123456789012:role/backup";
const CLUSTERS = 20;

const servers = keyServers();
let emulator: PolardbEmulator;
let clock: VirtualClock;
const accessKeys: readonly AccessKeyOptions[] = [STATIC, FIRST, SECOND];

beforeEach(async () => {
  clock = new VirtualClock();
  emulator = await startPolardb({
    clock,
    accessKeys,
    clusters: Array.from({ length: CLUSTERS }, (_none, index) => ({
      id: `pc-${index + 1}`,
      engine: "MySQL" as const,
      region: "cn-hangzhou",
    })),
  });
});
afterEach(() => emulator.close());

function stackWith(
  environment: Record<string, string>,
  process: StackProcess = newProcess(),
  configuration: Bag = {},
): Stack {
  const handler = backupPolicy as unknown as AnyHandler;
  // Whoever wants the metadata service says so.
  const all = { ALIBABA_CLOUD_ECS_METADATA_DISABLED: "true", ...environment };
  return new Stack({ handler, type: "BackupPolicy", clock, environment: all, process, configuration });
}

const program = (credentials?: Bag, id = "pc-1"): Bag => ({
  dbClusterId: id,
  endpoint: emulator.url,
  dataLevel1BackupRetentionPeriod: 14,
  ...(credentials && { credentials }),
});

/** Access key ids that signed requests, each once. */
const signers = (): unknown[] => [...new Set(emulator.journal.calls.map((call) => detailOf(call)?.accessKeyId))];

const failureOf = async (run: Promise<unknown>): Promise<string> =>
  run.then(
    () => "no failure",
    (error: Error) => `${error.message}\n${error.stack ?? ""}`,
  );

const cliConfig = (...profiles: Bag[]): string => JSON.stringify({ current: "default", profiles });
const AK_PROFILE = { mode: "AK", access_key_id: STATIC.accessKeyId, access_key_secret: STATIC.accessKeySecret };

describe("polardb.BackupPolicy, where keys come from", () => {
  const sources: {
    name: string;
    signer: string;
    prepare(): Promise<{ environment: Record<string, string>; credentials?: Bag; configuration?: Bag }>;
  }[] = [
    {
      name: "a profile of the CLI",
      signer: STATIC.accessKeyId,
      prepare: async () => ({
        environment: { HOME: await servers.home({ ".aliyun/config.json": cliConfig({ name: "ops", ...AK_PROFILE }) }) },
        credentials: { profile: "ops" },
      }),
    },
    {
      name: "a profile of the SDKs",
      signer: STATIC.accessKeyId,
      prepare: async () => ({
        environment: {
          HOME: await servers.home({
            ".alibabacloud/credentials": `# mine\n[ops]\ntype = access_key\naccess_key_id = ${STATIC.accessKeyId}\naccess_key_secret = ${STATIC.accessKeySecret}\n`,
          }),
          ALIBABA_CLOUD_PROFILE: "ops",
        },
      }),
    },
    {
      name: "temporary keys of a profile",
      signer: FIRST.accessKeyId,
      prepare: async () => ({
        environment: {
          HOME: await servers.home({
            ".aliyun/config.json": cliConfig({
              name: "ops",
              mode: "StsToken",
              access_key_id: FIRST.accessKeyId,
              access_key_secret: FIRST.accessKeySecret,
              sts_token: FIRST.securityToken,
            }),
          }),
        },
        configuration: { "polardb:profile": "ops" },
      }),
    },
    {
      name: "a file that Terraform's users name",
      signer: STATIC.accessKeyId,
      prepare: async () => {
        const home = await servers.home({ "elsewhere.json": cliConfig({ name: "ops", ...AK_PROFILE }) });
        return {
          environment: { ALICLOUD_PROFILE: "ops", ALICLOUD_SHARED_CREDENTIALS_FILE: path.join(home, "elsewhere.json") },
        };
      },
    },
    {
      name: "the current profile, when nothing is set",
      signer: STATIC.accessKeyId,
      prepare: async () => ({
        environment: {
          HOME: await servers.home({ ".aliyun/config.json": cliConfig({ name: "default", ...AK_PROFILE }) }),
        },
      }),
    },
    {
      name: "the stack configuration of the alicloud package",
      signer: STATIC.accessKeyId,
      prepare: async () => ({
        environment: {},
        configuration: { "alicloud:accessKey": STATIC.accessKeyId, "alicloud:secretKey": STATIC.accessKeySecret },
      }),
    },
    {
      name: "a credentials URI",
      signer: FIRST.accessKeyId,
      prepare: async () => ({
        environment: {},
        credentials: { credentialsUri: `http://127.0.0.1:${(await servers.uri(FIRST)).port}/keys` },
      }),
    },
    {
      name: "a role that an access key may assume",
      signer: FIRST.accessKeyId,
      prepare: async () => ({
        environment: {},
        credentials: { ...STATIC, roleArn: ROLE, stsEndpoint: `127.0.0.1:${(await servers.sts(FIRST)).port}` },
      }),
    },
    {
      name: "a role of a profile that leads to another profile",
      signer: FIRST.accessKeyId,
      prepare: async () => ({
        environment: {
          HOME: await servers.home({
            ".aliyun/config.json": cliConfig(
              { name: "base", ...AK_PROFILE },
              {
                name: "ops",
                mode: "ChainableRamRoleArn",
                source_profile: "base",
                ram_role_arn: ROLE,
                ram_session_name: "ci",
                sts_endpoint: `127.0.0.1:${(await servers.sts(FIRST)).port}`,
              },
            ),
          }),
        },
        credentials: { profile: "ops" },
      }),
    },
    {
      name: "an OIDC provider, as Kubernetes sets it",
      signer: FIRST.accessKeyId,
      prepare: async () => ({
        environment: {
          ALIBABA_CLOUD_ROLE_ARN: ROLE,
          ALIBABA_CLOUD_OIDC_PROVIDER_ARN: "acs:ram::1:oidc-provider/ack",
          ALIBABA_CLOUD_OIDC_TOKEN_FILE: path.join(await servers.home({ token: "oidc-token" }), "token"),
          ALIBABA_CLOUD_ENDPOINT_STS: `127.0.0.1:${(await servers.sts(FIRST)).port}`,
        },
      }),
    },
    {
      name: "a role of the instance that is named",
      signer: FIRST.accessKeyId,
      prepare: async () => {
        await servers.metadata(FIRST);
        return { environment: { ALIBABA_CLOUD_ECS_METADATA_DISABLED: "" }, credentials: { ecsRoleName: "web" } };
      },
    },
    {
      name: "the role of the instance, when there is nothing else",
      signer: FIRST.accessKeyId,
      prepare: async () => {
        await servers.metadata(FIRST);
        return { environment: { ALIBABA_CLOUD_ECS_METADATA_DISABLED: "", HOME: await servers.home({}) } };
      },
    },
  ];

  it.each(sources)("may be $name", async ({ prepare, signer }) => {
    const { environment, credentials, configuration } = await prepare();
    await stackWith(environment, newProcess(), configuration).up(program(credentials));
    expect(signers()).toEqual([signer]);
    expect(emulator.world.cluster("pc-1").settings.data.DataLevel1BackupRetentionPeriod).toBe("14");
  });

  it("tells STS everything that the program says of the role", async () => {
    const sts = await servers.sts(FIRST);
    const role = {
      roleArn: ROLE,
      roleSessionName: "ci",
      roleSessionExpiration: 1_200,
      externalId: "partner",
      policy: '{"Version":"1"}',
    };
    await stackWith({}).up(program({ ...STATIC, ...role, stsEndpoint: `127.0.0.1:${sts.port}` }));
    expect(Object.fromEntries(new URLSearchParams(sts.requests[0]?.body))).toEqual({
      RoleArn: ROLE,
      RoleSessionName: "ci",
      DurationSeconds: "1200",
      ExternalId: "partner",
      Policy: '{"Version":"1"}',
    });
    expect(sts.requests[0]?.url).toContain(`AccessKeyId=${STATIC.accessKeyId}`);
  });

  it("is not the metadata service while a profile is there, not even for a look", async () => {
    const metadata = await servers.metadata(FIRST);
    const HOME = await servers.home({ ".aliyun/config.json": cliConfig({ name: "default", ...AK_PROFILE }) });
    await stackWith({ ALIBABA_CLOUD_ECS_METADATA_DISABLED: "", HOME }).up(program());
    expect(metadata.requests).toEqual([]);
  });
});

describe("polardb.BackupPolicy, keys that several resources use", () => {
  const upAll = (environment: Record<string, string>, process: StackProcess, credentials?: Bag): Promise<unknown>[] =>
    Array.from({ length: CLUSTERS }, (_none, index) =>
      stackWith(environment, process).up(program(credentials, `pc-${index + 1}`)),
    );
  const uriOf = (server: KeyServer): Bag => ({ credentialsUri: `http://127.0.0.1:${server.port}/keys` });

  it("are fetched once for twenty first calls at a time", async () => {
    const server = await servers.uri(FIRST);
    await Promise.all(upAll({}, newProcess(), uriOf(server)));
    expect(server.requests).toHaveLength(1);
  });

  it("come from the current profile for twenty first calls at a time", async () => {
    const HOME = await servers.home({ ".aliyun/config.json": cliConfig({ name: "default", ...AK_PROFILE }) });
    await Promise.all(upAll({ HOME }, newProcess()));
    expect(signers()).toEqual([STATIC.accessKeyId]);
  });

  it("are renewed once for twenty calls whose token has expired, and every call then succeeds", async () => {
    const server = await servers.uri(FIRST);
    const process = newProcess();
    await stackWith({}, process).up(program(uriOf(server)));
    emulator.change({ kind: "expireToken", accessKeyId: FIRST.accessKeyId });
    server.keys = SECOND;
    emulator.journal.clear();
    await Promise.all(upAll({}, { ...process, claims: new Claims() }, uriOf(server)));
    expect(server.requests).toHaveLength(2);
    const codes = emulator.journal.calls.map((call) => detailOf(call)?.code ?? "OK");
    expect(codes.filter((code) => code === "InvalidSecurityToken.Expired").length).toBeLessThanOrEqual(CLUSTERS);
    expect(new Set(codes)).toEqual(new Set(["InvalidSecurityToken.Expired", "OK"]));
  });

  it("are given up when the renewed token has expired too", async () => {
    const server = await servers.uri(FIRST);
    const process = newProcess();
    await stackWith({}, process).up(program(uriOf(server), "pc-2"));
    for (const { accessKeyId } of [FIRST, SECOND]) emulator.change({ kind: "expireToken", accessKeyId });
    server.keys = SECOND;
    emulator.journal.clear();
    expect(await failureOf(stackWith({}, process).up(program(uriOf(server))))).toMatch(
      /security token has expired.*Unauthenticated, InvalidSecurityToken\.Expired/,
    );
    expect(emulator.journal.calls).toHaveLength(2);
  });

  it("fail once and work the next time, in one process, when the source has recovered", async () => {
    const server = await servers.uri(undefined);
    const process = newProcess();
    expect(await failureOf(stackWith({}, process).up(program(uriOf(server))))).toContain("it answered with HTTP 403");
    server.keys = FIRST;
    await stackWith({}, { ...process, claims: new Claims() }).up(program(uriOf(server)));
    expect(signers()).toEqual([FIRST.accessKeyId]);
  });

  it("are an error that says where to set new ones, when a token that nobody renews has expired", async () => {
    emulator.change({ kind: "expireToken", accessKeyId: FIRST.accessKeyId });
    const failure = await failureOf(stackWith({}).up(program({ ...FIRST })));
    expect(failure).toContain(
      "the security token has expired, and credentials.accessKeyId has no other one [Unauthenticated, InvalidSecurityToken.Expired]. Get a new token and set it there",
    );
    expect(emulator.journal.calls).toHaveLength(1);
  });

  it("sign a request again, once, that came too late", async () => {
    const late = (times: number): void =>
      emulator.world.vendorFaults.add({
        operation: "DescribeBackupPolicy",
        times,
        effect: { kind: "vendorError", when: "before", status: 400, code: "InvalidTimeStamp.Expired" },
      });
    late(1);
    await stackWith({}).up(program(STATIC));
    late(2);
    expect(await failureOf(stackWith({}).up(program(STATIC, "pc-2")))).toMatch(
      /outside the time window.*; tried 2 times in .*Check the clock of this machine/,
    );
  });
});

describe("polardb.BackupPolicy, sources that have no keys", () => {
  const SECRET = "secret-in-a-broken-file-99";

  it.each<[string, string, RegExp]>([
    [
      "a broken config.json",
      `{"profiles": [{"access_key_secret": "${SECRET}"`,
      /profiles: \S+\.aliyun\/config\.json is not valid JSON\./,
    ],
    ["a config.json without profiles", `{"token": "${SECRET}"}`, /config\.json has no list of profiles/],
    ["a file of neither kind", `${SECRET}\n`, /config\.json is neither JSON nor sections of name = value/],
    [
      "a profile of half a key",
      cliConfig({ name: "default", mode: "AK", access_key_secret: SECRET }),
      /profile "default" of \S+config\.json lacks access_key_id/,
    ],
    [
      "a profile of an unknown mode",
      cliConfig({ name: "default", mode: SECRET, access_key_secret: SECRET }),
      /profile "default" of \S+config\.json is of a mode that is not known/,
    ],
    [
      "profiles that lead in a circle",
      cliConfig({ name: "default", mode: "ChainableRamRoleArn", source_profile: "default", sts_token: SECRET }),
      /names no source_profile that leads to keys/,
    ],
  ])("are named with the reason, and nothing of their content, for %s", async (_name, content, reason) => {
    const metadata = await servers.metadata(FIRST);
    const HOME = await servers.home({ ".aliyun/config.json": content });
    const stack = stackWith({ HOME, ALIBABA_CLOUD_ECS_METADATA_DISABLED: "" });
    const failure = await failureOf(stack.up(program()));
    expect(failure).toMatch(
      /no Alibaba Cloud credential is set \[Unauthenticated\]\. Looked at: .*ALIBABA_CLOUD_ACCESS_KEY_ID/,
    );
    expect(failure).toMatch(reason);
    expect(failure + stack.log.join()).not.toContain(SECRET);
    // What is there and broken must not lead to keys of another account.
    expect(metadata.requests).toEqual([]);
  });

  it("are listed, every one, when nothing is set", async () => {
    const home = await servers.home({});
    const failure = await failureOf(stackWith({ HOME: home }).up(program()));
    expect(failure).toContain(
      `profiles: there is no file ${home}/.aliyun/config.json, there is no file ${home}/.alibabacloud/credentials`,
    );
    expect(failure).toContain("instance metadata: switched off by ALIBABA_CLOUD_ECS_METADATA_DISABLED");
    expect(failure).not.toContain("undefined");
  });

  it("are named when a profile that was asked for does not exist", async () => {
    const HOME = await servers.home({ ".aliyun/config.json": cliConfig({ name: "default", ...AK_PROFILE }) });
    const failure = await failureOf(stackWith({ HOME }).up(program({ profile: "ops" })));
    expect(failure).toMatch(
      /no keys from credentials\.profile \[Unauthenticated\]\. Tried: credentials\.profile: \S+ has no profile "ops"/,
    );
  });

  it.each<[string, () => Promise<Bag>, RegExp]>([
    [
      "a role that does not exist",
      async () => ({ ...STATIC, roleArn: ROLE, stsEndpoint: `127.0.0.1:${(await servers.sts(undefined)).port}` }),
      /no keys from credentials\.roleArn .*STS says that the role does not exist/,
    ],
    [
      "a credentials URI that answers with an error",
      async () => ({ credentialsUri: `http://127.0.0.1:${(await servers.uri(undefined)).port}/` }),
      /no keys from credentials\.credentialsUri .*it answered with HTTP 403/,
    ],
    [
      "a credentials URI where nobody listens",
      async () => ({ credentialsUri: "http://127.0.0.1:1/" }),
      /no keys from credentials\.credentialsUri .*the connection was refused/,
    ],
    [
      "a role of the instance where metadata is switched off",
      async () => ({ ecsRoleName: "web" }),
      /credentials\.ecsRoleName: switched off by ALIBABA_CLOUD_ECS_METADATA_DISABLED/,
    ],
    [
      "an OIDC token that is not there",
      async () => ({ roleArn: ROLE, oidcProviderArn: "p", oidcTokenFile: "/nowhere/token" }),
      /credentials\.oidcProviderArn: a file that it names does not exist/,
    ],
  ])("are named with the reason for %s", async (_name, credentials, reason) => {
    const stack = stackWith({});
    const failure = await failureOf(stack.up(program(await credentials())));
    expect(failure).toMatch(reason);
    expect(failure + stack.log.join()).not.toContain(LEAK);
    expect(failure).not.toContain(STATIC.accessKeySecret);
  });
});
