/**
 * Rows → entities, compiled once for a list of columns. The hot path of every read: a generated function decodes a row in
 * place, makes the entity with one constructor call and keeps the row array as its snapshot.
 */
import type { BelongsToModel, ColumnModel, EntityModel, EntityObject } from '../metadata';
import { QueryError } from '../errors';
import { defaultColumns } from '../query';
import type { Dialect } from '../sql';
import type { Codec } from '../types';
import {
  bareSnapshot,
  EntityRecord,
  identityReader,
  placeOfTarget,
  readKeyAt,
  rowReference,
  shapesOf,
  stampFresh,
  UNREAD,
  type EntityStore,
  type Identity,
  type IdentityMap,
  type KeyValues,
  type Place,
} from '../entities';

export type Row = unknown[];

export interface HydrationTarget {
  readonly store: EntityStore;
  readonly place: Place;
  readonly map: IdentityMap;
  /** Overwrite what the session has: `refresh`; or what of it is clean: `updateOrCreate`. */
  readonly overwrite: boolean | 'clean';
}

export interface Hydrator {
  /** The entity of the columns at this place of the row; undefined where its key is NULL (an outer join that found nothing). */
  hydrate(row: Row, target: HydrationTarget): EntityRecord | undefined;
}

export interface HydratorShape {
  readonly model: EntityModel;
  /** The columns read, in the order of the row. */
  readonly columns: readonly ColumnModel[];
  /** Where they begin in the row. */
  readonly offset: number;
  readonly dialect: Dialect;
}

export function makeHydrator(shape: HydratorShape): Hydrator {
  const { model, columns, offset } = shape;
  const complete = columns.length === model.columns.length && columns.every((column, i) => column.index === i);
  const decoders = columns.map((column) => shape.dialect.codec(column.type));
  const isWhole = defaultColumns(model).every((column) => columns.includes(column));
  const merge = makeMerge(shape, decoders);
  const keyPlaces = model.key.map((column) => {
    const i = columns.indexOf(column);
    return { at: offset + i, codec: decoders[i]! };
  });
  const readIdentity = identityReader(model, keyPlaces);
  const build = complete ? compileBuild(shape, decoders) : undefined;
  // `build` refers before its own entity is in the map: such a row would get a second object.
  const selfReferences = model.relations.flatMap((relation) =>
    relation.kind === 'belongsTo' && relation.target === model && complete
      ? [
          identityReader(
            model,
            relation.columns.map(({ index }) => ({ at: offset + index, codec: decoders[index]! })),
          ),
        ]
      : [],
  );
  const refersToItself = (row: Row, identity: Identity): boolean =>
    selfReferences.some((readReferred) => readReferred(row) === identity);

  const hydrateKeyed: Hydrator['hydrate'] = (row, target) => {
    const identity = readIdentity(row);
    if (identity === undefined) return undefined;
    const found = target.map.get(identity);
    const { readJournal } = target.store;
    if (found) {
      const overwrite = target.store.overwrites(found, target.overwrite, isWhole);
      if (readJournal && found.snapshot && (overwrite || (readJournal.notesAll && found.partial)))
        readJournal.keepRead(found, [...found.snapshot]);
      merge(found, row, overwrite === target.overwrite ? target : { ...target, overwrite });
      return found;
    }
    // Before the row is decoded in place.
    const key = build && !readJournal?.notesAll ? undefined : readKeyAt(row, keyPlaces)!;
    if (build && !refersToItself(row, identity)) {
      const record = build(row, target);
      target.store.made?.push(record);
      target.store.enter(record, identity, target.map);
      if (readJournal?.notesAll) readJournal.keepRead(record, bareSnapshot(model, key!));
      return record;
    }
    const record = target.store.reference(target.place, key ?? readKeyAt(row, keyPlaces)!);
    if (readJournal?.notesAll) readJournal.keepRead(record, [...record.snapshot!]);
    merge(record, row, target);
    return record;
  };
  const hydrate = model.key.length === 0 ? keyless(model, build, merge) : hydrateKeyed;
  return {
    hydrate(row, target) {
      try {
        return hydrate(row, target);
      } catch (error) {
        throw placed(error, row, { shape, decoders });
      }
    },
  };
}

/** Without a key nothing tells rows apart: each is an object of its own, which no identity map holds. */
function keyless(
  model: EntityModel,
  build: Build | undefined,
  merge: (record: EntityRecord, row: Row, target: HydrationTarget) => void,
): Hydrator['hydrate'] {
  return (row, target) => {
    if (build) return build(row, target);
    const record = new EntityRecord(shapesOf(model).reference([], noReference), target.place, target.store);
    record.status = 'managed';
    record.snapshot = bareSnapshot(model, []);
    record.partial = true;
    stampFresh(record.entity, record);
    merge(record, row, target);
    return record;
  };
}

const noReference = (): never => {
  throw new Error('An entity without a key refers to nothing by it.');
};

/** Says of a value that could not be read where it stands; that of a hidden column is not shown. */
function placed(
  error: unknown,
  row: Row,
  { shape: { model, columns, offset }, decoders }: { shape: HydratorShape; decoders: readonly Codec[] },
): unknown {
  if (!(error instanceof QueryError) || error.code !== 'UNREADABLE_VALUE' || error.entity !== undefined) return error;
  const { message } = error;
  const column = columns.find((_, i) => failsBy(() => decoders[i]!.fromDatabase(row[offset + i]), message));
  if (!column) return error;
  const { hidden, property } = column;
  const what = hidden ? 'The database holds what a column of this type cannot have.' : message;
  const details = { code: error.code, entity: model.name, property, ...(!hidden && { cause: error }) };
  return new QueryError(`${model.name}.${property}: ${what}`, details);
}

