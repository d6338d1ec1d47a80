/** The one-way imports of ARCHITECTURE.md, held by a machine. */
const only = (name, comment, from, to) => ({ name, comment, severity: "error", from, to });

module.exports = {
  forbidden: [
    only(
      "no-cycles",
      "Data runs one way; types may refer to each other.",
      {},
      { circular: true, viaOnly: { dependencyTypesNot: ["type-only"] } },
    ),
    only(
      "core-knows-no-vendor",
      "Core is what both vendors share.",
      { path: "^provider/core/" },
      { path: "^provider/(oceanbase|polardb|dynamic|index|lookups)" },
    ),
    only(
      "vendors-apart-oceanbase",
      "Vendors do not know each other.",
      { path: "^provider/oceanbase/" },
      { path: "^provider/(polardb|dynamic|index|lookups)" },
    ),
    only(
      "vendors-apart-polardb",
      "Vendors do not know each other.",
      { path: "^provider/polardb/" },
      { path: "^provider/(oceanbase|dynamic|index|lookups)" },
    ),
    only(
      "adapter-knows-no-vendor",
      "The adapter fits any handler.",
      { path: "^provider/dynamic/" },
      { path: "^provider/(oceanbase|polardb|index|lookups)" },
    ),
    only(
      "provider-never-imports-sdk",
      "The provider process must not load the program's side.",
      { path: "^provider/" },
      { path: "^sdk/" },
    ),
    only(
      "sdk-loads-no-provider",
      "A program must stay light: it names the provider by text and imports nothing of it, but for the door of the functions, a list of names, a formula and a shorthand.",
      { path: "^sdk/" },
      { path: "^provider/", pathNot: "^provider/(lookups|polardb/(actions|policy\\.shorthand|spread))\\.ts$" },
    ),
    only(
      "one-file-opens-the-door",
      "Lookups are reached from one place.",
      { path: "^(sdk|provider)/", pathNot: "^sdk/lookUp\\.ts$" },
      { path: "^provider/lookups\\.ts$" },
    ),
    only(
      "the-door-opens-at-a-call",
      "A program loads provider code when it calls a function: by `require` in its body, never by an import of the file.",
      { path: "^sdk/" },
      {
        path: "^provider/(lookups|polardb/(actions|policy\\.shorthand|spread))\\.ts$",
        dependencyTypesNot: ["require", "type-import", "type-only"],
      },
    ),
    only(
      "pulumi-as-type-only-in-provider",
      "The SDK is loaded by Pulumi itself; loading it again would cost every run.",
      { path: "^provider/" },
      { path: "@pulumi/pulumi", dependencyTypesNot: ["type-only"] },
    ),
    only(
      "one-file-imports-undici",
      "The seam to the network is one file.",
      { path: "^(provider|sdk)/", pathNot: "^provider/core/undiciTransport\\.ts$" },
      { path: "node_modules/undici" },
    ),
    only(
      "zod-at-the-edges",
      "Only schemas, wire formats and check failures parse.",
      {
        path: "^(provider|sdk)/",
        pathNot: "^provider/(core/checkInputs|.*/(wire|statusWire|logWire)|.*\\.(schema|wire))\\.ts$",
      },
      { path: "node_modules/zod" },
    ),
    only(
      "emulators-stand-alone",
      "An emulator that shares the client's code proves nothing.",
      { path: "^tests/emulators/" },
      { path: "^(provider|sdk|tools)/" },
    ),
    only(
      "shipped-code-needs-no-tools",
      "What is published uses nothing that is not.",
      { path: "^(provider|sdk)/" },
      { path: "^(tests|tools|examples)/" },
    ),
    only(
      "no-dev-dependencies-shipped",
      "What is published installs only its own dependencies.",
      { path: "^(provider|sdk)/" },
      { dependencyTypes: ["npm-dev"], dependencyTypesNot: ["type-only", "npm-peer"], pathNot: "@pulumi/pulumi" },
    ),
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    exclude: { path: "^(dist|tests/mutants|examples)/" },
    tsConfig: { fileName: "tsconfig.json" },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { exportsFields: ["exports"], conditionNames: ["require", "node", "default", "types"] },
  },
};
