/** One jest project per test tier, so that a tier can be run alone: `npx jest --selectProjects unit`. */
const tier = (name, extra = {}) => ({
  displayName: name,
  rootDir: __dirname,
  testMatch: [`<rootDir>/tests/${name}/**/*.test.ts`],
  modulePathIgnorePatterns: ["<rootDir>/dist/", "<rootDir>/examples/"],
  // Whoever states a property has its runs counted, for the figures in `tests/reports/fuzz.json`.
  moduleNameMapper: { "^fast-check$": "<rootDir>/tests/support/countedFastCheck.ts" },
  transform: {
    "^.+\\.ts$": [
      "@swc/jest",
      {
        jsc: { parser: { syntax: "typescript" }, target: "es2023" },
        module: { type: "commonjs" },
        sourceMaps: "inline",
      },
    ],
  },
  ...extra,
});

module.exports = {
  projects: [tier("unit"), tier("lifecycle"), tier("contract"), tier("wire"), tier("engine"), tier("packaging")],
  testTimeout: 20_000,
};
