/** `@espalier/postgres`: PostgreSQL for Espalier. */
export { postgres, type PostgresOptions, type PostgresTlsOptions } from './connect';
export { PostgresDialect } from './dialect';
