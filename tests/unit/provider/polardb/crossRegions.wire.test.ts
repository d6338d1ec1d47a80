import { crossRegionsFromWire } from "../../../../provider/polardb/crossRegions.wire";
import { thrownBy } from "../../support/failures";

describe("An answer of DescribeAvailableCrossRegions", () => {
  it.each<[string, unknown, string[]]>([
    ["a list", ["cn-shanghai", "cn-beijing"], ["cn-beijing", "cn-shanghai"]],
    ["a list of one text that holds a JSON list", ['["cn-shanghai", "cn-beijing"]'], ["cn-beijing", "cn-shanghai"]],
    ["one text that holds a JSON list", ' ["cn-beijing"]', ["cn-beijing"]],
    ["one region", "cn-beijing", ["cn-beijing"]],
    ["the same region twice, with spaces", ["cn-beijing ", "cn-beijing"], ["cn-beijing"]],
    ["an empty list", [], []],
    ["an empty JSON list", "[]", []],
    ["an empty text", "", []],
    ["null", null, []],
    ["nothing", undefined, []],
  ])("tells the regions when it has %s", (_name, Regions, expected) => {
    expect(crossRegionsFromWire({ RequestId: "R", Regions })).toEqual(expected);
  });

  it.each<[string, unknown]>([
    ["a list that is cut off", '["cn-beijing"'],
    ["a JSON list of something else", "[1]"],
    ["a list of something else", [1]],
    ["an object", { Region: [] }],
  ])("is refused when it has %s", (_name, Regions) => {
    const error = thrownBy(() => crossRegionsFromWire({ Regions }));
    expect(error.kind).toBe("UnexpectedResponse");
    expect(error.message).toContain("the answer of DescribeAvailableCrossRegions is not as documented: Regions");
  });
});
