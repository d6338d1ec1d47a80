import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { providePulumi } from "../../tools/pulumi-cli";
import { ThrowawayStack } from "../../tools/throwawayStack";
import { type PolardbEmulator, startPolardb } from "../emulators/polardb";
import { PROJECT_ROOT, pack } from "./support/pack";

jest.setTimeout(300_000);

const BIN = path.join(PROJECT_ROOT, "node_modules", ".bin");
const ACCESS_KEY = { accessKeyId: "LTAI-packaging", accessKeySecret: "packaging-secret-17" };

const run = promisify(execFile);

let folder: string;
let tarball: string;
let polardb: PolardbEmulator;
let stack: ThrowawayStack | undefined;

beforeAll(async () => {
  folder = mkdtempSync(path.join(os.tmpdir(), "backup-policies-pack-"));
  tarball = path.join(folder, (await pack(PROJECT_ROOT, "--pack-destination", folder)).filename);
  polardb = await startPolardb({
    accessKeys: [ACCESS_KEY],
    clusters: [{ id: "pc-1", engine: "MySQL", region: "cn-hangzhou" }],
  });
});

afterEach(() => stack?.dispose());

afterAll(async () => {
  await polardb.close();
  rmSync(folder, { recursive: true, force: true });
});

const PROGRAM = `
new polardb.BackupPolicy("policy", { dbClusterId: "pc-1", dataLevel1BackupRetentionPeriod: 14 });
`;

/** A project of a stranger: our tarball, Pulumi, and nothing of this repository. */
function strangersProject(program: Record<string, string>, extra: object = {}): Record<string, string> {
  const versions = JSON.parse(readFileSync(path.join(PROJECT_ROOT, "package.json"), "utf8")) as {
    devDependencies: Record<string, string>;
  };
  return {
    "Pulumi.yaml": `name: stranger\nruntime: nodejs\nmain: ${Object.keys(program)[0]}\n`,
    "package.json": JSON.stringify({
      name: "stranger",
      private: true,
      dependencies: {
        "@pulumi/pulumi": versions.devDependencies["@pulumi/pulumi"],
        "pulumi-backup-policies": `file:${tarball}`,
      },
      ...extra,
    }),
    ...program,
  };
}

async function startStranger(
  project: Record<string, string>,
  install: (projectFolder: string) => Promise<void>,
): Promise<ThrowawayStack> {
  stack = await ThrowawayStack.create({
    pulumi: await providePulumi(),
    project,
    install,
    environment: {
      POLARDB_ENDPOINT: polardb.url,
      ALIBABA_CLOUD_ACCESS_KEY_ID: ACCESS_KEY.accessKeyId,
      ALIBABA_CLOUD_ACCESS_KEY_SECRET: ACCESS_KEY.accessKeySecret,
    },
  });
  return stack;
}

describe("the packed tarball", () => {
  it("has exports that every kind of import understands", async () => {
    await run(path.join(BIN, "publint"), ["run", tarball, "--strict"]);
    await run(path.join(BIN, "attw"), [tarball, "--profile", "node16"]);
  });

  it("works in an empty project under npm, in a TypeScript program", async () => {
    const project = strangersProject(
      { "index.ts": `import { polardb } from "pulumi-backup-policies";\n${PROGRAM}` },
      { devDependencies: { typescript: "~6.0.0", "@types/node": "^24.0.0" } },
    );
    const stranger = await startStranger(project, async (cwd) => {
      await run("npm", ["install", "--no-audit", "--no-fund", "--prefer-offline"], { cwd });
      // One copy of the SDK: ours is a peer.
      expect(existsSync(path.join(cwd, "node_modules", "pulumi-backup-policies", "node_modules", "@pulumi"))).toBe(
        false,
      );
    });
    await stranger.mustRun("up", "--yes", "--skip-preview");
    await stranger.mustRun("refresh", "--yes", "--expect-no-changes");
    await stranger.mustRun("destroy", "--yes", "--skip-preview");
  });

  it("works in an empty project under pnpm, in an ES module", async () => {
    const project = strangersProject(
      { "index.mjs": `import { polardb } from "pulumi-backup-policies";\n${PROGRAM}` },
      { type: "module" },
    );
    const stranger = await startStranger(project, async (cwd) => {
      await run(path.join(BIN, "pnpm"), ["install", "--ignore-scripts", "--prefer-offline", "--no-frozen-lockfile"], {
        cwd,
        env: { ...process.env, CI: "true" },
      });
    });
    await stranger.mustRun("up", "--yes", "--skip-preview");
    await stranger.mustRun("refresh", "--yes", "--expect-no-changes");
    await stranger.mustRun("destroy", "--yes", "--skip-preview");
  });
});
