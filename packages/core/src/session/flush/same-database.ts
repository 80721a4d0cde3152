/** What refers to one another is in one database, or in those that both entities name: a key of another database would be that of another row. */
import { QueryError } from '../../errors';
import type { RelationModel } from '../../metadata';
import { placeOfTarget, type EntityRecord, type EntityStore } from '../../entities';
import { referredRecord } from './referred-record';

/** @throws QueryError for entities of different databases */
export function assertSameDatabase(from: EntityRecord, relation: RelationModel, to: EntityRecord): void {
  const { database } = placeOfTarget(relation, from);
  if (to.model !== relation.target || to.database === database) return;
  const { owner, property, target } = relation;
  throw new QueryError(
    `${owner.name}.${property} of an entity in database '${from.database}' refers to a ${target.name} in database '${to.database}': ` +
      'load both from one database, or say in @Entity({ database }) of both where they are.',
    { entity: owner.name, property },
  );
}

/** In a session with several databases keys may be equal where rows are not: all references are looked at. */
export function assertReferences(store: EntityStore): void {
  const databases = new Set<string>();
  for (const [place, map] of store.identityMaps()) if (map.size > 0) databases.add(place.database);
  for (const { database } of store.added) databases.add(database);
  if (databases.size < 2) return;
  for (const record of [...store.managed(), ...store.added]) {
    for (const relation of record.model.relations) {
      const to = relation.kind === 'belongsTo' ? referredRecord(record.entity, relation) : undefined;
      if (to) assertSameDatabase(record, relation, to);
    }
  }
}
