/** A Pulumi project of one JavaScript program, so that a run costs no compilation. */
export function programProject(name: string, program: string): Record<string, string> {
  return {
    "Pulumi.yaml": `name: ${name}\nruntime:\n  name: nodejs\n  options:\n    typescript: false\nmain: index.js\n`,
    "package.json": JSON.stringify({ name, private: true }),
    "index.js": programText(program),
  };
}

/** Its `index.js`: a body for which `pulumi`, `oceanbase` and `polardb` are in scope. */
export function programText(program: string): string {
  return `"use strict";
const pulumi = require("@pulumi/pulumi");
const { oceanbase, polardb } = require("pulumi-backup-policies");
${program}
`;
}
