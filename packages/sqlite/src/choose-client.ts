/** Which client talks to SQLite: the one that was asked for, else the first that can be loaded. */
import { EspalierError } from '@espalier/core/driver';
import type { SqliteClient } from './client';
import { betterClient } from './client-better';
import { nodeClient } from './client-node';
import { sqlite3Client } from './client-sqlite3';

/** The libraries that talk to SQLite; see `SqliteOptions.client`. */
export type SqliteClientName = 'sqlite3' | 'node:sqlite' | 'better-sqlite3';

export type ClientLoaders = Readonly<Record<SqliteClientName, () => SqliteClient>>;

const LOADERS: ClientLoaders = {
  sqlite3: sqlite3Client,
  'node:sqlite': nodeClient,
  'better-sqlite3': betterClient,
};

export const CLIENT_NAMES = Object.keys(LOADERS) as readonly SqliteClientName[];

export interface ChosenClient {
  readonly name: SqliteClientName;
  readonly client: SqliteClient;
}

/** What stood in for `sqlite3` and was reported already: once a process. */
const told = new Set<SqliteClientName>();

/**
 * @param asked undefined: `sqlite3`, and where it cannot be loaded (package managers block install scripts) one that can, which is told once
 * @throws EspalierError that says of each client why it cannot be loaded
 */
export function chooseClient(asked: SqliteClientName | undefined, loaders: ClientLoaders = LOADERS): ChosenClient {
  if (asked !== undefined) return { name: asked, client: loaders[asked]() };
  const reasons: string[] = [];
  const causes: unknown[] = [];
  for (const name of CLIENT_NAMES) {
    try {
      const client = loaders[name]();
      if (reasons.length > 0) tell(name, reasons[0]!);
      return { name, client };
    } catch (error) {
      reasons.push(error instanceof Error ? error.message : String(error));
      causes.push(error);
    }
  }
  throw new EspalierError(`No client of SQLite can be loaded. ${reasons.join(' ')}`, {
    code: 'CLIENT_PACKAGE_MISSING',
    cause: causes[0],
  });
}

function tell(name: SqliteClientName, reason: string): void {
  if (told.has(name)) return;
  told.add(name);
  process.emitWarning(
    `'${name}' talks to SQLite, and holds up the process while a statement runs. ${reason} To keep '${name}', write { client: '${name}' }.`,
    { type: 'EspalierWarning', code: 'ESPALIER_SQLITE_CLIENT' },
  );
}
