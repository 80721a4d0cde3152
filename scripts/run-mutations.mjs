/**
 * Breaks the unit of work in small ways, one at a time, and looks whether a test notices: a seeded sample of mutations over the rooms session,
 * entities, loading and query of core, each run against the tests of these rooms on SQLite, in a copy of the repository. Survivors that are
 * explained stand in scripts/mutations/survivors.json (file, the mutated line before and after, why).
 *
 *   npm run test:mutations -- --count 60 --seed 1 --only session/flush
 *
 * No mutation library: the one for TypeScript and Jest was tried and took 24 minutes for six mutations of one file, because it compiles and
 * runs every test under its instruments. This takes the tests of four rooms, without type checks, in stages, the quick ones first.
 * `--from 20` leaves out the first 20 of the sample, so that a long run can be taken in parts.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import ts from 'typescript';

const root = fileURLToPath(new URL('..', import.meta.url));
const ROOMS = ['session', 'entities', 'loading', 'query'].map((room) => `packages/core/src/${room}`);
const SURVIVORS = join(root, 'scripts/mutations/survivors.json');
/** Of the mutations that are not explained, how many a sample must catch. */
const TARGET = 0.95;
/** A loop that never ends counts as noticed: a stage may take this many times what it takes with nothing broken, and a minute. */
const PATIENCE = 3;
const BASELINE_TIMEOUT_MS = 1_200_000;

/** Tests by stage: a mutation that a quick stage notices does not meet the next. */
const STAGES = [
  ['packages/core/test/session', 'packages/core/test/query/(?!types)'],
  ['packages/sqlite/test/compliance'],
  ['unit-of-work-model', 'two-databases', 'chinook', 'failing-release', 'json', 'wrong-arguments'].map(
    (name) => `packages/testing/test/${name}`,
  ),
];

const { values: options } = parseArgs({
  options: {
    count: { type: 'string', default: '60' },
    from: { type: 'string', default: '0' },
    seed: { type: 'string', default: '1' },
    only: { type: 'string', default: '' },
  },
});

// -- what can be broken

const FLIPS = new Map([
  [ts.SyntaxKind.AmpersandAmpersandToken, '||'],
  [ts.SyntaxKind.BarBarToken, '&&'],
  [ts.SyntaxKind.EqualsEqualsEqualsToken, '!=='],
  [ts.SyntaxKind.ExclamationEqualsEqualsToken, '==='],
  [ts.SyntaxKind.LessThanToken, '<='],
  [ts.SyntaxKind.LessThanEqualsToken, '<'],
  [ts.SyntaxKind.GreaterThanToken, '>='],
  [ts.SyntaxKind.GreaterThanEqualsToken, '>'],
  [ts.SyntaxKind.PlusToken, '-'],
  [ts.SyntaxKind.MinusToken, '+'],
]);

/** @returns what the node is replaced by; nothing where it is left alone */
function replacementsOf(node, source) {
  const text = node.getText(source);
  if (ts.isBinaryExpression(node)) {
    const isText = [node.left, node.right].some(
      (side) => ts.isStringLiteralLike(side) || ts.isTemplateExpression(side),
    );
    const flip =
      isText && node.operatorToken.kind === ts.SyntaxKind.PlusToken ? undefined : FLIPS.get(node.operatorToken.kind);
    return flip ? [{ node: node.operatorToken, by: flip }] : [];
  }
  if (ts.isIfStatement(node) || ts.isWhileStatement(node))
    return [{ node: node.expression, by: `!(${node.expression.getText(source)})` }];
  if (ts.isConditionalExpression(node)) return [{ node: node.condition, by: `!(${node.condition.getText(source)})` }];
  if (ts.isExpressionStatement(node) && !text.startsWith('super')) return [{ node, by: ';' }];
  if (node.kind === ts.SyntaxKind.TrueKeyword) return [{ node, by: 'false' }];
  if (node.kind === ts.SyntaxKind.FalseKeyword) return [{ node, by: 'true' }];
  if (ts.isNumericLiteral(node) && ['0', '1'].includes(text)) return [{ node, by: text === '0' ? '1' : '0' }];
  if (ts.isPrefixUnaryExpression(node) && node.operator === ts.SyntaxKind.ExclamationToken)
    return [{ node, by: node.operand.getText(source) }];
  return [];
}

/** Types, and what an error or a user is told, are not behaviour. */
const isLeftAlone = (node) =>
  ts.isTypeNode(node) || ts.isImportDeclaration(node) || ts.isThrowStatement(node) || ts.isTemplateExpression(node);

