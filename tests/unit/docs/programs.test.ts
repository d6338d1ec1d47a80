import path from "node:path";
import ts from "typescript";
import { polardb } from "../../../sdk";
import { blocksOf, PAGES, ROOT } from "./markdown";

/** Every block in TypeScript is a whole program; one without imports has the usual ones. */
const IMPORTS = `import { oceanbase, polardb } from "pulumi-backup-policies"; `;

/** Programs of the log policy are compiled where the package has that resource. */
const isOffered = (text: string): boolean =>
  !text.includes("new polardb.LogBackupPolicy") || "LogBackupPolicy" in polardb;

const PROGRAMS: ReadonlyMap<string, string> = new Map(
  PAGES.flatMap((page) =>
    blocksOf(page)
      .filter(({ language, text }) => language === "ts" && isOffered(text))
      .map(({ text, line }): [string, string] => [
        path.join(ROOT, `${page.replaceAll("/", ".")}.${line}.ts`),
        /^import /m.test(text) ? text : `${IMPORTS}${text}`,
      ]),
  ),
);

const OPTIONS: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2023,
  module: ts.ModuleKind.Node20,
  strict: true,
  noEmit: true,
  skipLibCheck: true,
  types: ["node"],
  paths: { "pulumi-backup-policies": [path.join(ROOT, "sdk/index.ts")] },
};

describe("The programs in the guides", () => {
  it("compile against the package", () => {
    const host = ts.createCompilerHost(OPTIONS);
    const { getSourceFile, fileExists, readFile } = host;
    host.fileExists = (name) => PROGRAMS.has(name) || fileExists(name);
    host.readFile = (name) => PROGRAMS.get(name) ?? readFile(name);
    host.getSourceFile = (name, version, ...rest) => {
      const text = PROGRAMS.get(name);
      return text === undefined ? getSourceFile(name, version, ...rest) : ts.createSourceFile(name, text, version);
    };
    const program = ts.createProgram([...PROGRAMS.keys()], OPTIONS, host);
    const problems = [...PROGRAMS.keys()].flatMap((name) => {
      const file = program.getSourceFile(name);
      return [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)].map(
        ({ messageText }) => `${path.basename(name)}: ${ts.flattenDiagnosticMessageText(messageText, "\n")}`,
      );
    });
    expect(problems).toEqual([]);
    expect(PROGRAMS.size).toBeGreaterThan(5);
  }, 60_000);
});
