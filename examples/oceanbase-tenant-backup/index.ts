import { Config } from "@pulumi/pulumi";
import { oceanbase } from "pulumi-backup-policies";

const config = new Config();

const tenantName = config.get("tenantName") ?? "mysql_tenant";

const tenant = new oceanbase.TenantBackupConfig("tenant", {
  tenantName,
  // Logs on the fast volume, data on the large one, and every server of the cluster must have both mounted. With a configuration of
  // the whole cluster, both would lie below one base.
  archiveBaseUri: `file:///archive/${tenantName}`,
  dataBaseUri: config.get("dataBaseUri") ?? `file:///backup/${tenantName}`,
  binding: "mandatory",
  pieceSwitchInterval: "1d",
  archiveLagTarget: "60s",
  deletePolicy: { recoveryWindow: "14d" },
});

const others = new oceanbase.ClusterBackupConfig("others", {
  // Without this both resources would own the tenant's settings, and the second one would fail.
  exceptTenants: [tenant.tenantName],
  backupBaseUri: "file:///backup/others",
  binding: "optional",
  pieceSwitchInterval: "1d",
  deletePolicy: { recoveryWindow: "7d" },
});

export const tenantId = tenant.tenantId;
export const archiveGaps = tenant.archiveGaps;
export const otherTenants = others.tenants.apply((all) => all.map(({ name }) => name));
