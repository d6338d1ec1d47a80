import { ACTIONS } from "../../provider/polardb/actions";
import { describeFaultMatrix } from "./support/faultMatrix/describe";
import { POLARDB_FAULTS } from "./support/faultMatrix/polardbFaults";
import { POLARDB_SUBJECTS } from "./support/faultMatrix/polardbSubjects";
import { Report } from "./support/faultMatrix/report";

describeFaultMatrix(POLARDB_SUBJECTS, POLARDB_FAULTS, new Report("polardb"), {
  everyFaultOn: "calls of every operation",
  allCalls: async () => Object.keys(ACTIONS),
  elsewhere: {
    DescribeDBClusters: "only functions list clusters, and they keep no state",
  },
});
