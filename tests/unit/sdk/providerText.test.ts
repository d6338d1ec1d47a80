import { providerText } from "../../../sdk/providerText";

describe("The provider text in state", () => {
  // Frozen: state files of users hold these bytes, and delete and refresh run them.
  it.each([
    ["ClusterBackupConfig", 'exports.handler=()=>require("pulumi-backup-policies/provider").v1("ClusterBackupConfig")'],
    ["TenantBackupConfig", 'exports.handler=()=>require("pulumi-backup-policies/provider").v1("TenantBackupConfig")'],
    ["LogBackupPolicy", 'exports.handler=()=>require("pulumi-backup-policies/provider").v1("LogBackupPolicy")'],
    ["BackupPolicy", 'exports.handler=()=>require("pulumi-backup-policies/provider").v1("BackupPolicy")'],
  ])("of %s is exactly the frozen one, of at most 100 bytes", (type, text) => {
    expect(providerText(type)).toBe(text);
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(100);
  });

  it.each(["TenantBackupFleet", "BackupPolicyFleet"])("has room for the type %s", (type) => {
    expect(Buffer.byteLength(providerText(type))).toBeLessThanOrEqual(100);
  });

  it("is a module that exports what the package's entry gives for the type", () => {
    const entry = { v1: (type: string) => `provider of ${type}` };
    const module: { exports: { handler?: () => unknown } } = { exports: {} };
    const required: string[] = [];
    const load = (name: string): unknown => {
      required.push(name);
      return entry;
    };
    new Function("exports", "require", providerText("BackupPolicy"))(module.exports, load);
    expect(required).toEqual([]);
    expect(module.exports.handler?.()).toBe("provider of BackupPolicy");
    expect(required).toEqual(["pulumi-backup-policies/provider"]);
  });
});
