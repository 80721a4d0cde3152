/** Each engine with a statement that takes longer than any test, and a way to see whether it still runs. */
import type { DatabaseConfig, Session } from '@espalier/core';
import { mysql } from '@espalier/mysql';
import { postgres } from '@espalier/postgres';
import { sqlite } from '@espalier/sqlite';
import type { TestDialect } from '@espalier/testing';

export type Sql = Session['sql'];

export interface Engine {
  config(url: string): DatabaseConfig;
  /** Runs for minutes, unless it is given up. */
  slow(sql: Sql): Promise<object[]>;
  /** The same inside of a write. `into`: the table. */
  slowInsert(sql: Sql): Promise<object[]>;
  /** How many of these the server works on; undefined where only the client could tell. */
  running(sql: Sql): Promise<number> | undefined;
  /** Whether a statement that is given up fails the transaction that it is in. */
  readonly failsTransaction: boolean;
  /** Whether one that writes ends the transaction as a whole. */
  readonly writeEndsTransaction: boolean;
}

const mysqlFamily: Engine = {
  config: (url) => mysql(url, { pool: { max: 3 } }),
  slow: (sql) => sql`select count(*) as n, 'espalier slow' as text from information_schema.columns a,
      information_schema.columns b, information_schema.columns c, information_schema.columns d`,
  slowInsert: (
    sql,
  ) => sql`insert into notes (text) select concat(count(*), 'espalier slow') from information_schema.columns a,
      information_schema.columns b, information_schema.columns c, information_schema.columns d`,
  running: async (sql) => {
    const rows = await sql<{ n: number | string }>`select count(*) as n from information_schema.processlist
      where db = database() and info like '%espalier slow%' and id <> connection_id()`;
    return Number(rows[0]!.n);
  },
  failsTransaction: false,
  writeEndsTransaction: false,
};

export const ENGINES: Readonly<Record<TestDialect, Engine>> = {
  sqlite: {
    config: (url) => sqlite(url, { pool: { max: 3 } }),
    slow: (
      sql,
    ) => sql`with recursive counter(n) as (select 1 union all select n + 1 from counter where n < 100000000000)
      select count(*) as n from counter`,
    slowInsert: (sql) => sql`insert into notes (text) with recursive counter(n) as
      (select 1 union all select n + 1 from counter where n < 100000000000) select count(*) from counter`,
    running: () => undefined,
    failsTransaction: false,
    writeEndsTransaction: true,
  },
  postgres: {
    config: (url) => postgres(url, { pool: { max: 3 } }),
    slow: (sql) => sql`select pg_sleep(600)::text as n, 'espalier slow'`,
    slowInsert: (sql) => sql`insert into notes (text) select pg_sleep(600)::text || 'espalier slow'`,
    running: async (sql) => {
      const rows = await sql<{ n: string }>`select count(*) as n from pg_stat_activity
        where datname = current_database() and state = 'active' and query like '%espalier slow%' and pid <> pg_backend_pid()`;
      return Number(rows[0]!.n);
    },
    failsTransaction: true,
    writeEndsTransaction: false,
  },
  mariadb: mysqlFamily,
  mysql: mysqlFamily,
};
