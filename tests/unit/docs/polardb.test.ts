import path from "node:path";
import ts from "typescript";
import { TOKEN_PATTERN } from "../../../provider/core/impact";
import { backupPolicyFleet } from "../../../provider/polardb/backupPolicyFleet.handler";
import type { Documented } from "../../../provider/polardb/rules";
import { polardb } from "../../../sdk";
import { testContext } from "../support/context";
import { checkPolicy } from "../support/polardb";
import { blocksOf, ROOT, read, tableBelow } from "./markdown";

const PAGE = "docs/polardb.md";

const isDocumented = (value: unknown): value is Documented =>
  typeof value === "object" && value !== null && "id" in value && "source" in value;

/** Rules of a policy: every list and every grammar that its files of rules and schema, and further ones, export. */
function catalogueOf(policy: string, further: readonly string[]): string[][] {
  const files = ["rules", "schema"].map((kind) => `provider/polardb/${policy}.${kind}.ts`);
  const found = [...files, ...further].flatMap((file) => {
    const exported = require(path.join(ROOT, file)) as Record<string, unknown>;
    return Object.values(exported)
      .filter((value) => typeof value === "object" && value !== null)
      .flatMap((value) => Object.values(value as object));
  });
  const rows = found.filter(isDocumented).map(({ id, source }) => JSON.stringify([`\`${id}\``, source]));
  return [...new Set(rows)].sort().map((row) => JSON.parse(row) as string[]);
}

const CATALOGUES: readonly (readonly [string, string, readonly string[]])[] = [
  ["backupPolicy", "### Of the backup policy", []],
  ["logBackupPolicy", "### Of the log backup policy", []],
  ["backupPolicyFleet", "### Of a fleet", ["provider/core/fleetMembers.ts"]],
];

interface Declared {
  readonly kind: string;
  readonly args: Record<string, unknown>;
}

/** Runs a program without an engine and tells what it declares and exports. */
function run(program: string): { readonly declared: Declared[]; readonly exported: Record<string, unknown> } {
  const declared: Declared[] = [];
  const exported: Record<string, unknown> = {};
  const resource = (kind: string) =>
    function declare(_name: string, args: Record<string, unknown>): void {
      declared.push({ kind, args });
    };
  const stand = {
    ...polardb,
    ...Object.fromEntries(
      ["BackupPolicy", "LogBackupPolicy", "BackupPolicyFleet", "Provider"].map((kind) => [kind, resource(kind)]),
    ),
  };
  const { outputText } = ts.transpileModule(program, { compilerOptions: { module: ts.ModuleKind.CommonJS } });
  new Function("polardb", "exports", outputText)(stand, exported);
  return { declared, exported };
}

/** Those that ask no server. */
const PROGRAMS = blocksOf(PAGE)
  .filter(({ language, text }) => language === "ts" && !/polardb\.(get|find)/.test(text))
  .map(({ text }) => text);

describe("The guide to PolarDB", () => {
  it.each(CATALOGUES)("lists exactly the rules of %s with their sources", (policy, heading, further) => {
    const rows = tableBelow(PAGE, heading).map(([id, , source]) => [id, source]);
    expect(rows.map((row) => JSON.stringify(row)).sort()).toEqual(
      catalogueOf(policy, further).map((row) => JSON.stringify(row)),
    );
  });

  it("declares policies that no rule refuses", () => {
    const policies = PROGRAMS.flatMap((program) => run(program).declared).filter(({ kind }) => kind === "BackupPolicy");
    expect(policies.map(({ args }) => checkPolicy(args).reasons)).toEqual(policies.map(() => []));
    expect(policies.length).toBeGreaterThanOrEqual(5);
  });

  it("declares fleets that no rule refuses", () => {
    const fleets = PROGRAMS.flatMap((program) => run(program).declared).filter(
      ({ kind }) => kind === "BackupPolicyFleet",
    );
    expect(fleets.map(({ args }) => backupPolicyFleet.check(args, {}, testContext()).violations)).toEqual(
      fleets.map(() => []),
    );
    expect(fleets.length).toBeGreaterThanOrEqual(1);
  });

  it("writes one schedule in UTC and in local time", () => {
    const [utc, local] = run(PROGRAMS.find((text) => text.includes("timeZone")) ?? "").declared;
    const { utcSchedule } = checkPolicy(local?.args ?? {}).inputs;
    const { offsetHours: _offset, ...schedule } = { offsetHours: 0, ...utcSchedule };
    const { dbClusterId: _id, ...declared } = checkPolicy(utc?.args ?? {}).inputs;
    expect(schedule).toEqual(declared);
  });

  it("shows the RAM policy that its program makes", () => {
    const blocks = blocksOf(PAGE);
    const at = blocks.findIndex(({ language }) => language === "json");
    expect(run(blocks[at - 1]?.text ?? "").exported.document).toEqual(JSON.parse(blocks[at]?.text ?? ""));
  });

  it("quotes a refusal as it is printed", () => {
    const { reasons, rules } = checkPolicy({ dbClusterId: "pc-1", preferredBackupPeriod: ["Monday"] });
    expect(read(PAGE)).toContain(`\n${reasons[0]} (rule ${rules[0]})\n`);
  });

  it("names tokens that can be accepted", () => {
    const tokens = [...read(PAGE).matchAll(/`((?:shrink|irreversible|overwrite|cancelBackup|unmanage)[^`]*)`/g)];
    expect(tokens.length).toBeGreaterThan(12);
    for (const [, token] of tokens) expect(token).toMatch(TOKEN_PATTERN);
  });
});
