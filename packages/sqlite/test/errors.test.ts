/** What the engine refuses comes out typed, with table and columns, its own error as the cause. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  CheckViolationError,
  ConnectionLostError,
  EspalierError,
  ForeignKeyViolationError,
  IntegrityError,
  NotNullViolationError,
  QueryError,
  UniqueViolationError,
  type DriverConnection,
} from '@espalier/core/driver';
import { sqlite } from '../src';
import { translateError } from '../src/errors';
import { newFile, openConnection, write } from './open-driver';

let connection: DriverConnection;

beforeEach(async () => {
  connection = await openConnection({ path: ':memory:' });
  await connection.run(`create table people (id integer primary key, email text unique, first text, last text not null,
    age integer constraint grown_up check (age >= 18), boss integer references people (id), unique (first, last))`);
  await connection.run('create table words (word text)');
  await connection.run('create unique index by_length on words (length(word))');
  await connection.execute(write("insert into words values ('a')"));
  await connection.execute(write("insert into people values (1, 'a', 'x', 'y', 30, null)"));
});

async function failure(sql: string): Promise<unknown> {
  return connection.execute(write(sql)).then(
    () => undefined,
    (error: unknown) => error,
  );
}

describe('a refused row', () => {
  it.each<[string, new (...args: never[]) => IntegrityError, string, object]>([
    [
      'a key that is there',
      UniqueViolationError,
      "insert into people values (1, 'bb', 'a', 'b', 30, null)",
      { table: 'people', columns: ['id'] },
    ],
    [
      'a unique column',
      UniqueViolationError,
      "insert into people values (2, 'a', 'a', 'b', 30, null)",
      { table: 'people', columns: ['email'] },
    ],
    [
      'unique columns',
      UniqueViolationError,
      "insert into people values (2, 'bb', 'x', 'y', 30, null)",
      { table: 'people', columns: ['first', 'last'] },
    ],
    [
      'a unique expression',
      UniqueViolationError,
      "insert into words values ('b')",
      { columns: [], constraint: 'by_length' },
    ],
    [
      'a NULL',
      NotNullViolationError,
      "insert into people values (2, 'bb', 'a', null, 30, null)",
      { table: 'people', columns: ['last'] },
    ],
    [
      'a check',
      CheckViolationError,
      "insert into people values (2, 'bb', 'a', 'b', 3, null)",
      { constraint: 'grown_up' },
    ],
    [
      'a foreign key',
      ForeignKeyViolationError,
      "insert into people values (2, 'bb', 'a', 'b', 30, 99)",
      { table: undefined },
    ],
  ])('because of %s', async (_, type, sql, details) => {
    const error = await failure(sql);
    expect(error).toBeInstanceOf(type);
    expect(error).toBeInstanceOf(IntegrityError);
    expect(error).toMatchObject({ ...details, sql, cause: { code: 'SQLITE_CONSTRAINT' } });
  });

  it('because of a trigger is an IntegrityError with the words of the trigger', async () => {
    await connection.run("create trigger guard before delete on people begin select raise(abort, 'keep them'); end");
    const error = await failure('delete from people');
    expect(error).toBeInstanceOf(IntegrityError);
    expect(error).toMatchObject({ message: 'keep them' });
  });
});

describe('a refused statement', () => {
  it.each([
    ['that is no SQL', 'selec 1', 'syntax error'],
    ['that names no table', 'select * from nosuch', 'no such table: nosuch'],
    ['with too many values', 'insert into people values (1, 2, 3)', 'values'],
  ])('%s is a QueryError without the prefix of the client', async (_, sql, message) => {
    const error = await failure(sql);
    expect(error).toBeInstanceOf(QueryError);
    expect(error).toMatchObject({
      message: expect.stringContaining(message) as string,
      sql,
      cause: { code: 'SQLITE_ERROR' },
    });
    expect((error as Error).message).not.toMatch(/^SQLITE_/);
  });

  it('may be run right once more on the same connection', async () => {
    await failure('insert into people values (1, 2, 3)');
    expect((await connection.execute(write('update people set age = 31'))).rowCount).toBe(1);
  });
});

describe('a file', () => {
  it('that is no database says so', async () => {
    const path = newFile();
    writeFileSync(path, 'This is a text, and long enough not to be taken for an empty file. '.repeat(100));
    await expect(sqlite(path).open()).rejects.toThrow(ConnectionLostError);
    await expect(sqlite(path).open()).rejects.toThrow(/no SQLite database/);
  });

  it('in a directory that is not there says what is needed', async () => {
    await expect(sqlite(join(newFile(), 'nosuch', 'x.db')).open()).rejects.toThrow(/directory must exist/);
  });
});

describe('a closed connection', () => {
  it('is a ConnectionLostError', async () => {
    await connection.close();
    await expect(connection.execute(write('delete from people'))).rejects.toThrow(ConnectionLostError);
    await expect(connection.ping()).rejects.toThrow(ConnectionLostError);
  });
});

describe('translation', () => {
  const message = 'UNIQUE constraint failed: t.a';

  it.each<[string, object]>([
    ['sqlite3', Object.assign(new Error(`SQLITE_CONSTRAINT: ${message}`), { errno: 19, code: 'SQLITE_CONSTRAINT' })],
    ['node:sqlite', Object.assign(new Error(message), { errcode: 2067, code: 'ERR_SQLITE_ERROR' })],
    ['better-sqlite3', Object.assign(new Error(message), { code: 'SQLITE_CONSTRAINT_UNIQUE' })],
  ])('knows the errors of %s', (_, cause) => {
    const error = translateError(cause, { sql: 'insert' });
    expect(error).toBeInstanceOf(UniqueViolationError);
    expect(error).toMatchObject({ table: 't', columns: ['a'], sql: 'insert', cause });
  });

  it.each<[string, number, string]>([
    ['SQLITE_BUSY', 5, 'LockTimeoutError'],
    ['SQLITE_BUSY_SNAPSHOT', 517, 'SerializationError'],
    ['SQLITE_LOCKED', 6, 'LockTimeoutError'],
    ['SQLITE_LOCKED_SHAREDCACHE', 262, 'LockTimeoutError'],
    ['SQLITE_READONLY', 8, 'QueryError'],
    ['SQLITE_INTERRUPT', 9, 'QueryTimeoutError'],
    ['SQLITE_IOERR_READ', 266, 'ConnectionLostError'],
    ['SQLITE_CORRUPT', 11, 'ConnectionLostError'],
    ['SQLITE_FULL', 13, 'ConnectionLostError'],
    ['SQLITE_CANTOPEN', 14, 'ConnectionLostError'],
    ['SQLITE_TOOBIG', 18, 'QueryError'],
    ['SQLITE_NOTADB', 26, 'ConnectionLostError'],
    ['SQLITE_MISMATCH', 20, 'QueryError'],
  ])('makes of %s (%i) a %s', (code, errcode, name) => {
    for (const cause of [
      Object.assign(new Error('said'), { code }),
      Object.assign(new Error('said'), { errcode, code: 'ERR_SQLITE_ERROR' }),
    ]) {
      const error = translateError(cause, { sql: 'select 1' });
      expect(error).toMatchObject({ name, cause, sql: 'select 1', message: expect.stringContaining('said') as string });
    }
  });

  it('leaves typed errors as they are, and takes whatever was thrown', () => {
    const typed = new EspalierError('x');
    expect(translateError(typed, { sql: 'y' })).toBe(typed);
    expect(translateError('text', { sql: 'y' })).toMatchObject({ name: 'QueryError', message: 'text', cause: 'text' });
    expect(translateError(undefined, { sql: undefined })).toBeInstanceOf(QueryError);
  });
});
