/** Connections: the driver's interface, the pool, one gate for statements, and the events of both. */
export * from './connecting';
export * from './deadline';
export * from './driver';
export * from './network';
export * from './connection';
export * from './database';
export * from './events';
export * from './executor';
export * from './limit';
export type { Pool } from './pool';
export * from './transaction';
export * from './retry';
