/**
 * Runs one model with everything that people run TypeScript with, from the packages as users get them, and compares what works with the
 * table in docs/guide/running.md. The model is written with decorators, once for all that take them, and without.
 *
 *   npm run check:runners                 all runners
 *   npm run check:runners -- --quick      those that a change is most likely to break
 *   npm run check:runners -- --only tsx   rows whose name contains a word
 *
 * Versions are pinned in scripts/check-runners/package.json. With ESPALIER_KEEP=1 the temporary project stays, and its path is printed.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, readdirSync, renameSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import {
  borrowSqliteBinary,
  inEmptyProject,
  node,
  pack,
  readJson,
  root,
  run,
  step,
  writeJson,
} from './packed-packages.mjs';

const material = join(root, 'scripts/check-runners');
const PAGE = 'docs/guide/running.md';
const { values: options } = parseArgs({
  options: { quick: { type: 'boolean', default: false }, only: { type: 'string', default: '' } },
});

/** What the program prints where it works. */
const EXPECTED = JSON.stringify({
  tables: ['artists', 'albums', 'genres', 'albums_genres'],
  names: ['Miles Davis', 'Kind of Blue', 'Jazz'],
  plays: 0,
  version: 2,
  created: true,
});
/** A process that nothing ends is ended, and counts as one that does not work. */
const TIMEOUT_MS = 60_000;

// -- the ways to write a model

/** In the order of the table's columns. */
const KINDS = ['legacy', 'metadata', 'standard', 'define'];

/** Beside the guide's own. */
const COMPILER_OPTIONS = {
  legacy: {},
  metadata: { emitDecoratorMetadata: true },
  standard: { experimentalDecorators: false },
  define: { experimentalDecorators: false },
};

