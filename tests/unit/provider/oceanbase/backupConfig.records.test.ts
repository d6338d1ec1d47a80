import {
  attempted,
  confirmed,
  knowledgeOf,
  type Recorded,
  takeUp,
  type Unreadable,
} from "../../../../provider/oceanbase/backupConfig.records";
import type { Task } from "../../../../provider/oceanbase/wire";
import { configOf, node, placed, recordOf, TRIO, task, unconfirmedFor } from "../../support/oceanbase";

const TENANTS = [placed(1002), placed(1004)];
const APPLIED = { binding: "optional", pieceSwitchInterval: "1d" } as const;
const WEEK = { policy: "default", recoveryWindow: "7d" } as const;
const recorded = recordOf({ ...APPLIED, deletePolicy: WEEK }, TENANTS);

const ran = (...logs: string[]): Task => task({ nodes: [node({ logs })] });
const mandatory = (id: number): string[] => [
  "Set log archive dest binding to MANDATORY",
  "Set log archive dest piece switch interval to 6d",
  `Set log archive dest for t${id - 1000}(${id})`,
];
const dropped = (id: number): string => `Drop delete policy {${id} default 7d} for t${id - 1000}(${id})`;
const added = (id: number, window: string): string =>
  `Set delete policy to {default ${window}} for t${id - 1000}(${id})`;
const REFUSED = "ERROR: [MySQL.Error]: MySQL error: Error 1235 (HY000): not supported now";

describe("What newer tasks make of the record", () => {
  it.each<[string, Task[], Partial<Recorded>]>([
    [
      "the new values, when they were set for all tenants",
      [ran(...mandatory(1002), ...mandatory(1004))],
      { applied: { ...recorded.applied, binding: "mandatory", pieceSwitchInterval: "6d" } },
    ],
    [
      "the old values, and those of the one tenant that was changed",
      [ran(...mandatory(1004))],
      { appliedByTenant: { 1004: { binding: "mandatory", pieceSwitchInterval: "6d" } } },
    ],
    [
      "the new values, when two tasks have set them one tenant after the other",
      [ran(...mandatory(1002)), ran(...mandatory(1004))],
      { applied: { ...recorded.applied, binding: "mandatory", pieceSwitchInterval: "6d" } },
    ],
    [
      "no policy, when all tenants were left without one",
      [ran(dropped(1002), added(1002, "5d"), REFUSED, dropped(1004), added(1004, "5d"), REFUSED)],
      { applied: { ...recorded.applied, deletePolicy: undefined } },
    ],
    [
      "doubt, where a task has failed while it changed a setting",
      [ran(...mandatory(1002), REFUSED)],
      { unconfirmed: unconfirmedFor([1002], "binding", "pieceSwitchInterval") },
    ],
    [
      "what it was, when they have changed nothing that cannot be read",
      [ran("Set ha low thread score for t2(1002) to 5")],
      {},
    ],
    ["what it was, for tenants that are not ours", [ran(...mandatory(1099))], {}],
  ])("is %s", (_name, tasks, expected) => {
    expect(takeUp(recorded, tasks)).toEqual({ ...recorded, ...expected });
    expect(takeUp(takeUp(recorded, tasks), tasks)).toEqual(takeUp(recorded, tasks));
  });

  it("clears a doubt when the log shows the recorded value", () => {
    const doubtful = { ...recorded, unconfirmed: unconfirmedFor([1004], "deletePolicy") };
    expect(takeUp(doubtful, [ran(added(1004, "7d"))]).unconfirmed).toEqual({});
  });
});

describe("A call that sends settings that cannot be read", () => {
  const names: Unreadable[] = ["binding", "pieceSwitchInterval"];
  const inputs = configOf({ ...TRIO, binding: "mandatory" });

  it("leaves them in doubt for its tenants until it is known to have succeeded", () => {
    const during = attempted(recorded, inputs, names, [placed(1004)], undefined);
    expect(during.applied.binding).toBe("mandatory");
    expect(knowledgeOf(placed(1004), "binding", during)).toEqual({ state: "uncertain" });
    const after = confirmed(during, names, [placed(1004)]);
    expect(knowledgeOf(placed(1004), "binding", after)).toEqual({ state: "known", value: "mandatory" });
    expect(after.unconfirmed).toEqual({});
  });

  it("leaves the other tenants what they have", () => {
    const during = attempted(recorded, inputs, names, [placed(1004)], undefined);
    expect(knowledgeOf(placed(1002), "binding", during)).toEqual({ state: "known", value: "optional" });
    const both = attempted(during, inputs, names, [placed(1002)], undefined);
    expect(both).not.toHaveProperty("appliedByTenant");
  });

  it("leaves other tenants in doubt that have no value that could be written down", () => {
    const without = recordOf({}, TENANTS);
    const during = attempted(without, inputs, names, [placed(1004)], undefined);
    expect(knowledgeOf(placed(1002), "binding", during)).toEqual({ state: "uncertain" });
  });

  it("covers its tenants from then on", () => {
    const before = { ...recorded, covered: [1002] };
    expect(knowledgeOf(placed(1004), "binding", before)).toEqual({ state: "unknown" });
    expect(attempted(before, inputs, names, [placed(1004)], undefined).covered).toEqual([1002, 1004]);
  });

  it("does not settle the doubt of other tenants or other settings", () => {
    const doubtful = { ...recorded, unconfirmed: { 1002: ["binding"], 1004: ["deletePolicy"] } as const };
    expect(confirmed(doubtful, ["binding"], [placed(1004)]).unconfirmed).toEqual(doubtful.unconfirmed);
  });
});
