import { FleetLog } from "../../../../provider/core/fleetLog";

function told(say: (log: FleetLog) => void): string[] {
  const lines: string[] = [];
  const log = new FleetLog((line) => lines.push(line), "cluster");
  say(log);
  log.close();
  return lines;
}

describe("What the members of a fleet have to say", () => {
  it("is told as it comes while it is little", () => {
    expect(
      told((log) => {
        for (const id of ["pc-1", "pc-2"]) log.say(id, `${id}: days 7 -> 14`);
      }),
    ).toEqual(["pc-1: days 7 -> 14", "pc-2: days 7 -> 14"]);
  });

  it("is told of every member where that must be, however much it is and also when it is the same", () => {
    const lines: string[] = [];
    const log = new FleetLog(
      (line) => lines.push(line),
      "tenant",
      (line) => line.startsWith("off for"),
    );
    const members = Array.from({ length: 300 }, (_, index) => `t${index}`);
    for (const id of members) log.say(id, `${id}: off for ${Math.floor(Number(id.slice(1)) / 2)} s`);
    log.close();
    expect(lines).toEqual(members.map((id) => `${id}: off for ${Math.floor(Number(id.slice(1)) / 2)} s`));
  });

  it("is told once for each text when it is much, with the number of the others", () => {
    const lines = told((log) => {
      for (let index = 0; index < 1_000; index++) {
        log.say(`pc-${index}`, `pc-${index}: days 7 -> 14`);
        if (index % 100 === 99) log.say(`pc-${index}`, `pc-${index}: older ones expire.`);
      }
    });
    expect(lines).toHaveLength(10 + 1 + 2);
    expect(lines.slice(10)).toEqual([
      "pc-99: older ones expire.",
      "990 more clusters: days 7 -> 14",
      "9 more clusters: older ones expire.",
    ]);
  });

  it("has an end where everybody says something else", () => {
    const lines = told((log) => {
      for (let index = 0; index < 1_000; index++) log.say(`pc-${index}`, `pc-${index}: request ${index}`);
    });
    expect(lines).toHaveLength(101);
    expect(lines.at(-1)).toBe("900 other lines not shown");
  });
});
