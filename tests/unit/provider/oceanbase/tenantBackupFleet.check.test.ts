import type { Bag } from "../../../../provider/core/bag";
import { UNKNOWN } from "../../../../provider/core/unknowns";
import { tenantBackupFleet } from "../../../../provider/oceanbase/tenantBackupFleet.handler";
import { testContext } from "../../support/context";

const PLACES = {
  archiveBaseUri: "file:///arch/{tenant}",
  dataBaseUri: "file:///data/{tenant}",
  binding: "optional",
  pieceSwitchInterval: "1d",
};

const check = (news: Bag) =>
  tenantBackupFleet.check({ tenants: ["t1", "t2"], baseline: PLACES, ...news }, {}, testContext());

const broken = (news: Bag): string[] => check(news).violations.map(({ path, rule }) => `${path.join(".")}: ${rule}`);

describe("Checking a fleet of tenants", () => {
  it("keeps places as they are said, and everything else in its one spelling", () => {
    const { inputs, violations } = check({
      baseline: { ...PLACES, archiveBaseUri: "file:///arch//{tenant}/", archiveLagTarget: "7200s" },
      overrides: { t2: { deletePolicy: { recoveryWindow: "7d" } } },
    });
    expect(violations).toEqual([]);
    expect(inputs).toMatchObject({
      tenants: { t1: "baseline", t2: "override" },
      baseline: { ...PLACES, archiveLagTarget: "2h" },
      overrides: { t2: { deletePolicy: { policy: "default", recoveryWindow: "7d" } } },
    });
  });

  it.each<[string, Bag, RegExp]>([
    [
      "a place for all tenants",
      { baseline: { ...PLACES, dataBaseUri: "file:///data" } },
      /^baseline\.dataBaseUri: must have \{tenant\} in it/,
    ],
    [
      "an override with the place of another tenant",
      { overrides: { t2: { archiveBaseUri: "file:///arch//t1" } } },
      /^overrides\.t2\.archiveBaseUri: is also a destination of t1/,
    ],
    [
      "a baseline that is not complete",
      { baseline: { archiveBaseUri: "file:///a/{tenant}" } },
      /^baseline\.archiveBaseUri: must be set together/,
    ],
    ["an override of nobody", { overrides: { t3: {} } }, /^overrides\.t3: is not in tenants/],
    [
      "an exemption of nobody",
      { exempt: { t3: { reason: "r", expires: "2999-12-31" } } },
      /^exempt\.t3: is not in tenants/,
    ],
    ["a tenant that is there twice", { tenants: ["t1", "t1"] }, /^tenants\.1: is in the list already/],
    ["a tenant that cannot be", { tenants: ["sys"] }, /^tenants\.0: must be a user tenant/],
    [
      "a connection of one tenant",
      { overrides: { t1: { connection: {} } } },
      /^overrides\.t1\.connection: does not belong/,
    ],
    ["too many tenants", { maxTenants: 1 }, /^maxTenants: is less than the 2 tenants/],
    ["no place for a change", { maxWithoutArchiving: 0 }, /^maxWithoutArchiving: must be a whole number from 1/],
    [
      "keys of a store that are not there",
      { baseline: { ...PLACES, archiveBaseUri: "oss://b/{tenant}?host=h" } },
      /^storageCredentials: is required for oss/,
    ],
  ])("refuses %s", (_name, news, expected) => {
    expect(broken(news).filter((text) => expected.test(text))).toHaveLength(1);
  });

  it("waits with what needs the list until it is known", () => {
    expect(broken({ tenants: UNKNOWN, overrides: { t2: { haLowThreadScore: 1 } } })).toEqual([]);
    expect(check({ tenants: UNKNOWN }).inputs.tenants).toBe(UNKNOWN);
  });

  it("sees secrets at every depth, and shows none", () => {
    const uri = "oss://b/{tenant}?host=h&access_id=LTAI&access_key=s3cr3t";
    const bag = { baseline: { archiveBaseUri: uri }, overrides: { t1: { dataBaseUri: uri } } };
    expect(tenantBackupFleet.secrets({ ...bag, connection: { password: "p" } })).toEqual(["p", "s3cr3t", "s3cr3t"]);
    expect(tenantBackupFleet.isSecret(["baseline", "archiveBaseUri"], bag)).toBe(true);
    expect(tenantBackupFleet.isSecret(["overrides", "t1", "dataBaseUri"], bag)).toBe(true);
    expect(tenantBackupFleet.isSecret(["overrides", "t1", "connection", "password"], bag)).toBe(true);
    expect(tenantBackupFleet.isSecret(["storageCredentials", "accessKey"], bag)).toBe(true);
    expect(tenantBackupFleet.isSecret(["baseline", "binding"], bag)).toBe(false);
  });
});
