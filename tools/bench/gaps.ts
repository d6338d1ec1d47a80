import { startObshell } from "../../tests/emulators/obshell";
import type { PulumiInstallation } from "../pulumi-cli";
import { ThrowawayStack } from "../throwawayStack";
import { projectOf } from "./engine";

const PASSWORD = "bench-password";

/** How often a change of concurrency, lag target and thread score stopped the log archiving of a tenant. */
export async function countArchiveClosings(pulumi: PulumiInstallation): Promise<number> {
  const base = "file:///data/backup";
  const tenants = ["t1", "t2"].map((name, index) => ({
    name,
    id: 1_002 + 2 * index,
    archiveUri: `${base}/1/${1_002 + 2 * index}/clog`,
    dataUri: `${base}/1/${1_002 + 2 * index}/data`,
    binding: "OPTIONAL" as const,
    pieceSwitchInterval: "1d",
    archiveStatus: "DOING" as const,
  }));
  const service = await startObshell({ password: PASSWORD, tenants });
  const program = (settings: object): string =>
    `new oceanbase.ClusterBackupConfig("cluster", ${JSON.stringify(settings)});`;
  const stack = await ThrowawayStack.create({
    pulumi,
    environment: { OCEANBASE_ENDPOINTS: service.url, OCEANBASE_PASSWORD: PASSWORD },
    project: projectOf(program({ logArchiveConcurrency: 10, archiveLagTarget: "60s", haLowThreadScore: 20 })),
  });
  try {
    await stack.mustRun("up", "--yes", "--skip-preview");
    stack.write(
      "index.js",
      projectOf(program({ logArchiveConcurrency: 20, archiveLagTarget: "120s", haLowThreadScore: 30 }))["index.js"] ??
        "",
    );
    await stack.mustRun("up", "--yes", "--skip-preview");
    return service.sql().filter(({ statement }) => /NOARCHIVELOG/i.test(statement)).length;
  } finally {
    stack.dispose();
    await service.close();
  }
}
