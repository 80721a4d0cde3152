/** `@espalier/mysql`: MySQL and MariaDB for Espalier. */
export { mysql, type MysqlOptions, type MysqlTlsOptions } from './connect';
export { MariadbDialect, MysqlDialect } from './dialect';
export type { ServerFacts } from './server';
