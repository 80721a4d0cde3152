/**
 * What `JSON.stringify` makes of an entity: its columns but the hidden ones, the relations that were asked for of it, and the keys of what else it
 * refers to. It is a tree with the shape of what was asked for, so that it ends, and nothing else that the session knows is in it.
 */
import type { BelongsToModel, ColumnModel, EntityModel, EntityObject, PropertyModel, RelationModel } from '../metadata';
import { BORN, isAskedColumn, isPlainObject, NOTHING_ASKED, type Asked } from '../query';
import { isMarked, lacksColumns, recordOf, UNREAD, type EntityRecord } from './record';
import { notLoaded } from './not-loaded';
import { viewIn } from './view';

/** From the root to an entity, along what the program set on entities that it made. What was asked for ends by itself. */
interface Way {
  readonly entities: ReadonlySet<object>;
  /** Relations that are not followed any more. */
  readonly closed: ReadonlySet<RelationModel>;
}

/** What `session.serialize` says of the entities at one place of the tree. */
export interface Form {
  shows(property: string, held: PropertyModel): boolean;
  /** Whether it was asked for by its name. */
  names(property: string): boolean;
  /** What it says of the entities that a relation leads to. */
  below(property: string): Form;
}

interface Written {
  readonly entity: EntityObject;
  readonly model: EntityModel;
  /** undefined: no session has seen it. */
  readonly record: EntityRecord | undefined;
  readonly asked: Asked;
  readonly way: Way;
  /** undefined: `JSON.stringify` asks. */
  readonly form?: Form | undefined;
}

const ROOT: Way = { entities: new Set(), closed: new Set() };

const modelsByPrototype = new WeakMap<object, EntityModel>();

/** Entities that no session has seen are known by the prototype of their class. */
export function notePrototype(prototype: object, model: EntityModel): void {
  if (!modelsByPrototype.has(prototype)) modelsByPrototype.set(prototype, model);
}

/** The model of an entity, whether a session has seen it or not; undefined for what is no entity of a connection. */
export function modelOf(entity: object): EntityModel | undefined {
  const known = recordOf(entity)?.model;
  if (known) return known;
  for (let at = Object.getPrototypeOf(entity) as object | null; at; at = Object.getPrototypeOf(at) as object | null) {
    const model = modelsByPrototype.get(at);
    if (model) return model;
  }
  return undefined;
}

/** The method that entities get, unless their class has one. */
export function toJSON(this: EntityObject): object {
  const model = modelOf(this);
  return model ? plainEntity(rootOf(this, model)) : {};
}

/** An entity as plain data of this form. @param asked the relations that it has, all of them loaded */
export function plainOf(
  entity: EntityObject,
  model: EntityModel,
  { asked, form }: { asked: Asked | undefined; form: Form },
): object {
  const root = rootOf(entity, model);
  return plainEntity({ ...root, asked: asked ?? root.asked, form });
}

/** A relation as the JSON of its entity has it; undefined where it has not. */
export function plainRelation(entity: EntityObject, relation: RelationModel): unknown {
  return plainRelated(rootOf(entity, relation.owner), relation);
}

function rootOf(entity: EntityObject, model: EntityModel): Written {
  const record = recordOf(entity);
  return { entity, model, record, asked: record ? (record.asked ?? NOTHING_ASKED) : BORN, way: ROOT };
}

function plainEntity(written: Written): object {
  const plain: Record<string, unknown> = {};
  for (const [name, held] of written.model.properties) {
    if (written.form && !written.form.shows(name, held)) continue;
    const value = held.kind === 'column' ? plainColumn(written, held.column) : plainRelated(written, held.relation);
    if (value !== undefined) define(plain, name, value);
  }
  return plain;
}

function plainColumn({ entity, model, record, asked, form }: Written, column: ColumnModel): unknown {
  if (column.hidden) return undefined;
  const isNamed = form?.names(column.property) ?? false;
  if (!Object.hasOwn(entity, column.property)) {
    if (isNamed && record?.partial) throw notLoaded(model, column.property);
    return undefined;
  }
  if (!isNamed && !isAskedColumn(asked, column) && !isSet(record, column)) return undefined;
  return plainValue(entity[column.property]);
}

/** Whether the program has set a column to what its row has not. */
function isSet(record: EntityRecord | undefined, column: ColumnModel): boolean {
  if (!record?.snapshot) return true;
  const image = record.snapshot[column.index];
  const value = column.read(record.entity);
  if (image === UNREAD) return value !== undefined;
  if (value === image) return false;
  return value === null || value === undefined || image === null || !column.type.equals(value, image);
}

