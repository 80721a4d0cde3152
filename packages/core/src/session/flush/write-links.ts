/** Rows of join tables. */
import type { Executor } from '../../database';
import type { JoinTable, ManyToManyModel } from '../../metadata';
import { rowKey } from '../../entities';
import { keyChunks } from '../../loading';
import { planLinks } from '../../query';
import { bind, type BatchColumn, type InsertBatch } from '../../sql';
import { keyImage } from '../../types';
import type { FlushAction } from './action';
import { valueOfNew } from './fill';
import { byShape, insertBatch } from './insert-rows';
import { PendingKey } from './pending-key';
import { checkedValue } from './rows';
import type { FlushTarget } from './target';

type LinkAction = FlushAction<'link' | 'unlink'>;

function joinColumns(columns: JoinTable['columns']): BatchColumn[] {
  return columns.map(({ name, target }, index) => ({ name, type: target.type, index }));
}

/** Of one relation, all to come or all to go. */
export async function writeLinks(target: FlushTarget, actions: readonly LinkAction[]): Promise<void> {
  const [{ kind, group, link }] = actions as [LinkAction];
  const { relation } = link;
  const transaction = target.transaction(group.place);
  const { dialect } = transaction;
  const columns = joinColumns(relation.through.columns);
  const rows = actions.map(({ values }) => values.map((value) => (value instanceof PendingKey ? value.value : value)));
  if (kind === 'unlink') {
    for (const { statement } of dialect.batch.delete({ table: relation.through.table, match: columns, rows }))
      await transaction.execute(statement, 'primary');
    return;
  }
  const doubtful = rows.filter((_, i) => actions[i]!.link.isThere === undefined);
  const present = doubtful.length > 0 ? await presentLinks(transaction, relation, doubtful) : new Set<string>();
  const missing = rows.filter((row) => !present.has(imageOfLink(columns, row)));
  for (const batch of linkBatches(relation, missing)) {
    for (const { statement } of dialect.batch.insert(batch)) await transaction.execute(statement, 'primary');
  }
}

/** An entity that is mapped on the join table has its say in what else a row has: defaults, timestamps, a key of its own. */
function linkBatches({ through }: ManyToManyModel, rows: readonly unknown[][]): InsertBatch[] {
  if (rows.length === 0) return [];
  const { table, mapped: model } = through;
  const columns = joinColumns(through.columns);
  // Another transaction may add the same pair at this very moment: the row is there, which is what both want.
  if (!model) return [{ table, columns, rows, returning: [], identity: undefined, skipsExisting: true }];
  const now = new Date();
  const places = model.columns.map(({ name }) => columns.findIndex((column) => column.name === name));
  const whole = (row: readonly unknown[]): unknown[] =>
    model.columns.map((column, i) => {
      if (places[i] !== -1) return row[places[i]!];
      return column.computed === undefined ? checkedValue(model, column, valueOfNew(model, column, now)) : undefined;
    });
  return byShape(model, rows, whole).map((shape) => ({
    ...insertBatch(model, shape.rows),
    returning: [],
    identity: undefined,
  }));
}

/** Adding to a collection that was not loaded may name a row that is there already: that is no error. */
async function presentLinks(
  transaction: Executor,
  relation: ManyToManyModel,
  links: readonly unknown[][],
): Promise<Set<string>> {
  const { dialect } = transaction;
  const columns = joinColumns(relation.through.columns);
  const codecs = columns.map(({ type }) => dialect.codec(type));
  const present = new Set<string>();
  for (const rows of keyChunks(links, dialect)) {
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

/** Deletes all rows of a join table that name these entities. */
export async function purgeLinks(target: FlushTarget, actions: readonly FlushAction<'purge'>[]): Promise<void> {
  const [{ group, through }] = actions as [FlushAction<'purge'>];
  const transaction = target.transaction(group.place);
  const match = joinColumns(through.from);
  const rows = actions.map(({ record }) => rowKey(record)!);
  for (const { statement } of transaction.dialect.batch.delete({ table: through.table, match, rows }))
    await transaction.execute(statement, 'primary');
}
