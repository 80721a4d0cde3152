/**
 * Checks the packages as their users get them: packs them, looks at the tarballs (publint, arethetypeswrong), installs them into an empty
 * project outside the repository, runs the quickstart there, proves that `import` and `require` share one registry, and type-checks a
 * consumer with several TypeScripts, from ESM and from CommonJS, with both kinds of decorators, and without @types/node.
 *
 * With ESPALIER_KEEP=1 the temporary project stays, and its path is printed.
 */
import { cpSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import {
  borrowSqliteBinary,
  inEmptyProject,
  names,
  node,
  pack,
  readJson,
  root,
  run,
  step,
  TYPESCRIPTS,
  writeJson,
} from './packed-packages.mjs';

const material = join(root, 'scripts/check-packages');

function buildFromNothing() {
  step('build from nothing, and pack');
  for (const name of names) rmSync(join(root, 'packages', name, 'dist'), { recursive: true, force: true });
  node(['node_modules/typescript/bin/tsc', '-b']);
}

function inspect(tarballs) {
  for (const tarball of tarballs) {
    step(`publint and arethetypeswrong: ${basename(tarball)}`);
    node(['node_modules/publint/src/cli.js', '--strict', tarball]);
    node(['node_modules/@arethetypeswrong/cli/dist/index.js', tarball]);
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

/** The types need neither @types/node nor a newer lib than the language that they are written in. */
function checkTypesAlone(project) {
  const folder = consumer(project, 'alone', [join(material, 'consumer.ts')]);
  const tsconfig = readJson(join(folder, 'tsconfig.json'));
  Object.assign(tsconfig.compilerOptions, { types: [], lib: ['ES2022'], experimentalDecorators: true, noEmit: true });
  writeJson(join(folder, 'tsconfig.json'), tsconfig);
  const types = join(project, 'node_modules/@types');
  renameSync(types, `${types}-away`);
  try {
    for (const [alias, version] of Object.entries(TYPESCRIPTS)) {
      step(`types: TypeScript ${version}, without @types/node`);
      tsc(project, alias, ['-p', folder]);
    }
  } finally {
    renameSync(`${types}-away`, types);
  }
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

await inEmptyProject((project) => {
  buildFromNothing();
  const tarballs = pack(project);
  inspect(tarballs);
  install(project, tarballs);
  const folders = ['esm', 'cjs'].map((format) => consumer(project, format, [join(material, 'consumer.ts')]));
  checkTypes(project, folders);
  checkTypesAlone(project);
  proveOneRegistry(project, folders);
  runQuickstart(project);
  console.log(`${names.length} packages are as they should be`);
});
