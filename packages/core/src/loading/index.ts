/** How a session reads: rows → entities, includes, the entities that were read together. */
export * from './fetch';
export * from './hydrate';
export * from './links';
export * from './load-group';
export { answerWith } from './note-asked';
export * from './read-port';
export { keyChunks, recogniseKeys, variesInSpelling } from './spellings';
