import { Shared } from "../../../../provider/core/shared";

describe("What a process shares", () => {
  it("is made once for each name, when it is first asked for", () => {
    const shared = new Shared();
    const made: string[] = [];
    const ask = (name: string): object =>
      shared.get(name, () => {
        made.push(name);
        return {};
      });
    expect(ask("a")).toBe(ask("a"));
    expect(ask("b")).not.toBe(ask("a"));
    expect(made).toEqual(["a", "b"]);
  });
});
