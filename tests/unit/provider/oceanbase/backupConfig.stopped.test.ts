import fc from "fast-check";
import type { ArchiveState } from "../../../../provider/oceanbase/archiveState";
import type { Configure } from "../../../../provider/oceanbase/backupConfig.queue";
import { stoppedBy } from "../../../../provider/oceanbase/backupConfig.stopped";
import type { ObservedTenant } from "../../../../provider/oceanbase/observe";
import { node, placed, task } from "../../support/oceanbase";

const call = (tenant?: string): Configure => ({
  kind: "configure",
  tenant,
  method: "PATCH",
  settings: {},
  stopsArchiving: true,
});
const closing = (...names: string[]) =>
  task({ nodes: [node({ logs: names.map((name) => `Close archive log for ${name}`) })] });
const T2 = placed(1002);
const T4 = placed(1004);
const off = { archiving: "unknown" } as const;

describe("The tenants to reopen after a call", () => {
  it.each<[string, ReturnType<typeof stoppedBy>, string[]]>([
    ["are those that were archiving", stoppedBy(call(), {}, [T2, T4], task()), ["t2 running", "t4 running"]],
    ["are not those that were off", stoppedBy(call(), {}, [T2, placed(1004, off)], task()), ["t2 running"]],
    [
      "are those that were suspended, to be suspended again",
      stoppedBy(call(), {}, [placed(1002, { archiving: "suspended" })], task()),
      ["t2 suspended"],
    ],
    [
      "are those that had just been asked to start",
      stoppedBy(call(), {}, [placed(1002, { archiving: "starting" })], task()),
      ["t2 running"],
    ],
    [
      "are those that were opened between our look and the task, which tells",
      stoppedBy(call(), {}, [T2, placed(1004, off)], closing("t2(1002)", "t4(1004)")),
      ["t2 running", "t4 running"],
    ],
    [
      "are those of the recycle bin, which only the task's log names",
      stoppedBy(call(), {}, [T2], closing("t2(1002)", "__recycle_$_1(1008)")),
      ["t2 running", "__recycle_$_1 running"],
    ],
    [
      "are only the tenant of the call, where it has one",
      stoppedBy(call("t2"), {}, [T2], closing("t2(1002)", "t4(1004)")),
      ["t2 running"],
    ],
    [
      "are to be what the program declares",
      stoppedBy(call(), { archiving: "suspended" }, [T2, placed(1004, off)], closing("t4(1004)")),
      ["t2 suspended", "t4 suspended"],
    ],
    [
      "are none where the program wants them stopped",
      stoppedBy(call(), { archiving: "stopped" }, [T2, T4], task()),
      [],
    ],
    [
      "are those that the program does not cover, whatever it declares for its own",
      stoppedBy(call(), { archiving: "stopped" }, [T2], closing("t2(1002)", "__recycle_$_1(1008)")),
      ["__recycle_$_1 running"],
    ],
  ])("%s", (_name, targets, expected) => {
    expect(targets.map(({ name, wanted }) => `${name} ${wanted}`)).toEqual(expected);
  });

  it("are, whatever there was, everybody who was archiving or was closed, once each, and never to be stopped", () => {
    const states = fc.constantFrom<ArchiveState>("running", "starting", "suspended", "stopping", "unknown");
    const tenants = fc.uniqueArray(fc.record({ id: fc.integer({ min: 1002, max: 1012 }), archiving: states }), {
      selector: ({ id }) => id,
    });
    const declared = fc.constantFrom("running", "suspended", "stopped", undefined);
    fc.assert(
      fc.property(
        tenants,
        fc.uniqueArray(fc.integer({ min: 1002, max: 1012 })),
        declared,
        (seen, closed, archiving) => {
          const addressed: ObservedTenant[] = seen.map(({ id, archiving: state }) => placed(id, { archiving: state }));
          const targets = stoppedBy(
            call(),
            { archiving },
            addressed,
            closing(...closed.map((id) => `t${id - 1000}(${id})`)),
          );
          const isArchiving = (state: ArchiveState) => ["running", "starting", "suspended"].includes(state);
          const ours = new Set(seen.map(({ id }) => id));
          const stopped = new Set([
            ...seen.filter((tenant) => isArchiving(tenant.archiving)).map(({ id }) => id),
            ...closed,
          ]);
          const expected = [...stopped].filter((id) => archiving !== "stopped" || !ours.has(id));
          expect(targets.map(({ id }) => id).sort()).toEqual(expected.sort());
          expect(targets.map(({ wanted }) => wanted)).not.toContain("stopped");
        },
      ),
    );
  });
});
