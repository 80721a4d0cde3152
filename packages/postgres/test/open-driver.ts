/** Drivers on a database of their own, closed and removed after the tests of a file. */
import type { BoundStatement, ColumnType, Driver, DriverConnection, DriverValue } from '@espalier/core/driver';
import { freshDatabase, testDatabases, type FreshDatabase } from '@espalier/testing';
import { postgres, type PostgresOptions } from '../src';

const server = testDatabases().find(({ dialect }) => dialect === 'postgres');

/** A group of tests that needs the server; reported as skipped where there is none. */
export const onPostgres = server?.url === undefined ? describe.skip : describe;

let database: FreshDatabase | undefined;
const open: DriverConnection[] = [];

beforeAll(async () => {
  if (server?.url !== undefined) database = await freshDatabase(server);
});

afterEach(async () => {
  for (const connection of open.splice(0)) await connection.close();
});

afterAll(async () => {
  await database?.drop();
});

export function databaseUrl(): string {
  return database!.url;
}

export function openDriver(options: Partial<PostgresOptions> = {}): Promise<Driver> {
  return postgres({ primary: databaseUrl(), ...options }).open();
}

export async function connectTo(driver: Driver): Promise<DriverConnection> {
  const connection = await driver.connect();
  open.push(connection);
  return connection;
}

export async function openConnection(options: Partial<PostgresOptions> = {}): Promise<DriverConnection> {
  return connectTo(await openDriver(options));
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