function failsBy(read: () => unknown, message: string): boolean {
  try {
    read();
    return false;
  } catch (error) {
    return error instanceof Error && error.message === message;
  }
}

type Build = (row: Row, target: HydrationTarget) => EntityRecord;

/** The source of a function that makes a new entity of a complete row. Names in it are ours; values never are. */
function compileBuild({ model, columns, offset }: HydratorShape, decoders: readonly Codec[]): Build {
  const lines: string[] = [];
  const values = new Map<string, string>();
  const slots: string[] = [];
  columns.forEach((column, i) => {
    const value = `v${String(i)}`;
    const place = `row[${String(offset + i)}]`;
    lines.push(`let ${value} = ${place};`);
    const image = column.type.immutable ? '' : `let s${String(i)} = ${value}; `;
    const decode = `${value} = d${String(i)}.fromDatabase(${value});`;
    if (column.type.immutable) {
      lines.push(`if (${value} !== null) { ${decode} ${place} = ${value}; }`);
      slots.push(value);
    } else {
      lines.push(image);
      const keepRaw = column.type.name === 'json' ? `if (typeof s${String(i)} !== 'string') ` : '';
      lines.push(
        `if (${value} !== null) { ${decode} ${keepRaw}${place} = s${String(i)} = t${String(i)}.snapshot(${value}); }`,
      );
      slots.push(`s${String(i)}`);
    }
    if (!column.relation) values.set(column.property, value);
  });
  for (const relation of model.relations) {
    if (relation.kind !== 'belongsTo') continue;
    const parts = relation.columns.map((column) => `v${String(columns.indexOf(column))}`);
    const missing = parts.map((part) => `${part} === null`).join(' || ');
    const index = String(model.relations.indexOf(relation));
    values.set(relation.property, `(${missing}) ? null : refer(target, relations[${index}], [${parts.join(', ')}])`);
  }
  const args = shapesOf(model).properties.map((property) => values.get(property) ?? 'undefined');
  // A row that holds just these columns is the snapshot itself; of a wider row they are copied.
  const snapshot =
    offset === 0 ? `(row.length === ${String(columns.length)} ? row : [${slots.join(', ')}])` : `[${slots.join(', ')}]`;
  const source = `
    ${columns.map((_, i) => `const d${String(i)} = decoders[${String(i)}], t${String(i)} = columns[${String(i)}].type;`).join('\n')}
    const relations = model.relations;
    return function build(row, target) {
      ${lines.join('\n      ')}
      const entity = new Complete(${args.join(', ')});
      const record = new EntityRecord(entity, target.place, target.store);
      record.status = 'managed';
      record.snapshot = ${snapshot};
      stampFresh(entity, record);
      return record;
    };`;
  const parameters = ['model', 'columns', 'decoders', 'Complete', 'EntityRecord', 'stampFresh', 'refer'];
  // eslint-disable-next-line @typescript-eslint/no-implied-eval, @typescript-eslint/no-unsafe-call -- compiled once a shape
  return new Function(...parameters, source)(
    model,
    columns,
    decoders,
    shapesOf(model).Complete,
    EntityRecord,
    stampFresh,
    refer,
  ) as Build;
}

function refer({ store, place }: HydrationTarget, relation: BelongsToModel, key: KeyValues): EntityObject {
  return store.reference(placeOfTarget(relation, place), key).entity;
}

/** Fills in what an entity that is already in the session lacks; overwrites what it has only where that is asked for. */
function makeMerge({ model, columns, offset }: HydratorShape, decoders: readonly Codec[]) {
  return (record: EntityRecord, row: Row, target: HydrationTarget): void => {
    const { snapshot } = record;
    if (!snapshot || (!record.partial && !target.overwrite)) return;
    columns.forEach((column, i) => {
      const { index } = column;
      const wasRead = snapshot[index] !== UNREAD;
      if (wasRead && !target.overwrite) return;
      const raw = row[offset + i];
      const value = raw === null || raw === undefined ? null : decoders[i]!.fromDatabase(raw);
      snapshot[index] = value === null || column.type.immutable ? value : column.type.snapshot(value);
      // What the user wrote on a reference before it was loaded is a change, not a gap.
      if (!column.relation && (target.overwrite || !Object.hasOwn(record.entity, column.property))) {
        define(record.entity, column.property, value);
      }
    });
    for (const relation of model.relations) {
      if (relation.kind !== 'belongsTo' || (!target.overwrite && Object.hasOwn(record.entity, relation.property)))
        continue;
      const key = rowReference(record, relation);
      if (key === undefined) continue;
      define(record.entity, relation.property, key && refer(target, relation, key));
    }
    if (record.partial && !snapshot.includes(UNREAD)) {
      record.partial = false;
      Object.setPrototypeOf(record.entity, shapesOf(model).complete);
    }
  };
}

function define(entity: object, property: string, value: unknown): void {
  Object.defineProperty(entity, property, { value, writable: true, enumerable: true, configurable: true });
}
