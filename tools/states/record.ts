import { programProject, programText } from "../programProject";
import type { PulumiInstallation } from "../pulumi-cli";
import { ThrowawayStack } from "../throwawayStack";
import { withoutMachine } from "./neutral";
import { describeVendors, type Recording, startVendors, withNames } from "./recording";
import type { Scenario } from "./scenarios";

/** Runs the program of a scenario and keeps what it leaves. */
export async function record(pulumi: PulumiInstallation, scenario: Scenario): Promise<Recording> {
  const { program, before, faults } = scenario;
  const vendors = await startVendors(scenario);
  const stack = await ThrowawayStack.create({
    pulumi,
    environment: vendors.environment,
    project: programProject("recorded", before ?? program),
  });
  try {
    if (before !== undefined) {
      await stack.mustRun("up", "--yes");
      stack.write("index.js", programText(program));
    }
    for (const [name, fault] of Object.entries(faults?.obshell ?? {})) vendors.obshell.get(name)?.injectFault(fault);
    if (faults) vendors.polardb?.world.vendorFaults.add(faults.polardb);
    const { code, output } = await stack.run("up", "--yes");
    if ((code === 0) === (faults !== undefined)) throw new Error(`pulumi up ended with ${code}:\n${output}`);
    const state = await stack.mustRun("stack", "export", "--show-secrets");
    const isHalfDone = state.includes('"initErrors"');
    if (isHalfDone !== (faults !== undefined))
      throw new Error(`the state ${isHalfDone ? "is" : "is not"} half done:\n${output}`);
    return {
      program,
      vendors: describeVendors(vendors, scenario.environment, faults !== undefined, scenario),
      state: withoutMachine(withNames(state, vendors)),
    };
  } finally {
    stack.dispose();
    await vendors.close();
  }
}
