/** Takes note of what a read asks for of entities, and of those that they lead to. */
import { recordOf, viewIn, type EntityRecord } from '../entities';
import type { BelongsToModel, EntityObject } from '../metadata';
import { askedBoth, askedBy, type Asked, type IncludeTree } from '../query';
import type { ReadPort } from './read-port';

/** These entities came along with others: what was asked for of them before stays. */
export function noteAsked(records: Iterable<EntityRecord>, asked: Asked): void {
  for (const record of records) record.asked = askedBoth(record.model, record.asked, asked);
}

/** After what came along with these entities, among which they may be too. */
export function answerWith(records: Iterable<EntityRecord>, asked: Asked | undefined): void {
  for (const record of records) record.asked = asked;
}

/** What `session.load` loaded is asked for of the entities that it was given, and of those that it led to. */
export function noteLoaded(port: ReadPort, records: readonly EntityRecord[], tree: IncludeTree): void {
  const asked = askedBy(tree, true);
  // Of what was read before, its relations are asked for; of a reference its columns too.
  const relations = { ...asked, columns: [] };
  for (const record of records) noteAsked([record], record.asked ? relations : asked);
  const given = records.map((record) => record.asked);
  noteAlong(port, { records, tree, asked });
  // The relations may lead back to some of these, which are not asked for more than the others.
  records.forEach((record, i) => (record.asked = given[i]));
}

function noteAlong(
  port: ReadPort,
  { records, tree, asked }: { records: Iterable<EntityRecord>; tree: IncludeTree; asked: Asked },
): void {
  for (const [property, { relation, children }] of tree) {
    const related =
      relation.kind === 'belongsTo'
        ? relatedRecords(port, { relation, records })
        : itemRecords(port, { property, records });
    const below = asked.relations.get(property)!;
    noteAsked(related, below);
    noteAlong(port, { records: related, tree: children, asked: below });
  }
}

/** What these entities have in a relation that no column of theirs holds. */
function itemRecords(
  port: ReadPort,
  { property, records }: { property: string; records: Iterable<EntityRecord> },
): Set<EntityRecord> {
  const related = new Set<EntityRecord>();
  for (const { entity } of records) {
    for (const item of viewIn(entity, property)?.held() ?? []) {
      const record = recordOf(item);
      if (port.store.owns(record)) related.add(record);
    }
  }
  return related;
}

export interface References {
  readonly relation: BelongsToModel;
  /** Those that refer. */
  readonly records: Iterable<EntityRecord>;
}

/** What these entities refer to. */
export function relatedRecords(port: ReadPort, { relation, records }: References): Set<EntityRecord> {
  const related = new Set<EntityRecord>();
  for (const { entity } of records) {
    const held = Object.hasOwn(entity, relation.property) ? (entity[relation.property] as EntityObject | null) : null;
    const record = held ? recordOf(held) : undefined;
    if (port.store.owns(record)) related.add(record);
  }
  return related;
}
