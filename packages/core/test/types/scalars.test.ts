/** Numbers, booleans, texts, uuids, enums and bytes: what each takes and how it reads what engines give. */
import { createColumnType } from '../../src/types';
import { typeOf } from './every-type';

describe('integer', () => {
  const type = typeOf('integer');

  it.each([2_147_483_647, -2_147_483_648, 0])('takes %p', (value) => {
    expect(type.refuse(value)).toBeUndefined();
  });

  it.each([
    [2_147_483_648, 'got a number out of that range'],
    [1.5, 'got a number with a fraction'],
    ['1', 'got a text'],
    ['1e3', 'got a text'],
    [1n, 'got a bigint'],
    [true, 'got a boolean'],
    [[1], 'got an array'],
  ])('refuses %p', (value, reason) => {
    expect(type.refuse(value)).toContain(reason);
  });

  it('takes minus zero, which Math.round makes, for zero', () => {
    expect(type.refuse(-0)).toBeUndefined();
    expect(type.toDatabase(-0)).toBe(0);
    expect(type.snapshot(-0)).toBe(0);
    expect(type.equals(-0, 0)).toBe(true);
  });

  it('never shows a refused text, which may be a secret', () => {
    expect(type.refuse('hunter2')).not.toContain('hunter2');
  });

  it.each([
    [5, 5],
    ['-5', -5],
    [7n, 7],
    ['9007199254740991', 9_007_199_254_740_991],
    ['0', 0],
    ['007', 7],
    ['999999999', 999_999_999],
    ['1000000000', 1_000_000_000],
    [' 12 ', 12],
    ['1e3', 1_000],
    ['-0', -0],
  ])('reads %p', (raw, value) => {
    expect(type.fromDatabase(raw)).toBe(value);
  });

  it.each(['9007199254740993', 2 ** 53, 1.5, '', ' ', 'x', '1x', '/', ':', '1.5', '１'])(
    'does not read %p as something near it',
    (raw) => {
      expect(() => type.fromDatabase(raw)).toThrow(/declare it/);
    },
  );
});

it('smallint has 16 bits', () => {
  expect(typeOf('smallint').refuse(32_767)).toBeUndefined();
  expect(typeOf('smallint').refuse(32_768)).toContain('from -32768 to 32767');
});

describe('bigint', () => {
  const type = typeOf('bigint');

  it('travels as text, so that no driver rounds it', () => {
    expect(type.toDatabase(9_007_199_254_740_993n)).toBe('9007199254740993');
    expect(type.fromDatabase('9007199254740993')).toBe(9_007_199_254_740_993n);
  });

  it('takes a safe integer as the bigint it is', () => {
    expect(type.refuse(5)).toBeUndefined();
    expect(type.toDatabase(5)).toBe('5');
    expect(type.snapshot(5)).toBe(5n);
    expect(type.equals(5, 5n)).toBe(true);
  });

  it.each([2n ** 63n, -(2n ** 63n) - 1n, 2 ** 53, 1.5, '5'])('refuses %p', (value) => {
    expect(type.refuse(value)).toMatch(/^must be a bigint/);
  });

  it('takes minus zero for zero', () => {
    expect(type.refuse(-0)).toBeUndefined();
    expect(type.toDatabase(-0)).toBe('0');
    expect(type.equals(-0, 0n)).toBe(true);
  });

  it.each([2 ** 53, '', '1.5', 'x', true])('does not read %p', (raw) => {
    expect(() => type.fromDatabase(raw)).toThrow(/bigint column/);
  });
});

describe('float', () => {
  const type = typeOf('float');

  it('writes minus zero as zero', () => {
    expect(Object.is(type.toDatabase(-0), 0)).toBe(true);
  });

  it('finds a NaN that the database holds unchanged', () => {
    const read = type.fromDatabase('NaN');
    expect(read).toBeNaN();
    expect(type.equals(read, read)).toBe(true);
  });

  it('reads texts, and refuses to read what is no number', () => {
    expect(type.fromDatabase('0.1')).toBe(0.1);
    expect(() => type.fromDatabase('abc')).toThrow(/no number/);
  });
});

describe('boolean', () => {
  const type = typeOf('boolean');

  it.each([true, 1, 1n, '1', 't', 'true', Buffer.from([1])])('reads %p as true', (raw) => {
    expect(type.fromDatabase(raw)).toBe(true);
  });

  it.each([false, 0, 0n, '0', 'f', 'false', Buffer.from([0])])('reads %p as false', (raw) => {
    expect(type.fromDatabase(raw)).toBe(false);
  });

  it('does not take a 2 for true', () => {
    expect(() => type.fromDatabase(2)).toThrow(/"2" in a boolean column/);
  });

  it.each([0, 1, 'true'])('refuses %p', (value) => {
    expect(type.refuse(value)).toMatch(/^must be true or false/);
  });
});

