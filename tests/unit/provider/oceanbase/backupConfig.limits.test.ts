import type { Bag } from "../../../../provider/core/bag";
import { compare } from "../../../../provider/oceanbase/backupConfig.differences";
import { refuseImpossible } from "../../../../provider/oceanbase/backupConfig.limits";
import type { ObservedTenant } from "../../../../provider/oceanbase/observe";
import { thrownBy } from "../../support/failures";
import { cluster, configOf, placed, TRIO, tenant } from "../../support/oceanbase";

const S3 = "s3://b/p?host=h";
const ON_S3 = { ...TRIO, backupBaseUri: `${S3}&access_id=i&access_key=k` };

const refuse = (desired: Bag, tenants: ObservedTenant[]): void => {
  const [inputs, observed] = [configOf(desired), cluster(tenants)];
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
