import { NOT_REPRODUCED, reasonFor } from "./support/obshellNotReproduced";
import { loadRecording, type Recorded, type Unit, unitsOf } from "./support/obshellRecording";
import { type Outcome, Replay } from "./support/obshellReplay";

const recording = loadRecording();

/** The recorded agent was a SINGLE one, then a member of a cluster, then (after a restart) a SINGLE one again. */
function identityOf(line: Recorded): "SINGLE" | "CLUSTER AGENT" {
  return line.name.startsWith("single/") ? "SINGLE" : "CLUSTER AGENT";
}

describe("obshell emulator against the recorded answers of obshell 4.5", () => {
  const outcomes: Outcome[] = [];

  beforeAll(async () => {
    let replay: Replay | undefined;
    let identity = "";
    try {
      for (const unit of unitsOf(recording)) {
        const first = unit.main ?? unit.polls[0];
        if (!first) continue;
        if (!replay || identityOf(first) !== identity) {
          await replay?.emulator.close();
          identity = identityOf(first);
          replay = await Replay.start(identityOf(first), (name) => reasonFor(name) !== undefined);
        }
        outcomes.push(...(await outcomesOf(replay, unit)));
      }
    } finally {
      await replay?.emulator.close();
    }
    report(outcomes);
  }, 120_000);

  it("answers every recorded exchange", () => {
    expect(outcomes.map(({ name }) => name).sort()).toEqual(recording.map(({ name }) => name).sort());
  });

  it("differs from the recording only where a reason is listed", () => {
    const surprising = outcomes
      .filter(({ name, differences }) => differences.length > 0 && reasonFor(name) === undefined)
      .map(({ name, differences }) => `${name}\n    ${differences.join("\n    ")}`);
    expect(surprising).toEqual([]);
  });

  it("lists no exchange that it reproduces", () => {
    const reproduced = outcomes.filter(({ name, differences }) => differences.length === 0 && reasonFor(name));
    expect(reproduced.map(({ name }) => name)).toEqual([]);
  });

  it("lists no reason that applies to nothing", () => {
    const idle = NOT_REPRODUCED.filter(({ pattern }) => !recording.some(({ name }) => pattern.test(name)));
    expect(idle.map(({ pattern }) => pattern.source)).toEqual([]);
  });
});

/** An exchange that cannot even be sent differs like any other, and the ones after it are still looked at. */
async function outcomesOf(replay: Replay, unit: Unit): Promise<Outcome[]> {
  try {
    return await replay.run(unit);
  } catch (error) {
    const lines = unit.main ? [unit.main, ...unit.polls] : unit.polls;
    return lines.map(({ name }) => ({ name, differences: [`was not carried out: ${String(error)}`] }));
  }
}

function report(outcomes: readonly Outcome[]): void {
  const missed = outcomes.filter(({ differences }) => differences.length > 0);
  const lines = NOT_REPRODUCED.map(({ pattern, reason }) => {
    const count = missed.filter(({ name }) => pattern.test(name)).length;
    return `  ${count} x ${pattern.source}: ${reason}`;
  });
  const reproduced = outcomes.length - missed.length;
  console.log([`reproduced ${reproduced} of ${outcomes.length} recorded exchanges; the rest:`, ...lines].join("\n"));
}