describe('text', () => {
  const type = typeOf('text');

  it.each([
    [0, 'got a number'],
    [false, 'got a boolean'],
    [['x'], 'got an array'],
    ['a\u0000b', 'NUL'],
    ['\ud800', 'surrogate'],
    ['a\udc00', 'surrogate'],
    [new String('x'), 'got an object'],
  ])('refuses %p', (value, reason) => {
    expect(type.refuse(value)).toContain(reason);
  });

  it('takes whole surrogate pairs', () => {
    expect(type.refuse('🎷')).toBeUndefined();
  });

  it('counts characters as code points', () => {
    const short = createColumnType('varchar', { length: 3 });
    expect(short.refuse('🎷🎷🎷')).toBeUndefined();
    expect(short.refuse('🎷🎷🎷🎷')).toBe('must be a text of at most 3 characters, got a longer one');
  });

  it('reads bytes as UTF-8', () => {
    expect(type.fromDatabase(Buffer.from('é'))).toBe('é');
  });

  it('reads a number that an engine without fixed types holds as its text, and no object', () => {
    expect(type.fromDatabase(5)).toBe('5');
    expect(() => type.fromDatabase({})).toThrow(/no text/);
  });
});

describe('char', () => {
  const type = createColumnType('char', { length: 4 });

  it('does not see the blanks that an engine fills up with', () => {
    expect(type.fromDatabase('ab  ')).toBe('ab');
    expect(type.toDatabase('ab ')).toBe('ab');
    expect(type.equals('ab ', 'ab')).toBe(true);
    expect(type.equals(' ab', 'ab')).toBe(false);
  });

  it('does not count them either', () => {
    expect(type.refuse('abcd   ')).toBeUndefined();
    expect(type.refuse('abcde')).toContain('at most 4');
  });
});

describe('uuid', () => {
  const type = typeOf('uuid');
  const lower = '0b0f6c1e-8f4b-4f0e-9a39-1c2d3e4f5a6b';

  it('has no upper case', () => {
    expect(type.toDatabase(lower.toUpperCase())).toBe(lower);
    expect(type.fromDatabase(lower.toUpperCase())).toBe(lower);
    expect(type.equals(lower.toUpperCase(), lower)).toBe(true);
  });

  it('is read from sixteen bytes too', () => {
    expect(type.fromDatabase(Buffer.from(lower.replaceAll('-', ''), 'hex'))).toBe(lower);
  });

  it.each(['', 'x', lower.replaceAll('-', ''), `${lower}\n`, `{${lower}}`])('refuses %p', (value) => {
    expect(type.refuse(value)).toMatch(/^must be the text of a uuid/);
  });
});

describe('enum', () => {
  const type = typeOf('enum');

  it('names the values allowed, and not the one refused', () => {
    expect(type.refuse('secret')).toBe('must be one of "draft", "it\'s", got another text');
    expect(type.refuse(0)).toContain('got a number');
  });

  it('reads a value that is not declared any more', () => {
    expect(type.fromDatabase('retired')).toBe('retired');
  });
});

describe('binary', () => {
  const type = typeOf('binary');

  it('reads bytes and hexadecimal text with its mark, and no other text', () => {
    expect(type.fromDatabase(new Uint8Array([0, 255]))).toEqual(Buffer.from([0, 255]));
    expect(type.fromDatabase('\\x00ff')).toEqual(Buffer.from([0, 255]));
    expect(() => type.fromDatabase('00ff')).toThrow(/no binary data/);
    expect(() => type.fromDatabase('\\x0')).toThrow(/no binary data/);
  });

  it('keeps a snapshot that later changes to the bytes do not reach', () => {
    const bytes = new Uint8Array([1, 2, 3]);
    const snapshot = type.snapshot(bytes);
    bytes[0] = 9;
    expect(type.equals(bytes, snapshot)).toBe(false);
    expect(type.fromSnapshot(snapshot)).toEqual(Buffer.from([1, 2, 3]));
  });

  it('hands a view of its own to the driver, without what somebody hung on the bytes', () => {
    const bytes = Object.assign(Buffer.from([1]), { toSqlString: () => '1' });
    expect(type.toDatabase(bytes)).not.toHaveProperty('toSqlString');
  });

  it('counts bytes', () => {
    const short = createColumnType('binary', { length: 2 });
    expect(short.refuse(new Uint8Array(2))).toBeUndefined();
    expect(short.refuse(new Uint8Array(3))).toContain('at most 2 bytes');
  });

  it.each(['x', [1, 2], new Uint16Array(1), new ArrayBuffer(1)])('refuses %p', (value) => {
    expect(type.refuse(value)).toMatch(/^must be a Uint8Array or Buffer/);
  });
});
