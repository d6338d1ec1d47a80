import type { Bag } from "../../../../provider/core/bag";
import { UNKNOWN } from "../../../../provider/core/unknowns";
import { announceInputs } from "../../../../provider/oceanbase/backupConfig.advice";
import { testContext } from "../../support/context";

const lines = (news: Bag, olds: Bag = {}): string[] => {
  const context = testContext();
  announceInputs(news, olds, "OceanBase backup config", context);
  return context.lines;
};
const SHARED =
  "must be one shared mount on every server of the cluster; obshell cannot tell a shared directory from local ones";
const DOUBLE = "the vendor recommends to raise it before a backup and to double it each time";

describe("What is said of declared values", () => {
  it.each<[string, Bag, Bag, string[]]>([
    [
      "a directory must be shared",
      { backupBaseUri: "file:///b" },
      {},
      [`OceanBase backup config: backupBaseUri file:///b ${SHARED}`],
    ],
    [
      "each directory of a tenant must be shared",
      { tenantName: "t1", archiveBaseUri: "file:///a", dataBaseUri: "file:///d" },
      {},
      [
        `OceanBase backup config (t1): archiveBaseUri file:///a ${SHARED}`,
        `OceanBase backup config (t1): dataBaseUri file:///d ${SHARED}`,
      ],
    ],
    [
      "a directory of a tenant without a name as yet must be shared",
      { tenantName: UNKNOWN, dataBaseUri: "file:///d" },
      {},
      [`OceanBase backup config (not yet known): dataBaseUri file:///d ${SHARED}`],
    ],
    [
      "nothing of a directory that was there before",
      { backupBaseUri: "file:///b" },
      { backupBaseUri: "file:///b" },
      [],
    ],
    ["nothing of an object store", { backupBaseUri: "oss://b/p?host=h&access_key=k" }, {}, []],
    ["nothing of a destination that is not known yet", { backupBaseUri: UNKNOWN }, {}, []],
    [
      "a thread score should not be more than doubled",
      { haLowThreadScore: 21 },
      { haLowThreadScore: 10 },
      [`OceanBase backup config: haLowThreadScore 10 -> 21: ${DOUBLE}`],
    ],
    [
      "a thread score should go up from zero in small steps",
      { haLowThreadScore: 3 },
      { haLowThreadScore: 0 },
      [`OceanBase backup config: haLowThreadScore 0 -> 3: ${DOUBLE}`],
    ],
    ["nothing of a doubled thread score", { haLowThreadScore: 20 }, { haLowThreadScore: 10 }, []],
    ["nothing of a lower thread score", { haLowThreadScore: 1 }, { haLowThreadScore: 90 }, []],
    ["nothing of the first thread score", { haLowThreadScore: 90 }, {}, []],
    ["nothing of a thread score that is not known yet", { haLowThreadScore: UNKNOWN }, { haLowThreadScore: 1 }, []],
  ])("is that %s", (_name, news, olds, expected) => {
    expect(lines(news, olds)).toEqual(expected);
  });
});
