/** Complaints about what the models are together: names that clash, orders that cannot be. Each with entity, property and what to write instead. */
import type { ColumnModel, EntityModel, ManyToManyModel, TableName } from './entity-model';
import { suggestion } from './nearest';
import type { Problems } from './problems';
import type { Building, BuildingModel } from './resolve/building';
import { checkMinifiedNames } from './resolve/minified-names';

/** Names that an entity cannot have for properties: they are part of every object, or make `await entity` hang. */
const FORBIDDEN = new Set(['__proto__', 'constructor', 'prototype', 'then']);

export function validate(building: Building): void {
  const { problems, models, drafts } = building;
  const all = [...models.values()];
  for (const model of all) {
    for (const property of drafts.get(model.entityClass)!.properties.keys()) checkProperty(model, property, problems);
    checkColumns(model, problems);
    checkOrders(building, model);
  }
  checkTables(building, all);
  checkJoinTables(all, problems);
  checkIndexNames(all, problems);
  checkMinifiedNames(building);
}

function checkProperty({ name }: BuildingModel, property: string, problems: Problems): void {
  if (FORBIDDEN.has(property)) {
    problems.add(
      name,
      property,
      `cannot be the name of a property: rename it, and keep the column by name: '${property}'.`,
    );
  } else if (property === '' || property.includes('.') || property.startsWith('-')) {
    problems.add(
      name,
      property,
      "cannot be named in paths and orders ('artist.name', '-title'): rename it, and keep the column by its option 'name'.",
    );
  }
}

function checkColumns(model: BuildingModel, problems: Problems): void {
  const owners = new Map<string, ColumnModel>();
  for (const column of model.columns) {
    const { name, property } = column;
    checkIdentifier(name, (message) => {
      problems.add(model.name, property, `its column ${message}`);
    });
    // Without case, as most engines compare the names of columns.
    const other = owners.get(name.toLowerCase());
    if (!other) owners.set(name.toLowerCase(), column);
    else if (other.property === property) {
      problems.add(model.name, property, `has two columns '${name}': give each a name of its own in 'columns'.`);
    } else {
      problems.add(
        model.name,
        property,
        `has the column '${name}', which ${model.name}.${other.property} has already: give one of them another by '${column.relation ? 'column' : 'name'}'.`,
      );
    }
  }
}

function checkIdentifier(name: string, complain: (message: string) => void): void {
  if (name.trim() === '') complain('has an empty name: give it another.');
  else if (name.includes('\0')) complain('has a NUL character in its name, which no database takes: remove it.');
}

function tableId({ database }: BuildingModel, { schema, name }: TableName): string {
  return JSON.stringify([database ?? '', schema ?? '', name]).toLowerCase();
}

function checkTables(building: Building, models: readonly BuildingModel[]): void {
  const { problems } = building;
  const owners = new Map<string, BuildingModel>();
  for (const model of models) {
    const { table, name, database } = model;
    for (const [what, identifier] of [
      ['table', table.name],
      ['schema', table.schema],
      ['database', database],
    ] as const) {
      if (identifier === undefined) continue;
      checkIdentifier(identifier, (message) => {
        problems.add(name, undefined, `its ${what} ${message}`);
      });
    }
    const id = tableId(model, table);
    const other = owners.get(id);
    if (!other) owners.set(id, model);
    else if (isNamed(building, model) && isNamed(building, other)) checkSameTable(other, model, problems);
    else {
      problems.add(
        name,
        undefined,
        `is mapped on table '${table.name}', which ${other.name} is mapped on already: give one of them another by @Entity({ table: '…' }), or name this one at both if they are to share it.`,
      );
    }
  }
}

function isNamed({ drafts }: Building, { entityClass }: BuildingModel): boolean {
  return drafts.get(entityClass)?.entity.table !== undefined;
}

/** Two classes on one table: what both say of it must be the same. */
function checkSameTable(one: BuildingModel, other: BuildingModel, problems: Problems): void {
  for (const column of other.columns) {
    const same = one.columns.find(({ name }) => name === column.name);
    if (!same) continue;
    const differs =
      same.type.name !== column.type.name
        ? `${column.type.name} and ${same.type.name}`
        : same.nullable !== column.nullable
          ? 'nullable and not nullable'
          : same.primary !== column.primary
            ? 'part of the key and not'
            : undefined;
    if (differs === undefined) continue;
    problems.add(
      other.name,
      column.property,
      `and ${one.name}.${same.property} are the column '${column.name}' of '${other.table.name}', but ${differs}: declare both alike.`,
    );
  }
}

