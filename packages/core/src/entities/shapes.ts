/**
 * How the objects of an entity class are made: complete ones by a generated constructor, incomplete ones (references, `only`,
 * `defer`) on a guarded prototype whose accessors throw NotLoadedError. Accessors for relations and `toJSON` live on the class's own prototype.
 */
import type { BelongsToModel, EntityModel, EntityObject, RelationModel } from '../metadata';
import { Collection } from './collection';
import type { KeyValues } from './entity-key';
import { HasOne } from './has-one';
import { inspectEntity } from './inspect';
import { INSPECT } from './inspect-symbol';
import { notLoaded } from './not-loaded';
import { recordOf } from './record';
import { viewOf } from './relation-view';
import { notePrototype, toJSON } from './plain';

type Reference = (relation: BelongsToModel, key: KeyValues) => EntityObject;

export interface EntityShapes {
  /** The prototype of complete entities: the class's own. */
  readonly complete: object;
  /** The prototype of incomplete ones; `instanceof` the class as well. */
  readonly guarded: object;
  /** Names of the properties that columns fill, in the order of `Complete`'s parameters. */
  readonly properties: readonly string[];
  /** Names of those whose default is set when they are first read. */
  readonly defaulted: readonly string[];
  /** The relations that no column holds. */
  readonly viewed: readonly Viewed[];
  /** Makes a complete entity of its property values. */
  readonly Complete: new (...values: unknown[]) => EntityObject;
  /** Makes an entity that has its key and nothing else. */
  reference(key: KeyValues, referTo: Reference): EntityObject;
}

type Viewed = Exclude<RelationModel, { kind: 'belongsTo' }>;

const shapesByModel = new WeakMap<EntityModel, EntityShapes>();

export function shapesOf(model: EntityModel): EntityShapes {
  let shapes = shapesByModel.get(model);
  if (!shapes) shapesByModel.set(model, (shapes = makeShapes(model)));
  return shapes;
}

function makeShapes(model: EntityModel): EntityShapes {
  const complete = model.entityClass.prototype as object;
  const viewed = model.relations.filter((relation) => relation.kind !== 'belongsTo');
  for (const relation of viewed) installRelation(complete, relation);
  notePrototype(complete, model);
  const defaulted = model.columns.filter((column) => column.initialize === 'access' && column.default);
  for (const column of defaulted) installDefault(complete, column.property, column.default!);
  if (!(INSPECT in complete)) Object.defineProperty(complete, INSPECT, { value: inspectEntity, configurable: true });
  if (!('toJSON' in complete)) {
    Object.defineProperty(complete, 'toJSON', { value: toJSON, writable: true, configurable: true });
  }
  const properties = columnProperties(model);
  const guarded = makeGuard(model, complete, properties);
  return {
    complete,
    guarded,
    properties,
    defaulted: defaulted.map(({ property }) => property),
    viewed,
    Complete: makeConstructor(properties, complete),
    reference: (key, referTo) => makeReference(model, guarded, { key, referTo }),
  };
}

/** Columns and belongs-to relations, each once, in the order of the columns. */
function columnProperties(model: EntityModel): string[] {
  return [
    ...new Set(
      model.columns.flatMap(({ property, references }) => [property, ...references.map((one) => one.property)]),
    ),
  ];
}

/** One assignment a property in a fixed order, so that the engine gives all entities of a class one hidden class. */
function makeConstructor(properties: readonly string[], prototype: object): new (...values: unknown[]) => EntityObject {
  const parameters = properties.map((_, i) => `v${String(i)}`);
  const assignments = properties.map((name, i) => `this[${JSON.stringify(name)}] = v${String(i)};`);
  // The only text in it that is not ours are property names, and JSON.stringify makes string literals of these.
  // eslint-disable-next-line @typescript-eslint/no-implied-eval, @typescript-eslint/no-unsafe-call -- compiled once a model
  const constructor = new Function(
    `return function Entity(${parameters.join(', ')}) { ${assignments.join(' ')} }`,
  )() as {
    new (...values: unknown[]): EntityObject;
    prototype: object;
  };
  constructor.prototype = prototype;
  return constructor;
}

