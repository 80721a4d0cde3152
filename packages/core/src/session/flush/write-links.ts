/** Rows of join tables. */
import type { ColumnModel, EntityModels, JoinTable, ManyToManyModel } from '../../metadata';
import { columnValue, ownCollection, rowKey, type EntityRecord } from '../../entities';
import { keyChunks } from '../../loading';
import { planLinks } from '../../query';
import { bind, type BatchColumn, type InsertBatch } from '../../sql';
import { keyImage } from '../../types';
import type { DatabaseTransaction } from '../../database';
import type { LinkChange } from './change-set';
import { byShape, insertBatch } from './insert-rows';
import { newValue } from './prepare';
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
  const { table } = relation.through;
  const rows = links.map(linkRow);
  if (kind === 'link') {
    const missing = await withoutPresent(transaction, relation, { rows, links });
    for (const batch of linkBatches(target.store.models, relation, missing)) {
      for (const part of dialect.batch.insert(batch)) await transaction.execute(part.statement, 'primary');
    }
    return;
  }
  for (const part of dialect.batch.delete({ table, match: columns, rows })) {
    await transaction.execute(part.statement, 'primary');
  }
}

/** An entity that is mapped on the join table has its say in what else a row has: defaults, timestamps, a key of its own. */
function linkBatches(models: EntityModels, relation: ManyToManyModel, rows: readonly unknown[][]): InsertBatch[] {
  if (rows.length === 0) return [];
  const { table } = relation.through;
  const columns = joinColumns(relation);
  const model = models.all.find((one) => one.table.name === table.name && one.table.schema === table.schema);
  if (!model) return [{ table, columns, rows, returning: [], identity: undefined }];
  const now = new Date();
  const places = model.columns.map(({ name }) => columns.findIndex((column) => column.name === name));
  const whole = (row: readonly unknown[]): unknown[] =>
    model.columns.map((column, i) => (places[i] === -1 ? newValue(model, column, now) : row[places[i]!]));
  return byShape(model, rows, whole).map((shape) => ({
    ...insertBatch(model, shape.rows),
    returning: [],
    identity: undefined,
  }));
}

function linkRow({ relation, owner, item }: LinkChange): unknown[] {
  const value = (record: EntityRecord, column: ColumnModel): unknown => columnValue(record.entity, column);
  return [
    ...relation.through.from.map(({ target }) => value(owner, target)),
    ...relation.through.to.map(({ target }) => value(item, target)),
  ];
}

/** Adding to a collection that was not loaded may name a row that is there already: that is no error, unless another adds it this very moment. */
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
  const columns = joinColumns(relation);
  const codecs = columns.map(({ type }) => dialect.codec(type));
  const present = new Set<string>();
  for (const rows of keyChunks(links.map(linkRow), dialect)) {
    const { plan, values } = planLinks(relation, dialect, rows);
    const result = await transaction.execute(bind(plan, values), 'primary');
    for (const row of result.rows) {
      const keys = row.map((raw, i) => codecs[i]!.fromDatabase(raw));
      present.add(imageOfLink(columns, keys));
    }
  }
  return present;
}

/** Equal for equal keys, however they are written. */
function imageOfLink(columns: readonly BatchColumn[], values: readonly unknown[]): string {
  return columns.map(({ type }, i) => String(keyImage(type, values[i]))).join('\0');
}

/** Deletes all rows of a join table that tell of these entities. */
export async function purgeLinks(
  target: FlushTarget,
  through: JoinTable,
  records: readonly EntityRecord[],
): Promise<void> {
  const transaction = target.transaction(records[0]!.database);
  const match = through.from.map(({ name, target: column }, index) => ({ name, type: column.type, index }));
  const rows = records.map((record) => rowKey(record)!);
  for (const part of transaction.dialect.batch.delete({ table: through.table, match, rows })) {
    await transaction.execute(part.statement, 'primary');
  }
}
