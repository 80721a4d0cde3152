/**
 * Entities that are rows of join tables go with their pairs. Where that leads to more rows, or where some of them stay, those that are not loaded are
 * read first: one query a join table and side of it.
 */
import type { BelongsToModel, ColumnModel, EntityModel, JoinColumn, ManyToManyModel } from '../../metadata';
import { holderOf, markOfPairs, placeOf, recordOf, rowKey, type EntityRecord, type Link } from '../../entities';
import { fetchRecords, keyChunks, type ReadPort } from '../../loading';
import { emptyState, rowsWith, type QueryState } from '../../query';
import { goesAlong } from '../belonging';
import { endsWithHeirs, isOfTable, joinTablesOf } from './join-tables';
import { referredRecord } from './referred-record';

/** The rows of pairs that are taken out: `deleteUnlinked` deletes those that it knows. */
export async function readUnlinked(port: ReadPort, links: readonly Link[]): Promise<void> {
  const { models } = port.store;
  const byRelation = new Map<ManyToManyModel, Link[]>();
  for (const link of links) {
    const known = byRelation.get(link.relation);
    if (known) known.push(link);
    else byRelation.set(link.relation, [link]);
  }
  for (const [relation, alike] of byRelation) {
    const { through } = relation;
    for (const model of models.all) {
      const isToBeMarked = markOfPairs(relation) !== undefined && model === through.mapped;
      if (!isOfTable(model, through) || !(isToBeMarked || model.relations.some(goesAlong))) continue;
      const database = recordOf(alike[0]!.owner)!.database;
      const deleted = isToBeMarked ? 'hidden' : 'shown';
      await readMembers(port, { model, database, deleted }, { columns: through.columns, rows: keysOfPairs(alike) });
    }
  }
}

/** The rows of pairs by the columns of their join table, where both ends have rows. */
export function keysOfPairs(links: readonly Link[]): unknown[][] {
  return links.flatMap(({ relation, owner, item }) => {
    const { columns, from } = relation.through;
    const [near, far] = [recordOf(owner), recordOf(item)];
    if (!near?.hasRow || !far?.hasRow) return [];
    const isNear = (column: JoinColumn): boolean => from.includes(column);
    return [columns.map((column) => valueOf(isNear(column) ? near : far, column.target))];
  });
}

function valueOf(record: EntityRecord, column: ColumnModel): unknown {
  return rowKey(record)![record.model.key.indexOf(column)];
}

/** The entities that go with these, which are of one place and whose rows go: those that name one of them, now that all of them are read. */
export async function membersOfGone(port: ReadPort, gone: readonly EntityRecord[]): Promise<EntityRecord[]> {
  const { store } = port;
  const [{ model, database }] = gone as [EntityRecord];
  const found = new Set<EntityRecord>();
  for (const side of joinTablesOf(store, model)) {
    if (side.isKept) continue;
    for (const member of store.models.all) {
      const holder = isOfTable(member, side) ? holderOf(member, side.from) : undefined;
      if (!holder || isReadAnyway(model, holder)) continue;
      const all = member.relations.some(goesAlong);
      const ends = all ? gone : [...endsWithHeirs(store, new Set(gone), side)];
      const keys = ends.map((record) => rowKey(record)!);
      await readMembers(port, { model: member, database, deleted: 'shown' }, { columns: side.from, rows: keys });
      const named = new Set(ends);
      const place = placeOf(member, member.database ?? database);
      for (const record of store.identityMap(place).values()) {
        const end = referredRecord(record.entity, holder);
        if (end && named.has(end)) found.add(record);
      }
    }
  }
  return [...found];
}

/** Whether a relation of the end reads these rows itself, as its children. */
function isReadAnyway({ relations }: EntityModel, holder: BelongsToModel): boolean {
  return relations.some(
    (relation) => relation.kind === 'hasMany' && relation.inverse === holder && goesAlong(relation),
  );
}

/** Reads the entities whose rows have these values in columns of a join table. */
export async function readMembers(
  port: ReadPort,
  { model, database: near, deleted }: Pick<QueryState, 'model' | 'database' | 'deleted'>,
  {
    columns: joined,
    rows,
  }: { readonly columns: readonly JoinColumn[]; readonly rows: readonly (readonly unknown[])[] },
): Promise<void> {
  const columns = joined.flatMap(({ name }) => model.columns.find((column) => column.name === name) ?? []);
  if (columns.length < joined.length) return;
  const database = model.database ?? near;
  for (const some of keyChunks(rows, port.dialect(database))) {
    const conditions = [rowsWith(model, columns, some)];
    await fetchRecords(port, { ...emptyState(model, database), conditions, deleted });
  }
}
