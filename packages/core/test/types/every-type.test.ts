/** What holds for each column type alike. */
import fc from 'fast-check';
import { everyType } from './every-type';

const hostile: readonly [string, unknown][] = [
  ['a symbol', Symbol('x')],
  ['a function', () => 1],
  ['an object with toSqlString', { toSqlString: () => '1 or 1=1' }],
  ['an object with toPostgres', { toPostgres: () => '1' }],
  [
    'an object with toString that throws',
    {
      toString: () => {
        throw new Error('no');
      },
    },
  ],
  ['an object without prototype that has a function', Object.assign(Object.create(null) as object, { f: () => 1 })],
  ['an invalid Date', new Date('x')],
  ['a Date beyond the calendar', new Date(8.64e15 + 1)],
  ['a Date after the year 9999', new Date(8.64e15)],
  ['NaN', NaN],
  ['Infinity', Infinity],
  ['a Map', new Map()],
  ['a revoked proxy', revokedProxy()],
  [
    'an object whose property throws',
    {
      get x() {
        throw new Error('no');
      },
    },
  ],
  ['undefined', undefined],
];

function revokedProxy(): unknown {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}

const anything = fc.anything({
  withBigInt: true,
  withDate: true,
  withMap: true,
  withSet: true,
  withSparseArray: true,
  withTypedArray: true,
  withNullPrototype: true,
});

describe.each(everyType)('$label', ({ type, values }) => {
  it('reads back what it wrote', () => {
    fc.assert(
      fc.property(values, (value) => {
        expect(type.refuse(value)).toBeUndefined();
        const read = type.fromDatabase(type.toDatabase(value));
        expect(type.equals(read, type.snapshot(value))).toBe(true);
        expect(type.equals(value, type.snapshot(read))).toBe(true);
      }),
    );
  });

  it('hands nothing but primitives and bytes to a driver', () => {
    fc.assert(
      fc.property(values, (value) => {
        const sent = type.toDatabase(value);
        expect(sent instanceof Uint8Array || ['string', 'number', 'boolean'].includes(typeof sent)).toBe(true);
      }),
    );
  });

  it('makes of a snapshot a value that equals it and can be written', () => {
    fc.assert(
      fc.property(values, (value) => {
        const snapshot = type.snapshot(value);
        const restored = type.fromSnapshot(snapshot);
        expect(type.refuse(restored)).toBeUndefined();
        expect(type.equals(restored, snapshot)).toBe(true);
      }),
    );
  });

  it('tells two different values apart', () => {
    fc.assert(
      fc.property(values, values, (one, other) => {
        const same = JSON.stringify(type.toDatabase(one)) === JSON.stringify(type.toDatabase(other));
        expect(type.equals(one, type.snapshot(other))).toBe(same);
      }),
    );
  });

  it.each(hostile)('refuses %s', (_, value) => {
    expect(type.refuse(value)).toMatch(/^must be /);
  });

  it('answers any value at all with a refusal or none, never with an error', () => {
    fc.assert(
      fc.property(anything, (value) => {
        fc.pre(value !== null && value !== undefined);
        expect(['string', 'undefined']).toContain(typeof type.refuse(value));
      }),
    );
  });

  it('can write and compare whatever it does not refuse', () => {
    fc.assert(
      fc.property(fc.oneof(values, anything), (value) => {
        if (value === null || value === undefined || type.refuse(value) !== undefined) return;
        expect(type.equals(type.fromDatabase(type.toDatabase(value)), type.snapshot(value))).toBe(true);
      }),
    );
  });

  it('finds any value changed or not, never with an error', () => {
    fc.assert(
      fc.property(values, fc.anything({ withBigInt: true }), (value, other) => {
        expect(typeof type.equals(other, type.snapshot(value))).toBe('boolean');
      }),
    );
    for (const [, value] of hostile) expect(typeof type.equals(value, undefined)).toBe('boolean');
  });
});

it('is frozen, so that it can be shared', () => {
  for (const { type } of everyType) expect(Object.isFrozen(type)).toBe(true);
});
