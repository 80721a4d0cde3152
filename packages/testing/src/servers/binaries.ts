/** Finds the programs of installed database servers, which mostly are not on the PATH. */
import { accessSync, constants, readdirSync, realpathSync, statSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';

export interface PostgresBinaries {
  readonly initdb: string;
  readonly postgres: string;
}

export interface MariadbBinaries {
  readonly installDb: string;
  readonly server: string;
}

/** A folder whose name starts with a prefix and goes on with a version, and what is below it. */
interface Versioned {
  readonly parent: string;
  readonly prefix: string;
  readonly below: string;
}

/** Debian; Red Hat with PostgreSQL's own packages; Homebrew on Apple and on Intel; Postgres.app. */
const POSTGRES_FOLDERS: readonly Versioned[] = [
  { parent: '/usr/lib/postgresql', prefix: '', below: 'bin' },
  { parent: '/usr', prefix: 'pgsql-', below: 'bin' },
  { parent: '/opt/homebrew/opt', prefix: 'postgresql', below: 'bin' },
  { parent: '/usr/local/opt', prefix: 'postgresql', below: 'bin' },
  { parent: '/Applications/Postgres.app/Contents/Versions', prefix: '', below: 'bin' },
];

const MARIADB_FOLDERS: readonly Versioned[] = [
  { parent: '/opt/homebrew/opt', prefix: 'mariadb', below: 'bin' },
  { parent: '/usr/local/opt', prefix: 'mariadb', below: 'bin' },
];

const SYSTEM_FOLDERS = ['/usr/bin', '/usr/sbin', '/usr/local/bin', '/usr/local/sbin', '/usr/libexec'];

/** `initdb` and `postgres` of one installation: of the first on the PATH, else of the newest. */
export function findPostgres(): PostgresBinaries | undefined {
  const initdb = findProgram('initdb', [
    ...foldersOnPath(),
    ...POSTGRES_FOLDERS.flatMap(newestFirst),
    ...SYSTEM_FOLDERS,
  ]);
  if (initdb === undefined) return undefined;
  const folder = dirname(initdb);
  const postgres = findProgram('postgres', [folder]);
  return postgres === undefined ? undefined : { initdb, postgres };
}

/** Never `mysqld`, which may be of MySQL: that takes other arguments. */
export function findMariadb(): MariadbBinaries | undefined {
  const folders = [...foldersOnPath(), ...MARIADB_FOLDERS.flatMap(newestFirst), ...SYSTEM_FOLDERS];
  const installDb = findProgram('mariadb-install-db', folders);
  const server = findProgram('mariadbd', folders);
  return installDb === undefined || server === undefined ? undefined : { installDb, server };
}

function foldersOnPath(): readonly string[] {
  return (process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
}

/** The real path, for the programs look for their other files beside themselves. */
function findProgram(name: string, folders: readonly string[]): string | undefined {
  const path = folders.map((folder) => join(folder, name)).find(isExecutable);
  return path === undefined ? undefined : realpathSync(path);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

function newestFirst({ parent, prefix, below }: Versioned): readonly string[] {
  return namesIn(parent)
    .filter((name) => name.startsWith(prefix))
    .map((name) => ({ name, version: Number.parseFloat(/[\d.]+$/.exec(name)?.[0] ?? '0') }))
    .sort((a, b) => b.version - a.version)
    .map(({ name }) => join(parent, name, below));
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
