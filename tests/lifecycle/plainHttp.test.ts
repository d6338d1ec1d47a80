import type { Bag } from "../../provider/core/bag";
import { leadTo } from "./support/elsewhere";
import { keyServers } from "./support/keyServers";
import { DESTINATION, type OceanbaseSubject, oceanbaseStack, startOceanbaseSubject } from "./support/oceanbase";
import { ACCESS_KEY, type PolardbSubject, polardbStack, startPolardbSubject } from "./support/polardb";
import { newProcess, type Stack } from "./support/stack";

const TEMPORARY = { accessKeyId: "STS.plain", accessKeySecret: "secret-plain-42", securityToken: "token-plain-42" };

const warnings = ({ log }: Stack): string[] => log.filter((line) => line.includes("plain HTTP"));

describe("PolarDB at an endpoint without TLS", () => {
  const servers = keyServers();
  let subject: PolardbSubject;
  beforeEach(async () => {
    subject = await startPolardbSubject({
      connect: leadTo(() => subject.emulator.url),
      accessKeys: [ACCESS_KEY, TEMPORARY],
    });
  });
  afterEach(() => subject.emulator.close());

  const at = (endpoint: string): Bag => subject.program({ endpoint, dataLevel1BackupRetentionPeriod: 14 });

  it("is warned of in the preview already, before anything is sent, and then once in each run", async () => {
    const { stack, emulator } = subject;
    await stack.preview(at("http://polardb.example"));
    expect(emulator.journal.calls).toEqual([]);
    expect(warnings(stack)).toEqual([
      "WARNING: PolarDB is reached at http://polardb.example, over plain HTTP: access key ids, signatures and security tokens go over the network in the clear, and whoever stands between can read every answer and change it. Write https:// in endpoint.",
    ]);
    stack.restart();
    await stack.up(at("http://polardb.example"));
    expect(warnings(stack)).toHaveLength(2);
    stack.restart();
    await stack.refresh();
    expect(warnings(stack)).toHaveLength(3);
  });

  it("is warned of once for all resources of a run", async () => {
    const process = newProcess();
    const connect = leadTo(() => subject.emulator.url);
    const stacks = [
      polardbStack("BackupPolicy", subject.clock, process, connect),
      polardbStack("LogBackupPolicy", subject.clock, process, connect),
    ];
    const [data, logs] = stacks as [Stack, Stack];
    await data.up(at("http://polardb.example"));
    await logs.up(subject.program({ endpoint: "http://polardb.example", logBackupRetentionPeriod: 14 }));
    expect(stacks.flatMap(warnings)).toHaveLength(1);
  });

  it.each(["http://localhost:8080", "http://127.0.0.1:1", "http://[::1]:8080", "https://polardb.example"])(
    "is nothing to warn of at %s",
    async (endpoint) => {
      await subject.stack.preview(at(endpoint));
      await subject.stack.up(at(endpoint)).catch(() => undefined);
      expect(warnings(subject.stack)).toEqual([]);
    },
  );

  it("is warned of where keys come so, without the address, which may hold a token", async () => {
    const { stack, emulator } = subject;
    const uri = await servers.uri(TEMPORARY);
    // Leads to this machine, and is no name of it.
    const credentialsUri = `http://0.0.0.0:${uri.port}/token-in-the-path-42`;
    await stack.up({ ...at(emulator.url), credentials: { credentialsUri } });
    expect(uri.requests).toHaveLength(1);
    expect(warnings(stack)).toEqual([
      "WARNING: credentials.credentialsUri is plain HTTP: the keys themselves come over the network in the clear. Use https://.",
    ]);
  });
});

describe("obshell at an endpoint without TLS", () => {
  let subject: OceanbaseSubject;
  beforeEach(async () => {
    subject = await startOceanbaseSubject({ connect: leadTo(() => subject.emulator.url) });
  });
  afterEach(() => subject.emulator.close());

  const at = (...endpoints: string[]): Bag => ({ connection: { endpoints }, ...DESTINATION });

  it("is told of once in each run that may change something, and never in previews, refreshes and runs without changes", async () => {
    const { stack } = subject;
    const program = at("http://10.10.10.1:2886");
    await stack.preview(program);
    expect(warnings(stack)).toEqual([]);
    await stack.up(program);
    expect(warnings(stack)).toEqual([
      "WARNING: obshell is reached at http://10.10.10.1:2886, over plain HTTP: password, settings and storage keys are encrypted with an RSA key that the agent sends along (of only 512 bits before obshell 4.4.2), and nothing proves whose key it is. Use https:// outside a network that you trust.",
    ]);
    stack.restart();
    await stack.preview(program);
    await stack.refresh();
    await stack.up(program);
    expect(warnings(stack)).toHaveLength(1);
    await stack.up({ ...program, haLowThreadScore: 3 });
    expect(warnings(stack)).toHaveLength(2);
  });

  it("is told of before a deletion that stops archiving", async () => {
    const { stack } = subject;
    await stack.up({ ...at("http://10.10.10.1:2886"), onDelete: "stopArchiving" });
    stack.restart();
    await stack.destroy();
    expect(warnings(stack)).toHaveLength(2);
  });

  it("is nothing to tell of on this machine", async () => {
    const { clock, emulator } = subject;
    const stack = oceanbaseStack("ClusterBackupConfig", clock);
    await stack.up(at(emulator.url));
    expect(warnings(stack)).toEqual([]);
  });
});
