/** What one connection does with statements, whatever they mean. */
import { EspalierError, QueryError, TransactionError } from '@espalier/core/driver';
import { mysql } from '../src';
import { failureOf, integer, onEachServer, raw, rowsOf, select, text } from './open-driver';

onEachServer('a session', (server) => {
  it('is strict and speaks UTC and utf8mb4', async () => {
    const connection = await server.openConnection();
    const [row] = await rowsOf(connection, 'select @@time_zone, @@sql_mode, @@character_set_connection');
    expect(row![0]).toBe('+00:00');
    expect(String(row![1]).split(',')).toEqual(
      expect.arrayContaining(['STRICT_ALL_TABLES', 'NO_ZERO_DATE', 'NO_AUTO_VALUE_ON_ZERO']),
    );
    expect(String(row![1])).not.toMatch(/ANSI|NO_BACKSLASH_ESCAPES/);
    expect(row![2]).toBe('utf8mb4');
  });

  it('has the dialect of its engine', async () => {
    expect((await server.openDriver()).dialect.name).toBe(server.name);
  });
});

onEachServer('a statement', (server) => {
  it('brings rows as arrays', async () => {
    const connection = await server.openConnection();
    const result = await connection.execute(select("select 7, 'x', null", [integer, text, integer]));
    expect(result.rows).toEqual([[7, 'x', null]]);
    expect(result.rowCount).toBe(1);
  });

  it('keeps columns of equal and of dangerous names apart', async () => {
    const connection = await server.openConnection();
    const result = await connection.execute(raw('select 1 as a, 2 as a, 3 as `constructor`, 4 as `then`'));
    expect(result.rows).toEqual([[1, 2, 3, 4]]);
    expect(result.fields).toEqual(['a', 'a', 'constructor', 'then']);
  });

  it('with a column name that the client cannot take is a QueryError, and costs the connection', async () => {
    const driver = await server.openDriver();
    const connection = await server.connectTo(driver);
    const failure = await failureOf(driver, connection.execute(raw('select 1 as `__proto__`')));
    expect(failure).toBeInstanceOf(QueryError);
    expect(connection.broken).toBe(true);
  });

  it('is one statement only', async () => {
    const driver = await server.openDriver();
    const connection = await server.connectTo(driver);
    expect(await failureOf(driver, connection.execute(raw('select 1; select 2')))).toBeInstanceOf(QueryError);
    expect(await failureOf(driver, connection.run('select 1; select 2'))).toBeInstanceOf(QueryError);
  });

  it('binds text that looks like SQL as text', async () => {
    const connection = await server.openConnection();
    const nasty = "'; drop table users; -- ? :name \\' /*";
    expect(await rowsOf(connection, 'select ?', [nasty])).toEqual([[nasty]]);
  });

  it('binds each kind of value', async () => {
    const connection = await server.openConnection();
    await connection.run('create temporary table bound (a int, b double, c tinyint(1), d varbinary(9), e longtext)');
    const values = [-5, 0.1 + 0.2, true, new Uint8Array([0, 255, 7]).subarray(1), null];
    await connection.execute(raw('insert into bound values (?, ?, ?, ?, ?)', values));
    expect(await rowsOf(connection, 'select * from bound')).toEqual([
      [-5, 0.30000000000000004, 1, Buffer.from([255, 7]), null],
    ]);
  });

  it('counts the rows that it finds, also those that do not change', async () => {
    const connection = await server.openConnection();
    await connection.run('create temporary table counted (n int)');
    expect((await connection.execute(raw('insert into counted values (1), (2), (3)'))).rowCount).toBe(3);
    expect((await connection.execute(raw('update counted set n = 2 where n < 3'))).rowCount).toBe(2);
    expect((await connection.execute(raw('update counted set n = n'))).rowCount).toBe(3);
    expect((await connection.execute(raw('delete from counted'))).rowCount).toBe(3);
  });

  it('tells the first key that it made', async () => {
    const connection = await server.openConnection();
    await connection.run(
      'create temporary table numbered (id bigint auto_increment primary key) auto_increment = 9007199254740993',
    );
    expect((await connection.execute(raw('insert into numbered values (), ()'))).insertId).toBe('9007199254740993');
    expect((await connection.execute(raw('update numbered set id = id'))).insertId).toBeUndefined();
  });

  it('that the server does not prepare is sent as text', async () => {
    const connection = await server.openConnection();
    await connection.run('drop procedure if exists two_results');
    expect(
      (await connection.execute(raw('create procedure two_results() begin select 1 a; select 2 b; end'))).rows,
    ).toEqual([]);
    const result = await connection.execute(raw('call two_results()'));
    expect(result.rows).toEqual([[1]]);
    expect(result.fields).toEqual(['a']);
  });

  it('with more parameters than the server takes is refused before it is sent', async () => {
    const connection = await server.openConnection();
    const parameters = new Array<number>(65_536).fill(1);
    await expect(connection.execute(raw('select 1', parameters))).rejects.toThrow(QueryError);
    expect(await rowsOf(connection, 'select 1')).toEqual([[1]]);
  });

  it('with more bytes than the server takes is refused before it is sent', async () => {
    const connection = await server.openConnection();
    const [row] = await rowsOf(connection, 'select @@max_allowed_packet');
    const max = Number(row![0]);
    // Each character is three bytes, so that its length alone would fit.
    const statement = raw('select length(?)', ['\u20ac'.repeat(Math.ceil(max / 3))]);
    await expect(connection.execute(statement)).rejects.toThrow('max_allowed_packet');
    expect(connection.broken).toBe(false);
    const fitting = raw('select length(?)', ['\u20ac'.repeat(Math.floor(max / 3) - 100)]);
    expect((await connection.execute(fitting)).rowCount).toBe(1);
  });
});