/** A join table is one relation's alone, or the table of an entity that has its columns. */
function checkJoinTables(models: readonly BuildingModel[], problems: Problems): void {
  const entities = new Map(models.map((model) => [tableId(model, model.table), model]));
  const owners = new Map<string, ManyToManyModel>();
  for (const model of models) {
    for (const relation of model.relations) {
      if (relation.kind !== 'manyToMany' || !relation.owning) continue;
      const { table, from, to, mapped } = relation.through;
      checkJoinIdentifiers(model, relation, problems);
      const id = tableId(model, table);
      const entity = entities.get(id);
      const missing =
        entity && [...from, ...to].find(({ name }) => !entity.columns.some((column) => column.name === name));
      if (missing) {
        problems.add(
          model.name,
          relation.property,
          `its join table '${table.name}' is the table of ${entity.name}, which has no column '${missing.name}': name the columns by 'from' and 'to', or another table by 'through'.`,
        );
      } else if (mapped) checkEnds(relation, mapped, problems);
      const other = owners.get(id);
      if (!other) owners.set(id, relation);
      else if (!entity) {
        problems.add(
          model.name,
          relation.property,
          `has the join table '${table.name}', which ${other.owner.name}.${other.property} has already: give one of them another by through: '…'.`,
        );
      }
    }
  }
}

/** A row of the join table is an entity, which is known to be a pair by its references alone. */
function checkEnds(
  { owner, property, target, through }: ManyToManyModel,
  entity: EntityModel,
  problems: Problems,
): void {
  const ends = [
    [owner, through.from],
    [target, through.to],
  ] as const;
  for (const [end, columns] of ends) {
    const names = columns.map(({ name }) => name);
    const isHeld = entity.relations.some(
      (relation) =>
        relation.kind === 'belongsTo' &&
        relation.target === end &&
        relation.columns.map(({ name }) => name).join('\0') === names.join('\0'),
    );
    if (isHeld) continue;
    const option = names.length === 1 ? `column: '${names[0]!}'` : `columns: ['${names.join("', '")}']`;
    problems.add(
      owner.name,
      property,
      `goes through ${entity.name}, which holds ${end.name} by plain columns (${names.join(', ')}): declare @BelongsTo(() => ${end.name}, { ${option} }) there; the plain properties may stay beside it.`,
    );
  }
}

function checkJoinIdentifiers(model: BuildingModel, { property, through }: ManyToManyModel, problems: Problems): void {
  for (const name of [through.table.name, ...[...through.from, ...through.to].map((column) => column.name)]) {
    checkIdentifier(name, (message) => {
      problems.add(model.name, property, `its join table or a column of it ${message}`);
    });
  }
}

/** Engines keep the names of indexes in one space for all tables of a schema. */
function checkIndexNames(models: readonly BuildingModel[], problems: Problems): void {
  const owners = new Map<string, BuildingModel>();
  for (const model of models) {
    for (const { name } of [...model.indexes, ...model.checks]) {
      checkIdentifier(name, (message) => {
        problems.add(model.name, undefined, `an index or check ${message}`);
      });
      const id = tableId(model, { schema: model.table.schema, name });
      const other = owners.get(id);
      if (!other) owners.set(id, model);
      else if (other === model || tableId(other, other.table) !== tableId(model, model.table)) {
        problems.add(
          model.name,
          undefined,
          `has an index or check '${name}', and ${other === model ? 'another one' : `${other.name} has one`} of the same name: give each a name of its own.`,
        );
      }
    }
  }
}

function checkOrders(building: Building, model: BuildingModel): void {
  for (const relation of model.relations) {
    if (!relation.toMany) continue;
    for (const term of relation.orderBy) {
      const complaint = complaintOfOrder(building, relation.target, term.replace(/^-/, ''));
      if (complaint !== undefined)
        building.problems.add(model.name, relation.property, `is ordered by '${term}', but ${complaint}`);
    }
  }
}

/** Columns, and to-one relations on the way to them, have an order. */
function complaintOfOrder({ drafts }: Building, target: EntityModel, path: string): string | undefined {
  let model = target;
  const steps = path.split('.');
  for (const [i, step] of steps.entries()) {
    const held = model.properties.get(step);
    if (!held) {
      // What could not be made is a mistake of its own, which is noted.
      if (drafts.get(model.entityClass)?.properties.has(step)) return undefined;
      return `${model.name} has no property '${step}': ${suggestion(step, model.properties.keys())}`;
    }
    const isLast = i === steps.length - 1;
    if (held.kind === 'column') {
      if (!isLast) return `${model.name}.${step} is a column, after which no path goes on: end it there.`;
      return held.column.type.name === 'json'
        ? `${model.name}.${step} is json, which has no order: name another column.`
        : undefined;
    }
    if (held.relation.kind !== 'belongsTo') {
      return `${model.name}.${step} has no column in its table: name a column or a @BelongsTo relation.`;
    }
    model = held.relation.target;
  }
  return undefined;
}
