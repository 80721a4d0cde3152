/** Rows → entities: hydration, the identity map, references, collections and includes. */
export * from './collection';
export * from './entity-key';
export * from './entity-store';
export * from './fetch';
export * from './hydrate';
export * from './load-group';
export * from './read-port';
export * from './record';
export * from './shapes';
