/** Values in messages: what kind of thing was given, never the thing itself, which may be a secret. */
export function describeValue(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'an array';
  if (typeof value === 'object') {
    const { constructor } = value as { constructor?: unknown };
    return typeof constructor === 'function' && constructor !== Object
      ? `an object of class ${constructor.name}`
      : 'a plain object';
  }
  if (typeof value === 'function') return 'a function';
  if (typeof value === 'number' && !Number.isFinite(value)) return String(value);
  return value === undefined ? 'undefined' : `a ${typeof value}`;
}