/** A folder with the program in one kind and format. `suffix` ends the names of modules in imports, as each runner wants it. */
function writeProgram(project, { name, kind, format, suffix = format === 'esm' ? '.js' : '' }) {
  const folder = join(project, `${name}-${format}-${kind}`.replace(/[^\w-]+/g, '-'));
  for (const part of ['src', 'test']) mkdirSync(join(folder, part), { recursive: true });
  const entities = join(material, kind === 'define' ? 'define' : 'model');
  for (const [from, file, to] of [
    [entities, 'artist.ts', 'src'],
    [entities, 'album.ts', 'src'],
    [material, 'main.ts', 'src'],
    [material, 'run.ts', 'src'],
    [material, 'model.test.ts', 'test'],
  ]) {
    let text = readFileSync(join(from, file), 'utf8').replace(/(from '\.[./\w]+)\.js'/g, `$1${suffix}'`);
    // A column that says nothing of its type is seen where the compiler emits it.
    if (kind === 'metadata') text = text.replace("@Column({ type: 'text' }) name", '@Column() name');
    writeFileSync(join(folder, to, file), text);
  }
  writeJson(join(folder, 'package.json'), { private: true, type: format === 'esm' ? 'module' : 'commonjs' });
  const tsconfig = tsconfigOfGuide();
  Object.assign(tsconfig.compilerOptions, COMPILER_OPTIONS[kind]);
  if (suffix === '.ts') tsconfig.compilerOptions.rewriteRelativeImportExtensions = true;
  writeJson(join(folder, 'tsconfig.json'), tsconfig);
  return folder;
}

/** The guide's own tsconfig: the first JSON of the page. */
function tsconfigOfGuide() {
  const [, json] = /```json\n(.*?)```/s.exec(readFileSync(join(root, PAGE), 'utf8')) ?? [];
  return JSON.parse(json);
}

// -- the runners

const NODES = ['node22', 'node24', 'node26'];
const nodeAt = (project, name) => join(project, 'node_modules', name, 'bin/node');
const binary = (project, path) => join(project, 'node_modules', path);
const compiled = (folder) => [process.execPath, [join(folder, 'dist/run.js')]];

function tsc(alias, extra = {}) {
  return {
    ...extra,
    from: alias,
    commands: ({ project, folder }) => [
      [process.execPath, [binary(project, `${alias}/bin/tsc`), '-p', folder]],
      compiled(folder),
    ],
    ...extra,
  };
}

/** A register of Node's own loaders. */
function register(from, esm, cjs = esm) {
  return {
    from,
    commands: ({ folder, format }) => [
      [process.execPath, [...(format === 'esm' ? esm : cjs), join(folder, 'src/run.ts')]],
    ],
  };
}

function esbuild(flags) {
  return {
    from: 'esbuild',
    commands: ({ project, folder, format }) => [
      [
        process.execPath,
        [
          binary(project, 'esbuild/bin/esbuild'),
          join(folder, 'src/run.ts'),
          '--bundle',
          '--platform=node',
          '--packages=external',
          '--target=es2022',
          `--format=${format}`,
          `--outfile=${join(folder, 'dist/run.js')}`,
          `--tsconfig=${join(folder, 'tsconfig.json')}`,
          ...flags,
        ],
      ],
      compiled(folder),
    ],
  };
}

/** The compiler alone, as builders of frameworks call it. */
const swc = {
  from: '@swc/core',
  prepare({ project, folder, format, kind }) {
    const { transformFileSync } = createRequire(join(project, 'package.json'))('@swc/core');
    const transform =
      kind === 'standard'
        ? { decoratorVersion: '2022-03' }
        : { legacyDecorator: true, decoratorMetadata: kind === 'metadata' };
    mkdirSync(join(folder, 'dist'));
    for (const file of readdirSync(join(folder, 'src'))) {
      const { code } = transformFileSync(join(folder, 'src', file), {
        swcrc: false,
        module: { type: format === 'esm' ? 'es6' : 'commonjs' },
        jsc: { target: 'es2022', parser: { syntax: 'typescript', decorators: true }, transform },
      });
      writeFileSync(join(folder, 'dist', file.replace(/\.ts$/, '.js')), code);
    }
  },
  commands: ({ folder }) => [compiled(folder)],
};

/** It needs a newer Node than the packages do. */
const vitest = {
  quick: true,
  from: 'vitest',
  commands: ({ project, folder }) => [
    [nodeAt(project, 'node24'), [binary(project, 'vitest/vitest.mjs'), 'run', '--root', folder]],
  ],
};

const stripping = (name) => ({
  from: name,
  // It makes no CommonJS of imports.
  formats: ['esm'],
  suffix: '.ts',
  commands: ({ project, folder }) => [[nodeAt(project, name), ['--no-warnings', join(folder, 'src/run.ts')]]],
});

/** By the names of their rows. */
const RUNNERS = {
  'tsc 5.9': tsc('typescript5'),
  'tsc 6.0': tsc('typescript', { quick: true }),
  'tsc 7.0': tsc('typescript7', { quick: true }),
  tsx: {
    quick: true,
    from: 'tsx',
    commands: ({ project, folder }) => [
      [
        process.execPath,
        [binary(project, 'tsx/dist/cli.mjs'), '--tsconfig', join(folder, 'tsconfig.json'), join(folder, 'src/run.ts')],
      ],
    ],
  },
  vitest,
  swc,
  '@swc-node/register': register(
    '@swc-node/register',
    ['--import', '@swc-node/register/esm-register'],
    ['--require', '@swc-node/register'],
  ),
  '@oxc-node/core': register('@oxc-node/core', ['--import', '@oxc-node/core/register']),
  esbuild: esbuild([]),
  'esbuild --minify --keep-names': { quick: true, ...esbuild(['--minify', '--keep-names']) },
  'esbuild --minify': { quick: true, ...esbuild(['--minify']) },
  jiti: {
    from: 'jiti',
    commands: ({ project, folder }) => [
      [process.execPath, [binary(project, 'jiti/lib/jiti-cli.mjs'), join(folder, 'src/run.ts')]],
    ],
  },
  'Node 22': stripping('node22'),
  'Node 24': { quick: true, ...stripping('node24') },
  'Node 26': stripping('node26'),
};

/** @returns why it does not work; undefined where it does */
function attempt(runner, place) {
  try {
    runner.prepare?.(place);
  } catch (error) {
    return String(error);
  }
  let output = '';
  for (const [command, args] of runner.commands(place)) {
    const result = spawnSync(command, args, {
      cwd: place.folder,
      encoding: 'utf8',
      timeout: TIMEOUT_MS,
      env: { ...process.env, NO_COLOR: '1', NODE_OPTIONS: '' },
    });
    if (result.error) return String(result.error);
    output = `${result.stdout}${result.stderr}`;
    if (result.status !== 0) return output;
  }
  return output.includes(EXPECTED) ? undefined : output;
}

// -- the table of the guide

/** What the page says works: for each runner its version, and yes or no in the order of KINDS. */
function tableOfGuide() {
  const rows = readFileSync(join(root, PAGE), 'utf8').matchAll(
    /^\| `([^`]+)` \| ([\d.]+) \|((?: (?:yes|no) \|){4})$/gm,
  );
  return new Map([...rows].map(([, name, version, cells]) => [name, { version, says: cells.match(/yes|no/g) }]));
}

const { devDependencies, nodes } = readJson(join(material, 'package.json'));

/** @throws where the page and the pinned versions do not agree on what is run */
function checkRows(table) {
  for (const name of new Set([...table.keys(), ...Object.keys(RUNNERS)])) {
    const [row, runner] = [table.get(name), RUNNERS[name]];
    const pinned = runner && (nodes[runner.from] ?? devDependencies[runner.from].replace(/^npm:typescript@/, ''));
    if (row?.version !== pinned)
      throw new Error(`${PAGE} has ${name} as ${row?.version ?? 'no row'}, and what is run is ${pinned ?? 'nothing'}.`);
  }
}

const FIRST_LINES = 6;
const shortened = (why) =>
  why
    .split('\n')
    .filter((line) => line.trim() !== '')
    .slice(0, FIRST_LINES)
    .join('\n      ');

/** @returns how many cells differ from the table */
function compare(project, name, runner, says) {
  let wrong = 0;
  const found = KINDS.map((kind, i) => {
    const { formats = ['esm', 'cjs'] } = runner;
    const failures = formats.flatMap((format) => {
      const folder = writeProgram(project, { name, kind, format, suffix: runner.suffix });
      const why = attempt(runner, { project, folder, format, kind });
      return why === undefined ? [] : [`${kind}, ${format}:\n      ${shortened(why)}`];
    });
    const said = says[i];
    const works = failures.length === 0;
    if (works === (said === 'yes') && (works || failures.length === formats.length)) return works ? 'yes' : 'no';
    wrong += 1;
    console.error(`   ${name}: the page says ${said} of ${kind}, but ${works ? 'it works' : failures.join('\n   ')}`);
    return works ? 'yes' : 'no';
  });
  console.log(`   ${name}: ${KINDS.map((kind, i) => `${kind} ${found[i]}`).join(', ')}`);
  return wrong;
}

// -- what is more than yes or no

function expectIn(what, output, ...words) {
  for (const word of words) {
    if (!output.includes(word)) throw new Error(`${what}: '${word}' is not in\n${output}`);
  }
}

function checkMinified(project) {
  step('a class whose name a bundler made names no table');
  const place = { project, format: 'esm', kind: 'legacy' };
  const folder = writeProgram(project, { name: 'minified', ...place });
  const why = attempt(esbuild(['--minify']), { ...place, folder });
  expectIn('esbuild --minify', String(why), 'MetadataError', '--keep-names', "@Entity({ table: '…' })");
}

function checkWithoutBinary(project) {
  step('sqlite3 without its binary: node:sqlite stands in where there is one, else the error says all');
  const place = { project, format: 'esm', kind: 'legacy' };
  const folder = writeProgram(project, { name: 'no-binary', ...place });
  node([binary(project, 'typescript/bin/tsc'), '-p', folder]);
  const [, args] = compiled(folder);
  const path = join(dirname(createRequire(join(project, 'package.json')).resolve('sqlite3/package.json')), 'build');
  renameSync(path, `${path}-away`);
  try {
    const [here, newer] = [process.execPath, nodeAt(project, 'node24')].map((command) => {
      const { stdout, stderr } = spawnSync(command, args, { encoding: 'utf8' });
      return `${stdout}${stderr}`;
    });
    expectIn('Node 24', newer, EXPECTED, 'ESPALIER_SQLITE_CLIENT', "'node:sqlite' talks to SQLite");
    if (process.versions.node.startsWith('20.'))
      expectIn(
        'Node 20',
        here,
        'No client of SQLite can be loaded',
        'npm rebuild sqlite3',
        "'node:sqlite' needs Node 22.13",
      );
  } finally {
    renameSync(`${path}-away`, path);
  }
}

function install(project, tarballs) {
  step('install the tarballs and the runners into an empty project');
  const platform = `${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;
  const wanted = NODES.filter((name) => !options.quick || name === 'node24');
  writeJson(join(project, 'package.json'), {
    private: true,
    devDependencies: {
      ...devDependencies,
      ...Object.fromEntries(wanted.map((name) => [name, `npm:node-${platform}@${nodes[name]}`])),
    },
  });
  run('npm', ['install', '--ignore-scripts', ...tarballs], { cwd: project });
  borrowSqliteBinary(project);
}

await inEmptyProject((project) => {
  step('build, and pack');
  node(['node_modules/typescript/bin/tsc', '-b']);
  install(project, pack(project, ['core', 'sqlite']));
  step(`run one model, and compare with ${PAGE}`);
  const table = tableOfGuide();
  let wrong = 0;
  checkRows(table);
  for (const [name, runner] of Object.entries(RUNNERS)) {
    if ((options.quick && !runner.quick) || !name.includes(options.only)) continue;
    wrong += compare(project, name, runner, table.get(name).says);
  }
  checkMinified(project);
  checkWithoutBinary(project);
  if (wrong > 0) throw new Error(`${wrong} cells of the table in ${PAGE} are wrong.`);
  console.log('everything runs as the guide says');
});