function plainRelated(written: Written, relation: RelationModel): unknown {
  const below = written.asked.relations.get(relation.property);
  if (relation.kind === 'belongsTo') return plainReference(written, { relation, below });
  if (!below && !written.asked.isBorn) {
    if (written.form?.names(relation.property)) throw notLoaded(written.model, relation.property);
    return undefined;
  }
  const held = heldIn(written, relation);
  if (held === undefined && below && written.form) throw notLoaded(written.model, relation.property);
  if (!Array.isArray(held))
    return isObject(held) && isLeftOut(held, below) ? null : plainItem(written, { relation, below }, held);
  if (!below && written.way.closed.has(relation)) return undefined;
  const items = held.filter((item) => !isLeftOut(item as object, below));
  return items.map((item) => plainItem(written, { relation, below }, item));
}

/** What was asked for of a relation; undefined: nothing but what the program set. */
interface Step<R = RelationModel> {
  readonly relation: R;
  readonly below: Asked | undefined;
}

function plainReference(written: Written, { relation, below }: Step<BelongsToModel>): unknown {
  const { entity, record, asked } = written;
  if (!Object.hasOwn(entity, relation.property)) return undefined;
  const isShown = below ?? relation.columns.every((column) => isAskedColumn(asked, column) || isSet(record, column));
  return isShown ? plainItem(written, { relation, below }, entity[relation.property]) : undefined;
}

/** What an entity has in a relation that no column of its own holds. */
function heldIn({ entity, record }: Written, { property, toMany }: RelationModel): unknown {
  const view = viewIn(entity, property);
  if (view || record) return view?.shown();
  const own = Object.hasOwn(entity, property) ? entity[property] : undefined;
  return own ?? (toMany ? [] : null);
}

/** Whether an entity is soft-deleted where such ones were not asked for. */
function isLeftOut(item: object, below: Asked | undefined): boolean {
  const record = below?.hidesMarked ? recordOf(item) : undefined;
  return record !== undefined && isMarked(record);
}

/** Whether the row of a reference was not found: its mark would have been read with it. */
function isUnseen(record: EntityRecord | undefined, { hidesMarked }: Asked): boolean {
  const mark = hidesMarked ? record?.model.softDelete : undefined;
  return mark !== undefined && record?.snapshot?.[mark.index] === UNREAD;
}

function plainItem(
  { entity: from, model, asked, way, form: whole }: Written,
  { relation, below }: Step,
  item: unknown,
): unknown {
  if (!isObject(item)) return item;
  const record = recordOf(item);
  const form = whole?.below(relation.property);
  const written = { entity: item, model: record?.model ?? relation.target, record, form };
  if (below) {
    if (isLeftOut(item, below) || isUnseen(record, below)) return plainKey(item, written.model);
    if (form && record && lacksColumns(record, below.columns)) throw notLoaded(model, relation.property);
    return hasOwnForm(item) && !form ? item : plainEntity({ ...written, asked: below, way: ROOT });
  }
  const isBorn = record ? record.asked?.isBorn : item instanceof relation.target.entityClass;
  if (!asked.isBorn || !isBorn || way.entities.has(item) || way.closed.has(relation) || item === from)
    return plainKey(item, written.model);
  if (hasOwnForm(item) && !form) return item;
  const closed = new Set(way.closed);
  if (relation.inverse) closed.add(relation.inverse);
  // The ways of a tree are as long as the tree is deep.
  if (relation.owner !== relation.target || relation.kind === 'manyToMany') closed.add(relation);
  const entities = new Set(way.entities).add(from);
  return plainEntity({ ...written, asked: record?.asked ?? BORN, way: { entities, closed } });
}

/** A class that has its own idea of its JSON is asked. */
function hasOwnForm(item: object): boolean {
  const form = (item as { toJSON?: unknown }).toJSON;
  return typeof form === 'function' && form !== toJSON;
}

function plainKey(entity: EntityObject, model: EntityModel): object {
  const key: Record<string, unknown> = {};
  for (const property of model.keyProperties) {
    const held = model.properties.get(property)!;
    const value: unknown = Object.hasOwn(entity, property) ? entity[property] : undefined;
    if (held.kind === 'relation')
      define(key, property, isObject(value) ? plainKey(value, held.relation.target) : value);
    else if (!held.column.hidden) define(key, property, plainValue(value));
  }
  return key;
}

/** JSON has no bigints: they are texts, in arrays and plain objects too. */
function plainValue(value: unknown): unknown {
  if (typeof value === 'bigint') return String(value);
  if (typeof value !== 'object' || value === null || !holdsBigint(value)) return value;
  if (Array.isArray(value)) return value.map(plainValue);
  const plain: Record<string, unknown> = {};
  for (const [name, part] of Object.entries(value)) define(plain, name, plainValue(part));
  return plain;
}

function holdsBigint(value: unknown): boolean {
  if (typeof value === 'bigint') return true;
  if (Array.isArray(value)) return value.some(holdsBigint);
  return isPlainObject(value) && Object.values(value).some(holdsBigint);
}

function isObject(value: unknown): value is EntityObject {
  return typeof value === 'object' && value !== null;
}

/** A property may be called `__proto__`. */
function define(target: object, name: string, value: unknown): void {
  Object.defineProperty(target, name, { value, enumerable: true, writable: true, configurable: true });
}
