/** Entities sorted by where their rows are: what one statement can be about. */
import type { EntityModel } from '../metadata';
import type { EntityRecord } from '../entities';

/** Groups of one model in one database. */
export function byTable(records: readonly EntityRecord[]): EntityRecord[][] {
  const groups = new Map<EntityModel, Map<string, EntityRecord[]>>();
  for (const record of records) {
    let databases = groups.get(record.model);
    if (!databases) groups.set(record.model, (databases = new Map<string, EntityRecord[]>()));
    const group = databases.get(record.database);
    if (group) group.push(record);
    else databases.set(record.database, [record]);
  }
  return [...groups.values()].flatMap((databases) => [...databases.values()]);
}
