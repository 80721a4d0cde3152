/** `'-createdAt'`, `'artist.name'` → order terms; names are resolved, so that nothing of a user's text reaches SQL. */
import { QueryError } from '../../errors';
import type { ColumnModel, EntityModel } from '../../metadata';
import { order, type OrderNode } from '../../sql';
import { ShapeCache } from '../shape-cache';
import { describeValue } from '../../describe-value';
import { propertyOf } from './names';
import { RelationPath } from './relation-path';
import { assertSameDatabase } from './same-database';

/** Each step is a join, and optimizers look at all of their orders. */
const MAX_STEPS = 16;

/** Orders of one entity that are kept, by their text. */
const KEPT = 200;

const parsed = new WeakMap<EntityModel, ShapeCache<readonly OrderNode[]>>();

/** @throws QueryError for anything but a column or a to-one path, with one `-` before it or none */
export function orderNodes(model: EntityModel, terms: readonly unknown[]): OrderNode[] {
  let known = parsed.get(model);
  if (!known) parsed.set(model, (known = new ShapeCache(KEPT)));
  const orders: OrderNode[] = [];
  for (const term of terms) {
    if (typeof term !== 'string' || term === '') {
      throw new QueryError(`orderBy takes names such as 'title' or '-createdAt', got ${describeValue(term)}.`, {
        entity: model.name,
      });
    }
    orders.push(...known.get(term, () => parseTerm(model, term)));
  }
  return orders;
}

function parseTerm(root: EntityModel, term: string): OrderNode[] {
  const descending = term.startsWith('-');
  const steps = (descending ? term.slice(1) : term).split('.');
  if (steps.length > MAX_STEPS)
    throw new QueryError(`A path of orderBy on ${root.name} has more than ${String(MAX_STEPS)} steps.`, {
      entity: root.name,
    });
  let path = RelationPath.of(root);
  for (const [i, step] of steps.entries()) {
    const { model } = path;
    const property = propertyOf(model, step);
    const last = i === steps.length - 1;
    if (property.kind === 'column') {
      refuseAsOrder(model, property.column, last);
      return [order(path.column(property.column), descending)];
    }
    const { relation } = property;
    if (relation.toMany) {
      throw new QueryError(`${model.name}.${step} cannot be ordered by: only columns and to-one relations can.`, {
        entity: model.name,
        property: step,
      });
    }
    if (last && relation.kind === 'belongsTo') return ordersBy(path, relation.columns, descending);
    assertSameDatabase(relation);
    path = path.to(relation);
  }
  return ordersBy(path, path.model.key, descending);
}

function refuseAsOrder(model: EntityModel, { property, type }: ColumnModel, last: boolean): void {
  const where = { entity: model.name, property };
  if (!last) throw new QueryError(`${model.name}.${property} is a column: a path cannot go on after it.`, where);
  if (type.name !== 'json') return;
  throw new QueryError(`${model.name}.${property} is a json column, which has no order.`, where);
}

function ordersBy(path: RelationPath, columns: readonly ColumnModel[], descending: boolean): OrderNode[] {
  return columns.map((column) => order(path.column(column), descending));
}

/** @throws QueryError for an entity without a key */
export function byKey(model: EntityModel): OrderNode[] {
  if (model.key.length === 0)
    throw new QueryError(`${model.name} has no key that its rows could be ordered by: say orderBy() first.`, {
      entity: model.name,
    });
  return ordersBy(RelationPath.of(model), model.key, false);
}

/** The opposite order; without an order, that of the key backwards. */
export function reversed(model: EntityModel, orders: readonly OrderNode[]): OrderNode[] {
  return (orders.length > 0 ? orders : byKey(model)).map(({ expression, descending }) =>
    order(expression, !descending),
  );
}
