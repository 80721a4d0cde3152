/** Keys: who makes them, composite ones, and keys that lie in a relation. */
import { BelongsTo, Column, Entity, PrimaryKey } from '../../src/metadata';
import type { Ref } from '../../src/query';
import { columnOf, complaintsOf, modelOf, relationOf } from './models-of';

function keyOf(options?: Parameters<typeof PrimaryKey>[0]) {
  @Entity()
  class Thing {
    @PrimaryKey(options) id!: unknown;
  }
  return modelOf(Thing).key[0]!;
}

test('a key of which nothing is said is an integer that the database counts', () => {
  expect(keyOf()).toMatchObject({ type: { name: 'integer' }, generated: 'identity', primary: true, nullable: false });
});

test.each<[Parameters<typeof PrimaryKey>[0], string, string | undefined]>([
  [{ type: 'bigint' }, 'bigint', 'identity'],
  [{ type: 'smallint' }, 'smallint', 'identity'],
  [{ generated: 'sequence' }, 'integer', 'sequence'],
  [{ generated: false }, 'integer', undefined],
  [{ type: 'uuid' }, 'uuid', 'uuid'],
  [{ generated: 'uuid' }, 'uuid', 'uuid'],
  [{ generated: 'uuidv7' }, 'uuid', 'uuidv7'],
  [{ type: 'uuid', generated: false }, 'uuid', undefined],
  [{ type: 'uuid', default: () => 'x' }, 'uuid', undefined],
  [{ type: 'varchar', length: 36, generated: 'uuid' }, 'varchar', 'uuid'],
  [{ type: 'text' }, 'text', undefined],
  [{ length: 12 }, 'varchar', undefined],
])('%j is a key of type %s, generated: %s', (options, type, generated) => {
  expect(keyOf(options)).toMatchObject({ type: { name: type }, generated });
});

test('the emitted type of a key counts', () => {
  @Entity()
  class Country {
    @PrimaryKey() code!: string;
  }
  expect(modelOf(Country).key[0]).toMatchObject({ type: { name: 'text' }, generated: undefined });
});

test('several keys make a composite one, which is not generated', () => {
  @Entity()
  class Seat {
    @Column() note!: string;
    @PrimaryKey() row!: number;
    @PrimaryKey({ type: 'uuid' }) place!: string;
  }
  const seat = modelOf(Seat);
  expect(seat.keyProperties).toEqual(['row', 'place']);
  expect(seat.key.map(({ name, generated }) => [name, generated])).toEqual([
    ['row', undefined],
    ['place', undefined],
  ]);
  expect(seat.columns.map(({ name }) => name)).toEqual(['row', 'place', 'note']);
});

test('a key may lie in relations, whose foreign key columns it is made of', () => {
  @Entity()
  class Order {
    @PrimaryKey({ type: 'bigint' }) number!: bigint;
  }
  @Entity()
  class Line {
    @PrimaryKey() @BelongsTo(() => Order) order!: Ref<Order, 'number'>;
    @PrimaryKey() position!: number;
  }
  @Entity()
  class Note {
    @BelongsTo(() => Line) @PrimaryKey() line!: Ref<Line, 'order'>;
  }
  // The one that rests on the others comes first: keys are settled in the order in which they need one another.
  const note = modelOf(Note, Line, Order);
  const line = relationOf(note, 'line', 'belongsTo').target;
  expect(line.key.map(({ name, primary, generated }) => [name, primary, generated])).toEqual([
    ['order_number', true, undefined],
    ['position', true, undefined],
  ]);
  expect(line.keyProperties).toEqual(['order', 'position']);
  expect(note.key.map(({ name, type }) => [name, type.name])).toEqual([
    ['line_order_number', 'bigint'],
    ['line_position', 'integer'],
  ]);
  expect(note.key[0]?.relation).toBe(relationOf(note, 'line', 'belongsTo'));
});

test('an entity without a key is a mistake', () => {
  @Entity()
  class Note {
    @Column() text!: string;
  }
  expect(complaintsOf(Note)).toEqual([
    'Note: has no key: write @PrimaryKey() id!: number; or @Entity({ readOnly: true }) for a view or a table that is only read.',
  ]);
});

