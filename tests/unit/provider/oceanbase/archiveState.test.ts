import { stateOf, stateToRestore } from "../../../../provider/oceanbase/archiveState";

describe("The state of log archiving", () => {
  it.each([
    ["DOING", "running"],
    ["PREPARE", "starting"],
    ["BEGINNING", "starting"],
    ["SUSPEND", "suspended"],
    ["STOPPING", "stopping"],
    ["SOMETHING NEW", "stopping"],
    [undefined, "unknown"],
  ])("of a round with status %s is %s", async (status, state) => {
    expect(stateOf(status === undefined ? undefined : { status })).toBe(state);
  });

  it.each([
    ["running", "running"],
    ["starting", "running"],
    ["suspended", "suspended"],
    ["stopping", undefined],
    ["unknown", undefined],
    [undefined, undefined],
  ] as const)("%s, once stopped, must be brought back to %s", (state, wanted) => {
    expect(stateToRestore(state)).toBe(wanted);
  });
});
