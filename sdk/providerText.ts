/**
 * What Pulumi stores as `__provider` with each resource, twice, and runs for it later: a name, not a program. It stays the same
 * across releases, so an upgrade causes no diff, and `delete` and `refresh` run the installed code. Frozen: old states use it.
 */
export function providerText(type: string): string {
  return `exports.handler=()=>require("pulumi-backup-policies/provider").v1("${type}")`;
}
