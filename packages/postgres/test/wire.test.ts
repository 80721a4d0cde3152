/** What one connection does with statements, whatever they mean. */
import { createColumnType, QueryError } from '@espalier/core/driver';
import {
  connectTo,
  databaseUrl,
  failureOf,
  onPostgres,
  openConnection,
  openDriver,
  raw,
  rowsOf,
  select,
} from './open-driver';

const integer = createColumnType('integer');
const text = createColumnType('text');

onPostgres('a session', () => {
  it('speaks UTC and ISO dates, whatever the URL asks for', async () => {
    const primary = `${databaseUrl()}?options=${encodeURIComponent('-c TimeZone=Asia/Kolkata -c DateStyle=German')}`;
    const connection = await openConnection({ primary });
    const rows = await rowsOf(connection, "select current_setting('TimeZone'), current_setting('DateStyle')");
    expect(rows).toEqual([['UTC', 'ISO, YMD']]);
  });

  it('keeps the other settings of its URL', async () => {
    const primary = `${databaseUrl()}?application_name=shop&options=${encodeURIComponent('-c work_mem=7MB')}`;
    const connection = await openConnection({ primary });
    const rows = await rowsOf(connection, "select current_setting('application_name'), current_setting('work_mem')");
    expect(rows).toEqual([['shop', '7MB']]);
  });

  it('makes the same settings by a statement where a pooler takes none at the start', async () => {
    const connection = await openConnection({ preparedStatements: false });
    const rows = await rowsOf(connection, "select current_setting('TimeZone'), current_setting('DateStyle')");
    expect(rows).toEqual([['UTC', 'ISO, YMD']]);
  });
});

onPostgres('a statement', () => {
  it('brings rows as arrays of the texts that the server wrote', async () => {
    const connection = await openConnection();
    const result = await connection.execute(select("select 7, 'x', null::int", [integer, text, integer]));
    expect(result.rows).toEqual([['7', 'x', null]]);
    expect(result.rowCount).toBe(1);
  });

  it('keeps columns of equal and of dangerous names apart', async () => {
    const connection = await openConnection();
    const result = await connection.execute(raw('select 1 as a, 2 as a, 3 as "__proto__", 4 as "then"'));
    expect(result.rows).toEqual([[1, 2, 3, 4]]);
    expect(result.fields).toEqual(['a', 'a', '__proto__', 'then']);
  });

  it('is one statement only', async () => {
    const driver = await openDriver();
    const connection = await connectTo(driver);
    const failure = await failureOf(driver, connection.execute(raw('select 1; select 2')));
    expect(failure).toBeInstanceOf(QueryError);
    await expect(connection.run('select 1; select 2')).rejects.toThrow('multiple commands');
  });

  it('binds text that looks like SQL as text', async () => {
    const connection = await openConnection();
    const nasty = "'; drop table users; -- $1 :name ? \\";
    expect(await rowsOf(connection, 'select $1::text', [nasty])).toEqual([[nasty]]);
  });

  it('binds each kind of value', async () => {
    const connection = await openConnection();
    const rows = await rowsOf(connection, 'select $1::int, $2::float8, $3::bool, $4::bytea, $5::text', [
      -5,
      0.1 + 0.2,
      false,
      new Uint8Array([0, 255, 7]).subarray(1),
      null,
    ]);
    expect(rows).toEqual([[-5, 0.30000000000000004, false, Buffer.from([255, 7]), null]]);
  });

  it('counts the rows it wrote', async () => {
    const connection = await openConnection();
    await connection.run('create temp table counted (n int)');
    expect((await connection.execute(raw('insert into counted select generate_series(1, 5)'))).rowCount).toBe(5);
    expect((await connection.execute(raw('update counted set n = n where n > 3'))).rowCount).toBe(2);
    expect((await connection.execute(raw('delete from counted'))).rowCount).toBe(5);
  });

  it('takes 65,535 parameters, and is refused with one more', async () => {
    const connection = await openConnection();
    const most = new Array<string>(65_535).fill('1');
    const list = most.map((_, i) => `$${String(i + 1)}`).join(',');
    const statement = raw(`select count(*) from unnest(array[${list}]::int[])`, most);
    expect((await connection.execute(statement)).rows).toEqual([[65_535]]);
    await expect(connection.execute({ ...statement, parameters: [...most, '1'] })).rejects.toThrow(QueryError);
    expect(await rowsOf(connection, 'select 1')).toEqual([[1]]);
  });

  it('may be empty, or a copy that cannot be served', async () => {
    const driver = await openDriver();
    const connection = await connectTo(driver);
    expect((await connection.execute(raw('-- nothing'))).rows).toEqual([]);
    await connection.run('create temp table copied (n int)');
    expect(await failureOf(driver, connection.execute(raw('copy copied from stdin')))).toBeInstanceOf(QueryError);
    expect(await rowsOf(connection, 'select 1')).toEqual([[1]]);
  });
});

