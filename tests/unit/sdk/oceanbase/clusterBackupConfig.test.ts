import * as pulumi from "@pulumi/pulumi";
import { oceanbase } from "../../../../sdk";
import { mockEngine, type Registration, withoutSecrets } from "../../support/registrations";

let registrationOf: (resource: pulumi.Resource) => Promise<Registration>;
beforeAll(async () => {
  registrationOf = await mockEngine();
});

const TEXT = 'exports.handler=()=>require("pulumi-backup-policies/provider").v1("ClusterBackupConfig")';

const ARGS: oceanbase.ClusterBackupConfigArgs = {
  connection: {
    endpoints: ["https://10.10.10.1:2886"],
    password: "PW",
    agentPassword: "APW",
    tls: { ca: "CA", cert: "CERT", key: "KEY" },
  },
  backupBaseUri: "oss://b/p?host=h",
  storageCredentials: { accessId: "ID", accessKey: "SK" },
  logArchiveConcurrency: 10,
  binding: "mandatory",
  haLowThreadScore: 35,
  pieceSwitchInterval: "6d",
  archiveLagTarget: "2h",
  deletePolicy: { policy: "", recoveryWindow: "5d" },
  archiving: "running",
  initialBackup: "full",
  exceptTenants: ["orders"],
  accept: ["shrink:deletePolicy.recoveryWindow=5d"],
  reapply: "1",
  releaseTask: "14",
  timeouts: { create: "1h", update: "1h", read: "5m" },
  onDelete: "stopArchiving",
};

describe("A cluster backup config in a program", () => {
  it("is registered under its frozen type with its frozen provider text", async () => {
    const { type, name, inputs } = await registrationOf(new oceanbase.ClusterBackupConfig("empty"));
    expect({ type, name }).toEqual({ type: "pulumi-nodejs:dynamic/oceanbase:ClusterBackupConfig", name: "empty" });
    expect(inputs).toEqual({ __provider: TEXT });
  });

  it("sends everything that is declared, with secrets marked exactly where they stand", async () => {
    const { inputs } = await registrationOf(new oceanbase.ClusterBackupConfig("full", ARGS));
    expect(inputs).toEqual({
      ...ARGS,
      connection: {
        endpoints: ["https://10.10.10.1:2886"],
        password: { secret: "PW" },
        agentPassword: { secret: "APW" },
        tls: { ca: "CA", cert: "CERT", key: { secret: "KEY" } },
      },
      storageCredentials: { accessId: "ID", accessKey: { secret: "SK" } },
      __provider: TEXT,
    });
  });

  it("marks a URI with keys as secret, whole", async () => {
    const backupBaseUri = "oss://b/p?host=h&access_id=i&access_key=k";
    const { inputs } = await registrationOf(new oceanbase.ClusterBackupConfig("keys", { backupBaseUri }));
    expect(inputs.backupBaseUri).toEqual({ secret: backupBaseUri });
  });

  it("marks secrets of objects that are only known later", async () => {
    const { inputs } = await registrationOf(
      new oceanbase.ClusterBackupConfig("later", {
        connection: pulumi.output({ endpoints: ["a"], passwordEnv: "NAME", tls: { ca: "CA", key: "KEY" } }),
        storageCredentials: Promise.resolve({ accessIdEnv: "I", accessKey: "SK" }),
        backupBaseUri: pulumi.output("oss://b/p?host=h&access_key=k"),
      }),
    );
    const leaked = JSON.stringify(withoutSecrets(inputs));
    expect(leaked).not.toMatch(/KEY|SK|access_key/);
    expect(JSON.stringify(inputs)).toMatch(/KEY.*SK|SK.*KEY/);
  });

  it("leaves names of variables plain: they are no secrets", async () => {
    const { inputs } = await registrationOf(
      new oceanbase.ClusterBackupConfig("names", {
        connection: { passwordEnv: "OB_PW", tls: { keyEnv: "OB_KEY" } },
        storageCredentials: { accessIdEnv: "I", accessKeyEnv: "K" },
      }),
    );
    expect(inputs).toMatchObject({
      connection: { passwordEnv: "OB_PW", tls: { keyEnv: "OB_KEY" } },
      storageCredentials: { accessIdEnv: "I", accessKeyEnv: "K" },
    });
  });

  it("does not change the arguments, which a program may use again", () => {
    const before = JSON.stringify(ARGS);
    const frozen = Object.freeze({ ...ARGS, connection: Object.freeze({ ...(ARGS.connection as object) }) });
    new oceanbase.ClusterBackupConfig("frozen", frozen);
    expect(JSON.stringify(ARGS)).toBe(before);
  });

  it("has every documented output, also those for what is not declared", () => {
    const documented: Record<Exclude<keyof oceanbase.ClusterBackupConfig, keyof pulumi.CustomResource>, true> = {
      connection: true,
      backupBaseUri: true,
      storageCredentials: true,
      logArchiveConcurrency: true,
      binding: true,
      haLowThreadScore: true,
      pieceSwitchInterval: true,
      archiveLagTarget: true,
      deletePolicy: true,
      archiving: true,
      initialBackup: true,
      exceptTenants: true,
      accept: true,
      reapply: true,
      releaseTask: true,
      timeouts: true,
      onDelete: true,
      storageFingerprint: true,
      cluster: true,
      tenants: true,
      applied: true,
      appliedByTenant: true,
      covered: true,
      unconfirmed: true,
      unverified: true,
      archiveGaps: true,
      lastTask: true,
      lastSeenTask: true,
    };
    const resource = new oceanbase.ClusterBackupConfig("outputs");
    const missing = Object.keys(documented).filter(
      (name) => !pulumi.Output.isInstance(resource[name as keyof typeof documented]),
    );
    expect(missing).toEqual([]);
  });

  it("names an explicit provider", async () => {
    const provider = new oceanbase.Provider("eu", { endpoints: ["eu:2886"] });
    const { provider: reference } = await registrationOf(new oceanbase.ClusterBackupConfig("in-eu", {}, { provider }));
    expect(reference).toMatch(/::pulumi:providers:pulumi-nodejs::eu::eu-id$/);
  });
});
