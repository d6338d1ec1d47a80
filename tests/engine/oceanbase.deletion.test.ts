import { disposeStacks, setProgram, succeeded } from "./support/engine";
import { archivingSubject, clusterProgram, DESTINATION } from "./support/oceanbase";
import { closeVendors } from "./support/vendors";

jest.setTimeout(240_000);

afterEach(async () => {
  disposeStacks();
  await closeVendors();
});

describe("an OceanBase resource that leaves the program", () => {
  it('rename without alias, onDelete "stopArchiving": archiving still running', async () => {
    const declared = { ...DESTINATION, onDelete: "stopArchiving" };
    const { stack, writes, statements, archiving } = await archivingSubject(declared);
    setProgram(stack, clusterProgram(declared, "renamed"));
    const renamed = succeeded(await stack.up("--skip-preview"));
    expect(renamed).toMatch(/1 created/);
    expect(renamed).toMatch(/1 deleted/);
    expect(writes()).toEqual([]);
    expect(statements()).toEqual([]);
    expect(archiving()).toEqual({ t1: "DOING", t2: "DOING", t3: "DOING" });

    // It does stop it where it is really deleted, so the recorded value was read.
    succeeded(await stack.run("destroy", "--yes", "--skip-preview", "--suppress-progress"));
    expect(archiving()).toEqual({ t1: "STOP", t2: "STOP", t3: "STOP" });
  });
});
