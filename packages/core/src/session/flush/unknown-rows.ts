/** Relations that were given new content while their rows were not known: these are read first, for the difference is what is to be written. */
import { byPlace, recordOf, type EntityRecord, type View } from '../../entities';
import { loadRows, type ReadPort } from '../../loading';

export async function readUnknownRows(port: ReadPort): Promise<void> {
  const unknown = [...port.store.changedViews].filter(
    (view) => view.needsRows && port.store.owns(recordOf(view.owner)),
  );
  if (unknown.length === 0) return;
  const byRelation = new Map<View['relation'], EntityRecord[]>();
  for (const { relation, owner } of unknown) {
    const owners = byRelation.get(relation);
    if (owners) owners.push(recordOf(owner)!);
    else byRelation.set(relation, [recordOf(owner)!]);
  }
  for (const [relation, owners] of byRelation) {
    for (const records of byPlace(owners).values()) await loadRows(port, records, relation);
  }
}
