import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { runCaptured } from "../bootstrap/child.cjs";
import type { Step } from "../bootstrap/progress.cjs";
import { executableNames } from "./executables";
import { explainGoFailure, INSTALL_GO } from "./goFailures";
import { type PulumiSource, type SourceContext, SourceFailure } from "./source";
import { isAtLeast, LANGUAGE_HOST_VERSION, MINIMUM_GO_VERSION, PULUMI_VERSION, parseVersion } from "./versions";

interface GoProgram {
  /** Folder under modules/ whose go.mod and go.sum fix every version. */
  readonly module: string;
  readonly package: string;
  readonly version: string;
  readonly executable: string;
}

const NAMES = executableNames(process.platform);

const PROGRAMS: readonly GoProgram[] = [
  {
    module: "cli",
    package: "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
    version: PULUMI_VERSION,
    executable: NAMES.cli,
  },
  {
    module: "language-nodejs",
    package: "github.com/pulumi/pulumi/sdk/nodejs/cmd/pulumi-language-nodejs/v3",
    version: LANGUAGE_HOST_VERSION,
    executable: NAMES.languageHost,
  },
];

const TAGS = "osusergo grpcnotrace";
const VERSION_SYMBOL = "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version";
const MODULES = path.join(__dirname, "modules");
const SHOWN_LINES = 20;

/** Builds the CLI and the Node language host from Go modules, which needs nothing but Go and a module proxy. */
export function goBuild(): PulumiSource {
  return {
    kind: "go-build",
    title: "build from Go modules",
    entry: `${PULUMI_VERSION}-${process.platform}-${process.arch}-${recipeHash()}`,
    version: PULUMI_VERSION,
    async fill(folder, { env, progress }) {
      // Inside the folder, so that what a killed build leaves there goes away with it.
      const temporary = path.join(folder, "go-tmp");
      mkdirSync(temporary);
      const context = { progress, env: { ...(await goEnvironment(env)), GOTMPDIR: env.GOTMPDIR || temporary } };
      for (const program of PROGRAMS) {
        const stale = await fetchModules(program, context);
        await compile(program, stale, path.join(folder, "bin", program.executable), context);
      }
      rmSync(temporary, { recursive: true, force: true });
    },
  };
}

function recipeHash(): string {
  const hash = createHash("sha256").update(JSON.stringify([PROGRAMS, TAGS]));
  for (const { module } of PROGRAMS) {
    for (const file of ["go.mod", "go.sum", "tools.go"]) hash.update(readFileSync(path.join(MODULES, module, file)));
  }
  return hash.digest("hex").slice(0, 8);
}

/** The same settings on every machine, whatever the user's own are: only then does one recipe give one result. */
async function goEnvironment(env: NodeJS.ProcessEnv): Promise<NodeJS.ProcessEnv> {
  const result = await runCaptured("go", ["env", "GOVERSION", "GOTOOLCHAIN", "GOHOSTOS", "GOHOSTARCH"], {
    cwd: MODULES,
    env: { ...env, GOFLAGS: "", GOWORK: "off" },
  });
  if (result.startError?.code === "ENOENT") throw new SourceFailure("Go was not found", INSTALL_GO);
  if (!result.ok) throw goFailure("go env", result.tail);
  const [version = "", toolchain = "", os = "", arch = ""] = result.stdout;
  requireRecentGo(version, toolchain);
  return {
    ...env,
    GOFLAGS: "-mod=readonly",
    GOWORK: "off",
    GO111MODULE: "on",
    GOOS: os,
    GOARCH: arch,
    // The programs need no C code, and a machine may have no working C compiler.
    CGO_ENABLED: "0",
  };
}

function requireRecentGo(text: string, toolchain: string): void {
  const version = parseVersion(text);
  if (version === undefined || isAtLeast(version, MINIMUM_GO_VERSION)) return;
  // Since 1.21, Go fetches the newer toolchain that go.mod asks for through the module proxy, unless told not to.
  if (isAtLeast(version, "1.21.0") && toolchain !== "local" && toolchain !== "path") return;
  throw new SourceFailure(`${text} is too old: ${MINIMUM_GO_VERSION} or newer is needed`, INSTALL_GO);
}

/** Listing the packages makes Go fetch every module that they come from. Returns how many are not in the build cache. */
async function fetchModules(program: GoProgram, { env, progress }: SourceContext): Promise<number> {
  const step = progress.step(`Fetching the Go modules of ${title(program)}`);
  let fetched = 0;
  const args = ["list", "-deps", "-tags", TAGS, "-f", "{{.Stale}}", program.package];
  const stdout = await runGo(program, args, env, step, (line) => {
    const isModule = line.startsWith("go: downloading ");
    if (isModule) step.update(`${++fetched} modules`);
    return isModule;
  });
  step.done(fetched === 0 ? "nothing new, in" : `${fetched} modules in`);
  return stdout.filter((line) => line === "true").length;
}

async function compile(
  program: GoProgram,
  stale: number,
  output: string,
  { env, progress }: SourceContext,
): Promise<void> {
  const step = progress.step(`Compiling ${title(program)}`);
  const flags = `-s -w -X ${VERSION_SYMBOL}=v${program.version}`;
  // Besides showing progress, the printing of -v ends an orphan: it dies of the closed pipe if this process is killed.
  const args = ["build", "-v", "-tags", TAGS, "-ldflags", flags, "-o", output, program.package];
  let compiled = 0;
  await runGo(program, args, env, step, (line) => {
    const isPackage = PACKAGE_LINE.test(line);
    if (isPackage) {
      compiled += 1;
      step.update(compiled < stale ? `${compiled} of ${stale} packages` : `${compiled} packages, linking`);
    }
    return isPackage;
  });
  step.done(compiled === 0 ? "nothing new, linked in" : `${compiled} packages in`);
}

/** Returns standard output. `isProgress` takes the lines of standard error that are no complaints. */
async function runGo(
  program: GoProgram,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  step: Step,
  isProgress: (line: string) => boolean,
): Promise<readonly string[]> {
  const complaints: string[] = [];
  const result = await runCaptured("go", args, {
    cwd: path.join(MODULES, program.module),
    env,
    onLine(line, stream) {
      if (stream === "stderr" && !isProgress(line)) complaints.push(line);
    },
  });
  if (result.ok) return result.stdout;
  step.failed();
  throw goFailure(`go ${args[0]}`, complaints);
}

/** `go build -v` prints an import path for each package that it compiles. */
const PACKAGE_LINE = /^[\w.~/-]+$/;

function title({ executable, version }: GoProgram): string {
  return `${path.parse(executable).name} ${version}`;
}

function goFailure(command: string, complaints: readonly string[]): SourceFailure {
  const { reason, advice } = explainGoFailure(complaints);
  return new SourceFailure(`\`${command}\` failed: ${reason}`, advice, complaints.slice(-SHOWN_LINES));
}
