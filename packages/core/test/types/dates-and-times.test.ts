/** Dates, times and timestamps: strict in what they take, tolerant of what engines give, in UTC always. */
import fc from 'fast-check';
import { createColumnType } from '../../src/types';
import { typeOf } from './every-type';

describe('date', () => {
  const type = typeOf('date');

  it.each(['2024-02-29', '0001-01-01', '9999-12-31', '2000-02-29'])('takes %s', (value) => {
    expect(type.refuse(value)).toBeUndefined();
  });

  it.each([
    '2023-02-29',
    '1900-02-29',
    '2024-04-31',
    '0000-01-01',
    '2024-13-01',
    '2024-1-1',
    '2024-02-29 ',
    '2024-02-00',
    '24-02-2024',
    '２024-01-01',
  ])('refuses %s', (value) => {
    expect(type.refuse(value)).toContain('calendar date');
  });

  it('says how to make a date of a Date', () => {
    expect(type.refuse(new Date())).toContain('toISOString().slice(0, 10)');
  });

  it.each(['2024-02-29', '2024-02-29 00:00:00', '2024-02-29T23:59:59.9Z'])('reads %s', (raw) => {
    expect(type.fromDatabase(raw)).toBe('2024-02-29');
  });

  it.each(['infinity', '0044-03-15 BC', '10000-01-01', '0000-00-00', 20240229])(
    'does not read %s, and names it',
    (raw) => {
      expect(() => type.fromDatabase(raw)).toThrow(String(raw));
    },
  );
});

describe('time', () => {
  const type = typeOf('time');

  it.each(['00:00:00', '23:59:59.999999', '10:00:00.5'])('takes %s', (value) => {
    expect(type.refuse(value)).toBeUndefined();
  });

  it.each(['24:00:00', '10:00', '10:60:00', '10:00:60', '10:00:00.', '-10:00:00', '10:00:00Z', '10:00:00.1234567'])(
    'refuses %s',
    (value) => {
      expect(type.refuse(value)).toMatch(/^must be a time/);
    },
  );

  it('is written with all digits, so that texts sort as times', () => {
    expect(type.toDatabase('10:00:00.5')).toBe('10:00:00.500000');
    expect(createColumnType('time', { precision: 0 }).toDatabase('10:00:00')).toBe('10:00:00');
  });

  it('is read without zeros at the end, whichever engine wrote them', () => {
    expect(type.fromDatabase('10:00:00.500000')).toBe('10:00:00.5');
    expect(type.fromDatabase('10:00:00.000000')).toBe('10:00:00');
    expect(type.equals('10:00:00.000', '10:00:00')).toBe(true);
  });

  it('refuses digits that its precision cuts off, unless they are zeros', () => {
    const whole = createColumnType('time', { precision: 0 });
    expect(whole.refuse('10:00:00.0')).toBeUndefined();
    expect(whole.refuse('10:00:00.1')).toContain('at most 0 digits');
  });

  it('can be compared with a time that is finer than its precision', () => {
    const whole = createColumnType('time', { precision: 0 });
    expect(whole.refuse('10:00:00.1', 'compared')).toBeUndefined();
    expect(whole.refuse('10:00:00.1234567', 'compared')).toContain('at most 6 digits');
    expect(whole.toDatabase('10:00:00.1')).toBe('10:00:00.1');
  });

  it('reads a span of many hours as it is', () => {
    expect(type.fromDatabase('838:59:59')).toBe('838:59:59');
  });
});

const spellings: readonly [string, string][] = [
  ['2024-02-29 12:30:00', '2024-02-29T12:30:00.000Z'],
  ['2024-02-29T12:30:00', '2024-02-29T12:30:00.000Z'],
  ['2024-02-29 12:30:00.1', '2024-02-29T12:30:00.100Z'],
  ['2024-02-29 12:30:00.123456', '2024-02-29T12:30:00.123Z'],
  ['2024-02-29 12:30:00.999999', '2024-02-29T12:30:00.999Z'],
  ['2024-02-29 12:30:00.123456789', '2024-02-29T12:30:00.123Z'],
  ['2024-02-29T12:30:00Z', '2024-02-29T12:30:00.000Z'],
  ['2024-02-29 12:30:00.5+00', '2024-02-29T12:30:00.500Z'],
  ['2024-02-29 12:30:00+05:30', '2024-02-29T07:00:00.000Z'],
  ['2024-02-29 12:30:00-0330', '2024-02-29T16:00:00.000Z'],
  ['2024-02-29 12:30:00+00:19:32', '2024-02-29T12:10:28.000Z'],
  ['2024-02-29', '2024-02-29T00:00:00.000Z'],
  ['0001-01-01 00:00:00', '0001-01-01T00:00:00.000Z'],
  ['0099-12-31 23:59:59', '0099-12-31T23:59:59.000Z'],
  ['1969-12-31 23:59:59.999', '1969-12-31T23:59:59.999Z'],
  ['9999-12-31 23:59:59.999999', '9999-12-31T23:59:59.999Z'],
];