function makeReference(
  model: EntityModel,
  guarded: object,
  { key, referTo }: { key: KeyValues; referTo: Reference },
): EntityObject {
  const entity = Object.create(guarded) as EntityObject;
  for (const property of model.keyProperties) {
    const held = model.properties.get(property)!;
    if (held.kind === 'column') entity[property] = key[model.key.indexOf(held.column)];
    else if (held.relation.kind === 'belongsTo') {
      const { relation } = held;
      const targetKey = relation.columns.map((column) => key[model.key.indexOf(column)]);
      entity[property] = referTo(relation, targetKey);
    }
  }
  return entity;
}

function makeGuard(model: EntityModel, complete: object, properties: readonly string[]): object {
  const guarded = Object.create(complete) as object;
  for (const property of properties) {
    if (model.keyProperties.includes(property)) continue;
    Object.defineProperty(guarded, property, {
      configurable: true,
      get(this: object) {
        throw notLoaded(model, property);
      },
      set(this: object, value: unknown) {
        define(this, property, value);
      },
    });
  }
  return guarded;
}

/** A relation that no column holds is a view in a private field; the property reads it, and assigning to it changes it. */
function installRelation(prototype: object, relation: Viewed): void {
  const { property } = relation;
  if (Object.getOwnPropertyDescriptor(prototype, property)?.get) return;
  // An entity may be of another connection, whose model of the relation is another one.
  const own = (entity: EntityObject): Viewed => {
    const held = recordOf(entity)?.model.properties.get(property);
    return held?.kind === 'relation' && held.relation.kind !== 'belongsTo' ? held.relation : relation;
  };
  Object.defineProperty(prototype, property, {
    configurable: true,
    get(this: EntityObject) {
      const view = viewOf(this, own(this));
      return view instanceof HasOne ? view.read() : view;
    },
    set(this: EntityObject, value: unknown) {
      assignView(this, own(this), value);
    },
  });
}

/** What an assignment to a relation does: a collection gets other items, a has-one relation another child. */
function assignView(entity: EntityObject, relation: Viewed, value: unknown): void {
  const view = viewOf(entity, relation);
  if (view instanceof HasOne) view.write(value);
  else if (view instanceof Collection && view !== value) {
    // A class field that was declared without a value, of an entity without a row.
    if (value === undefined && !recordOf(entity)?.hasRow) return;
    view.set(value as Iterable<object>);
  }
}

/**
 * Class fields are properties of the object itself and hide the accessors of the prototype: what they hold goes where it belongs, so that it is
 * noticed from now on, and one that was declared without a value hides no default.
 */
export function uncoverFields(entity: EntityObject, model: EntityModel): void {
  const { defaulted, viewed } = shapesOf(model);
  for (const property of defaulted) {
    if (!Object.hasOwn(entity, property) || entity[property] !== undefined || recordOf(entity)?.hasRow) continue;
    Reflect.deleteProperty(entity, property);
  }
  for (const relation of viewed) {
    if (!Object.hasOwn(entity, relation.property)) continue;
    const value = entity[relation.property];
    Reflect.deleteProperty(entity, relation.property);
    if (value !== undefined || recordOf(entity)?.hasRow) assignView(entity, relation, value);
  }
}

/** A default that is set when the property is first read. */
function installDefault(prototype: object, property: string, makeDefault: () => unknown): void {
  Object.defineProperty(prototype, property, {
    configurable: true,
    get(this: object) {
      const value = makeDefault();
      define(this, property, value);
      return value;
    },
    set(this: object, value: unknown) {
      define(this, property, value);
    },
  });
}

function define(entity: object, property: string, value: unknown): void {
  Object.defineProperty(entity, property, { value, writable: true, enumerable: true, configurable: true });
}
