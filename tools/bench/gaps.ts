import { startObshell } from "../../tests/emulators/obshell";
import { programProject, programText } from "../programProject";
import type { PulumiInstallation } from "../pulumi-cli";
import { ThrowawayStack } from "../throwawayStack";
import { archivingTenants, PASSWORD } from "./subjects";

/** How often a change of concurrency, lag target and thread score stopped the log archiving of a tenant. */
export async function countArchiveClosings(pulumi: PulumiInstallation): Promise<number> {
  const service = await startObshell({ password: PASSWORD, tenants: archivingTenants(2) });
  const program = (settings: object): string =>
    `new oceanbase.ClusterBackupConfig("cluster", ${JSON.stringify(settings)});`;
  const stack = await ThrowawayStack.create({
    pulumi,
    environment: { OCEANBASE_ENDPOINTS: service.url, OCEANBASE_PASSWORD: PASSWORD },
    project: programProject(
      "bench",
      program({ logArchiveConcurrency: 10, archiveLagTarget: "60s", haLowThreadScore: 20 }),
    ),
  });
  try {
    await stack.mustRun("up", "--yes", "--skip-preview");
    stack.write(
      "index.js",
      programText(program({ logArchiveConcurrency: 20, archiveLagTarget: "120s", haLowThreadScore: 30 })),
    );
    await stack.mustRun("up", "--yes", "--skip-preview");
    return service.sql().filter(({ statement }) => /NOARCHIVELOG/i.test(statement)).length;
  } finally {
    stack.dispose();
    await service.close();
  }
}
