import type { Bag } from "../../../../provider/core/bag";
import { compare } from "../../../../provider/oceanbase/backupConfig.differences";
import { refuseImpossible } from "../../../../provider/oceanbase/backupConfig.limits";
import type { ObservedTenant } from "../../../../provider/oceanbase/observe";
import { thrownBy } from "../../support/failures";
import { anyConfigOf, cluster, placed, TRIO, tenant } from "../../support/oceanbase";

const S3 = "s3://b/p?host=h";
const ON_S3 = { ...TRIO, backupBaseUri: `${S3}&access_id=i&access_key=k` };

const refuse = (desired: Bag, tenants: ObservedTenant[]): void => {
  const [inputs, observed] = [anyConfigOf(desired), cluster(tenants)];
  refuseImpossible(inputs, observed, compare(inputs, observed, undefined));
};

const withLag = (...values: string[]): Partial<ObservedTenant> => ({
  parameters: { ...tenant(1).parameters, archive_lag_target: values },
});

describe("What the database would refuse after archiving was stopped", () => {
  it.each<[string, Bag, ObservedTenant[], string, string]>([
    ["a cluster without tenants", TRIO, [], "connection", "no user tenant"],
    [
      "a lag target for tenants without a destination",
      { archiveLagTarget: "60s" },
      [placed(1002), tenant(1004)],
      "archiveLagTarget",
      "(t4)",
    ],
    [
      "a lag target below a minute on an s3 destination that is not managed",
      { archiveLagTarget: "59s" },
      [placed(1002, {}, S3)],
      "archiveLagTarget",
      "below 60s",
    ],
    [
      "an s3 destination beside a live lag target below a minute",
      ON_S3,
      [placed(1002), placed(1004, withLag("10s"))],
      "archiveLagTarget",
      "t4 has an archive lag target of 10s",
    ],
    [
      "an s3 destination beside a live lag target that is short on one server",
      ON_S3,
      [placed(1002, withLag("2m", "10s"))],
      "archiveLagTarget",
      "2m|10s",
    ],
  ])("is refused before anything is sent: %s", (_name, desired, tenants, property, text) => {
    const error = thrownBy(() => refuse(desired, tenants));
    expect(error.kind).toBe("InvalidInput");
    expect(error.facts.property).toBe(property);
    expect(error.message).toContain(text);
  });

  it.each<[string, Bag, ObservedTenant[]]>([
    ["a lag target beside a destination", { ...TRIO, archiveLagTarget: "0ms" }, [tenant(1002)]],
    ["a lag target for tenants that have destinations", { archiveLagTarget: "10s" }, [placed(1002)]],
    ["a lag target of a minute on s3", { archiveLagTarget: "60s" }, [placed(1002, {}, S3)]],
    ["an s3 destination beside ordinary lag targets", ON_S3, [placed(1002)]],
    [
      "an s3 destination beside a lag target that is declared long enough",
      { ...ON_S3, archiveLagTarget: "60s" },
      [placed(1002, withLag("10s"))],
    ],
    [
      "an oss destination beside a short lag target",
      { ...TRIO, backupBaseUri: "oss://b/p?host=h&access_id=i&access_key=k" },
      [placed(1002, withLag("1s"))],
    ],
    ["nothing at all", {}, [tenant(1002)]],
  ])("is nothing of this: %s", (_name, desired, tenants) => {
    expect(() => refuse(desired, tenants)).not.toThrow();
  });
});

describe("What cannot be given to these tenants", () => {
  const never = placed(1004, { archiving: "unknown", neverArchived: true });
  const blind = tenant(1004, { unreadable: ["destinations", "archiving"] });

  it.each<[string, Bag, ObservedTenant[], string, string]>([
    [
      "a tenant that is not there",
      { tenantName: "t9", haLowThreadScore: 1 },
      [tenant(1002)],
      "tenantName",
      "no tenant t9",
    ],
    [
      "no tenant at all, because all are left out",
      { ...TRIO, exceptTenants: ["t2"] },
      [tenant(1002)],
      "exceptTenants",
      "leaves no tenant",
    ],
    [
      "no tenant at all, because there is none to leave out",
      { ...TRIO, exceptTenants: ["t2"] },
      [],
      "connection",
      "no user tenant",
    ],
    [
      "a clean-up policy for a name that SQL needs in quotes",
      { deletePolicy: { recoveryWindow: "7d" } },
      [tenant(1002), tenant(1004, { name: "order" })],
      "exceptTenants",
      'exceptTenants: ["order"]',
    ],
    [
      "a state of archiving that nobody can see",
      { archiving: "stopped" },
      [blind],
      "archiving",
      "Upgrade obshell to 4.3.2",
    ],
    [
      "archiving to half a destination",
      { archiving: "running" },
      [placed(1002, { dataUri: undefined })],
      "archiving",
      "t2 has no destination to archive or to back up to",
    ],
    [
      "a pause of what never ran",
      { ...TRIO, archiving: "suspended" },
      [placed(1002), never],
      "archiving",
      "t4 never archived",
    ],
    [
      "archiving for the first time without a backup",
      { ...TRIO, archiving: "running" },
      [placed(1002), never],
      "initialBackup",
      'add initialBackup: "full"',
    ],
    [
      "an s3 destination for a tenant without one whose lag target is short, which cannot be raised before",
      { ...ON_S3, archiveLagTarget: "60s" },
      [tenant(1002, withLag("10s"))],
      "archiveLagTarget",
      "Raise the parameter archive_lag_target of this tenant in the database",
    ],
  ])("is refused before anything is sent: %s", (_name, desired, tenants, property, text) => {
    const error = thrownBy(() => refuse(desired, tenants));
    expect(error.kind).toBe("InvalidInput");
    expect(error.facts.property).toBe(property);
    expect(error.message).toContain(text);
  });

  it.each<[string, Bag, ObservedTenant[]]>([
    ["parameters for a name that SQL needs in quotes", { haLowThreadScore: 1 }, [tenant(1002, { name: "a-b" })]],
    ["archiving that is to be off where it never ran", { ...TRIO, archiving: "stopped" }, [never]],
    [
      "a first backup where all archive already",
      { ...TRIO, archiving: "running", initialBackup: "full" },
      [placed(1002)],
    ],
    ["a lag target that nobody can see the destination for", { archiveLagTarget: "60s" }, [blind]],
    ["a lag target of another tenant", { tenantName: "t2", archiveLagTarget: "60s" }, [placed(1002), tenant(1004)]],
  ])("is nothing of this: %s", (_name, desired, tenants) => {
    expect(() => refuse(desired, tenants)).not.toThrow();
  });
});
