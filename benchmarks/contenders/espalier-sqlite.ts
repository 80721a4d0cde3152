/** Espalier on SQLite, on sqlite3 like the bare driver. */
import type * as Sqlite from '@espalier/sqlite';
import type { Connect } from '../src/contender';
import { connectEspalier, packageOf } from './espalier';

export const connectSqlite: Connect = (file) => {
  const { sqlite } = packageOf<typeof Sqlite>('@espalier/sqlite');
  return connectEspalier(sqlite(file));
};
