/** Drivers on databases of their own, closed and removed after each test. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BoundStatement, ColumnType, Driver, DriverConnection, DriverValue } from '@espalier/core/driver';
import { sqlite, type SqliteOptions } from '../src';

const cleanUps: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

/** A path in a new directory, removed after the test. */
export function newFile(): string {
  const directory = mkdtempSync(join(tmpdir(), 'espalier-sqlite-'));
  cleanUps.push(() => {
    rmSync(directory, { recursive: true, force: true });
    return Promise.resolve();
  });
  return join(directory, 'test.db');
}

export async function openDriver(options: Partial<SqliteOptions> = {}): Promise<Driver> {
  const driver = await sqlite({ path: newFile(), ...options }).open();
  cleanUps.push(async () => driver.close?.());
  return driver;
}

export async function connectTo(driver: Driver): Promise<DriverConnection> {
  const connection = await driver.connect();
  cleanUps.push(() => connection.close());
  return connection;
}

export async function openConnection(options: Partial<SqliteOptions> = {}): Promise<DriverConnection> {
  return connectTo(await openDriver(options));
}

export function select(
  sql: string,
  columns: readonly ColumnType[],
  parameters: readonly DriverValue[] = [],
): BoundStatement {
  return { sql, parameters, columns, readOnly: true, reusable: true };
}

export function write(sql: string, parameters: readonly DriverValue[] = []): BoundStatement {
  return { sql, parameters, columns: undefined, readOnly: false, reusable: true };
}

/** As `session.sql` sends it. */
export function raw(sql: string, parameters: readonly DriverValue[] = []): BoundStatement {
  return { sql, parameters, columns: undefined, readOnly: false, reusable: false };
}

/** Rows of a select of unknown columns. */
export async function rowsOf(
  connection: DriverConnection,
  sql: string,
  parameters: readonly DriverValue[] = [],
): Promise<readonly (readonly unknown[])[]> {
  return (await connection.execute(raw(sql, parameters))).rows;
}
