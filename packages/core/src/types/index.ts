/** Column types: what values they take, how these travel, and how a change of them is seen. */
export * from './column-type';
export { arrayCodec } from './array';
export { asRead, travelsBack } from './as-read';
export { createColumnType } from './create-column-type';
export { cachedCodecs, customColumnType, resolveCodec } from './custom';
export { booleanNumber, faithfulCodec, uuidText } from './faithful';
export { equalsJson } from './json-compare';
export { fromJson, refuseFromJson } from './from-json';
export { keyImage } from './key-image';
export { timeOf } from './refusal';
export { refuseCharacters } from './text';
export { validMomentReader } from './valid-moment';
