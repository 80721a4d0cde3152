/** Values in messages: what kind of thing was given, never the thing itself, which may be a secret. Never throws, whatever it is given. */
import { types } from 'node:util';

export function describeValue(value: unknown): string {
  if (value === null) return 'null';
  if (typeof value === 'object') return describeObject(value);
  if (typeof value === 'function') return 'a function';
  if (typeof value === 'number' && !Number.isFinite(value)) return String(value);
  return value === undefined ? 'undefined' : `a ${typeof value}`;
}

function describeObject(value: object): string {
  if (types.isProxy(value)) return 'a proxy';
  if (Array.isArray(value)) return 'an array';
  const prototype: unknown = Object.getPrototypeOf(value);
  if (typeof prototype !== 'object' || prototype === null || prototype === Object.prototype) return 'a plain object';
  const constructor: unknown = Object.getOwnPropertyDescriptor(prototype, 'constructor')?.value;
  const name: unknown = typeof constructor === 'function' ? constructor.name : '';
  return typeof name === 'string' && name !== '' ? `an object of class ${name}` : 'an object';
}

/** A number as it is, anything else by its kind: for "takes a whole number, got …". */
export function describeNumber(value: unknown): string {
  return typeof value === 'number' ? String(value) : describeValue(value);
}
