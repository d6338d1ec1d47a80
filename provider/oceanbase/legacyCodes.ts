/**
 * Agents before 4.3.1 have numbers instead of `errCode`, a few for everything, and other HTTP statuses; what happened stands in
 * the text (`agent/errors/errorcode.go` and `assets/i18n/error/en.json` of obshell 4.2). Each line: numbers, what the text says,
 * and today's code for it. The first that fits counts.
 */
const TODAYS_CODES: readonly (readonly [numbers: string, text: RegExp, code: string])[] = [
  ["1", /^/, "Security.Authentication.Header.DecryptFailed"],
  ["10000", /^/, "Security.User.PermissionDenied"],
  ["10008", /uri mismatch/i, "Security.Authentication.Header.UriMismatch"],
  ["10008", /expired/i, "Security.Authentication.Expired"],
  ["10008", /timestamp|strconv/i, "Security.Authentication.Timestamp.Invalid"],
  ["10008", /use agent_password/i, "Security.Authentication.WithAgentPassword"],
  ["10008", /use oceanbase_password/i, "Security.Authentication.WithOceanBasePassword"],
  ["10008", /^/, "Security.Authentication.IncorrectOceanbasePassword"],
  ["1000 1001 1002 1010 2301", /cluster.* under maintenance/i, "OB.Cluster.UnderMaintenance"],
  ["1000 1001 1002 1010 2301", /under maintenance/i, "OB.Tenant.UnderMaintenance"],
  ["1000 1002 1010 2300 2301", /not holding oceanbase/i, "Agent.OceanBase.NotHold"],
  ["1000 1002 1010 2300 2301", /database is useless/i, "Agent.OceanBase.Useless"],
  ["1000 1002 1010 2300 2301", /observer process does not exist/i, "OB.Server.Process.NotExist"],
  ["1000 1010", /no user tenants/i, "OB.Backup.NoUserTenants"],
  // Anchored: this code alone means that a tenant is gone.
  [
    "1000 1001 1010",
    /^([a-z]+ [a-z]+: )?tenant '?[^' ]+'? (does not exist|(is )?not exists?|not found)\.?$/i,
    "OB.Tenant.NotExist",
  ],
  ["1010", /agent identity is/i, "Agent.Identify.NotSupportOperation"],
  ["10009", /^/, "Agent.Identify.NotSupportOperation"],
  // An unknown route was a bad request before it got a number of its own.
  ["1000 1003", /404 not found/i, "Common.NotFound"],
  ["1000 1010", /^/, "Common.BadRequest"],
  ["1001", /^/, "Common.IllegalArgument"],
  ["1002", /^/, "Common.Unexpected"],
  ["1003", /^/, "Common.NotFound"],
  ["2300", /no backup task/i, "Common.NotFound"],
  ["2300", /^/, "Task.NotFound"],
  ["2301", /^/, "Task.CreateFailed"],
];

/** Today's code for what an agent of any version answered. A dotted code stays as it is. */
export function todaysCode(code: string, text: string): string {
  const found = TODAYS_CODES.find(([numbers, pattern]) => numbers.split(" ").includes(code) && pattern.test(text));
  return found ? found[2] : code;
}
