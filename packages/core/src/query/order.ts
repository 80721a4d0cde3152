/** `'-createdAt'`, `'artist.name'` → order terms; names are resolved, so that nothing of a user's text reaches SQL. */
import { QueryError } from '../errors';
import type { EntityModel, RelationModel } from '../metadata';
import { describeValue } from './describe-value';
import { propertyOf } from './names';
import { assertSameDatabase } from './same-database';
import type { OrderTerm, QueryState } from './state';

/** Each step is a join, and optimizers look at all of their orders. */
const MAX_STEPS = 16;

/** @throws QueryError for anything but a column or a to-one path, with one `-` before it or none */
export function parseOrder(model: EntityModel, terms: readonly unknown[]): OrderTerm[] {
  return terms.flatMap((term) => {
    if (typeof term !== 'string' || term === '') {
      throw new QueryError(`orderBy takes names such as 'title' or '-createdAt', got ${describeValue(term)}.`, {
        entity: model.name,
      });
    }
    const descending = term.startsWith('-');
    return parseTerm(model, descending ? term.slice(1) : term, descending);
  });
}

function parseTerm(root: EntityModel, name: string, descending: boolean): OrderTerm[] {
  const path: RelationModel[] = [];
  let model = root;
  const steps = name.split('.');
  if (steps.length > MAX_STEPS)
    throw new QueryError(`A path of orderBy on ${root.name} has more than ${String(MAX_STEPS)} steps.`, {
      entity: root.name,
    });
  for (const [i, step] of steps.entries()) {
    const property = propertyOf(model, step);
    const last = i === steps.length - 1;
    if (property.kind === 'column') {
      if (!last)
        throw new QueryError(`${model.name}.${step} is a column: a path cannot go on behind it.`, {
          entity: model.name,
        });
      if (property.column.type.name === 'json') {
        throw new QueryError(`${model.name}.${step} is a json column, which has no order.`, {
          entity: model.name,
          property: step,
        });
      }
      return [{ path, column: property.column, descending }];
    }
    const { relation } = property;
    if (relation.kind !== 'belongsTo') {
      throw new QueryError(`${model.name}.${step} cannot be ordered by: only columns and to-one relations can.`, {
        entity: model.name,
        property: step,
      });
    }
    if (last) return relation.columns.map((column) => ({ path, column, descending }));
    assertSameDatabase(relation);
    path.push(relation);
    model = relation.target;
  }
  return [];
}

export function byKey(model: EntityModel): OrderTerm[] {
  return model.key.map((column) => ({ path: [], column, descending: false }));
}

/** The opposite order; where there is none, that of the key backwards. */
export function reversed({ model, order }: QueryState): OrderTerm[] {
  return (order.length > 0 ? order : byKey(model)).map((term) => ({ ...term, descending: !term.descending }));
}
