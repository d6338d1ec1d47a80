import { chmodSync, mkdirSync, symlinkSync } from "node:fs";
import path from "node:path";
import { withPath } from "../../../tools/pulumi-cli/executables";
import { locateOnPath } from "../../../tools/pulumi-cli/locate";
import { answering, temporaryFolders, writeExecutable } from "./support/files";

describe("pulumi on PATH", () => {
  const temporaryFolder = temporaryFolders();

  const env = (...folders: string[]): NodeJS.ProcessEnv => ({ PATH: folders.join(path.delimiter) });

  function folderWith(files: Readonly<Record<string, string>>): string {
    const folder = temporaryFolder();
    for (const [name, text] of Object.entries(files)) writeExecutable(path.join(folder, name), text);
    return folder;
  }

  it("is used when it is recent and its folder has the Node language host", async () => {
    const folder = folderWith({ pulumi: answering("v3.216.0"), "pulumi-language-nodejs": "" });
    expect(await locateOnPath(env("/nonexistent", folder))).toEqual({
      kind: "found",
      bin: path.join(folder, "pulumi"),
      version: "3.216.0",
    });
  });

  it("is used when the language host is elsewhere on PATH", async () => {
    const [cli, host] = [folderWith({ pulumi: answering("v3.300.0") }), folderWith({ "pulumi-language-nodejs": "" })];
    expect((await locateOnPath(env(cli, host))).kind).toBe("found");
  });

  it("is used when it is a link into the folder that has the language host", async () => {
    const real = folderWith({ pulumi: answering("v3.300.0"), "pulumi-language-nodejs": "" });
    const links = temporaryFolder();
    symlinkSync(path.join(real, "pulumi"), path.join(links, "pulumi"));
    expect(await locateOnPath(env(links))).toMatchObject({ kind: "found", bin: path.join(links, "pulumi") });
  });

  it("is absent when PATH has only a folder and a file that cannot be run under that name", async () => {
    const [first, second] = [temporaryFolder(), folderWith({ pulumi: answering("v3.300.0") })];
    mkdirSync(path.join(first, "pulumi"));
    chmodSync(path.join(second, "pulumi"), 0o644);
    expect(await locateOnPath(env(first, second))).toEqual({ kind: "none" });
  });

  it.each([
    ["v3.215.0", "version 3.215.0, and 3.216.0 or newer is needed"],
    ["v3.216.0-alpha.1", "version 3.216.0, and 3.216.0 or newer is needed"],
    ["unknown", 'answered "unknown", which is not a version'],
  ])("that answers %s is passed over, saying why", async (answer, why) => {
    const folder = folderWith({ pulumi: answering(answer), "pulumi-language-nodejs": "" });
    const result = await locateOnPath(env(folder));
    expect(result).toEqual({ kind: "passedOver", reason: expect.stringContaining(why) });
    expect(result).toMatchObject({ reason: expect.stringContaining(path.join(folder, "pulumi")) });
  });

  it("without a language host anywhere is passed over, naming what is missing", async () => {
    const folder = folderWith({ pulumi: answering("v3.300.0") });
    expect(await locateOnPath(env(folder))).toMatchObject({
      kind: "passedOver",
      reason: expect.stringContaining("pulumi-language-nodejs"),
    });
  });

  it("that fails is passed over, quoting its last words", async () => {
    const folder = folderWith({ pulumi: "#!/bin/sh\necho broken link >&2\nexit 3\n", "pulumi-language-nodejs": "" });
    expect(await locateOnPath(env(folder))).toMatchObject({
      kind: "passedOver",
      reason: expect.stringContaining("broken link"),
    });
  });
});

describe("environment for the CLI", () => {
  it("puts folders first and last without repeating them, and leaves the given environment alone", () => {
    const base = { PATH: ["/a", "/first", "/b", "/last", "/c"].join(path.delimiter), OTHER: "1" };
    const made = withPath(base, { first: ["/first"], last: ["/last"] });
    expect(made).toEqual({ PATH: ["/first", "/a", "/b", "/c", "/last"].join(path.delimiter), OTHER: "1" });
    expect(base.PATH).toMatch(/^.a/);
  });

  it("keeps the spelling of the variable, which Windows calls Path", () => {
    expect(withPath({ Path: "/a" }, { first: ["/b"] })).toEqual({ Path: ["/b", "/a"].join(path.delimiter) });
  });
});
