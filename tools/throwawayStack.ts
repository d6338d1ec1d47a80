import { type ChildProcess, spawn } from "node:child_process";
import { copyFileSync, cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import type { PulumiInstallation } from "./pulumi-cli";

const PROJECT_ROOT = path.resolve(__dirname, "..");

export interface ThrowawayOptions {
  readonly pulumi: PulumiInstallation;
  /** A Pulumi project to copy: a folder, or the files themselves by name. */
  readonly project: string | Readonly<Record<string, string>>;
  /** Puts modules into the project's folder. Default: those of this repository for a folder, Pulumi and our own package for files. */
  readonly install?: (projectFolder: string) => Promise<void>;
  /** For the CLI and everything that it starts. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Stack configuration by key; a value in `secret` is encrypted. */
  readonly config?: Readonly<Record<string, string | { readonly secret: string }>>;
}

export interface CommandResult {
  readonly code: number;
  /** Standard output and standard error as they came. */
  readonly output: string;
}

export interface StackResource {
  readonly urn: string;
  readonly type: string;
  readonly id?: string;
  readonly inputs?: Record<string, unknown>;
  readonly outputs?: Record<string, unknown>;
  readonly initErrors?: readonly string[];
}

/**
 * A copy of a Pulumi project in a temporary folder with a backend, a home and a stack of its own. Nothing of it touches the
 * user's Pulumi, and `dispose` leaves nothing behind.
 */
export class ThrowawayStack {
  private readonly running = new Set<ChildProcess>();
  /** What all commands have printed, in order. */
  readonly printed: string[] = [];

  private constructor(
    readonly folder: string,
    private readonly bin: string,
    readonly environment: Record<string, string | undefined>,
  ) {}

  static async create(options: ThrowawayOptions): Promise<ThrowawayStack> {
    const folder = mkdtempSync(path.join(os.tmpdir(), "backup-policies-"));
    const project = path.join(folder, "project");
    const { environment, pulumi } = options;
    const stack = new ThrowawayStack(folder, pulumi.bin, {
      ...pulumi.environment(withoutPulumi(process.env)),
      PULUMI_HOME: path.join(folder, "home"),
      PULUMI_BACKEND_URL: `file://${path.join(folder, "backend")}`,
      PULUMI_CONFIG_PASSPHRASE: "throw-away",
      PULUMI_SKIP_UPDATE_CHECK: "true",
      PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
      ...environment,
    });
    mkdirSync(path.join(folder, "backend"));
    copyProject(options.project, project);
    if (options.install) await options.install(project);
    else if (typeof options.project === "string") link("node_modules", path.join(project, "node_modules"));
    else linkTwoModules(project);
    await stack.mustRun("stack", "init", "test");
    for (const [key, value] of Object.entries(options.config ?? {})) await stack.setConfig(key, value);
    return stack;
  }

  get projectFolder(): string {
    return path.join(this.folder, "project");
  }

  /** Runs the CLI in the project and returns what it printed, whatever its exit code. */
  async run(...args: readonly string[]): Promise<CommandResult> {
    // A group of its own, so that `dispose` also ends the provider and language processes that the CLI starts.
    const child = spawn(this.bin, ["--non-interactive", "--color", "never", ...args], {
      cwd: this.projectFolder,
      env: this.environment,
      stdio: ["ignore", "pipe", "pipe"],
      detached: process.platform !== "win32",
    });
    this.running.add(child);
    const chunks: Buffer[] = [];
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => chunks.push(chunk));
    try {
      const code = await new Promise<number>((resolve, reject) => {
        child.once("error", reject);
        child.once("close", (exitCode) => resolve(exitCode ?? 1));
      });
      const output = Buffer.concat(chunks).toString("utf8");
      this.printed.push(output);
      return { code, output };
    } finally {
      this.running.delete(child);
    }
  }

  /** Runs the CLI and throws with its whole output when it fails. */
  async mustRun(...args: readonly string[]): Promise<string> {
    const { code, output } = await this.run(...args);
    if (code !== 0) throw new Error(`pulumi ${args.join(" ")} ended with ${code}:\n${output}`);
    return output;
  }

  up(...args: readonly string[]): Promise<CommandResult> {
    return this.run("up", "--yes", "--suppress-progress", ...args);
  }

  async setConfig(key: string, value: string | { readonly secret: string }): Promise<void> {
    if (typeof value === "string") await this.mustRun("config", "set", "--plaintext", key, "--", value);
    else await this.mustRun("config", "set", "--secret", key, "--", value.secret);
  }

  write(file: string, text: string): void {
    writeFileSync(path.join(this.projectFolder, file), text);
  }

  /** The deployment as `pulumi stack export` gives it: secrets stay encrypted. */
  async export(): Promise<string> {
    return this.mustRun("stack", "export");
  }

  /** Resources of the stack, all or those whose type ends so. */
  async resources(type = ""): Promise<readonly StackResource[]> {
    const { deployment } = JSON.parse(await this.export()) as { deployment: { resources?: StackResource[] } };
    return (deployment.resources ?? []).filter((resource) => resource.type.endsWith(type));
  }

  /** Puts a deployment in place that is the present one with some other text. */
  async edit(change: (deployment: string) => string): Promise<void> {
    this.write("deployment.json", change(await this.export()));
    await this.mustRun("stack", "import", "--file", "deployment.json");
  }

  /** Ends what still runs, and removes everything. Safe to call at any moment, and twice. */
  dispose(): void {
    for (const child of this.running) killGroup(child);
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

function killGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  try {
    process.kill(process.platform === "win32" ? pid : -pid, "SIGKILL");
  } catch {
    // It has just ended by itself.
  }
}

function copyProject(project: ThrowawayOptions["project"], target: string): void {
  if (typeof project === "string") {
    cpSync(project, target, {
      recursive: true,
      filter: (source) => !/[/\\](node_modules|Pulumi\.[^/\\]+\.yaml)$/.test(source),
    });
    return;
  }
  mkdirSync(target);
  for (const [name, text] of Object.entries(project)) writeFileSync(path.join(target, name), text);
}

/** What a program needs and no more: the CLI walks through all modules of a project each time. Our own as users have it, built. */
function linkTwoModules(project: string): void {
  const modules = path.join(project, "node_modules");
  const own = path.join(modules, "pulumi-backup-policies");
  for (const folder of [own, path.join(modules, "@pulumi")]) mkdirSync(folder, { recursive: true });
  link("node_modules/@pulumi/pulumi", path.join(modules, "@pulumi", "pulumi"));
  link("dist", path.join(own, "dist"));
  copyFileSync(path.join(PROJECT_ROOT, "package.json"), path.join(own, "package.json"));
}

function link(folder: string, target: string): void {
  symlinkSync(path.join(PROJECT_ROOT, folder), target, "junction");
}

/** Settings and credentials of the user's own Pulumi and clouds must not leak into a throw-away stack. */
function withoutPulumi(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const foreign = /^(PULUMI_|ALIBABA_CLOUD_|ALICLOUD_|POLARDB_|OCEANBASE_)/;
  return Object.fromEntries(Object.entries(env).filter(([name]) => !foreign.test(name)));
}
