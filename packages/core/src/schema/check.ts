/** The tables of entities beside those that a database has. */
import type { EntityModel } from '../metadata';
import type { CatalogQuestion, FoundTable, TableReference } from '../sql';
import { compareTable, missingTable, type TableComparison } from './compare-table';
import { sortFindings, type SchemaFinding } from './finding';
import { mappedTables, mergeTables } from './from-metadata';
import { tableId } from './table';

/** The entities of one database, and those of them that are asked about. */
export interface CheckedModels {
  readonly all: readonly EntityModel[];
  readonly wanted: readonly EntityModel[];
}

/** All that entities map on the tables of those that are wanted counts as mapped. */
export async function checkTables(
  { all, wanted }: CheckedModels,
  { database, dialect }: Pick<TableComparison, 'database' | 'dialect'>,
  ask: CatalogQuestion,
): Promise<SchemaFinding[]> {
  const everything = mappedTables(all);
  const whole = new Map(mergeTables(everything.map(({ table }) => table)).map((table) => [tableId(table), table]));
  const mapped = everything.filter(({ model }) => wanted.includes(model));
  const placed = new Set(all);
  const targets = mapped
    .flatMap(({ model }) => model.relations)
    .map(({ target }) => target)
    .filter((target) => placed.has(target))
    .map(({ table }) => table);
  const found = await readTables([...mapped.map(({ table }) => table), ...targets], dialect, ask);
  return sortFindings(
    mapped.flatMap((each) => {
      const id = tableId(each.table);
      const table = found.get(id);
      if (!table) return [missingTable(database, each)];
      return compareTable({
        database,
        dialect,
        mapped: each,
        whole: whole.get(id)!,
        found: table,
        foundTable: (model) => (placed.has(model) ? found.get(tableId(model.table)) : undefined),
      });
    }),
  );
}

async function readTables(
  tables: readonly TableReference[],
  { catalog }: TableComparison['dialect'],
  ask: CatalogQuestion,
): Promise<Map<string, FoundTable | undefined>> {
  const named = new Map(tables.map(({ schema, name }) => [tableId({ schema, name }), { schema, name }]));
  const found = await catalog.read([...named.values()], ask);
  return new Map([...named.keys()].map((id, i) => [id, found[i]]));
}
