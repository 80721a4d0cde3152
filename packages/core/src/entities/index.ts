/** What a session knows: entities and their records, identity, the views of relations, the journal that undoes. */
export * from './collection';
export * from './entity-key';
export * from './entity-store';
export * from './former';
export * from './has-many';
export * from './has-one';
export * from './join-pairs';
export * from './journal';
export * from './lifecycle';
export * from './many-to-many';
export * from './place';
export * from './record';
export * from './relation-view';
export * from './shapes';
export * from './spellings';
export * from './view';
