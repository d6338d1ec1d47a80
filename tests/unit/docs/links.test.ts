import { existsSync } from "node:fs";
import path from "node:path";
import { anchorsOf, linksOf, PAGES, ROOT } from "./markdown";

describe.each(PAGES)("The links of %s", (page) => {
  it("lead to files and headings that exist", () => {
    const broken = linksOf(page).filter((link) => {
      const [file = "", anchor] = link.split("#");
      const target = file === "" ? page : path.relative(ROOT, path.resolve(ROOT, path.dirname(page), file));
      return (
        !existsSync(path.join(ROOT, target)) ||
        (anchor !== undefined && !anchorsOf(target === "" ? page : target).includes(anchor))
      );
    });
    expect(broken).toEqual([]);
  });
});
