import type { MatrixFault } from "./faults";
import type { Report } from "./report";
import { casesOf, type Recording, record, runCase } from "./run";
import type { Operation, Subject } from "./scene";

interface Coverage {
  /** Where every fault is tried, and not the core ones only. */
  readonly everyFaultOn: "calls of every operation" | "calls of the vendor";
  /** Without tenant and task. */
  allCalls(): Promise<readonly string[]>;
  /** Calls that no operation of the matrix makes, each with the reason. */
  readonly elsewhere: Readonly<Record<string, string>>;
}

/** Tests of every call of every operation with every fault. The calls are those that a run without a fault makes. */
export function describeFaultMatrix<Server>(
  subjects: readonly Subject<Server>[],
  faults: readonly MatrixFault<Server>[],
  report: Report,
  { everyFaultOn, allCalls, elsewhere }: Coverage,
): void {
  const isRepeated = everyFaultOn === "calls of every operation";
  for (const subject of subjects) {
    for (const operation of subject.operations) {
      describe(`${subject.resource}, ${operation.name}`, () =>
        describeOperation(subject, operation, faults, report, isRepeated));
    }
  }
  it("has a row for every call that this package can make, or a reason why not", async () => {
    const calls = await allCalls();
    expect([...report.distinctCalls, ...Object.keys(elsewhere)].sort()).toEqual([...calls].sort());
  });
  afterAll(() => report.publish());
}

function describeOperation<Server>(
  subject: Subject<Server>,
  operation: Operation<Server>,
  faults: readonly MatrixFault<Server>[],
  report: Report,
  isRepeated: boolean,
): void {
  let recording: Recording;
  let news: ReadonlySet<string>;

  beforeAll(async () => {
    recording = await record(operation);
    const calls = recording.calls.map(subject.distinct);
    const known = new Set(isRepeated ? [] : report.distinctCalls);
    news = new Set(calls.filter((call) => !known.has(call)));
    report.recorded(calls);
  });

  it.each(faults)(
    "is put right by the next run after: $name",
    async (fault) => {
      // Each has a server and a clock of its own, and many of them wait.
      const outcomes = await Promise.all(
        casesOf(subject, recording, fault, news).map((each) => runCase(subject, operation, recording, each)),
      );
      report.add(outcomes);
      expect(outcomes.filter(({ problems }) => problems.length > 0)).toEqual([]);
    },
    120_000,
  );
}
