/** What the database does by itself to rows that refer to deleted ones is done to their entities. */
import type { BelongsToModel, EntityModel } from '../../metadata';
import {
  byPlace,
  live,
  placeOfTarget,
  rowReference,
  type EntityRecord,
  type EntityStore,
  type Journal,
} from '../../entities';
import { readColumns } from './read-back';
import { Following, followRow } from './shared-columns';
import type { FlushTarget } from './target';

type Action = NonNullable<BelongsToModel['onDelete']>;

interface Referring {
  readonly record: EntityRecord;
  readonly relation: BelongsToModel;
}

/** Entities that refer to deleted ones, in memory, by references with this action. */
function* referringTo(store: EntityStore, deleted: readonly EntityRecord[], action: Action): Generator<Referring> {
  if (deleted.length === 0) return;
  const gone = new Set<unknown>(deleted.map(({ entity }) => entity));
  const models = new Set(deleted.map(({ model }) => model));
  for (const [place, map] of store.identityMaps()) {
    for (const relation of place.model.relations) {
      if (relation.kind !== 'belongsTo' || !models.has(relation.target) || relation.onDelete !== action) continue;
      const { property } = relation;
      for (const record of map.values())
        if (Object.hasOwn(record.entity, property) && gone.has(record.entity[property])) yield { record, relation };
    }
  }
}

/** Those whose rows go with these (`onDelete: 'cascade'`). */
function goingAlong(store: EntityStore, deletes: readonly EntityRecord[]): EntityRecord[] {
  const gone = new Set(deletes);
  for (let next = deletes; next.length > 0;) {
    const found: EntityRecord[] = [];
    for (const { record } of referringTo(store, next, 'cascade')) if (!gone.has(record)) found.push(record);
    for (const record of found) gone.add(record);
    next = found;
  }
  return [...gone].slice(deletes.length);
}

/** They go too (`onDelete: 'cascade'`), or refer to nothing (`'set null'`). @returns those that went */
export function followDeletes(store: EntityStore, deletes: readonly EntityRecord[], journal: Journal): EntityRecord[] {
  const lost = goingAlong(store, deletes);
  const emptied = [...referringTo(store, [...deletes, ...lost], 'set null')];
  for (const record of lost) live(store, record, 'erase', { journal });
  const following = new Following(store, journal);
  for (const { record, relation } of emptied) {
    const { columns } = relation;
    if (!record.hasRow) continue;
    journal.setProperty(record.entity, relation.property, null);
    journal.writeSlots(
      record,
      columns,
      columns.map(() => null),
    );
    followRow(following, record);
  }
  return lost;
}

const NONE: readonly never[] = [];

function mayDefault({ relations }: EntityModel): boolean {
  return relations.some((relation) => relation.kind === 'belongsTo' && relation.onDelete === 'set default');
}

/** References that have got the default of their columns (`'set default'`), which the rows tell. @returns whose they are */
export async function readDefaults(
  target: FlushTarget,
  deletes: readonly EntityRecord[],
): Promise<readonly EntityRecord[]> {
  const { store, journal } = target;
  if (deletes.length === 0 || !store.models.all.some(mayDefault)) return NONE;
  const lost = goingAlong(store, deletes);
  const gone = new Set([...deletes, ...lost]);
  const found = [...referringTo(store, [...gone], 'set default')].filter(({ record }) => !gone.has(record));
  const defaulted = new Set(found.map(({ record }) => record));
  for (const records of byPlace([...defaulted]).values()) {
    const { model } = records[0]!;
    const concerned = new Set(
      found.flatMap(({ record, relation }) => (record.model === model ? relation.columns : [])),
    );
    const columns = model.columns.filter((column) => column.primary || concerned.has(column));
    await readColumns(target, records, { columns, isWanted: () => true });
  }
  const following = new Following(store, journal);
  for (const { record, relation } of found) {
    const key = rowReference(record, relation);
    const held = key && store.reference(placeOfTarget(relation, record), key).entity;
    if (held !== undefined) journal.setProperty(record.entity, relation.property, held);
    followRow(following, record);
  }
  return [...defaulted];
}