test.each<[Parameters<typeof PrimaryKey>[0], RegExp]>([
  [{ type: 'text', generated: 'identity' }, /only integers are counted by the database, and this is text/],
  [{ type: 'integer', generated: 'uuid' }, /makes uuids, and this is integer/],
  [{ type: 'varchar', length: 10, generated: 'uuidv7' }, /makes uuids, and this is varchar/],
  [{ type: 'uuid', generated: 'uuid', default: () => 'x' }, /has a default and is generated: 'uuid' as well/],
])('%j is a mistake', (options, message) => {
  @Entity()
  class Thing {
    @PrimaryKey(options) id!: unknown;
  }
  expect(complaintsOf(Thing)).toEqual([expect.stringMatching(message)]);
});

test('keys that rest on each other are a mistake', () => {
  @Entity()
  class One {
    @PrimaryKey() @BelongsTo(() => Two) two!: unknown;
  }
  @Entity()
  class Two {
    @PrimaryKey() @BelongsTo(() => One) one!: unknown;
  }
  expect(complaintsOf(One, Two)).toEqual([
    'Two.one: its key rests on the key of One, which rests on this one: one of them needs a key of its own.',
  ]);
});

test('a key by a relation has no nullable relation and no options of its own', () => {
  @Entity()
  class Order {
    @PrimaryKey() id!: number;
  }
  @Entity()
  class Line {
    @PrimaryKey({ name: 'x' }) @BelongsTo(() => Order, { nullable: true }) order!: unknown;
  }
  expect(complaintsOf(Line, Order)).toEqual([
    expect.stringMatching(/Line\.order: takes its key columns from the relation/),
    expect.stringMatching(/Line\.order: is part of the key and cannot be nullable/),
  ]);
});

test('a key has no nullable column', () => {
  @Entity()
  class Thing {
    @PrimaryKey({ nullable: true } as object) id!: number;
  }
  expect(complaintsOf(Thing)).toEqual([expect.stringMatching(/@PrimaryKey has no option "nullable"/)]);
  expect(() => columnOf(modelOf(Thing), 'id')).toThrow();
});

describe('a key of a type that does not tell rows apart is refused', () => {
  function complaintsOfKey(options: Parameters<typeof PrimaryKey>[0]): string[] {
    @Entity()
    class Reading {
      @PrimaryKey(options) at!: unknown;
    }
    return complaintsOf(Reading);
  }

  test('a Date beside a column with microseconds', () => {
    const [complaint] = complaintsOfKey({ type: 'timestamptz' });
    expect(complaint).toMatch(/^Reading\.at: is a Date, .*as: 'string', or precision: 3/);
    expect(complaintsOfKey({ type: 'timestamp', precision: 4 })).toHaveLength(1);
  });

  test('a Date below a conversion', () => {
    const transform = { toDatabase: (day: { at: Date }) => day.at, fromDatabase: (at: Date) => ({ at }) };
    expect(complaintsOfKey({ type: 'timestamptz', transform })).toHaveLength(1);
  });

  test('a Date as a part of a composite key, which foreign keys have too', () => {
    @Entity()
    class Reading {
      @PrimaryKey() sensor!: number;
      @PrimaryKey({ type: 'timestamptz' }) at!: Date;
    }
    @Entity()
    class Alarm {
      @PrimaryKey() @BelongsTo(() => Reading) reading!: Ref<Reading, 'sensor' | 'at'>;
    }
    expect(complaintsOf(Alarm, Reading)).toEqual([expect.stringMatching(/^Reading\.at: is a Date/)]);
  });

  test('milliseconds, and microseconds as text, are taken', () => {
    expect(keyOf({ type: 'timestamptz', precision: 3 }).type.options.precision).toBe(3);
    expect(keyOf({ type: 'timestamptz', as: 'string' }).type.options.as).toBe('string');
  });

  test('json', () => {
    expect(complaintsOfKey({ type: 'json' })).toEqual([
      expect.stringMatching(/^Reading\.at: is json, .*cannot be a key/),
    ]);
  });
});
