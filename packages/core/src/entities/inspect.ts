/** What `console.log` shows of an entity: its columns but the hidden ones, and its relations as far as they are loaded. */
import type { EntityObject } from '../metadata';
import { modelOf } from './plain';
import { viewIn } from './view';

/** One stand-in an entity, so that the console notices circles. */
const standIns = new WeakMap<object, EntityObject>();

/** The method that entities get, unless their class has one. */
export function inspectEntity(this: EntityObject): object {
  const model = modelOf(this);
  const standIn = standInOf(this);
  for (const name of Object.keys(standIn)) if (!Object.hasOwn(this, name)) Reflect.deleteProperty(standIn, name);
  for (const name of Object.keys(this)) {
    const held = model?.properties.get(name);
    if (!(held?.kind === 'column' && held.column.hidden)) define(standIn, name, this[name]);
  }
  for (const { property } of model?.relations ?? []) {
    const shown = viewIn(this, property)?.shown();
    if (shown !== undefined) define(standIn, property, shown);
  }
  return standIn;
}

/** An object that is called like the entity's class. */
function standInOf(entity: EntityObject): EntityObject {
  let standIn = standIns.get(entity);
  if (!standIn) {
    const prototype = Object.create(null, { constructor: { value: entity.constructor } }) as object;
    standIns.set(entity, (standIn = Object.create(prototype) as EntityObject));
  }
  return standIn;
}

function define(target: object, name: string, value: unknown): void {
  Object.defineProperty(target, name, { value, enumerable: true, writable: true, configurable: true });
}
