import { describeFaultMatrix } from "./support/faultMatrix/describe";
import { obshellCalls } from "./support/faultMatrix/obshellCalls";
import { OBSHELL_FAULTS } from "./support/faultMatrix/obshellFaults";
import { distinctCall, OCEANBASE_SUBJECTS } from "./support/faultMatrix/oceanbaseSubjects";
import { Report } from "./support/faultMatrix/report";

describeFaultMatrix(OCEANBASE_SUBJECTS, OBSHELL_FAULTS, new Report("oceanbase"), {
  everyFaultOn: "calls of the vendor",
  allCalls: () => obshellCalls(distinctCall),
  elsewhere: {
    "GET /api/v1/time": "asked only after a header has expired: the rows of clock skew",
  },
});
