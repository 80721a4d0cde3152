/**
 * How `create` makes an entity. Class fields are properties of the object itself and hide the accessors of its prototype, so some must go; and in
 * V8 an object that loses a property is a hash table from then on (Node 24: 2 µs for each, and slower reads and writes for good). Where the
 * constructor of a class hands `this` to no other code, an entity gets the shape that it has without these fields, and what the constructor
 * set. That is as good as the object that the constructor made, for nothing else can hold that one.
 */
import type { EntityModel, EntityObject } from '../metadata';
import { shapesOf, uncoverFields } from './shapes';

type Maker = () => EntityObject;

const makers = new WeakMap<EntityModel, Maker>();

/** Calls the class's constructor without arguments. @returns an entity whose fields hide no accessor */
export function newEntity(model: EntityModel): EntityObject {
  const maker = makers.get(model);
  if (maker) return maker();
  const entity = construct(model);
  makers.set(model, makerLike(entity, model));
  uncoverFields(entity, model);
  return entity;
}

function construct({ entityClass }: EntityModel): EntityObject {
  return new (entityClass as unknown as new () => EntityObject)();
}

/** @param first what the constructor made */
function makerLike(first: EntityObject, model: EntityModel): Maker {
  const { complete, defaulted, viewed } = shapesOf(model);
  const hiding = new Set([...defaulted, ...viewed.map(({ property }) => property)]);
  const names = Object.keys(first);
  const hidden = names.filter((name) => hiding.has(name));
  const kept = names.filter((name) => !hiding.has(name));
  if (hidden.length === 0) return () => construct(model);
  const fields = fieldsOf(model.entityClass);
  // What the prototype has too is defined on the object, not assigned.
  if (fields === undefined || !isPlain(first) || kept.some((name) => name in complete)) {
    return () => {
      const entity = construct(model);
      uncoverFields(entity, model);
      return entity;
    };
  }
  const Shaped = shapedLike(complete, kept);
  // Fields without values are the same for each.
  if (!fields.includes('=')) return () => new Shaped(NO_VALUES);
  return () => {
    const made = construct(model);
    const entity = new Shaped(made);
    for (const name of hidden) if (made[name] !== undefined) entity[name] = made[name];
    return entity;
  };
}

const NO_VALUES = Object.create(null) as EntityObject;

/** Whether all that the constructor made of it are properties as an assignment makes them. */
function isPlain(entity: EntityObject): boolean {
  return Reflect.ownKeys(entity).every((key) => {
    const { writable, enumerable, configurable } = Object.getOwnPropertyDescriptor(entity, key)!;
    return typeof key === 'string' && writable && enumerable && configurable;
  });
}

/** Takes over these properties, in their order. */
function shapedLike(prototype: object, names: readonly string[]): new (from: EntityObject) => EntityObject {
  const assignments = names.map((name) => JSON.stringify(name)).map((name) => `this[${name}] = from[${name}];`);
  // The only text in it that is not ours are property names, and JSON.stringify makes string literals of these.
  // eslint-disable-next-line @typescript-eslint/no-implied-eval, @typescript-eslint/no-unsafe-call -- compiled once a model
  const Shaped = new Function(`return function Entity(from) { ${assignments.join(' ')} }`)() as {
    new (from: EntityObject): EntityObject;
    prototype: object;
  };
  Shaped.prototype = prototype;
  return Shaped;
}

/** Words by which the code of fields may hand out the object that they are made on, or keep what only that object has. */
const REACHES_OUT = /#|\b(?:this|super|constructor|eval)\b/;

/** The source of what a class and its bases do when an object is made; undefined where the object may be known to other code. */
function fieldsOf(entityClass: EntityModel['entityClass']): string | undefined {
  let fields = '';
  let each: object = entityClass;
  for (; each !== Function.prototype; each = Object.getPrototypeOf(each) as object) fields += withoutMethods(each);
  return REACHES_OUT.test(fields) ? undefined : fields;
}

/** The source of a class without that of its methods and accessors, which run later. What others have put in the place of one is not found in it, so the method stays. */
function withoutMethods(each: object): string {
  let source = sourceOf(each);
  if (!source.startsWith('class')) return 'constructor';
  for (const descriptor of [...descriptorsOf(each), ...descriptorsOf((each as { prototype: object }).prototype)])
    for (const method of [descriptor.value, descriptor.get, descriptor.set] as unknown[])
      if (typeof method === 'function' && method !== each) source = source.replace(sourceOf(method), () => '');
  return source;
}

function sourceOf(method: object): string {
  return Function.prototype.toString.call(method);
}

function descriptorsOf(object: object): Partial<Record<'value' | 'get' | 'set', unknown>>[] {
  return Object.values(Object.getOwnPropertyDescriptors(object));
}
