/**
 * What `JSON.stringify` makes of an entity: its columns but the hidden ones, what is loaded of its relations, and keys for the rest.
 * Relations go both ways, so a tree is cut out of the graph: an entity that stands above in it, and everything across a relation
 * that was followed above already (unless it refers to its own class, as trees do), is written as its key.
 */
import type { EntityObject, RelationModel } from '../metadata';
import { recordOf, type EntityRecord } from './record';
import { viewIn } from './view';

interface Way {
  /** The entities from the root down to this one. */
  readonly entities: ReadonlySet<object>;
  readonly relations: ReadonlySet<RelationModel>;
}

const ROOT: Way = { entities: new Set(), relations: new Set() };

/** Plain data for `JSON.stringify`, which writes the dates and the like in it itself. */
export function toPlain(entity: EntityObject): object {
  const record = recordOf(entity);
  return record ? plainEntity(record, ROOT) : { ...entity };
}

function plainEntity({ entity, model }: EntityRecord, way: Way): object {
  const below = new Set(way.entities).add(entity);
  const plain: Record<string, unknown> = {};
  for (const name of Object.keys(entity)) {
    const property = model.properties.get(name);
    const value: unknown = entity[name];
    if (property?.kind === 'column') {
      if (!property.column.hidden) define(plain, name, value);
    } else if (property) {
      define(plain, name, related(value, { relation: property.relation, way: { ...way, entities: below } }));
    } else define(plain, name, value);
  }
  for (const relation of model.relations) {
    const shown = viewIn(entity, relation.property)?.shown();
    if (shown !== undefined)
      define(plain, relation.property, related(shown, { relation, way: { ...way, entities: below } }));
  }
  return plain;
}

function related(value: unknown, { relation, way }: { relation: RelationModel; way: Way }): unknown {
  const repeated = way.relations.has(relation) && relation.owner !== relation.target;
  const next: Way = { ...way, relations: new Set(way.relations).add(relation) };
  const one = (item: object): unknown => plainItem(item, repeated, next);
  if (Array.isArray(value)) return value.map((item) => one(item as object));
  return typeof value === 'object' && value !== null ? one(value) : value;
}

function plainItem(item: object, repeated: boolean, way: Way): unknown {
  const record = recordOf(item);
  if (!record) return item;
  if (repeated || way.entities.has(item)) return plainKey(record);
  // A class that has its own idea of its JSON is asked.
  return (item as { toJSON?: unknown }).toJSON === toJSON ? plainEntity(record, way) : item;
}

function plainKey({ entity, model }: EntityRecord): object {
  const key: Record<string, unknown> = {};
  for (const property of model.keyProperties) {
    const value: unknown = Object.hasOwn(entity, property) ? entity[property] : undefined;
    const part = typeof value === 'object' && value !== null ? recordOf(value) : undefined;
    define(key, property, part ? plainKey(part) : value);
  }
  return key;
}

/** A property may be called `__proto__`. */
function define(target: object, name: string, value: unknown): void {
  Object.defineProperty(target, name, { value, enumerable: true, writable: true, configurable: true });
}

/** The method that entities get, unless their class has one. */
export function toJSON(this: EntityObject): object {
  return toPlain(this);
}
