import path from "node:path";
import type { FaultEffect } from "../emulators/common/faults";
import { startObshell } from "../emulators/obshell";
import { formsOf, leaksIn } from "../support/secrets";
import { selfSigned, signedBy } from "../unit/support/certificates";
import { disposeStacks, startExample, startStack } from "./support/engine";
import { expectLeaks, writtenBy } from "./support/secrets";
import { ACCESS_KEY_ID, CANARIES, closeVendors, obshell, polardb } from "./support/vendors";

jest.setTimeout(240_000);

// Whatever a stack has written and printed is searched for every canary when it is disposed of, here and in all engine tests.
afterEach(async () => {
  disposeStacks();
  await closeVendors();
});

const EXAMPLES = path.resolve(__dirname, "../../examples");

/** As a server or a log repeats what it was sent. */
const repeated = (...secrets: readonly string[]): string => secrets.flatMap(formsOf).join(" ");

describe("after an engine run with the object-storage example", () => {
  it("every `__provider` in the state is at most 100 bytes, and no planted secret occurs anywhere", async () => {
    const cluster = await obshell();
    const stack = await startExample(path.join(EXAMPLES, "oceanbase-object-storage"), {
      environment: { OBSHELL_ROOT_PASSWORD: CANARIES.obshellPassword },
      config: {
        endpoints: JSON.stringify([cluster.url]),
        bucket: "my-backups",
        ossHost: "oss-cn-hangzhou.aliyuncs.com",
        accessId: "LTAI-storage",
        accessKey: { secret: CANARIES.storageKey },
      },
    });
    const outputs = [
      await stack.up("--diff"),
      await stack.run("refresh", "--yes", "--diff"),
      await stack.run("preview", "--diff", "--json"),
    ];
    expect(outputs.map(({ code }) => code)).toEqual([0, 0, 0]);

    const resources = await stack.resources();
    const texts = resources
      .flatMap(({ inputs, outputs: outs }) => [inputs?.__provider, outs?.__provider])
      .filter((text) => typeof text === "string");
    expect(texts.length).toBeGreaterThanOrEqual(2);
    expect(Math.max(...texts.map((text) => Buffer.byteLength(text)))).toBeLessThanOrEqual(100);

    // The key has been used: the database was given it.
    expect(cluster.sql().some(({ statement }) => statement.includes("access_key=<secret:"))).toBe(true);
    expect((await stack.run("destroy", "--yes")).code).toBe(0);
  });
});

