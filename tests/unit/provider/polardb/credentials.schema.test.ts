import type { Bag } from "../../../../provider/core/bag";
import { UNKNOWN } from "../../../../provider/core/unknowns";
import { backupPolicy } from "../../../../provider/polardb/backupPolicy.handler";
import { SECRET_FIELDS, SHOWN_FIELDS } from "../../../../provider/polardb/credentials.schema";
import { testContext } from "../../support/context";

const ROLE = "acs:ram::123456789012:role/backup";
const KEY = { accessKeyId: "AK", accessKeySecret: "SK" };
const OIDC = { roleArn: ROLE, oidcProviderArn: "acs:ram::1:oidc-provider/ack", oidcTokenFile: "/var/run/token" };

/** What is wrong with these, as path and rule. */
function problems(credentials: Bag, others: Bag = {}): string[] {
  const { violations } = backupPolicy.check({ dbClusterId: "pc-1", credentials, ...others }, {}, testContext());
  return violations.map(({ path, rule }) => `${path.join(".")} ${rule}`);
}

describe("Credentials of a resource", () => {
  it.each<[string, Bag]>([
    ["an access key", KEY],
    ["an access key by names of variables", { accessKeyIdEnv: "A", accessKeySecretEnv: "S", securityTokenEnv: "T" }],
    ["temporary keys", { ...KEY, securityToken: "T" }],
    ["a profile", { profile: "ops" }],
    ["a role alone", { roleArn: ROLE }],
    [
      "a role with everything",
      {
        ...KEY,
        roleArn: ROLE,
        roleSessionName: "ci",
        roleSessionExpiration: 900,
        externalId: "x",
        policy: '{"Version":"1"}',
        stsEndpoint: "sts.example.com",
      },
    ],
    ["a role by a profile", { profile: "ops", roleArn: ROLE }],
    ["an OIDC provider", OIDC],
    ["a role of the instance", { ecsRoleName: "web" }],
    ["a credentials URI", { credentialsUri: "http://127.0.0.1:8080/keys" }],
    ["values that are not known yet", { accessKeyId: UNKNOWN, accessKeySecret: UNKNOWN, roleArn: UNKNOWN }],
  ])("may be %s", (_name, credentials) => {
    expect(problems(credentials)).toEqual([]);
  });

  it.each<[Bag, string]>([
    [{ accessKeyId: "AK" }, "credentials.accessKeyId needs accessKeySecret or accessKeySecretEnv beside it"],
    [{ accessKeySecret: "SK" }, "credentials.accessKeySecret needs accessKeyId or accessKeyIdEnv beside it"],
    [
      { profile: "ops", ...KEY },
      "credentials.profile cannot stand beside an access key: keys come from one source; remove one of the two",
    ],
    [
      { profile: "ops", ecsRoleName: "web" },
      "credentials.ecsRoleName cannot stand beside profile: keys come from one source; remove one of the two",
    ],
    [
      { ...OIDC, credentialsUri: "http://u/" },
      "credentials.credentialsUri cannot stand beside an OIDC provider: keys come from one source; remove one of the two",
    ],
    [
      { ...KEY, accessKeyIdEnv: "AK" },
      "credentials.accessKeyId cannot stand beside accessKeyIdEnv; remove one of the two",
    ],
    [{ ...KEY, roleSessionName: "ci" }, "credentials.roleSessionName needs roleArn beside it"],
    [{ ...KEY, roleSessionExpiration: 900 }, "credentials.roleSessionExpiration needs roleArn beside it"],
    [{ ...KEY, externalId: "x" }, "credentials.externalId needs roleArn beside it"],
    [{ ...KEY, policy: "{}" }, "credentials.policy needs roleArn beside it"],
    [{ ...KEY, stsEndpoint: "sts.example.com" }, "credentials.stsEndpoint needs roleArn beside it"],
    [{ roleArn: ROLE, oidcTokenFile: "/t" }, "credentials.oidcTokenFile needs oidcProviderArn beside it"],
    [{ roleArn: ROLE, oidcProviderArn: "p" }, "credentials.oidcProviderArn needs oidcTokenFile beside it"],
    [{ oidcProviderArn: "p", oidcTokenFile: "/t" }, "credentials.oidcProviderArn needs roleArn beside it"],
    [{ ...OIDC, externalId: "x" }, "credentials.externalId has no effect with an OIDC provider; remove it"],
    [
      { roleArn: "backup" },
      'credentials.roleArn must be the ARN of a RAM role, such as "acs:ram::123456789012:role/backup"',
    ],
    [
      { roleArn: ROLE, roleSessionName: "a b" },
      "credentials.roleSessionName must be 2 to 64 letters, digits, dots, at signs, hyphens and underscores",
    ],
    [
      { roleArn: ROLE, roleSessionExpiration: 60 },
      "credentials.roleSessionExpiration must be a whole number of seconds from 900 to 43200",
    ],
    [{ roleArn: ROLE, policy: "allow all" }, "credentials.policy must be a RAM policy as JSON text"],
    [
      { roleArn: ROLE, stsEndpoint: "http://sts" },
      'credentials.stsEndpoint must be a host name such as "sts.cn-hangzhou.aliyuncs.com"',
    ],
    [{ credentialsUri: "file:///etc/passwd" }, "credentials.credentialsUri must be an http or https address"],
    [{ profile: "" }, "credentials.profile must not be empty; leave the property out instead"],
  ])("must not be %j", (credentials, problem) => {
    expect(problems(credentials)).toEqual([problem]);
  });

  it("never show an address, in which a token may be", () => {
    const bag = { dbClusterId: "pc-1", credentials: { credentialsUri: "ftp://host/?token=SECRETVALUE" } };
    expect(backupPolicy.isSecret(["credentials", "credentialsUri"], bag)).toBe(true);
    expect(backupPolicy.secrets(bag)).toEqual(["ftp://host/?token=SECRETVALUE"]);
  });

  it("have a value that may be shown for every field that is no secret", () => {
    expect(SECRET_FIELDS.filter((name) => SHOWN_FIELDS.has(name))).toEqual([]);
    expect(SHOWN_FIELDS.has("roleArn")).toBe(true);
    expect(SHOWN_FIELDS.has("accessKeySecert")).toBe(false);
  });
});

describe("The network of a resource", () => {
  it.each(["public", "vpc", UNKNOWN])("may be %s", (network) => expect(problems({}, { network })).toEqual([]));

  it("must not be anything else", () => {
    expect(problems({}, { network: "intranet" })).toEqual(['network must be "public" or "vpc"']);
  });
});