onPostgres('raw SQL', () => {
  it('is read by the types that the server names', async () => {
    const connection = await openConnection();
    const rows = await rowsOf(
      connection,
      `select 1::int2, 2, 3::int8, 9007199254740993, 1.50::numeric, 0.5::float8, true, 'x'::varchar, '\\x00ff'::bytea,
        '2024-02-29 12:30:00.123456+02'::timestamptz, '0099-02-28 12:30:00'::timestamp, '2024-02-29'::date,
        '{"a": [1, null]}'::jsonb, '[1]'::json, array[1, null], array['a,b', 'c"d\\e', null], array[[1], [2]]`,
    );
    expect(rows).toEqual([
      [
        1,
        2,
        3,
        9007199254740993n,
        '1.50',
        0.5,
        true,
        'x',
        Buffer.from([0, 255]),
        new Date('2024-02-29T10:30:00.123Z'),
        new Date('0099-02-28T12:30:00Z'),
        '2024-02-29',
        { a: [1, null] },
        [1],
        [1, null],
        ['a,b', 'c"d\\e', null],
        '{{1},{2}}',
      ],
    ]);
  });

  it('keeps as text what a Date cannot hold', async () => {
    const connection = await openConnection();
    const rows = await rowsOf(connection, "select 'infinity'::timestamptz, '0044-03-15 BC'::timestamp");
    expect(rows).toEqual([['infinity', '0044-03-15 00:00:00 BC']]);
  });
});

onPostgres('the fast reader of timestamps', () => {
  const cases = [
    '0001-01-01 00:00:00',
    '0099-12-31 23:59:59.999',
    '1582-10-15 00:00:00.1',
    '1900-02-28 23:59:59.999999',
    '1969-12-31 23:59:59.999',
    '2000-02-29 12:00:00.12',
    '2024-12-31 23:59:59',
    '9999-12-31 23:59:59.999',
  ];

  it.each(cases)('reads %s as the language does', async (moment) => {
    const driver = await openDriver();
    const expected = new Date(`${moment.replace(' ', 'T').slice(0, 23)}Z`);
    const withZone = driver.dialect.codec(createColumnType('timestamptz'));
    const without = driver.dialect.codec(createColumnType('timestamp'));
    expect(withZone.fromDatabase(`${moment}+00`)).toEqual(expected);
    expect(without.fromDatabase(moment)).toEqual(expected);
  });

  it.each(['infinity', '10000-01-01 00:00:00+00', '0044-03-15 00:00:00+00 BC'])('refuses %s', async (moment) => {
    const driver = await openDriver();
    const codec = driver.dialect.codec(createColumnType('timestamptz'));
    expect(() => codec.fromDatabase(moment)).toThrow(QueryError);
  });

  it('reads other zones and separators as the core does', async () => {
    const driver = await openDriver();
    const codec = driver.dialect.codec(createColumnType('timestamptz'));
    expect(codec.fromDatabase('2024-02-29 12:00:00.5+05:30')).toEqual(new Date('2024-02-29T06:30:00.5Z'));
    expect(codec.fromDatabase('2024-02-29T12:00:00Z')).toEqual(new Date('2024-02-29T12:00:00Z'));
  });
});