describe("no planted secret occurs anywhere after runs that fail", () => {
  it("at OceanBase: inline keys, TLS and agent password, and foreign keys in the log of a task", async () => {
    const cluster = await obshell();
    const authority = await selfSigned();
    const server = await signedBy(authority);
    const client = await signedBy(authority, { isForClients: true });
    const tls = { ...server, ca: authority.cert, requestClientCertificate: true };
    const secure = await startObshell({
      password: CANARIES.obshellPassword,
      agentPassword: CANARIES.agentPassword,
      tenants: [{ name: "t1", id: 1002 }],
      tls,
    });
    // One line of the key is as secret as all of it, and nothing in it is a matter of form.
    const keyLine = client.key.split("\n")[2] ?? "";
    expect(keyLine.length).toBeGreaterThan(40);
    cluster.injectFault({
      kind: "writeProbe",
      error: `cannot write to oss://other/p?access_id=x&access_key=${CANARIES.foreignKey}: ${repeated(CANARIES.obshellPassword, CANARIES.storageKey)}`,
    });
    const stack = await startStack({
      environment: {
        URL: cluster.url,
        SECURE_URL: secure.url,
        PASSWORD: CANARIES.obshellPassword,
        AGENT_PASSWORD: CANARIES.agentPassword,
        STORAGE_KEY: CANARIES.storageKey,
        TLS: JSON.stringify({ ca: authority.cert, cert: client.cert, key: client.key }),
      },
      program: `
        const { env } = process;
        new oceanbase.ClusterBackupConfig("keys", {
          connection: { endpoints: [env.URL], password: env.PASSWORD },
          backupBaseUri: "oss://b/p?host=h.example.com&access_id=i&access_key=" + env.STORAGE_KEY,
          binding: "optional", pieceSwitchInterval: "1d" });
        new oceanbase.ClusterBackupConfig("agent", {
          connection: { endpoints: [env.SECURE_URL], agentPassword: env.AGENT_PASSWORD, tls: JSON.parse(env.TLS) },
          logArchiveConcurrency: 10 });
        new oceanbase.ClusterBackupConfig("wrong", {
          connection: { endpoints: [env.URL], password: env.STORAGE_KEY }, haLowThreadScore: 10 });`,
    });
    const failed = await stack.up("--continue-on-error");
    expect(failed.code).not.toBe(0);
    // What was planted has been used: one secret let somebody in, one reached a task, and one was refused.
    expect(secure.journal.operations()).toContain("PUT /api/v1/tenant/t1/parameters");
    expect(failed.output).toMatch(/access_key=\[secret\]/);
    expect(failed.output).toMatch(/\[Unauthenticated/);
    await stack.run("refresh", "--yes", "--diff");
    expect(leaksIn(writtenBy(stack), [keyLine])).toEqual([]);
    await secure.close();
  });

  it("at PolarDB: a service that repeats what it was sent in every kind of answer", async () => {
    const { accessKeySecret, securityToken } = CANARIES;
    const text = repeated(accessKeySecret, securityToken);
    const answers: readonly FaultEffect[] = [
      reply(400, { Code: "InvalidParameter", Message: text, RequestId: "A" }),
      reply(403, { Code: "Forbidden.RAM", Message: text, RequestId: "B" }),
      reply(404, { Code: "InvalidDBClusterId.NotFound", Message: text, RequestId: "C" }),
      reply(500, { Code: text, Message: "", RequestId: text }),
      { kind: "reply", when: "after", status: 200, body: text },
      {
        kind: "reply",
        when: "before",
        status: 302,
        headers: { location: `http://127.0.0.1:1/${CANARIES.accessKeySecret}` },
        body: "",
      },
      { kind: "reply", when: "before", status: 502, body: `<html><body>${text}</body></html>` },
    ];
    const ids = answers.map((_, index) => `pc-${index}`);
    const service = await polardb({
      accessKeys: [{ accessKeyId: ACCESS_KEY_ID, accessKeySecret, securityToken }],
      clusters: ids.map((id) => ({ id, engine: "MySQL" as const, region: "cn-hangzhou" })),
    });
    for (const effect of answers) service.faults.add({ operation: "ModifyBackupPolicy", effect, times: 1 });
    const stack = await startStack({
      environment: { ENDPOINT: service.url, KEY_ID: ACCESS_KEY_ID, SECRET: accessKeySecret, TOKEN: securityToken },
      program: `
        const { env } = process;
        const credentials = { accessKeyId: env.KEY_ID, accessKeySecret: env.SECRET, securityToken: env.TOKEN };
        for (const dbClusterId of ${JSON.stringify(ids)})
          new polardb.BackupPolicy(dbClusterId, { dbClusterId, endpoint: env.ENDPOINT, dataLevel1BackupRetentionPeriod: 14, credentials,
            timeouts: { create: "20s" } });`,
    });
    const failed = await stack.up("--continue-on-error");
    expect(failed.code).not.toBe(0);
    expect(failed.output).toContain("[secret]");
    expect(service.journal.operations().filter((name) => name === "ModifyBackupPolicy").length).toBeGreaterThanOrEqual(
      answers.length,
    );
    // Pulumi itself prints plain inputs at this level; what is given by name is none of them.
    const byName = await startStack({
      environment: { ENDPOINT: service.url, KEY_ID: ACCESS_KEY_ID, SECRET: accessKeySecret, TOKEN: securityToken },
      program: `
        const credentials = { accessKeyIdEnv: "KEY_ID", accessKeySecretEnv: "SECRET", securityTokenEnv: "TOKEN" };
        new polardb.BackupPolicy("policy", { dbClusterId: "pc-0", endpoint: process.env.ENDPOINT, dataLevel1BackupRetentionPeriod: 14, credentials });`,
    });
    expect((await byName.up("--logtostderr", "-v=9")).code).toBe(0);
  });
});

function reply(status: number, body: object): FaultEffect {
  return { kind: "reply", when: "before", status, body: JSON.stringify(body) };
}

describe("the search for planted secrets", () => {
  it("finds a seeded leak of each kind, so that it cannot pass by looking in the wrong place", async () => {
    const service = await polardb();
    const stack = await startStack({
      program: `
        new polardb.BackupPolicy("policy", { dbClusterId: "pc-1", endpoint: process.env.ENDPOINT,
          credentials: { accessKeyId: ${JSON.stringify(ACCESS_KEY_ID)}, accessKeySecret: process.env.SECRET } });
        console.log("in base64: " + Buffer.from("user:" + process.env.SECRET).toString("base64"));
        console.error("in a URL: " + encodeURIComponent(process.env.SECRET + "/+"));
        exports.leaked = process.env.PASSWORD;`,
      environment: { ENDPOINT: service.url, SECRET: CANARIES.accessKeySecret, PASSWORD: CANARIES.obshellPassword },
    });
    expectLeaks(stack);
    const run = await stack.up();
    expect(run.code).toBe(0);
    const found = leaksIn(writtenBy(stack), Object.values(CANARIES));

    expect(found).toContainEqual(`${CANARIES.accessKeySecret} in output ${stack.printed.indexOf(run.output)}`);
    expect(found.some((leak) => leak.startsWith(CANARIES.obshellPassword) && leak.includes("backend"))).toBe(true);
    // Given plainly, the secret is encrypted by the resource class all the same.
    expect(found.some((leak) => leak.startsWith(CANARIES.accessKeySecret) && leak.includes("backend"))).toBe(false);
  });

  it.each(Object.values(CANARIES))("knows every form of %s", (canary) => {
    const odd = `${canary} &"/+`;
    const texts = [
      odd,
      Buffer.from(`a${odd}b`).toString("base64"),
      Buffer.from(`ab${odd}`).toString("base64url"),
      Buffer.from(`abc${odd}`).toString("base64"),
      Buffer.from(odd).toString("hex"),
      encodeURIComponent(odd),
      encodeURIComponent(odd).toLowerCase().replace(odd.toLowerCase(), odd),
      new URLSearchParams({ odd }).toString(),
      JSON.stringify({ odd }),
    ];
    const missed = texts.filter((text) => leaksIn(new Map([["text", text]]), [odd]).length === 0);
    expect(missed.filter((text) => text.includes(canary))).toEqual([]);
    expect(leaksIn(new Map([["text", canary.slice(0, -1)]]), [canary])).toEqual([]);
  });
});
