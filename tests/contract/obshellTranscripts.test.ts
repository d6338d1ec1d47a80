import { NOT_REPRODUCED, reasonFor } from "./support/obshellNotReproduced";
import { loadRecording, type Recorded, type Unit, unitsOf } from "./support/obshellRecording";
import { type Outcome, Replay } from "./support/obshellReplay";
import { summaryOf } from "./support/obshellSummary";

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
  }, 120_000);

  // Not through the console: jest keeps that back, or buries it.
  afterAll(() => process.stderr.write(`${summaryOf(outcomes)}\n`));

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

  it("sums up in one line what is reproduced, and names the rest with its reason", () => {
    const missed = outcomes.filter(({ differences }) => differences.length > 0);
    const line = summaryOf(outcomes);
    expect(line).not.toContain("\n");
    expect(line).toContain(`${recording.length} exchanges, ${recording.length - missed.length} reproduced`);
    for (const { name } of missed) expect(line).toContain(name);
    for (const { reason } of NOT_REPRODUCED) expect(line).toContain(reason);
    expect(summaryOf([{ name: "a", differences: [] }])).toBe("obshell 4.5 recording: 1 exchanges, 1 reproduced, 0 not");
    expect(summaryOf([{ name: "a", differences: ["x"] }])).toMatch(/0 reproduced, 1 not: a \(unexplained\)$/);
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
