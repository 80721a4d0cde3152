/** Complaints about where entities live: databases that are not connected, relations from one into another, columns and names that an engine does not take. */
import type { EntityModel, RelationModel } from './entity-model';
import { suggestion } from './nearest';
import type { Problems } from './problems';

/** Models that are not frozen yet, and what is wrong with them. */
interface Draft {
  readonly all: readonly EntityModel[];
  readonly problems: Problems;
}

export function checkDatabases({ all, problems }: Draft, names: readonly string[], defaultName: string): void {
  for (const { name, database, relations } of all) {
    if (database !== undefined && !names.includes(database)) {
      problems.add(
        name,
        undefined,
        `lives in database '${database}', which is not among those connected: ${suggestion(database, names)}`,
      );
    }
    for (const relation of relations) {
      const complaint = acrossDatabases(relation, defaultName);
      if (complaint !== undefined) problems.add(name, relation.property, complaint);
    }
  }
}

/** What names no database is sought where its referrer is, so that a relation into another one needs both names. */
function acrossDatabases({ kind, owner, target }: RelationModel, defaultName: string): string | undefined {
  const [here, there] = [owner.database, target.database];
  if (here === there) return undefined;
  if (here !== undefined && there !== undefined) {
    return kind === 'manyToMany'
      ? `joins '${here}' with '${there}': a many-to-many relation stays in one database.`
      : undefined;
  }
  const [nameless, named] = here === undefined ? [owner, there!] : [target, here];
  if (named === defaultName) return undefined;
  return (
    `leads from one database into another, but ${nameless.name} names none: ` +
    `write @Entity({ database: '${defaultName}' }) on ${nameless.name}, or '${named}' if it lives there too.`
  );
}

/** A database that entities live in; `engine` is for messages. */
interface Place {
  readonly database: string;
  readonly isDefault: boolean;
  readonly engine: string;
  /** Whether a native enum is a type with a name. */
  readonly namedEnums: boolean;
}

function modelsIn(all: readonly EntityModel[], { database, isDefault }: Place): readonly EntityModel[] {
  return all.filter((model) => (model.database === undefined ? isDefault : model.database === database));
}

/** Names that the engine does not take: `refusal` says why, undefined for a good one. */
export function refuseNames(
  { all, problems }: Draft,
  place: Place,
  refusal: (name: string) => string | undefined,
): void {
  for (const model of modelsIn(all, place)) {
    const { name: table, schema } = model.table;
    const names: [property: string | undefined, name: string][] = [[undefined, table]];
    if (schema !== undefined) names.push([undefined, schema]);
    for (const { property, name, type } of model.columns) {
      names.push([property, name]);
      const { native, enumName } = (type.options.element ?? type).options;
      if (place.namedEnums && native && enumName !== undefined) names.push([property, enumName]);
    }
    for (const relation of model.relations) {
      if (relation.kind !== 'manyToMany' || !relation.owning) continue;
      const { through } = relation;
      for (const { name } of [through.table, ...through.from, ...through.to]) names.push([relation.property, name]);
    }
    for (const { name } of [...model.indexes, ...model.checks]) names.push([undefined, name]);
    for (const [property, name] of names) {
      // Of an empty name and one with a NUL character the models have complained already.
      const reason = name.trim() === '' || name.includes('\0') ? undefined : refusal(name);
      if (reason !== undefined) problems.add(model.name, property, reason);
    }
  }
}

/** For a database whose engine (`engine`, for the message) has no array columns. */
export function refuseArrays({ all, problems }: Draft, place: Place): void {
  for (const model of modelsIn(all, place)) {
    for (const { type, property, relation } of model.columns) {
      if (type.name !== 'array' || relation) continue;
      problems.add(
        model.name,
        property,
        `is an array, but the database '${place.database}' (${place.engine}) has no array columns: declare it with the type 'json'.`,
      );
    }
  }
}
