/** Columns that the engine filled are read back by key, one query a place: what it could not return with the insert, and what it computes. */
import type { ColumnModel } from '../../metadata';
import { byPlace, rowKey, UNREAD, type EntityRecord } from '../../entities';
import { keyChunks } from '../../loading';
import { planSelect, rowsByKey } from '../../query';
import { bind } from '../../sql';
import type { ChangeSet } from './change-set';
import { imageOf } from './rows';
import type { FlushTarget } from './target';

export async function readBack(target: FlushTarget, { inserts, updates }: ChangeSet): Promise<void> {
  const lacking = inserts.filter(({ partial, status }) => partial && status === 'managed');
  for (const records of byPlace(lacking).values()) {
    const { model } = records[0]!;
    await readColumns(target, records, { columns: model.columns, isWanted: (image) => image === UNREAD });
  }
  const changed = updates.map(({ record }) => record).filter(({ status }) => status === 'managed');
  for (const records of byPlace(changed).values()) {
    const { model } = records[0]!;
    const computed = model.columns.filter((column) => column.computed !== undefined);
    if (computed.length === 0) continue;
    const columns = model.columns.filter((column) => column.primary || computed.includes(column));
    await readColumns(target, records, { columns, isWanted: (image) => image !== UNREAD });
  }
}

/** Reads columns of these entities, which are of one place. */
export async function readColumns(
  target: FlushTarget,
  records: readonly EntityRecord[],
  { columns, isWanted }: { columns: readonly ColumnModel[]; isWanted: (image: unknown) => boolean },
): Promise<void> {
  const { store, journal } = target;
  const { place, model } = records[0]!;
  const open = target.transaction(place);
  const keys = records.map((record) => rowKey(record)!);
  for (const rows of keyChunks(keys, open.dialect)) {
    const state = { ...rowsByKey(model, rows, place.database), deleted: 'shown' as const, columns };
    const { plan, values } = planSelect(state, open.dialect);
    const result = await open.execute(bind(plan.statement, values), 'primary');
    const codecs = plan.columns.map((column) => open.dialect.codec(column.type));
    for (const row of result.rows) {
      const decoded = row.map((raw, i) => (raw === null ? null : codecs[i]!.fromDatabase(raw)));
      const key = model.key.map((column) => decoded[plan.columns.indexOf(column)]);
      const record = store.find(place, key);
      if (!record?.snapshot) continue;
      const wanted = plan.columns.filter((column) => !column.primary && isWanted(record.snapshot![column.index]));
      const valuesRead = wanted.map((column) => decoded[plan.columns.indexOf(column)]);
      journal.writeSlots(
        record,
        wanted,
        wanted.map((column, i) => imageOf(column, valuesRead[i])),
      );
      wanted.forEach((column, i) => {
        if (!column.relation) journal.setProperty(record.entity, column.property, valuesRead[i]);
      });
      record.partial = record.snapshot.includes(UNREAD);
    }
  }
}
