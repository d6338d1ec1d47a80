/** A Pulumi project of one JavaScript program, so that a run costs no compilation. */
export function projectOf(program: string): Record<string, string> {
  return {
    "Pulumi.yaml": "name: recorded\nruntime: nodejs\nmain: index.js\n",
    "package.json": JSON.stringify({ name: "recorded", private: true }),
    "index.js": `"use strict";
const pulumi = require("@pulumi/pulumi");
const { oceanbase, polardb } = require("pulumi-backup-policies");
${program}
`,
  };
}
