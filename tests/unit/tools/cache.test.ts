import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, truncateSync } from "node:fs";
import path from "node:path";
import { cacheFolder, findEntry, publishEntry, removeLeftovers, startEntry } from "../../../tools/pulumi-cli/cache";
import { temporaryFolders, writeExecutable } from "./support/files";

const FILES = ["pulumi", "pulumi-language-nodejs", "pulumi-resource-pulumi-nodejs"];

describe("folder of the cached CLI", () => {
  it.each<[NodeJS.Platform, NodeJS.ProcessEnv, string]>([
    ["linux", {}, "/home/ann/.cache/pulumi-backup-policies/pulumi"],
    ["linux", { XDG_CACHE_HOME: "/var/cache/ann" }, "/var/cache/ann/pulumi-backup-policies/pulumi"],
    ["linux", { XDG_CACHE_HOME: "relative" }, "/home/ann/.cache/pulumi-backup-policies/pulumi"],
    ["linux", { XDG_CACHE_HOME: "" }, "/home/ann/.cache/pulumi-backup-policies/pulumi"],
    ["darwin", { XDG_CACHE_HOME: "/ignored" }, "/home/ann/Library/Caches/pulumi-backup-policies/pulumi"],
    ["win32", { LOCALAPPDATA: "/data/local" }, "/data/local/pulumi-backup-policies/pulumi"],
    ["win32", {}, "/home/ann/AppData/Local/pulumi-backup-policies/pulumi"],
    ["linux", { PULUMI_BACKUP_POLICIES_CACHE: "/scratch", XDG_CACHE_HOME: "/x" }, "/scratch/pulumi"],
    ["darwin", { PULUMI_BACKUP_POLICIES_CACHE: "scratch" }, "/project/scratch/pulumi"],
    ["linux", { PULUMI_BACKUP_POLICIES_CACHE: "" }, "/home/ann/.cache/pulumi-backup-policies/pulumi"],
  ])("on %s with %j is %s", (platform, env, expected) => {
    expect(cacheFolder(env, { platform, home: "/home/ann" }, "/project")).toBe(expected);
  });
});

describe("entry of the cache", () => {
  const temporaryFolder = temporaryFolders();

  function build(cache: string, text: string): string {
    const building = startEntry(cache);
    for (const file of FILES) writeExecutable(path.join(building, "bin", file), text);
    return building;
  }

  it("is found once it is published, with its version", () => {
    const cache = temporaryFolder();
    const building = build(cache, "one");
    expect(findEntry(cache, "e")).toBeUndefined();
    publishEntry(cache, "e", building, "3.300.0");
    expect(findEntry(cache, "e")).toEqual({ folder: path.join(cache, "e"), version: "3.300.0" });
    expect(readdirSync(cache)).toEqual(["e"]);
  });

  it.each<[string, (folder: string) => void]>([
    ["an executable is missing", (folder) => rmSync(path.join(folder, "bin", "pulumi-language-nodejs"))],
    ["an executable lost its end", (folder) => truncateSync(path.join(folder, "bin", "pulumi"), 1)],
    ["the manifest is missing", (folder) => rmSync(path.join(folder, "installation.json"))],
    ["the manifest lost its end", (folder) => truncateSync(path.join(folder, "installation.json"), 5)],
  ])("is not used when %s, and the next build replaces it", (_, damage) => {
    const cache = temporaryFolder();
    damage(publishEntry(cache, "e", build(cache, "one"), "3.300.0").folder);
    expect(findEntry(cache, "e")).toBeUndefined();
    publishEntry(cache, "e", build(cache, "two"), "3.300.1");
    expect(findEntry(cache, "e")?.version).toBe("3.300.1");
    expect(readFileSync(path.join(cache, "e", "bin", "pulumi"), "utf8")).toBe("two");
    expect(readdirSync(cache)).toEqual(["e"]);
  });

  it("stays as it is when a second builder publishes later, because somebody may be running it", () => {
    const cache = temporaryFolder();
    const [first, second] = [build(cache, "one"), build(temporaryFolder(), "two")];
    publishEntry(cache, "e", first, "3.300.0");
    publishEntry(cache, "e", second, "3.300.0");
    expect(readFileSync(path.join(cache, "e", "bin", "pulumi"), "utf8")).toBe("one");
    expect(existsSync(second)).toBe(false);
  });

  it("survives the removal of what dead builds left", () => {
    const cache = temporaryFolder();
    publishEntry(cache, "e", build(cache, "one"), "3.300.0");
    build(cache, "half");
    mkdirSync(path.join(cache, ".lock"));
    removeLeftovers(cache);
    expect(readdirSync(cache).sort()).toEqual([".lock", "e"]);
  });
});
