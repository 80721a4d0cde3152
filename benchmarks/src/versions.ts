/** Which version of what was measured. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { CONTENDERS, type ContenderName } from '../contenders/index';
import type { DatabaseName } from './contender';

/** As the contender itself would find them: `pg 8.23.1`, the driver as seen from the package that brings it along. */
export function versionsOf(contender: ContenderName, database: DatabaseName): string[] {
  const packages = CONTENDERS[contender].packages[database];
  return packages.map((name, i) => `${name} ${versionOf(name, packages.slice(0, i).reverse())}`);
}

/** What a checkout has checked out. */
export function commitOf(checkout: string): string {
  const { stdout } = spawnSync('git', ['-C', checkout, 'rev-parse', '--short', 'HEAD'], { encoding: 'utf8' });
  return `commit ${stdout.trim() || 'unknown'}`;
}

function versionOf(name: string, dependents: readonly string[]): string {
  const here = createRequire(__filename);
  for (const dependent of dependents) {
    const folder = folderOf(dependent, here);
    const version = folder && versionSeenFrom(createRequire(join(folder, 'package.json')), name);
    if (version) return version;
  }
  return versionSeenFrom(here, name) ?? 'not installed';
}

function versionSeenFrom(require: NodeJS.Require, name: string): string | undefined {
  const folder = folderOf(name, require);
  if (folder === undefined) return undefined;
  return (JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { version: string }).version;
}

/** Many packages export neither their package.json nor an entry for `require`, so the folders are searched. */
function folderOf(name: string, require: NodeJS.Require): string | undefined {
  for (const modules of require.resolve.paths(name) ?? []) {
    const folder = join(modules, name);
    try {
      readFileSync(join(folder, 'package.json'));
      return dirname(require.resolve(join(folder, 'package.json')));
    } catch {
      continue;
    }
  }
  return undefined;
}
