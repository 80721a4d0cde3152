/** What checks of the packages as users get them have in common: their tarballs, and an empty project outside of the repository. */
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('..', import.meta.url));
export const names = readdirSync(join(root, 'packages')).filter((name) =>
  existsSync(join(root, 'packages', name, 'package.json')),
);

/** The TypeScripts that users may have: the last of version 5, the one that builds the packages, and the native one. */
export const TYPESCRIPTS = { typescript5: '5.9.3', typescript6: '6.0.3', typescript7: '7.0.2' };

export const readJson = (path) => JSON.parse(readFileSync(path, 'utf8'));
export const writeJson = (path, value) => writeFileSync(path, `${JSON.stringify(value, null, 2)}\n`);

export function step(title) {
  console.log(`-- ${title}`);
}

/** Runs a program; its output is shown when it fails, or always where `loud` is set. @throws where it fails */
export function run(command, args, { cwd = root, loud = false } = {}) {
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    cwd,
    encoding: 'utf8',
    stdio: loud ? 'inherit' : 'pipe',
  });
  if (error) throw error;
  if (status !== 0) {
    console.error(`${stdout ?? ''}${stderr ?? ''}`);
    throw new Error(`${basename(command)} ${args.join(' ')} ended with ${status}`);
  }
  return stdout;
}

export const node = (args, options) => run(process.execPath, args, options);

/** @returns the paths of the tarballs */
export function pack(into, packages = names) {
  const flags = packages.flatMap((name) => ['--workspace', `packages/${name}`]);
  const packed = JSON.parse(run('npm', ['pack', '--json', '--pack-destination', into, ...flags]));
  for (const { filename, files, size } of Object.values(packed)) {
    console.log(`   ${filename}: ${files.length} files, ${Math.ceil(size / 1024)} kB`);
  }
  return Object.values(packed).map(({ filename }) => join(into, filename));
}

/** sqlite3 compiles for a minute where its prebuilt binary cannot be downloaded, so the one that the repository has is taken. */
export function borrowSqliteBinary(project) {
  const [here, there] = [root, project].map((folder) => join(folder, 'node_modules/sqlite3'));
  if (readJson(join(here, 'package.json')).version !== readJson(join(there, 'package.json')).version) {
    run('npm', ['rebuild', 'sqlite3'], { cwd: project });
  } else {
    cpSync(join(here, 'build/Release/node_sqlite3.node'), join(there, 'build/Release/node_sqlite3.node'));
  }
}

/** Runs `work` with an empty project, which is removed afterwards; with ESPALIER_KEEP=1 it stays, and its path is printed. */
export async function inEmptyProject(work) {
  const project = mkdtempSync(join(tmpdir(), 'espalier-packages-'));
  try {
    await work(project);
  } finally {
    if (process.env.ESPALIER_KEEP) console.log(project);
    else rmSync(project, { recursive: true, force: true });
  }
}
