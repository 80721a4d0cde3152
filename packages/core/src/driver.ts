/**
 * `@espalier/core/driver`: all that the author of a dialect package needs, and nothing that users of entities need.
 * A dialect package brings a Dialect (spelling), a Driver (wire) and a DatabaseConfig that opens it.
 */
export * from './errors';
export * from './types';
export * from './sql';
export type { DatabaseConfig, Driver, DriverConnection, PoolOptions } from './database';
