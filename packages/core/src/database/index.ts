/** Connections: the driver's interface, the pool, one gate for statements, and what tells of them. */
export * from './driver';
export * from './connection';
export * from './database';
export * from './events';
export type { Pool } from './pool';
export * from './transaction';
