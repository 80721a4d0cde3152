/**
 * Checks the packages as their users get them: packs them, looks at the tarballs (publint, arethetypeswrong), installs them into an empty
 * project outside the repository, runs the quickstart there, proves that `import` and `require` share one registry, and type-checks a
 * consumer with several TypeScripts, from ESM and from CommonJS, with both kinds of decorators.
 *
 * With ESPALIER_KEEP=1 the temporary project stays, and its path is printed.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const material = join(root, 'scripts/check-packages');
const names = readdirSync(join(root, 'packages')).filter((name) =>
  existsSync(join(root, 'packages', name, 'package.json')),
);

/** The TypeScripts that a consumer is checked with: the last of version 5, the one that builds the packages, and the native one. */
const TYPESCRIPTS = { typescript5: '5.9.3', typescript6: '6.0.3', typescript7: '7.0.2' };

const readJson = (path) => JSON.parse(readFileSync(path, 'utf8'));
const writeJson = (path, value) => writeFileSync(path, `${JSON.stringify(value, null, 2)}\n`);

function step(title) {
  console.log(`-- ${title}`);
}

/** Runs a program; its output is shown when it fails, or always where `loud` is set. Ends the process on failure. */
function run(command, args, { cwd = root, loud = false } = {}) {
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    cwd,
    encoding: 'utf8',
    stdio: loud ? 'inherit' : 'pipe',
  });
  if (error) throw error;
  if (status !== 0) {
    console.error(`${stdout ?? ''}${stderr ?? ''}\n${basename(command)} ${args.join(' ')} ended with ${status}`);
    process.exit(1);
  }
  return stdout;
}

const node = (args, options) => run(process.execPath, args, options);

function pack(into) {
  step('build from nothing, and pack');
  for (const name of names) rmSync(join(root, 'packages', name, 'dist'), { recursive: true, force: true });
  node(['node_modules/typescript/bin/tsc', '-b']);
  const flags = names.flatMap((name) => ['--workspace', `packages/${name}`]);
  const packed = JSON.parse(run('npm', ['pack', '--json', '--pack-destination', into, ...flags]));
  for (const { filename, files, size } of Object.values(packed)) {
    console.log(`   ${filename}: ${files.length} files, ${Math.ceil(size / 1024)} kB`);
  }
  return Object.values(packed).map(({ filename }) => join(into, filename));
}

function inspect(tarballs) {
  for (const tarball of tarballs) {
    step(`publint and arethetypeswrong: ${basename(tarball)}`);
    node(['node_modules/publint/src/cli.js', '--strict', tarball]);
    node(['node_modules/@arethetypeswrong/cli/dist/index.js', tarball]);
  }
}

/** sqlite3 compiles for a minute where its prebuilt binary cannot be downloaded, so the one that the repository has is taken. */
function borrowSqliteBinary(project) {
  const [here, there] = [root, project].map((folder) => join(folder, 'node_modules/sqlite3'));
  if (readJson(join(here, 'package.json')).version !== readJson(join(there, 'package.json')).version) {
    run('npm', ['rebuild', 'sqlite3'], { cwd: project });
  } else {
    cpSync(join(here, 'build/Release/node_sqlite3.node'), join(there, 'build/Release/node_sqlite3.node'));
  }
}

function install(project, tarballs) {
  step('install the tarballs into an empty project');
  writeJson(join(project, 'package.json'), { name: 'consumer', private: true });
  const compilers = Object.entries(TYPESCRIPTS).map(([alias, version]) => `${alias}@npm:typescript@${version}`);
  const types = `@types/node@${readJson(join(root, 'node_modules/@types/node/package.json')).version}`;
  run('npm', ['install', '--ignore-scripts', ...tarballs, ...compilers, types], { cwd: project });
  borrowSqliteBinary(project);
  const copies = readdirSync(join(project, 'node_modules/@espalier'));
  if (copies.length !== names.length) throw new Error(`installed ${copies.join(', ')}, expected ${names.join(', ')}`);
}

/** A folder of the project in which sources are of one module format. */
function consumer(project, format, sources) {
  const folder = join(project, format);
  mkdirSync(folder);
  for (const source of sources) cpSync(source, join(folder, basename(source)));
  writeJson(join(folder, 'package.json'), { private: true, type: format === 'esm' ? 'module' : 'commonjs' });
  writeJson(join(folder, 'tsconfig.json'), readJson(join(material, 'tsconfig.consumer.json')));
  return folder;
}

const tsc = (project, alias, args, options) =>
  node([join(project, 'node_modules', alias, 'bin/tsc'), ...args], options);

function checkTypes(project, folders) {
  const decorators = { standard: [], legacy: ['--experimentalDecorators', '--emitDecoratorMetadata'] };
  for (const [alias, version] of Object.entries(TYPESCRIPTS)) {
    for (const [kind, flags] of Object.entries(decorators)) {
      for (const folder of folders) {
        step(`types: TypeScript ${version}, ${basename(folder)}, ${kind} decorators`);
        tsc(project, alias, ['-p', folder, '--noEmit', ...flags]);
      }
    }
  }
  step('types: TypeScript 5.9.3, CommonJS as older services have it (module commonjs, moduleResolution node10)');
  const older = ['--module', 'commonjs', '--moduleResolution', 'node10', '--experimentalDecorators'];
  tsc(project, 'typescript5', ['-p', folders.find((folder) => basename(folder) === 'cjs'), '--noEmit', ...older]);
}

function runQuickstart(project) {
  step('quickstart, from the tarballs');
  const sources = join(root, 'examples/quickstart');
  const programs = readdirSync(sources).filter((file) => file.endsWith('.ts'));
  const folder = consumer(
    project,
    'quickstart',
    programs.map((file) => join(sources, file)),
  );
  tsc(project, 'typescript6', ['-p', folder, '--experimentalDecorators', '--emitDecoratorMetadata']);
  node([join(folder, 'dist/quickstart.js')], { cwd: folder });
}

function proveOneRegistry(project, folders) {
  step('one registry for import and require');
  for (const folder of folders) tsc(project, 'typescript6', ['-p', folder, '--experimentalDecorators']);
  cpSync(join(material, 'one-registry.mjs'), join(project, 'one-registry.mjs'));
  node([join(project, 'one-registry.mjs')], { cwd: project, loud: true });
}

const project = mkdtempSync(join(tmpdir(), 'espalier-packages-'));
try {
  const tarballs = pack(project);
  inspect(tarballs);
  install(project, tarballs);
  const folders = ['esm', 'cjs'].map((format) => consumer(project, format, [join(material, 'consumer.ts')]));
  checkTypes(project, folders);
  proveOneRegistry(project, folders);
  runQuickstart(project);
  console.log(`${names.length} packages are as they should be`);
} finally {
  if (process.env.ESPALIER_KEEP) console.log(project);
  else rmSync(project, { recursive: true, force: true });
}