function mutationsOf(file) {
  const content = readFileSync(join(root, file), 'utf8');
  const source = ts.createSourceFile(file, content, ts.ScriptTarget.Latest, true);
  const found = [];
  const visit = (node) => {
    if (isLeftAlone(node)) return;
    for (const { node: target, by } of replacementsOf(node, source)) {
      const [start, end] = [target.getStart(source), target.getEnd()];
      const { line } = source.getLineAndCharacterOfPosition(start);
      const mutated = content.slice(0, start) + by + content.slice(end);
      const before = content.split('\n')[line].trim();
      found.push({ file, line: line + 1, before, after: mutated.split('\n')[line].trim(), mutated });
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

function filesBelow(folder) {
  return readdirSync(join(root, folder), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => relative(root, join(entry.parentPath ?? entry.path, entry.name)))
    .sort();
}

/** Numbers below 1, the same ones for a seed. */
function numbers(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function sample(all, count, next) {
  const left = [...all];
  return Array.from(
    { length: Math.min(count, left.length) },
    () => left.splice(Math.floor(next() * left.length), 1)[0],
  );
}

// -- the copy that is broken

function copyOfRepository() {
  const copy = mkdtempSync(join(tmpdir(), 'espalier-mutations-'));
  const skips = (path) => /(^|\/)(node_modules|dist|\.git)(\/|$)/.test(relative(root, path));
  for (const name of ['packages', 'package.json', 'tsconfig.base.json', 'tsconfig.test.json'])
    cpSync(join(root, name), join(copy, name), { recursive: true, filter: (path) => !skips(path) });
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
  for (const name of readdirSync(join(root, 'packages'))) {
    try {
      symlinkSync(
        readdirSync(join(root, 'packages', name, 'node_modules')) && join(root, 'packages', name, 'node_modules'),
        join(copy, 'packages', name, 'node_modules'),
      );
    } catch {
      // Most packages have no modules of their own.
    }
  }
  const transform = { '\\.ts$': ['ts-jest', { tsconfig: '<rootDir>/tsconfig.mutations.json', diagnostics: false }] };
  writeFileSync(
    join(copy, 'tsconfig.mutations.json'),
    JSON.stringify({
      extends: './tsconfig.test.json',
      compilerOptions: { isolatedModules: true, module: 'commonjs', moduleResolution: 'bundler' },
    }),
  );
  // Without another thread SQLite takes a fifth of the time: where this Node has a client of its own, our driver does not find `sqlite3`.
  const without = process.getBuiltinModule?.('node:sqlite') ? { '^sqlite3$': '<rootDir>/sqlite3-for-tests.js' } : {};
  writeFileSync(
    join(copy, 'sqlite3-for-tests.js'),
    `if (new Error().stack.includes('load-client')) throw new Error("Cannot find module 'sqlite3'");
module.exports = require(${JSON.stringify(join(root, 'node_modules/sqlite3'))});
`,
  );
  writeFileSync(
    join(copy, 'jest.config.json'),
    JSON.stringify({
      testEnvironment: 'node',
      testTimeout: 60_000,
      testMatch: ['<rootDir>/packages/*/test/**/*.test.ts'],
      transform,
      moduleNameMapper: {
        '^@espalier/([a-z]+)$': '<rootDir>/packages/$1/src/index.ts',
        '^@espalier/([a-z]+)/(?!package\\.json$)(.+)$': '<rootDir>/packages/$1/src/$2',
        ...without,
      },
    }),
  );
  return copy;
}

/** SQLite alone: no server is started. */
const environment = (copy) => ({
  ...process.env,
  MODEL_DIALECT: 'sqlite',
  ESPALIER_CHINOOK: process.env.ESPALIER_CHINOOK ?? join(root, '../shared/data/chinook'),
  ESPALIER_TEST_SERVERS: JSON.stringify({ databases: [{ dialect: 'sqlite', url: ':memory:' }], temporaryFolder: copy }),
});

/** @returns whether all tests pass */
function passes(copy, stage, timeout, output = 'ignore') {
  const { status } = spawnSync(
    process.execPath,
    ['node_modules/jest/bin/jest.js', '--config', 'jest.config.json', '--bail', '--silent', '--forceExit', ...stage],
    {
      cwd: copy,
      env: environment(copy),
      timeout,
      stdio: ['ignore', 'ignore', output],
      killSignal: 'SIGKILL',
    },
  );
  return status === 0;
}

/** @returns how long each stage may take, in milliseconds */
function timeoutsOf(copy) {
  return STAGES.map((stage) => {
    const start = performance.now();
    if (!passes(copy, stage, BASELINE_TIMEOUT_MS, 'inherit'))
      throw new Error('The tests fail before anything is broken.');
    return Math.round(60_000 + PATIENCE * (performance.now() - start));
  });
}

function survives(copy, timeouts, { file, mutated }) {
  const path = join(copy, file);
  const original = readFileSync(path, 'utf8');
  writeFileSync(path, mutated);
  try {
    return STAGES.every((stage, i) => passes(copy, stage, timeouts[i]));
  } finally {
    writeFileSync(path, original);
  }
}

// -- the run

const explained = JSON.parse(readFileSync(SURVIVORS, 'utf8'));
const isExplained = ({ file, before, after }) =>
  explained.some((each) => each.file === file && each.before === before && each.after === after);

const all = ROOMS.flatMap(filesBelow)
  .filter((file) => file.includes(options.only))
  .flatMap(mutationsOf);
const chosen = sample(all, Number(options.count), numbers(Number(options.seed))).slice(Number(options.from));
console.log(`${chosen.length} of ${all.length} mutations, seed ${options.seed}`);
const copy = copyOfRepository();
const survivors = [];
try {
  const timeouts = timeoutsOf(copy);
  for (const [i, mutation] of chosen.entries()) {
    const { file, line, before, after } = mutation;
    const survived = survives(copy, timeouts, mutation);
    const fate = survived ? (isExplained(mutation) ? 'explained' : 'SURVIVED') : 'caught';
    console.log(`${Number(options.from) + i + 1}. ${fate}: ${file}:${line}\n     - ${before}\n     + ${after}`);
    if (fate === 'SURVIVED') survivors.push(mutation);
  }
} finally {
  rmSync(copy, { recursive: true, force: true });
}
const caught = 1 - survivors.length / chosen.length;
console.log(`${(100 * caught).toFixed(1)} % caught or explained, ${survivors.length} survived`);
process.exitCode = caught < TARGET ? 1 : 0;
