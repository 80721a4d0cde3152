/** SQLite for Espalier. */
export { sqlite, type SqliteClientName, type SqliteOptions } from './connect';
