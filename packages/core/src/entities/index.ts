/** What a session knows: entities and their records, identity, collections, the journal that undoes. */
export * from './collection';
export * from './entity-key';
export * from './entity-store';
export * from './journal';
export * from './record';
export * from './shapes';
export * from './spellings';
