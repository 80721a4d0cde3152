/** The order in which tables can be created: what is referred to comes first. */
import { tableId, type ForeignKey, type Table } from './table';

export interface CreationOrder {
  readonly tables: readonly Table[];
  /** Foreign keys that close a circle, by table: their target is created after the table itself. */
  readonly closing: ReadonlyMap<Table, readonly ForeignKey[]>;
}

/**
 * Depth first, so that the order follows the order given as far as it can. A table that refers to itself makes no circle, and
 * a target that is not among the tables is there already.
 */
export function creationOrder(tables: readonly Table[]): CreationOrder {
  const byId = new Map(tables.map((table) => [tableId(table), table]));
  const state = new Map<Table, 'open' | 'done'>();
  const ordered: Table[] = [];
  const closing = new Map<Table, ForeignKey[]>();

  const visit = (table: Table): void => {
    state.set(table, 'open');
    for (const foreignKey of table.foreignKeys) {
      const target = byId.get(tableId(foreignKey.target));
      if (!target || target === table) continue;
      const reached = state.get(target);
      if (reached === 'open') closing.set(table, [...(closing.get(table) ?? []), foreignKey]);
      else if (!reached) visit(target);
    }
    state.set(table, 'done');
    ordered.push(table);
  };

  for (const table of tables) if (!state.has(table)) visit(table);
  return { tables: ordered, closing };
}
