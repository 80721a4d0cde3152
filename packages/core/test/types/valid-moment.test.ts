/** The fast reader of moments reads what the column type reads. */
import fc from 'fast-check';
import { createColumnType, validMomentReader } from '../../src/types';
import { typeOf } from './every-type';

const EARLIEST = Date.UTC(2001, 0, 1) - 2_000 * 365.2425 * 86_400_000;

describe.each(['', '+00'])('a reader of moments with the zone "%s"', (zone) => {
  const type = typeOf(zone === '' ? 'timestamp' : 'timestamptz');
  const read = validMomentReader(type, zone);

  it('reads each moment as the column type does, with any number of digits after the second', () => {
    const moment = fc.record({
      ms: fc.integer({ min: Math.ceil(EARLIEST / 1_000) + 86_400, max: Date.UTC(9999, 11, 31) / 1_000 }),
      digits: fc.stringMatching(/^\d{0,6}$/),
    });
    fc.assert(
      fc.property(moment, ({ ms, digits }) => {
        const second = new Date(ms * 1_000).toISOString().slice(0, 19).replace('T', ' ');
        const text = `${second}${digits === '' ? '' : `.${digits}`}${zone}`;
        expect(read(text)).toEqual(type.fromDatabase(text));
      }),
      { numRuns: 2_000 },
    );
  });

  it.each([
    '0000-00-00 00:00:00',
    '0000-01-01 00:00:00.000000',
    '2024-00-01 00:00:00',
    '2024-01-00 00:00:00',
    'infinity',
    '10000-01-01 00:00:00',
    '0044-03-15 12:00:00 BC',
    '2024-01-01 00',
    '2024-01-01 ',
    '',
    7,
  ])('refuses %p as the column type does', (raw) => {
    expect(() => read(raw)).toThrow(/timestamp/);
  });

  it.each(['2024-02-29', '2024-02-29T12:30:00Z', '2024-02-29 12:30:00+02', '2024-02-29 12:30:00.5+02', new Date(7)])(
    'reads %p',
    (raw) => {
      expect(read(raw)).toEqual(type.fromDatabase(raw));
    },
  );
});

it('leaves a column of another SQL type to the column type, for it may hold any text', () => {
  const type = createColumnType('timestamptz', { sqlType: 'text' });
  expect(() => validMomentReader(type, '')('2024-02-3x 12:30:00')).toThrow(/timestamp/);
});