const unreadable = [
  'infinity',
  '-infinity',
  '0044-03-15 00:00:00 BC',
  '0044-03-15 00:00:00+00 BC',
  '10000-01-01 00:00:00',
  '0000-00-00 00:00:00',
  '2023-02-29 00:00:00',
  '2024-02-29 24:00:00',
  '2024-02-29 12:30',
  '2024-02-29 12:30:00.',
  '2024-02-29 12:30:00 +00',
  '2024-02-29 12:30:00+0',
  '2024-02-29 12:30:00Zx',
  '2024-02-29 12:30:00+25',
  '2024-02-29x12:30:00',
  '',
];

describe.each(['timestamp', 'timestamptz'] as const)('%s as a Date', (name) => {
  const type = typeOf(name);

  it.each(spellings)('reads %s', (raw, iso) => {
    expect((type.fromDatabase(raw) as Date).toISOString()).toBe(iso);
  });

  it.each(unreadable)('does not read %p, and names it', (raw) => {
    expect(() => type.fromDatabase(raw)).toThrow(`The database holds ${JSON.stringify(raw)} in a ${name} column`);
  });

  it('is written in UTC with as many digits as its precision, and no zone', () => {
    const moment = new Date('2024-02-29T12:30:00.123Z');
    expect(type.toDatabase(moment)).toBe('2024-02-29 12:30:00.123000');
    expect(createColumnType(name, { precision: 3 }).toDatabase(moment)).toBe('2024-02-29 12:30:00.123');
    expect(createColumnType(name, { precision: 1 }).toDatabase(new Date('2024-02-29T12:30:00.1Z'))).toBe(
      '2024-02-29 12:30:00.1',
    );
    expect(createColumnType(name, { precision: 0 }).toDatabase(new Date('2024-02-29T12:30:00Z'))).toBe(
      '2024-02-29 12:30:00',
    );
  });

  it.each([
    [0, '2024-02-29T12:30:00.000Z', '2024-02-29T12:30:00.700Z'],
    [1, '1969-12-31T23:59:59.700Z', '1969-12-31T23:59:59.990Z'],
    [2, '2024-02-29T12:30:00.990Z', '2024-02-29T12:30:00.999Z'],
  ])('of precision %i is not stored with digits that it would lose', (precision, kept, cut) => {
    const coarse = createColumnType(name, { precision });
    expect(coarse.refuse(new Date(kept))).toBeUndefined();
    expect(coarse.refuse(new Date(cut))).toMatch(/^must be a Date of at most \d digits after the second, got more: /);
  });

  it('can be compared with a moment that is finer than its precision', () => {
    const whole = createColumnType(name, { precision: 0 });
    const moment = new Date('2024-02-29T12:30:00.7Z');
    expect(whole.refuse(moment, 'compared')).toBeUndefined();
    expect(whole.toDatabase(moment)).toBe('2024-02-29 12:30:00.7');
  });

  it('sees a Date that was changed in place', () => {
    const moment = new Date(0);
    const snapshot = type.snapshot(moment);
    expect(type.equals(moment, snapshot)).toBe(true);
    moment.setFullYear(1999);
    expect(type.equals(moment, snapshot)).toBe(false);
    expect(type.fromSnapshot(snapshot)).toEqual(new Date(0));
  });

  it('refuses texts and numbers, and says what to write', () => {
    expect(type.refuse('2024-02-29T12:30:00Z')).toBe('must be a Date, got a text: write new Date(…)');
    expect(type.refuse(0)).toBe('must be a Date, got a number');
  });

  it('takes the years that every engine can keep', () => {
    expect(type.refuse(new Date('0001-01-01T00:00:00Z'))).toBeUndefined();
    expect(type.refuse(new Date('0000-12-31T23:59:59.999Z'))).toContain('of another year');
    expect(type.refuse(new Date('+010000-01-01T00:00:00Z'))).toContain('of another year');
  });

  it('is not misled by an object that only looks like a Date', () => {
    const fake = Object.create(Date.prototype) as unknown;
    expect(type.refuse(fake)).toBe('must be a Date, got an object');
    expect(type.equals(fake, 0)).toBe(false);
  });

  it('passes a valid Date of a driver on, and no invalid one', () => {
    expect(type.fromDatabase(new Date(5))).toEqual(new Date(5));
    expect(() => type.fromDatabase(new Date(NaN))).toThrow(/invalid Date/);
  });

  it('reads each moment as the language does', () => {
    fc.assert(
      fc.property(
        fc.date({ min: new Date('0001-01-01'), max: new Date('9999-12-31'), noInvalidDate: true }),
        (date) => {
          expect(type.fromDatabase(date.toISOString())).toEqual(date);
        },
      ),
    );
  });
});