onEachServer('raw SQL', (server) => {
  it('is read by the types that the server names', async () => {
    const connection = await server.openConnection();
    await connection.run(
      'create temporary table typed (a smallint, b bigint, c bigint, d decimal(10, 2), e double, f varchar(9), g varbinary(9), h datetime(6), i date, j json, k timestamp(3) null)',
    );
    await connection.execute(
      raw(
        `insert into typed values (1, 2, 9007199254740993, 1.5, 0.5, 'x', x'00ff', '2024-02-29 12:30:00.123456', '2024-02-29', '{"a": 1}', '2024-02-29 12:30:00.5')`,
      ),
    );
    expect(await rowsOf(connection, 'select * from typed')).toEqual([
      [
        1,
        2,
        9007199254740993n,
        '1.50',
        0.5,
        'x',
        Buffer.from([0, 255]),
        new Date('2024-02-29T12:30:00.123Z'),
        '2024-02-29',
        { a: 1 },
        new Date('2024-02-29T12:30:00.500Z'),
      ],
    ]);
    expect(await rowsOf(connection, 'select count(*) from typed')).toEqual([[1]]);
  });
});

onEachServer('prepared statements', (server) => {
  type Connection = Parameters<typeof rowsOf>[0];

  /** What a connection has prepared and given back, the question itself counted once. */
  async function counted(connection: Connection): Promise<{ prepared: number; closed: number }> {
    const sql = "show session status where Variable_name in ('Com_stmt_prepare', 'Com_stmt_close')";
    const rows = await rowsOf(connection, sql);
    const { Com_stmt_prepare: prepared, Com_stmt_close: closed } = Object.fromEntries(rows) as Record<string, string>;
    return { prepared: Number(prepared), closed: Number(closed) };
  }

  async function changeOf(connection: Connection, work: () => Promise<unknown>): Promise<unknown> {
    const before = await counted(connection);
    await work();
    const after = await counted(connection);
    return { prepared: after.prepared - before.prepared, closed: after.closed - before.closed };
  }

  it('are made once of a text that comes again', async () => {
    const connection = await server.openConnection();
    const change = changeOf(connection, async () => {
      for (let i = 0; i < 5; i++) await connection.execute(select('select ? + 1', [integer], [i]));
    });
    expect(await change).toEqual({ prepared: 1, closed: 0 });
  });

  it('are made once of raw SQL that comes again', async () => {
    const connection = await server.openConnection();
    const change = changeOf(connection, async () => {
      for (let n = 0; n < 10; n++) expect(await rowsOf(connection, 'select ? + 1', [n])).toEqual([[n + 1]]);
    });
    expect(await change).toEqual({ prepared: 1, closed: 0 });
  });

  it('of raw texts that come once are given back, and at once where the text is long', async () => {
    const connection = await server.openConnection();
    await counted(connection);
    const few = changeOf(connection, async () => {
      for (let i = 0; i < 41; i++) await rowsOf(connection, `select ${String(i)}`);
    });
    // The question was one of those given back, and is prepared again.
    expect(await few).toEqual({ prepared: 41 + 1, closed: 41 + 1 - 32 });
    const long = changeOf(connection, () => rowsOf(connection, `select 1 /* ${'x'.repeat(30_000)} */`));
    expect(await long).toEqual({ prepared: 1, closed: 1 });
  });

  it('of raw SQL see a table that was changed', async () => {
    const connection = await server.openConnection();
    await connection.run('create table altered (a int)');
    await connection.run('insert into altered values (1)');
    expect(await rowsOf(connection, 'select * from altered')).toEqual([[1]]);
    await connection.run("alter table altered add b varchar(9) default 'x', modify a bigint");
    const result = await connection.execute(raw('select * from altered'));
    expect([result.rows, result.fields]).toEqual([[[1, 'x']], ['a', 'b']]);
    await connection.run('drop table altered');
  });

  it('see a table that was changed', async () => {
    const connection = await server.openConnection();
    await connection.run('create table changing (a int)');
    await connection.run('insert into changing values (1)');
    const all = { ...select('select * from changing', []), columns: undefined };
    await connection.execute(all);
    await connection.run('alter table changing add b int default 2');
    expect((await connection.execute(all)).rows).toEqual([[1, 2]]);
    await connection.run('drop table changing');
  });
});

