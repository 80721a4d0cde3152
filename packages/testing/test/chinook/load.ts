/** The three scripts, as they are, into databases of the test's own; and bare clients to check answers with. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DatabaseConfig, NamingStrategy } from '@espalier/core';
import { mysql } from '@espalier/mysql';
import { postgres } from '@espalier/postgres';
import { sqlite } from '@espalier/sqlite';
import type { TestDialect } from '@espalier/testing';
import { createConnection } from 'mysql2/promise';
import { Client } from 'pg';
import { Database } from 'sqlite3';
import { pascalCaseNames, snakeCaseNames } from './entities';

/** Where the scripts are: beside the repository, or where ESPALIER_CHINOOK says. */
export const CHINOOK = process.env.ESPALIER_CHINOOK ?? join(__dirname, '../../../../../shared/data/chinook');

/** A client without any mapping: rows as arrays of what the driver gives. */
export interface BareClient {
  query(sql: string): Promise<unknown[][]>;
  close(): Promise<void>;
}

export interface Engine {
  readonly script: string;
  readonly naming: NamingStrategy;
  config(url: string): DatabaseConfig;
  connect(url: string): Promise<BareClient>;
}

const onMysql: Engine = {
  script: 'Chinook_MySql_AutoIncrementPKs.sql',
  naming: pascalCaseNames,
  config: (url) => mysql(url),
  async connect(url) {
    const client = await createConnection({ uri: url, rowsAsArray: true, dateStrings: true });
    return {
      async query(sql) {
        const [rows] = await client.query(sql);
        return Array.isArray(rows) ? (rows as unknown[][]) : [];
      },
      close: () => client.end(),
    };
  },
};

export const ENGINES: Readonly<Record<TestDialect, Engine>> = {
  mariadb: onMysql,
  mysql: onMysql,
  postgres: {
    script: 'Chinook_PostgreSql_AutoIncrementPKs.sql',
    naming: snakeCaseNames,
    config: (url) => postgres(url),
    async connect(url) {
      const client = new Client({ connectionString: url });
      await client.connect();
      return {
        query: async (sql) => (await client.query<unknown[]>({ text: sql, rowMode: 'array' })).rows,
        close: () => client.end(),
      };
    },
  },
  sqlite: {
    script: 'Chinook_Sqlite_AutoIncrementPKs.sql',
    naming: pascalCaseNames,
    config: (url) => sqlite(url),
    connect: (url) =>
      new Promise((resolve, reject) => {
        const client = new Database(url, (error) => {
          if (error) reject(error);
          else resolve(onSqlite(client));
        });
      }),
  },
};

function onSqlite(client: Database): BareClient {
  return {
    query: (sql) =>
      new Promise((resolve, reject) => {
        client.all(sql, (error: Error | null, rows: object[]) => {
          if (error) reject(error);
          else resolve(rows.map((row): unknown[] => Object.values(row)));
        });
      }),
    close: () =>
      new Promise((resolve, reject) => {
        client.close((error) => {
          if (error) reject(error);
          else resolve();
        });
      }),
  };
}

/** Runs a script's statements, but for those that make and choose a database. */
export async function load({ script }: Engine, client: BareClient): Promise<void> {
  const text = readFileSync(join(CHINOOK, script), 'utf8').replace(/^\uFEFF/, '');
  for (const statement of statementsOf(text)) {
    if (!/^(drop database|create database|use |\\c)/i.test(statement)) await client.query(statement);
  }
}

/** Splits at semicolons outside of quotes; leaves comments out. */
function statementsOf(script: string): string[] {
  const statements: string[] = [];
  let current = '';
  const token = /\/\*[^]*?\*\/|'(?:[^']|'')*'|;|[^/';]+|\//g;
  for (const [part] of script.matchAll(token)) {
    if (part === ';') {
      statements.push(current.trim());
      current = '';
    } else if (!part.startsWith('/*')) current += part;
  }
  return [...statements, current.trim()].filter((statement) => statement !== '');
}
