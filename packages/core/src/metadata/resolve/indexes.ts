/** Indexes, unique constraints and checks. */
import type { ColumnModel } from '../entity-model';
import type { Building, BuildingModel } from './building';
import type { MergedDraft } from './merged-draft';

export function addIndexes({ problems }: Building, draft: MergedDraft, model: BuildingModel): void {
  const { table } = model;
  for (const { properties, unique, options } of draft.indexes) {
    const decorator = unique ? '@Unique' : '@Index';
    if (properties.length === 0 && options.expression === undefined) {
      problems.add(
        draft.name,
        undefined,
        `${decorator} names no property and no expression: write ${decorator}(['name']).`,
      );
      continue;
    }
    const columns = properties.flatMap((property) => {
      const found = columnsOf(model, property);
      if (!found) problems.add(draft.name, property, `is named by ${decorator}, but is no column of ${draft.name}.`);
      return found ?? [];
    });
    const { where, expression, using } = options;
    model.indexes.push({
      name: options.name ?? indexName(table.name, columns, unique),
      columns,
      unique,
      where,
      expression,
      using,
    });
  }
  for (const column of model.columns) {
    if (!column.unique || column.relation) continue;
    pushUnique(model, [column]);
  }
  for (const relation of model.relations) {
    if (relation.kind === 'belongsTo' && relation.unique) pushUnique(model, relation.columns);
  }
  draft.checks.forEach(({ expression, name }, i) => {
    if (expression.trim() === '') problems.add(draft.name, undefined, '@Check has no condition.');
    model.checks.push({ name: name ?? `${table.name}_check_${String(i + 1)}`, expression });
  });
}

function pushUnique(model: BuildingModel, columns: readonly ColumnModel[]): void {
  const same = model.indexes.some(
    (index) =>
      index.unique &&
      index.columns.length === columns.length &&
      columns.every((column) => index.columns.includes(column)),
  );
  if (same) return;
  const name = indexName(model.table.name, columns, true);
  model.indexes.push({ name, columns, unique: true, where: undefined, expression: undefined, using: undefined });
}

function indexName(table: string, columns: readonly ColumnModel[], unique: boolean): string {
  return [table, ...columns.map(({ name }) => name), unique ? 'unique' : 'index'].join('_');
}

/** The columns of a property: its own, or the foreign key of a relation. */
function columnsOf(model: BuildingModel, property: string): readonly ColumnModel[] | undefined {
  const held = model.properties.get(property);
  if (!held) return undefined;
  if (held.kind === 'column') return [held.column];
  return held.relation.kind === 'belongsTo' ? held.relation.columns : undefined;
}
