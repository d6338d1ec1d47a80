import { readFileSync } from "node:fs";
import path from "node:path";
import { compareVersions, isAtLeast, MINIMUM_PULUMI_VERSION, parseVersion } from "../../../tools/pulumi-cli/versions";

describe("versions", () => {
  it.each([
    ["v3.259.0", { major: 3, minor: 259, patch: 0, isPrerelease: false }],
    ["3.216.1\n", { major: 3, minor: 216, patch: 1, isPrerelease: false }],
    ["v3.260.0-alpha.x123+dirty", { major: 3, minor: 260, patch: 0, isPrerelease: true }],
    ["v3.260.0+build.7", { major: 3, minor: 260, patch: 0, isPrerelease: false }],
    ["go1.26", { major: 1, minor: 26, patch: 0, isPrerelease: false }],
    ["go1.27rc1", { major: 1, minor: 27, patch: 0, isPrerelease: true }],
    ["go1.25.11 X:nocoverageredesign", { major: 1, minor: 25, patch: 11, isPrerelease: false }],
  ])("reads %j", (text, version) => {
    expect(parseVersion(text)).toEqual(version);
  });

  it.each(["", "unknown", "v3", "devel go1.27-abcdef", "3.x.1", "version 3.1.0"])("sees no version in %j", (text) => {
    expect(parseVersion(text)).toBeUndefined();
  });

  it("takes from PATH whatever the package's own peer range allows", () => {
    const { peerDependencies } = JSON.parse(readFileSync(path.join(__dirname, "../../../package.json"), "utf8"));
    expect(peerDependencies["@pulumi/pulumi"]).toBe(`^${MINIMUM_PULUMI_VERSION}`);
  });

  it("orders by number, not by text, and a prerelease before its release", () => {
    const ascending = ["3.9.0", "3.10.0-rc.1", "3.10.0", "3.10.2", "3.100.0", "4.0.0"].map((text) => {
      const version = parseVersion(text);
      if (version === undefined) throw new Error(text);
      return version;
    });
    expect([...ascending].reverse().sort(compareVersions)).toEqual(ascending);
  });

  it.each([
    ["3.216.0", true],
    ["3.215.9", false],
    ["3.216.0-alpha.1", false],
    ["3.1000.0", true],
    ["2.999.0", false],
  ])("takes %s as at least 3.216.0: %s", (text, expected) => {
    const version = parseVersion(text);
    expect(version && isAtLeast(version, "3.216.0")).toBe(expected);
  });
});
