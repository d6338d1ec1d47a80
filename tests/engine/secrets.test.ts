import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import type { ThrowawayStack } from "../../tools/throwawayStack";
import { disposeStacks, startExample, startStack } from "./support/engine";
import { ACCESS_KEY_ID, CANARIES, closeVendors, obshell, polardb } from "./support/vendors";

jest.setTimeout(240_000);

afterEach(async () => {
  disposeStacks();
  await closeVendors();
});

const EXAMPLES = path.resolve(__dirname, "../../examples");

/** Every file that the run has left, as text: state, its history and backups, home, configuration. */
function filesBelow(folder: string): Map<string, string> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.parentPath.includes(`${path.sep}node_modules`))
    .map((entry) => path.join(entry.parentPath, entry.name));
  return new Map(files.map((file) => [file, readFileSync(file, "latin1")]));
}

/** Places where a planted secret shows, in the clear or in a common encoding. */
function leaks(texts: ReadonlyMap<string, string>, secrets: readonly string[]): string[] {
  return secrets.flatMap((secret) => {
    const bytes = Buffer.from(secret);
    const forms = [
      secret,
      bytes.toString("base64").replace(/=+$/, ""),
      bytes.toString("hex"),
      encodeURIComponent(secret),
    ];
    return [...texts]
      .filter(([, text]) => forms.some((form) => text.includes(form)))
      .map(([place]) => `${secret} in ${place}`);
  });
}

async function everythingWritten(stack: ThrowawayStack, outputs: readonly string[]): Promise<Map<string, string>> {
  const texts = filesBelow(stack.folder);
  outputs.forEach((output, index) => {
    texts.set(`output ${index}`, output);
  });
  texts.set("stack export", await stack.export());
  return texts;
}

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
    const destroyed = await stack.run("destroy", "--yes");
    expect(destroyed.code).toBe(0);
    const written = await everythingWritten(
      stack,
      [...outputs, destroyed].map(({ output }) => output),
    );
    expect(leaks(written, Object.values(CANARIES))).toEqual([]);
  });

  it("finds a seeded leak of each kind, so that the scan cannot pass by looking in the wrong place", async () => {
    const service = await polardb();
    const stack = await startStack({
      program: `
        new polardb.BackupPolicy("policy", { dbClusterId: "pc-1", endpoint: process.env.ENDPOINT,
          credentials: { accessKeyId: ${JSON.stringify(ACCESS_KEY_ID)}, accessKeySecret: process.env.SECRET } });
        console.log("in base64: " + Buffer.from(process.env.SECRET).toString("base64"));
        exports.leaked = process.env.PASSWORD;`,
      environment: { ENDPOINT: service.url, SECRET: CANARIES.accessKeySecret, PASSWORD: CANARIES.obshellPassword },
    });
    const run = await stack.up();
    expect(run.code).toBe(0);
    const found = leaks(await everythingWritten(stack, [run.output]), Object.values(CANARIES));

    expect(found).toContainEqual(`${CANARIES.obshellPassword} in stack export`);
    expect(found).toContainEqual(`${CANARIES.accessKeySecret} in output 0`);
    expect(found.some((leak) => leak.startsWith(CANARIES.obshellPassword) && leak.includes("backend"))).toBe(true);
    // Given plainly, the secret is encrypted by the resource class all the same.
    expect(found).not.toContainEqual(`${CANARIES.accessKeySecret} in stack export`);
  });
});
