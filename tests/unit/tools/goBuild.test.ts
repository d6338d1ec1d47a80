import { existsSync, mkdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { goBuild } from "../../../tools/pulumi-cli/goBuild";
import { explainGoFailure } from "../../../tools/pulumi-cli/goFailures";
import { SourceFailure } from "../../../tools/pulumi-cli/source";
import { MINIMUM_GO_VERSION, PULUMI_VERSION } from "../../../tools/pulumi-cli/versions";
import { temporaryFolders, writeExecutable } from "./support/files";
import { recordedProgress } from "./support/recordedProgress";

/** Speaks like the go command, notes how it was called, and fails on demand. */
const FAKE_GO = `#!${process.execPath}
const fs = require("node:fs");
const [command, ...args] = process.argv.slice(2);
const { FAKE_LOG, FAKE_VERSION = "go1.26.8", FAKE_TOOLCHAIN = "local", FAKE_FAILURE = "{}", ...env } = process.env;
fs.appendFileSync(FAKE_LOG, JSON.stringify({ command, args, cwd: process.cwd(), env }) + "\\n");
const failure = JSON.parse(FAKE_FAILURE)[command];
if (failure !== undefined) {
  for (let i = 0; i < 100; i++) console.log("true");
  console.error(failure);
  process.exit(1);
}
if (command === "env") console.log([FAKE_VERSION, FAKE_TOOLCHAIN, "linux", "amd64"].join("\\n"));
if (command === "list") {
  for (const name of ["a", "b", "c"]) console.error("go: downloading example.com/" + name + " v1.0.0");
  console.log("true\\nfalse\\ntrue\\ntrue\\ntrue");
}
if (command === "build") {
  console.error("runtime\\nexample.com/a/v2");
  setTimeout(() => {
    console.error("golang.org/x/net/http2\\nmain.example/cmd");
    setTimeout(() => fs.writeFileSync(args[args.indexOf("-o") + 1], "built", { mode: 0o755 }), 80);
  }, 80);
}
`;

describe("build from Go modules", () => {
  const temporaryFolder = temporaryFolders();

  interface GoCall {
    readonly command: string;
    readonly args: readonly string[];
    readonly cwd: string;
    readonly env: Readonly<Record<string, string>>;
  }

  function bench(env: NodeJS.ProcessEnv = {}) {
    const root = temporaryFolder();
    writeExecutable(path.join(root, "path", "go"), FAKE_GO);
    const log = path.join(root, "go.log");
    const folder = path.join(root, "building");
    mkdirSync(path.join(folder, "bin"), { recursive: true });
    const { progress, text } = recordedProgress(30);
    const context = { progress, env: { PATH: path.join(root, "path"), FAKE_LOG: log, ...env } };
    const calls = (): GoCall[] =>
      readFileSync(log, "utf8")
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line));
    return { folder, text, calls, fill: () => goBuild().fill(folder, context) };
  }

  it("builds both programs with the recorded flags from their own modules", async () => {
    const { folder, calls, fill } = bench({ GOFLAGS: "-mod=mod -race", GOWORK: "/somewhere/go.work" });
    await fill();
    const builds = calls().filter(({ command }) => command === "build");
    const flags = (version: string) => [
      "-v",
      "-tags",
      "osusergo grpcnotrace",
      "-ldflags",
      `-s -w -X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=${version}`,
      "-o",
    ];
    expect(builds.map(({ args }) => args)).toEqual([
      [...flags("v3.259.0"), `${folder}/bin/pulumi`, "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi"],
      [
        ...flags("v3.187.0"),
        `${folder}/bin/pulumi-language-nodejs`,
        "github.com/pulumi/pulumi/sdk/nodejs/cmd/pulumi-language-nodejs/v3",
      ],
    ]);
    expect(builds.map(({ cwd }) => path.basename(cwd))).toEqual(["cli", "language-nodejs"]);
    for (const { env } of builds) {
      expect(env).toMatchObject({
        GOFLAGS: "-mod=readonly",
        GOWORK: "off",
        CGO_ENABLED: "0",
        GOOS: "linux",
        GOARCH: "amd64",
      });
      expect(env.GOTMPDIR?.startsWith(folder)).toBe(true);
    }
    expect(calls().some(({ args }) => args.includes("tidy"))).toBe(false);
    expect(existsSync(`${folder}/go-tmp`)).toBe(false);
  });

  it("counts fetched modules, and compiled packages against those that are not in Go's cache", async () => {
    const { text, fill } = bench();
    await fill();
    expect(text()).toMatch(/^Fetching the Go modules of pulumi 3\.259\.0: 3 modules in [\d.]+ s$/m);
    expect(text()).toMatch(/^Compiling pulumi 3\.259\.0: 2 of 4 packages, [\d.]+ s$/m);
    expect(text()).toMatch(/^Compiling pulumi 3\.259\.0: 4 packages, linking, [\d.]+ s$/m);
    expect(text()).toMatch(/^Compiling pulumi 3\.259\.0: 4 packages in [\d.]+ s$/m);
    expect(text()).toMatch(/^Compiling pulumi-language-nodejs 3\.187\.0: 4 packages in [\d.]+ s$/m);
  });

  it("says what to install when there is no Go", async () => {
    const { fill } = bench({ PATH: "/nonexistent" });
    await expect(fill()).rejects.toMatchObject({
      message: "Go was not found",
      advice: expect.stringContaining("Install Go 1.25.11 or newer from your package manager"),
    });
  });

  it.each([
    ["go1.24.5", "local", false],
    ["go1.20.14", "auto", false],
    ["go1.24.5", "auto", true],
    ["go1.25.11", "local", true],
    ["devel go1.28-0123abc", "local", true],
  ])("with %s and GOTOOLCHAIN=%s it starts: %s", async (version, toolchain, starts) => {
    const failure = JSON.stringify({ list: "stopped here" });
    const { fill } = bench({ FAKE_VERSION: version, FAKE_TOOLCHAIN: toolchain, FAKE_FAILURE: failure });
    const reason = starts ? "`go list` failed" : `${version} is too old: 1.25.11 or newer is needed`;
    await expect(fill()).rejects.toThrow(reason);
  });

  it("reports a failure with its cause, what to do, and the last lines, without the list of packages", async () => {
    const output = "example.com/a\n# example.com/b\nwrite /tmp/x: no space left on device";
    const { text, fill } = bench({ FAKE_FAILURE: JSON.stringify({ build: output }) });
    const failure = await fill().catch((reason: unknown) => reason);
    expect(failure).toBeInstanceOf(SourceFailure);
    expect(failure).toMatchObject({
      message: "`go build` failed: the disk is full",
      advice: expect.stringContaining("4 GB"),
      output: ["# example.com/b", "write /tmp/x: no space left on device"],
    });
    expect(text()).toMatch(/^Compiling pulumi 3\.259\.0: failed after/m);
  });

  it.each([
    [
      'go: example.com/a@v1: Get "https://proxy/a": dial tcp: lookup proxy: no such host',
      "module proxy could not be reached",
    ],
    ['go: a@v1: Get "https://proxy/a": net/http: TLS handshake timeout', "module proxy could not be reached"],
    ["go: a@v1: reading https://proxy/a: 403 Forbidden", "module proxy could not be reached"],
    [
      "go: a@v1: tls: failed to verify certificate: x509: certificate signed by unknown authority",
      "module proxy could not be reached",
    ],
    ["go: a@v1: module lookup disabled by GOPROXY=off", "switched off"],
    ["verifying a@v1: checksum mismatch", "not the one recorded in go.sum"],
    ["go: a@v1: missing go.sum entry for go.mod file", "modules was changed"],
    ["go: updates to go.mod needed", "modules was changed"],
    ["go: go.mod requires go >= 1.25.11 (running go 1.24.5; GOTOOLCHAIN=local)", "too old"],
    ["go: errors parsing go.mod: go.mod:3: invalid go version '1.25.11': must match format 1.23", "too old"],
    ["go: download go1.25.11 for linux/amd64: toolchain not available", "too old"],
    ["compile: writing output: write $WORK/b001/_pkg_.a: no space left on device", "disk is full"],
    ["go: could not create module cache: mkdir /home/ann/go: permission denied", "cannot be written"],
    ["a/b: /usr/lib/go/pkg/tool/linux_amd64/compile: signal: killed", "lack of memory"],
    ["something nobody has seen", "reported an error"],
  ])("understands %j", (line, reason) => {
    expect(explainGoFailure(["example.com/a", line, "dial tcp: after that"]).reason).toContain(
      line.startsWith("something") ? "could not be reached" : reason,
    );
    expect(explainGoFailure([line]).reason).toContain(reason);
  });

  it("takes the release that the modules require, with the Go that they ask for", () => {
    const module = readFileSync(path.join(__dirname, "../../../tools/pulumi-cli/modules/cli/go.mod"), "utf8");
    expect(module).toContain(`\nrequire github.com/pulumi/pulumi/pkg/v3 v${PULUMI_VERSION}\n`);
    expect(module).toContain(`\ngo ${MINIMUM_GO_VERSION}\n`);
  });

  it("has a cache entry of its own for each recipe", () => {
    expect(goBuild().entry).toMatch(new RegExp(`^3\\.259\\.0-${process.platform}-${process.arch}-[0-9a-f]{8}$`));
  });
});