describe('a URL', () => {
  it.each(['nonsense', 'postgres://host/db', 'mysql://user:s3cret@ho st/x'])(
    'that MySQL does not have is refused: %s',
    (url) => {
      expect(() => mysql(url)).toThrow(EspalierError);
      expect(() => mysql(url)).not.toThrow('s3cret');
    },
  );

  it('takes no options of the client', () => {
    expect(() => mysql('mysql://root@host/db?multipleStatements=true')).toThrow("'multipleStatements'");
  });
});

onEachServer('a transaction', (server) => {
  it('refuses what would commit it, and goes on', async () => {
    const connection = await server.openConnection();
    await connection.run('create table kept (id int)');
    await connection.begin({});
    await connection.execute(raw('insert into kept values (1)'));
    for (const sql of ['create table other (id int)', '/* so */ truncate table kept', 'drop table kept'])
      await expect(connection.execute(raw(sql))).rejects.toBeInstanceOf(TransactionError);
    await connection.execute(raw('create temporary table mine (id int)'));
    await connection.rollback();
    expect(await rowsOf(connection, 'select count(*) from kept')).toEqual([[0]]);
  });

  it('that a procedure ended is noticed, and takes nothing but a rollback', async () => {
    const connection = await server.openConnection();
    await connection.run('create table written (id int)');
    await connection.run('create procedure ends_it() commit');
    await connection.begin({});
    await connection.execute(raw('insert into written values (1)'));
    await expect(connection.execute(raw('call ends_it()'))).rejects.toBeInstanceOf(TransactionError);
    const late = connection.execute(raw('insert into written values (2)'));
    await expect(late).rejects.toBeInstanceOf(TransactionError);
    await connection.rollback();
    await connection.execute(raw('insert into written values (3)'));
    expect(await rowsOf(connection, 'select id from written order by id')).toEqual([[1], [3]]);
  });
});
