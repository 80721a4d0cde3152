/** Rows of join tables. */
import type { ColumnModel, ManyToManyModel, TableName } from '../../metadata';
import { columnValue, ownCollection, rowKey, type EntityRecord } from '../../loading';
import { planLinks } from '../../query';
import { bind, type BatchColumn, type InsertBatch } from '../../sql';
import { keyImage } from '../../types';
import type { DatabaseTransaction } from '../transaction';
import type { LinkChange } from './change-set';
import type { FlushTarget } from './target';

function joinColumns({ through }: ManyToManyModel): BatchColumn[] {
  return [...through.from, ...through.to].map(({ name, target }, index) => ({ name, type: target.type, index }));
}

export async function writeLinks(
  target: FlushTarget,
  { kind, relation, links }: { kind: 'link' | 'unlink'; relation: ManyToManyModel; links: readonly LinkChange[] },
): Promise<void> {
  const transaction = target.transaction(links[0]!.owner.database);
  const { dialect } = transaction;
  const columns = joinColumns(relation);
  const table: TableName = relation.through.table;
  let rows = links.map(linkRow);
  if (kind === 'link') {
    rows = await withoutPresent(transaction, relation, { rows, links });
    if (rows.length === 0) return;
    const batch: InsertBatch = { table, columns, rows, returning: [], identity: undefined };
    for (const part of dialect.batch.insert(batch)) await transaction.execute(part.statement, 'primary');
    return;
  }
  for (const part of dialect.batch.delete({ table, match: columns, rows })) {
    await transaction.execute(part.statement, 'primary');
  }
}

function linkRow({ relation, owner, item }: LinkChange): unknown[] {
  const value = (record: EntityRecord, column: ColumnModel): unknown => columnValue(record.entity, column);
  return [
    ...relation.through.from.map(({ target }) => value(owner, target)),
    ...relation.through.to.map(({ target }) => value(item, target)),
  ];
}

/** Adding to a collection that was not loaded may name a row that is there already: that is no error. */
async function withoutPresent(
  transaction: DatabaseTransaction,
  relation: ManyToManyModel,
  { rows, links }: { rows: unknown[][]; links: readonly LinkChange[] },
): Promise<unknown[][]> {
  const { property, inverse } = relation;
  const doubtful = links.filter(({ owner, item }) => {
    const other = inverse && ownCollection(item.entity, inverse.property);
    return ownCollection(owner.entity, property)?.isLoaded === false || other?.isLoaded === false;
  });
  if (doubtful.length === 0) return rows;
  const present = await presentLinks(transaction, relation, doubtful);
  const columns = joinColumns(relation);
  return rows.filter((row) => !present.has(imageOfLink(columns, row)));
}

async function presentLinks(
  transaction: DatabaseTransaction,
  relation: ManyToManyModel,
  links: readonly LinkChange[],
): Promise<Set<string>> {
  const { dialect } = transaction;
  const rows = links.map(linkRow);
  const { plan, values } = planLinks(relation, dialect, rows);
  const result = await transaction.execute(bind(plan, values), 'primary');
  const columns = joinColumns(relation);
  const codecs = columns.map(({ type }) => dialect.codec(type));
  return new Set(
    result.rows.map((row) =>
      imageOfLink(
        columns,
        row.map((raw, i) => codecs[i]!.fromDatabase(raw)),
      ),
    ),
  );
}

/** Equal for equal keys, however they are written. */
function imageOfLink(columns: readonly BatchColumn[], values: readonly unknown[]): string {
  return columns.map(({ type }, i) => String(keyImage(type, values[i]))).join('\0');
}

/** Deletes all rows of a join table that tell of these entities. */
export async function purgeLinks(
  target: FlushTarget,
  relation: ManyToManyModel,
  records: readonly EntityRecord[],
): Promise<void> {
  const transaction = target.transaction(records[0]!.database);
  const match = relation.through.from.map(({ name, target: column }, index) => ({ name, type: column.type, index }));
  const rows = records.map((record) => rowKey(record)!);
  for (const part of transaction.dialect.batch.delete({ table: relation.through.table, match, rows })) {
    await transaction.execute(part.statement, 'primary');
  }
}
