/** Complaints about finished models, each with entity, property and what to write instead. */
import type { Building, BuildingModel } from './resolve/building';

/** Names that an entity cannot have for properties: they are part of every object, or make `await entity` hang. */
const FORBIDDEN = new Set(['__proto__', 'constructor', 'prototype', 'then']);

export function validate({ problems, models, drafts }: Building): void {
  const tables = new Map<string, string>();
  for (const model of models.values()) {
    const { schema, name } = model.table;
    const table = `${model.database ?? ''}|${schema ?? ''}.${name}`;
    const other = tables.get(table);
    if (other !== undefined) {
      problems.add(
        model.name,
        undefined,
        `is mapped on table '${name}', which ${other} is mapped on already: give one of them another table.`,
      );
    }
    tables.set(table, model.name);
    checkIdentifier(name, (message) => {
      problems.add(model.name, undefined, `its table ${message}`);
    });
    for (const property of drafts.get(model.entityClass)!.properties.keys()) {
      if (FORBIDDEN.has(property)) {
        problems.add(
          model.name,
          property,
          `cannot be the name of a property: rename it, and keep the column by name: '${property}'.`,
        );
      }
    }
    validateColumns(model, problems);
    validateRelations(model, problems);
  }
}

function validateColumns(model: BuildingModel, problems: Building['problems']): void {
  const names = new Map<string, string>();
  for (const {
    name,
    property,
    primary,
    nullable,
    deferred,
    computed,
    default: fallback,
    databaseDefault,
    type,
  } of model.columns) {
    const other = names.get(name.toLowerCase());
    if (other !== undefined && other !== property) {
      problems.add(
        model.name,
        property,
        `has the column '${name}', which ${model.name}.${other} has already: give one of them another by 'name' or 'column'.`,
      );
    }
    names.set(name.toLowerCase(), property);
    checkIdentifier(name, (message) => {
      problems.add(model.name, property, `its column ${message}`);
    });
    if (primary && nullable) problems.add(model.name, property, 'is part of the key and cannot be nullable.');
    if (primary && deferred)
      problems.add(model.name, property, 'is part of the key, which is always read: it cannot be deferred.');
    if (computed !== undefined && (fallback || databaseDefault)) {
      problems.add(model.name, property, 'is computed by the database and cannot have a default.');
    }
    if (databaseDefault && 'value' in databaseDefault && databaseDefault.value !== null) {
      const reason = type.refuse(databaseDefault.value);
      if (reason !== undefined) problems.add(model.name, property, `its databaseDefault ${reason}.`);
    }
  }
}

function validateRelations(model: BuildingModel, problems: Building['problems']): void {
  for (const relation of model.relations) {
    if (!relation.toMany) continue;
    for (const term of relation.orderBy) {
      const held = relation.target.properties.get(term.replace(/^-/, '').split('.')[0]!);
      if (!held)
        problems.add(
          model.name,
          relation.property,
          `is ordered by '${term}', which ${relation.target.name} does not have.`,
        );
    }
  }
}

function checkIdentifier(name: string, complain: (message: string) => void): void {
  if (name === '') complain('has an empty name.');
  else if (name.includes('\0')) complain('has a NUL character in its name.');
}
