/** Rows that are made by the queryset of a collection: they belong to it. */
import { QueryError } from '../../errors';
import { isPlainObject } from '../expressions/operator-checks';
import type { EntityModels } from '../../metadata';
import { keyFrom } from '../parse/reference-values';
import type { QueryRunner } from '../runner';
import type { QueryState } from './state';

/** The properties of a new row, the reference to the owner of its collection among them. @throws QueryError for another owner */
export function memberOf(models: EntityModels, { collection, model }: QueryState, data: object): object {
  if (collection?.relation.kind !== 'hasMany' || !isPlainObject(data)) return data;
  const { property } = collection.relation.inverse;
  const given = data[property];
  if (given !== undefined && given !== collection.owner) {
    const { owner, property: name } = collection.relation;
    const subject = `${model.name}.${property}`;
    const own = keyFrom(models, owner, collection.owner, subject);
    const other = given === null ? [null] : keyFrom(models, owner, given, subject);
    if (own.some((value, i) => String(value) !== String(other[i]))) {
      throw new QueryError(`${owner.name}.${name} makes rows of its own ${owner.name}: leave ${subject} out.`, {
        entity: model.name,
        property,
      });
    }
  }
  return { ...data, [property]: collection.owner };
}

/** @throws QueryError for a many-to-many collection, whose links need the keys of the rows, which `insertMany` does not read */
export function membersOf(models: EntityModels, state: QueryState, rows: readonly object[]): readonly object[] {
  const { collection, model } = state;
  if (!collection || !Array.isArray(rows)) return rows;
  if (collection.relation.kind === 'manyToMany') {
    const { owner, property } = collection.relation;
    throw new QueryError(
      `insertMany() of ${owner.name}.${property} would not link the rows: create() them, or insertMany() by ${model.name} and add() them.`,
      { entity: owner.name, property },
    );
  }
  return rows.map((row: object) => memberOf(models, state, row));
}

/** Rows of a many-to-many collection are linked at once. */
export async function joinCollection(
  runner: QueryRunner,
  state: QueryState,
  entities: readonly object[],
): Promise<void> {
  const { collection } = state;
  if (collection?.relation.kind === 'manyToMany') await runner.link(state, collection, entities);
}

/** What may be a member already, or become one: a many-to-many collection takes in rows that there are. */
export function withoutMembership(state: QueryState): QueryState {
  if (state.collection?.relation.kind !== 'manyToMany') return state;
  return { ...state, conditions: state.conditions.slice(1) };
}
