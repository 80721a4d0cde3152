/** Statements that were compiled once for all nodes of one key, for each dialect. */
import { compile, fold, valuesOf, type CompiledStatement, type Dialect, type StatementNode } from '../../sql';
import { ShapeCache } from '../shape-cache';

export interface Planned<P> {
  readonly plan: P;
  readonly values: readonly unknown[];
}

/** Compiled statements kept, for each dialect. Shapes are made by code, not by data, so this is far more than a program has. */
const CACHED_SHAPES = 1000;

const caches = new WeakMap<Dialect, ShapeCache<CompiledStatement>>();

export function planned(node: StatementNode, dialect: Dialect): Planned<CompiledStatement> {
  const folded = fold(node, dialect);
  let cache = caches.get(dialect);
  if (!cache) caches.set(dialect, (cache = new ShapeCache(CACHED_SHAPES)));
  return { plan: cache.get(folded.key, () => compile(node, dialect, folded)), values: valuesOf(folded) };
}
