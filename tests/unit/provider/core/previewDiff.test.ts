import { acceptable, announced, type Impact } from "../../../../provider/core/impact";
import type { DiffResult } from "../../../../provider/core/lifecycle";
import { knownInputs, previewDiff } from "../../../../provider/core/previewDiff";
import { UNKNOWN } from "../../../../provider/core/unknowns";

const SHRINK = acceptable("shrinksRetention", "days", 3, "Backups expire earlier.");
const GAP = announced("archiveGap", "Log archiving stops.");

function preview(
  olds: Record<string, unknown>,
  news: Readonly<Record<string, unknown>>,
  impacts: () => readonly Impact[] = () => [],
): DiffResult {
  return previewDiff({
    olds: { ...olds, effective: "an output" },
    news: news as { accept?: readonly string[] },
    properties: ["id", "region", "days", "deletePolicy", "accept"],
    identity: ["id", "region"],
    settings: ["days", "deletePolicy"],
    name: "pc-1",
    impacts,
  });
}

const askedInVain = (): never => {
  throw new Error("impacts were asked for");
};

describe("A preview", () => {
  it("shows nothing and asks for no impacts when inputs and records are equal, in whatever key order", () => {
    const olds = { id: "pc-1", days: 7, deletePolicy: { policy: "default", recoveryWindow: "7d" } };
    const news = { deletePolicy: { recoveryWindow: "7d", policy: "default" }, id: "pc-1", days: 7 };
    expect(preview(olds, news, askedInVain)).toEqual({
      replaces: [],
      nothingToDo: false,
      announcements: [],
      refusal: undefined,
      findings: { impacts: [], released: [] },
    });
  });

  it.each<[string, Record<string, unknown>, Record<string, unknown>, string[]]>([
    ["the id changes", { id: "pc-1" }, { id: "pc-2" }, ["id"]],
    ["a region is added", { id: "pc-1" }, { id: "pc-1", region: "cn-beijing" }, ["region"]],
    ["a region is removed", { id: "pc-1", region: "cn-beijing" }, { id: "pc-1" }, ["region"]],
    ["the id is not known yet", { id: "pc-1" }, { id: UNKNOWN }, ["id"]],
    ["id and region change", { id: "pc-1", region: "a" }, { id: "pc-2", region: "b" }, ["id", "region"]],
  ])("shows a replacement, and no impacts in place, when %s", (_name, olds, news, replaces) => {
    expect(preview({ ...olds, days: 7 }, { ...news, days: 3 }, askedInVain).replaces).toEqual(replaces);
  });

  it("announces every impact of a change in place under the target's name", () => {
    const result = preview({ id: "pc-1", days: 7 }, { id: "pc-1", days: 9 }, () => [GAP]);
    expect(result.announcements).toEqual(["pc-1: Log archiving stops."]);
    expect(result.refusal).toBeUndefined();
    expect(result.replaces).toEqual([]);
  });

  it("refuses what the apply could only refuse", () => {
    const result = preview({ id: "pc-1", days: 7 }, { id: "pc-1", days: 3 }, () => [SHRINK]);
    expect(result.refusal?.kind).toBe("NotAccepted");
    expect(result.refusal?.message).toContain('"shrink:days=3"');
  });

  it("says of a setting that leaves the program that it is no longer managed and stays as it is", () => {
    const olds = { id: "pc-1", days: 7, deletePolicy: { recoveryWindow: "7d" }, accept: ["shrink:days=3"] };
    expect(preview(olds, { id: "pc-1", days: 7 }).announcements).toEqual([
      "pc-1: deletePolicy is no longer managed and keeps its present value",
    ]);
  });

  it("does not say that of a setting that leaves the program together with the old target", () => {
    expect(preview({ id: "pc-1", days: 7 }, { id: "pc-2" }).announcements).toEqual([]);
  });

  it("does not refuse what is accepted", () => {
    const result = preview({ id: "pc-1", days: 7 }, { id: "pc-1", days: 3, accept: ["shrink:days=3"] }, () => [SHRINK]);
    expect(result.refusal).toBeUndefined();
    expect(result.announcements).toEqual(["pc-1: Backups expire earlier."]);
  });

  it("does not refuse while it is not known what will be accepted", () => {
    const accept = [UNKNOWN];
    expect(preview({ days: 7 }, { days: 3, accept }, () => [SHRINK]).refusal).toBeUndefined();
  });

  it("reports tokens that match nothing in the change", () => {
    const result = preview({ id: "pc-1", days: 7 }, { id: "pc-1", days: 9, accept: ["shrink:days=3"] });
    expect(result.announcements).toEqual(['pc-1: accept "shrink:days=3" matches nothing in this change; remove it']);
  });

  it("says nothing about a token that was used and still stands there while nothing changes", () => {
    const inputs = { id: "pc-1", days: 3, accept: ["shrink:days=3"] };
    expect(preview(inputs, inputs, askedInVain).announcements).toEqual([]);
  });

  it("does not call tokens stale in a replacement: what they authorise is seen only when the new target is read", () => {
    const news = { id: "pc-2", days: 3, accept: ["shrink:days=3"] };
    expect(preview({ id: "pc-1", days: 7 }, news).announcements).toEqual([]);
  });

  it("does not call tokens stale while the value that they may belong to is not known yet", () => {
    const news = { id: "pc-1", days: UNKNOWN, accept: ["shrink:days=3"] };
    expect(preview({ id: "pc-1", days: 7 }, news).announcements).toEqual([]);
  });

  it.each<[string, Record<string, unknown>, Record<string, unknown>, boolean]>([
    ["a token is added", {}, { accept: ["shrink:days=3"] }, true],
    ["a token is removed", { accept: ["shrink:days=3"] }, {}, true],
    ["a token is added beside a change", { days: 9 }, { days: 3, accept: ["shrink:days=3"] }, false],
    ["nothing changes, so that recorded drift still shows as an update", {}, {}, false],
  ])("knows whether an update is called for when %s", (_name, olds, news, nothingToDo) => {
    expect(preview({ id: "pc-1", ...olds }, { id: "pc-1", ...news }).nothingToDo).toBe(nothingToDo);
  });
});

describe("The inputs that are known in a preview", () => {
  it("are those without a marker at any depth, as they are", () => {
    const inputs = { a: 0, b: UNKNOWN, c: { d: [UNKNOWN] }, e: { f: "x" }, g: undefined };
    expect(knownInputs(inputs)).toEqual({ a: 0, e: { f: "x" }, g: undefined });
  });
});