describe('timestamptz as text', () => {
  const type = typeOf('timestamptz as text');

  it.each(unreadable)('does not read %p', (raw) => {
    expect(() => type.fromDatabase(raw)).toThrow(/timestamptz column/);
  });

  it.each([
    ['2024-02-29 12:30:00.123456+00', '2024-02-29T12:30:00.123456Z'],
    ['2024-02-29 12:30:00', '2024-02-29T12:30:00.000000Z'],
    ['2024-02-29 12:30:00.1+05:30', '2024-02-29T07:00:00.100000Z'],
    ['2024-02-29 12:30:00.1234567', '2024-02-29T12:30:00.1234567Z'],
    ['2024-02-29 12:30:00.1234560', '2024-02-29T12:30:00.123456Z'],
    [new Date('2024-02-29T12:30:00.123Z'), '2024-02-29T12:30:00.123000Z'],
  ])('reads %p as %p', (raw, text) => {
    expect(type.fromDatabase(raw)).toBe(text);
  });

  it.each([
    ['2024-02-29T12:30:00.123456Z', '2024-02-29 12:30:00.123456'],
    ['2024-02-29T12:30:00', '2024-02-29 12:30:00.000000'],
    ['2024-02-29T00:30:00+01:00', '2024-02-28 23:30:00.000000'],
  ])('writes %p as %p', (value, sent) => {
    expect(type.refuse(value)).toBeUndefined();
    expect(type.toDatabase(value)).toBe(sent);
  });

  it.each([
    '2024-02-29',
    '2024-02-30T00:00:00Z',
    '0001-01-01T00:00:00+01:00',
    'now',
    '2024-02-29T12:30:00.1234567Z',
    "2024-02-29T12:30:00Z'--",
  ])('refuses %p', (value) => {
    expect(type.refuse(value)).toMatch(/^must be a timestamp/);
  });

  it('says how to make a text of a Date', () => {
    expect(type.refuse(new Date())).toContain('write value.toISOString()');
  });

  it('finds two spellings of one moment equal, and two moments a microsecond apart different', () => {
    const snapshot = type.snapshot('2024-02-29T12:30:00.000001Z');
    expect(type.equals('2024-02-29 13:30:00.000001+01:00', snapshot)).toBe(true);
    expect(type.equals('2024-02-29T12:30:00.000002Z', snapshot)).toBe(false);
  });
});

it('a timestamp without zone is text without Z', () => {
  const type = typeOf('timestamp as text');
  expect(type.fromDatabase('2024-02-29 12:30:00.5')).toBe('2024-02-29T12:30:00.500000');
  expect(type.fromDatabase('2024-02-29 12:30:00.5+01')).toBe('2024-02-29T11:30:00.500000');
});

it('a text of precision 0 has no fraction', () => {
  const type = createColumnType('timestamptz', { as: 'string', precision: 0 });
  expect(type.fromDatabase('2024-02-29 12:30:00')).toBe('2024-02-29T12:30:00Z');
  expect(type.toDatabase('2024-02-29T12:30:00Z')).toBe('2024-02-29 12:30:00');
  expect(type.refuse('2024-02-29T12:30:00.5Z')).toContain('at most 0 digits');
  expect(type.refuse('2024-02-29T12:30:00.5Z', 'compared')).toBeUndefined();
  expect(type.toDatabase('2024-02-29T12:30:00.5Z')).toBe('2024-02-29 12:30:00.5');
});
