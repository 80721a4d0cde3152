/** SQLite for Espalier. */
export type { SqliteClientName } from './choose-client';
export { sqlite, type SqliteOptions } from './connect';
