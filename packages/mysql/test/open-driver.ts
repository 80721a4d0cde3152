/** Drivers on a database of their own, closed and removed after the tests of a group: for MariaDB and for MySQL. */
import {
  createColumnType,
  type BoundStatement,
  type ColumnType,
  type Driver,
  type DriverConnection,
  type DriverValue,
} from '@espalier/core/driver';
import { freshDatabase, testDatabases, type FreshDatabase } from '@espalier/testing';
import { mysql, type MysqlOptions } from '../src';

/** What a group of tests has. */
export interface TestServer {
  readonly name: 'mariadb' | 'mysql';
  url(): string;
  openDriver(options?: Partial<MysqlOptions>): Promise<Driver>;
  connectTo(driver: Driver): Promise<DriverConnection>;
  openConnection(): Promise<DriverConnection>;
}

/** The group once for each of the two engines; reported as skipped where there is no server of it. */
export function onEachServer(group: string, define: (server: TestServer) => void): void {
  for (const name of ['mariadb', 'mysql'] as const) {
    const available = testDatabases().find(({ dialect }) => dialect === name);
    if (available?.url === undefined) {
      describe.skip(`${name}: ${group}`, () => {
        define(unavailable(name));
      });
      continue;
    }
    describe(`${name}: ${group}`, () => {
      define(serverOf(name, () => freshDatabase(available)));
    });
  }
}

function serverOf(name: TestServer['name'], create: () => Promise<FreshDatabase>): TestServer {
  let database: FreshDatabase | undefined;
  const open: DriverConnection[] = [];
  beforeAll(async () => {
    database = await create();
  });
  afterEach(async () => {
    for (const connection of open.splice(0)) await connection.close();
  });
  afterAll(async () => {
    await database?.drop();
  });
  const server: TestServer = {
    name,
    url: () => database!.url,
    openDriver: (options = {}) => mysql({ primary: server.url(), ...options }).open(),
    async connectTo(driver) {
      const connection = await driver.connect();
      open.push(connection);
      return connection;
    },
    openConnection: async () => server.connectTo(await server.openDriver()),
  };
  return server;
}

function unavailable(name: TestServer['name']): TestServer {
  const missing = () => {
    throw new Error(`There is no ${name} server.`);
  };
  return { name, url: missing, openDriver: missing, connectTo: missing, openConnection: missing };
}

/** A statement whose columns are declared. */
export function select(
  sql: string,
  columns: readonly ColumnType[],
  parameters: readonly DriverValue[] = [],
): BoundStatement {
  return { sql, parameters, columns, readOnly: true, reusable: true };
}

/** As raw SQL is sent. */
export function raw(sql: string, parameters: readonly DriverValue[] = []): BoundStatement {
  return { sql, parameters, columns: undefined, readOnly: false, reusable: false };
}

/** The rows of raw SQL. */
export async function rowsOf(
  connection: DriverConnection,
  sql: string,
  parameters: readonly DriverValue[] = [],
): Promise<readonly (readonly unknown[])[]> {
  return (await connection.execute(raw(sql, parameters))).rows;
}

/** What a statement that fails is translated to. */
export async function failureOf(driver: Driver, work: Promise<unknown>): Promise<Error> {
  try {
    await work;
  } catch (error) {
    return driver.translateError(error, undefined);
  }
  throw new Error('It did not fail.');
}

/** Numbers from 1 to `count`, on either engine. */
export function numbersTo(count: number): string {
  const digits =
    '(select 0 d union select 1 union select 2 union select 3 union select 4 union select 5 union select 6 union select 7 union select 8 union select 9)';
  const places = [1, 10, 100, 1_000, 10_000, 100_000].filter((place) => place < count);
  const sum = places.map((place, i) => `d${String(i)}.d * ${String(place)}`).join(' + ');
  const from = places.map((_, i) => `${digits} d${String(i)}`).join(' cross join ');
  return `(select ${sum} + 1 as n from ${from} having n <= ${String(count)})`;
}

export const integer = createColumnType('integer');
export const text = createColumnType('text');
