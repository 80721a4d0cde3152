/** SQL as data, and its compilation to text: statement nodes, the compiler, and what a dialect spells. */
export * from './batch';
export * from './capabilities';
export * from './catalog';
export * from './dialect';
export * from './identifier';
export * from './isolation';
export * from './nodes/expression';
export * from './nodes/from';
export * from './nodes/select';
export type * from './nodes/tree';
export * from './nodes/write';
export * from './returning';
export * from './statement';
export * from './statement-bounds';
export * from './values-batch';
export * from './sql-writer';
export * from './statement-writer';
export { compile } from './compile/compile';
export { fold, staysIn, valuesOf, type Folded } from './compile/fold';
export { needsRow, outcomeOf } from './compile/kinds';

export * from './template';
export * from './transaction-spelling';
