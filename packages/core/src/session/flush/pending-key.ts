/** The key of a row that another step of the same flush writes before: its value is known when that step is done. */
import { keyColumn, readReference, tellersOf, type ColumnModel, type EntityObject } from '../../metadata';
import { recordOf, type EntityRecord } from '../../entities';

export class PendingKey {
  constructor(
    readonly record: EntityRecord,
    readonly column: ColumnModel,
  ) {}

  /** The value; the row of the record has been written. */
  get value(): unknown {
    const { index, type } = this.column;
    const image = this.record.snapshot![index];
    return type.immutable ? image : type.fromSnapshot(image);
  }

  leadsTo({ record, column }: PendingKey): boolean {
    return this.record === record && this.column === column;
  }
}

/**
 * What a new row is to have in a column that is not known yet: the promise of the row that makes it, which is the same by whichever references it is
 * reached. undefined: the references lead round in a ring, and none of its rows says it.
 */
export function sourceOf(record: EntityRecord, column: ColumnModel): unknown {
  // The usual key, which refers to nothing, takes no search.
  return column.references.length === 0 ? new PendingKey(record, column) : follow(record, column, new Map());
}

function follow(record: EntityRecord, column: ColumnModel, passed: Map<ColumnModel, Set<EntityRecord>>): unknown {
  const { entity, store } = record;
  const plain = column.relation ? undefined : entity[column.property];
  if (plain !== undefined && plain !== null) return plain;
  const seen = passed.get(column);
  if (seen?.has(record)) return undefined;
  if (seen) seen.add(record);
  else passed.set(column, new Set([record]));
  let isRing = false;
  for (const relation of tellersOf(entity, column)) {
    const held = entity[relation.property] as EntityObject;
    const to = recordOf(held);
    const isNew = to?.status === 'new' && to.store === store;
    const source = isNew ? follow(to, keyColumn(relation, column), passed) : readReference(column, relation, held);
    if (source !== undefined && source !== null) return source;
    isRing ||= isNew;
  }
  return isRing ? undefined : new PendingKey(record, column);
}
