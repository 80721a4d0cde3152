/**
 * The database deletes along `onDelete: 'cascade'`, through rows that the session has not read as well. What a session has of such a chain is found
 * by reading the references that it lacks, one query a class and level.
 */
import { placeOf, placeOfTarget, UNREAD, type EntityRecord, type EntityStore, type Place } from '../../entities';
import type { ReadPort } from '../../loading';
import type { BelongsToModel, EntityModels } from '../../metadata';
import { readColumns } from './unknown-rows';

export async function readCascades(port: ReadPort): Promise<void> {
  const { store } = port;
  const references = cascadesFrom(store);
  if (references.size === 0) return;
  const asked = new Set<EntityRecord>();
  for (;;) {
    const before = asked.size;
    // References that are read may lead to entities of which nothing is read yet.
    for (const [place, map] of [...store.identityMaps()]) {
      const relations = references.get(place);
      if (!relations) continue;
      const lacking = [...map.values()].filter((record) => !asked.has(record) && lacksOne(record, relations));
      for (const record of lacking) asked.add(record);
      const columns = relations.flatMap((relation) => relation.columns);
      if (lacking.length > 0) await readColumns(port, lacking, columns);
    }
    if (asked.size === before) return;
  }
}

function lacksOne({ partial, status, entity, snapshot }: EntityRecord, relations: readonly BelongsToModel[]): boolean {
  if (!partial || status === 'removed') return false;
  return relations.some(
    ({ property, columns }) =>
      !Object.hasOwn(entity, property) && columns.some(({ index }) => snapshot?.[index] === UNREAD),
  );
}

/** By the place of those that refer: the references along which the database may delete, beginning at the rows that are to go. */
function cascadesFrom({ models, removed }: EntityStore): ReadonlyMap<Place, readonly BelongsToModel[]> {
  const references = new Map<Place, BelongsToModel[]>();
  const reached = new Set<Place>();
  for (const [record, force] of removed) if (force || !record.model.softDelete) reached.add(record.place);
  // What is added on the way is looked at too.
  for (const target of reached) {
    for (const relation of cascadesTo(models, target)) {
      const place = placeOf(relation.owner, relation.owner.database ?? target.database);
      if (placeOfTarget(relation, place) !== target) continue;
      const held = references.get(place);
      if (held) held.push(relation);
      else references.set(place, [relation]);
      reached.add(place);
    }
  }
  return references;
}

function cascadesTo({ all }: EntityModels, { model }: Place): BelongsToModel[] {
  return all.flatMap(({ relations }) =>
    relations.filter(
      (relation): relation is BelongsToModel =>
        relation.kind === 'belongsTo' && relation.target === model && relation.onDelete === 'cascade',
    ),
  );
}
