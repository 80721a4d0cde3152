/** Declarations of column types: made once, checked at once. */
import { MetadataError } from '../../src/errors';
import { createColumnType, type ColumnTypeName, type ColumnTypeOptions } from '../../src/types';

it('gives the same object for the same declaration, however its options are ordered', () => {
  expect(createColumnType('integer')).toBe(createColumnType('integer', { length: undefined }));
  expect(createColumnType('decimal', { precision: 10, scale: 2 })).toBe(
    createColumnType('decimal', { scale: 2, precision: 10 }),
  );
  expect(createColumnType('timestamp')).toBe(createColumnType('timestamp', { precision: 6, as: 'date' }));
  expect(createColumnType('enum', { values: ['a'] })).toBe(createColumnType('enum', { values: ['a'] }));
});

it('gives different objects for different declarations', () => {
  expect(createColumnType('text')).not.toBe(createColumnType('varchar'));
  expect(createColumnType('timestamp')).not.toBe(createColumnType('timestamp', { precision: 3 }));
  expect(createColumnType('enum', { values: ['a', 'b'] })).not.toBe(createColumnType('enum', { values: ['a,b'] }));
  const integers = createColumnType('array', { element: createColumnType('integer') });
  expect(integers).not.toBe(createColumnType('array', { element: createColumnType('text') }));
  expect(integers).toBe(createColumnType('array', { element: createColumnType('integer') }));
});

it('states the defaults among the options', () => {
  expect(createColumnType('varchar').options.length).toBe(255);
  expect(createColumnType('char').options.length).toBe(1);
  expect(createColumnType('timestamptz').options).toEqual({ precision: 6, as: 'date' });
});

it('keeps values that the caller changes later', () => {
  const values = ['a'];
  const type = createColumnType('enum', { values });
  values.push('b');
  expect(type.options.values).toEqual(['a']);
  expect(type.refuse('b')).toBeDefined();
});

it('takes an SQL type of the user with any type', () => {
  expect(createColumnType('text', { sqlType: 'citext' }).options.sqlType).toBe('citext');
});

it.each<[string, string, unknown, RegExp]>([
  ['an unknown type', 'string', {}, /no column type 'string'.*varchar/],
  ['a name of the prototype', 'constructor', {}, /no column type/],
  ['an option of another type', 'integer', { length: 5 }, /'integer' has no option 'length'. It takes none/],
  ['an unknown option', 'decimal', { digits: 5 }, /It takes precision, scale/],
  ['a length of nothing', 'varchar', { length: 0 }, /positive integer/],
  ['a length in text', 'varchar', { length: '5' }, /positive integer/],
  ['a scale without precision', 'decimal', { scale: 2 }, /needs a precision/],
  ['a scale beyond the precision', 'decimal', { precision: 2, scale: 3 }, /to its precision/],
  ['no digits', 'decimal', { precision: 0 }, /from 1 to 1000/],
  ['too many digits of a second', 'timestamp', { precision: 7 }, /from 0 to 6/],
  ['an unknown representation', 'timestamp', { as: 'number' }, /'date' or 'string'/],
  ['an enum without values', 'enum', {}, /needs its values/],
  ['an enum of no values', 'enum', { values: [] }, /needs its values/],
  ['an enum of numbers', 'enum', { values: [1] }, /must be a text, got a number/],
  ['an enum value with NUL', 'enum', { values: ['\0'] }, /NUL/],
  ['an enum value twice', 'enum', { values: ['a', 'a'] }, /must differ/],
  ['an array of nothing', 'array', {}, /needs the type of its elements/],
  [
    'an array of arrays',
    'array',
    { element: createColumnType('array', { element: createColumnType('text') }) },
    /Arrays in arrays/,
  ],
  ['an empty SQL type', 'text', { sqlType: ' ' }, /sqlType/],
])('refuses %s', (_, name, options, message) => {
  const create = (): unknown => createColumnType(name as ColumnTypeName, options as ColumnTypeOptions);
  expect(create).toThrow(MetadataError);
  expect(create).toThrow(message);
});
