import { recordRuns } from "./fuzzReport";

// By its path: its name leads here.
const fc = require("../../node_modules/fast-check/lib/cjs/fast-check.js") as typeof import("fast-check");

const runs: Record<string, number> = {};

fc.configureGlobal({
  reporter: (details) => {
    const { currentTestName = "outside of a test" } = expect.getState();
    runs[currentTestName] = (runs[currentTestName] ?? 0) + details.numRuns;
    if (details.failed) throw new Error(fc.defaultReportMessage(details), { cause: details.errorInstance });
  },
});

afterAll(() => recordRuns(expect.getState().testPath ?? "", runs));

export = fc;
