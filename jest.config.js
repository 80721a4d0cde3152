/**
 * One project for each way of compiling entities. All of them run the sources of the packages (no build needed) against real databases that
 * the global set-up starts. A file is compiled alone, without a type check: `npm run typecheck` checks all of them, once.
 */

/** The folders under packages/core/test that have a tsconfig.json of their own, by the name of their project. */
const VARIANTS = {
  'standard decorators': 'standard-decorators',
  'legacy decorators without metadata': 'no-metadata',
  'legacy decorators with assigned fields': 'assigned-fields',
};

const variantFolder = (name) => `<rootDir>/packages/core/test/${name}/`;

function project(displayName, tsconfig, files) {
  return {
    displayName,
    rootDir: __dirname,
    testEnvironment: 'node',
    ...files,
    modulePathIgnorePatterns: ['/dist/', '<rootDir>/benchmarks/'],
    // 151002: ts-jest compiles each file to CommonJS, which is what `node16` means for these packages.
    transform: { '\\.ts$': ['ts-jest', { tsconfig, diagnostics: { ignoreCodes: [151002] } }] },
    moduleNameMapper: {
      '^@espalier/([a-z]+)$': '<rootDir>/packages/$1/src/index.ts',
      '^@espalier/([a-z]+)/(?!package\\.json$)(.+)$': '<rootDir>/packages/$1/src/$2',
    },
  };
}

/** @type {import('jest').Config} */
module.exports = {
  // For a hang, not for slowness: a machine that is shared gives a test a small part of its speed.
  testTimeout: 120_000,
  // Jest leaves one core to itself, which on two cores means one test file at a time.
  maxWorkers: Math.max(2, require('node:os').availableParallelism() - 1),
  globalSetup: '<rootDir>/packages/testing/jest/global-setup.ts',
  globalTeardown: '<rootDir>/packages/testing/jest/global-teardown.ts',
  projects: [
    project('legacy decorators', '<rootDir>/tsconfig.test.json', {
      testMatch: ['<rootDir>/packages/*/test/**/*.test.ts'],
      testPathIgnorePatterns: Object.values(VARIANTS).map(variantFolder),
    }),
    ...Object.entries(VARIANTS).map(([displayName, name]) =>
      project(displayName, `${variantFolder(name)}tsconfig.json`, {
        testMatch: [`${variantFolder(name)}**/*.test.ts`],
      }),
    ),
  ],
};
