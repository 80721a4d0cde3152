/** A database of one's own on a server, so that test files can run side by side. */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectToMysql, connectToPostgres, withClient, type Connect } from './bare-client';
import { currentTestRun, type AvailableDatabase, type TestDialect } from './test-database';

export interface FreshDatabase {
  /** What the driver of the dialect takes; for SQLite the name of a file that does not exist yet. */
  readonly url: string;
  /** Removes it, with those who are still connected. To be called more than once, if need be. */
  drop(): Promise<void>;
}

/** How databases are made and dropped on a server. */
interface DatabaseMaker {
  readonly connect: Connect;
  create(name: string): string;
  drop(name: string): string;
}

const POSTGRES: DatabaseMaker = {
  connect: connectToPostgres,
  // A template without connections: a connection to it would make this wait.
  create: (name) => `create database "${name}" template template0`,
  drop: (name) => `drop database if exists "${name}" with (force)`,
};

const MYSQL: DatabaseMaker = {
  connect: connectToMysql,
  create: (name) => `create database \`${name}\` character set utf8mb4`,
  drop: (name) => `drop database if exists \`${name}\``,
};

const CREATORS: Readonly<Record<TestDialect, (serverUrl: string) => Promise<FreshDatabase>>> = {
  sqlite: () => Promise.resolve(freshFile()),
  postgres: (url) => createOn(url, POSTGRES),
  mariadb: (url) => createOn(url, MYSQL),
  mysql: (url) => createOn(url, MYSQL),
};

/**
 * Makes an empty database under a unique name.
 * Needs the npm package `pg` for PostgreSQL, `mysql2` for MariaDB and MySQL.
 * @throws TestServerError without that package, and what the server answers when it refuses
 */
export function freshDatabase({ dialect, url }: Pick<AvailableDatabase, 'dialect' | 'url'>): Promise<FreshDatabase> {
  return CREATORS[dialect](url);
}

function freshFile(): FreshDatabase {
  const folder = mkdtempSync(join(currentTestRun()?.temporaryFolder ?? tmpdir(), 'espalier-'));
  return {
    url: join(folder, 'test.db'),
    drop: () => {
      rmSync(folder, { recursive: true, force: true });
      return Promise.resolve();
    },
  };
}

async function createOn(serverUrl: string, maker: DatabaseMaker): Promise<FreshDatabase> {
  const name = `espalier_test_${randomBytes(6).toString('hex')}`;
  const send = (sql: string) => withClient(maker.connect, serverUrl, (client) => client.query(sql));
  await send(maker.create(name));
  return {
    url: withDatabase(serverUrl, name),
    drop: async () => {
      await send(maker.drop(name));
    },
  };
}

function withDatabase(serverUrl: string, name: string): string {
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return url.href;
}
