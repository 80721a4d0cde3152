/** Indexes, unique constraints and checks. */
import { describeValue } from '../../describe-value';
import type { IndexDraft } from '../definition';
import type { ColumnModel, IndexModel } from '../entity-model';
import { GeneratedNames, wordsOf } from '../generated-names';
import { suggestion } from '../nearest';
import type { Building, BuildingModel } from './building';
import type { MergedDraft } from './merged-draft';

/** The names of all indexes and checks that the user has not named, of all entities. */
export function generatedNames(drafts: Iterable<MergedDraft>): GeneratedNames {
  const given: string[] = [];
  for (const { indexes, checks } of drafts) {
    for (const { options } of [...indexes, ...checks]) if (typeof options.name === 'string') given.push(options.name);
  }
  return new GeneratedNames(given);
}

export function addIndexes(building: Building, names: GeneratedNames, draft: MergedDraft, model: BuildingModel): void {
  for (const declared of draft.indexes) addDeclared(building, names, { draft, model }, declared);
  for (const column of model.columns) if (column.unique && !column.relation) addUnique(names, model, [column]);
  for (const relation of model.relations) {
    if (relation.kind === 'belongsTo' && relation.unique) addUnique(names, model, relation.columns);
  }
  for (const { expression, options } of draft.checks) {
    if (typeof (expression as unknown) !== 'string' || expression.trim() === '') {
      building.problems.add(
        draft.name,
        undefined,
        "@Check has no condition: write the SQL of one, @Check('price >= 0').",
      );
      continue;
    }
    if (options.name === undefined && model.checks.some((check) => check.expression === expression)) continue;
    model.checks.push({
      name: options.name ?? names.make('ck', model.table.name, wordsOf(expression), expression),
      expression,
    });
  }
}

function addDeclared(
  building: Building,
  names: GeneratedNames,
  { draft, model }: { draft: MergedDraft; model: BuildingModel },
  { properties, unique, options }: IndexDraft,
): void {
  const { problems } = building;
  const decorator = unique ? '@Unique' : '@Index';
  const { where, expression, using } = options;
  if (properties.length === 0 && expression === undefined) {
    problems.add(
      draft.name,
      undefined,
      `${decorator} names no property and no expression: write ${decorator}(['name']).`,
    );
    return;
  }
  if (properties.length > 0 && expression !== undefined) {
    problems.add(
      draft.name,
      undefined,
      `${decorator} names properties and an expression: write two of them, or put the columns into the expression.`,
    );
    return;
  }
  const columns: ColumnModel[] = [];
  for (const property of properties) {
    const found = columnsOf(model, property);
    if (found) columns.push(...found);
    else complainOfProperty(building, { draft, model }, decorator, property);
  }
  if (new Set(columns).size < columns.length) {
    problems.add(
      draft.name,
      undefined,
      `${decorator} names a property twice (${properties.join(', ')}): name each once.`,
    );
  }
  const index: Omit<IndexModel, 'name'> = { columns, unique, where, expression, using };
  const words = expression === undefined ? columns.map(({ name }) => name) : wordsOf(expression);
  if (options.name === undefined && model.indexes.some((other) => isSame(other, index))) return;
  const meaning = [words, expression, where, using];
  model.indexes.push({
    name: options.name ?? names.make(unique ? 'uq' : 'ix', model.table.name, words, meaning),
    ...index,
  });
}

function complainOfProperty(
  { problems }: Building,
  { draft, model }: { draft: MergedDraft; model: BuildingModel },
  decorator: string,
  property: string,
): void {
  const given: unknown = property;
  if (typeof given !== 'string') {
    problems.add(draft.name, undefined, `${decorator} takes names of properties, got ${describeValue(given)}.`);
    return;
  }
  // What could not be made is a mistake of its own, which is noted.
  if (draft.properties.has(property) && !model.properties.has(property)) return;
  if (model.properties.has(property)) {
    problems.add(
      draft.name,
      property,
      `is named by ${decorator}, but has no column in this table: name columns and @BelongsTo relations.`,
    );
    return;
  }
  const candidates = [...model.properties.keys()].filter((name) => columnsOf(model, name));
  problems.add(
    draft.name,
    property,
    `is named by ${decorator}, but there is no such property: ${suggestion(property, candidates)}`,
  );
}

/** A unique constraint that is said on the property itself, and perhaps on the class as well. */
function addUnique(names: GeneratedNames, model: BuildingModel, columns: readonly ColumnModel[]): void {
  const index = { columns, unique: true, where: undefined, expression: undefined, using: undefined };
  if (model.indexes.some((other) => isSame(other, index))) return;
  const words = columns.map(({ name }) => name);
  model.indexes.push({ name: names.make('uq', model.table.name, words), ...index });
}

function isSame(one: Omit<IndexModel, 'name'>, other: Omit<IndexModel, 'name'>): boolean {
  return (
    one.unique === other.unique &&
    one.where === other.where &&
    one.expression === other.expression &&
    one.using === other.using &&
    one.columns.length === other.columns.length &&
    one.columns.every((column, i) => column === other.columns[i])
  );
}

/** The columns of a property: its own, or the foreign key of a relation. */
function columnsOf(model: BuildingModel, property: string): readonly ColumnModel[] | undefined {
  const held = model.properties.get(property);
  if (!held) return undefined;
  if (held.kind === 'column') return [held.column];
  return held.relation.kind === 'belongsTo' ? held.relation.columns : undefined;
}
