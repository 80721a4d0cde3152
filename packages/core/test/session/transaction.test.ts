/** The life of a transaction, over a driver that opens nothing. */
import { Database, Events, type DatabaseConfig } from '../../src/database';
import {
  CommitOutcomeUnknownError,
  ConnectionLostError,
  TransactionError,
  UniqueViolationError,
} from '../../src/errors';
import { DatabaseTransaction } from '../../src/database';
import { standardTransaction } from '../../src/sql';
import { FakeServer } from '../database/fake-server';

const opened: Database[] = [];

afterEach(async () => {
  for (const database of opened.splice(0)) await database.close();
});

async function open(): Promise<{ server: FakeServer; database: Database; transaction: DatabaseTransaction }> {
  const server = new FakeServer();
  const dialect = { transaction: standardTransaction(() => ['begin']), capabilities: { errorAbortsTransaction: true } };
  const driver = Object.assign(server.driver, { dialect, translateError: (error: unknown) => error });
  const config = { open: () => Promise.resolve(driver) } as unknown as DatabaseConfig;
  const database = await Database.open('music', config, new Events());
  opened.push(database);
  return { server, database, transaction: new DatabaseTransaction(database) };
}

test('a connection that breaks while it commits leaves the outcome unknown, and says so', async () => {
  const { server, database, transaction } = await open();
  await transaction.begin();
  const broken = new ConnectionLostError('cut');
  server.connections[0]!.failures.set('commit', broken);
  const failure: unknown = await transaction.commit().catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(CommitOutcomeUnknownError);
  expect(failure).toBeInstanceOf(ConnectionLostError);
  expect(failure).toHaveProperty('cause', broken);
  expect(server.connections[0]!.closed).toBe(true);
  expect(database.pool.stats().used).toBe(0);
});

test('what the database says at the commit is what is thrown', async () => {
  const { server, database, transaction } = await open();
  await transaction.begin();
  const refused = new UniqueViolationError('a deferred constraint');
  server.connections[0]!.failures.set('commit', refused);
  await expect(transaction.commit()).rejects.toBe(refused);
  expect(transaction.state).toBe('none');
  // It is rolled back, so its connection is as good as any.
  expect(server.connections[0]!.closed).toBe(false);
  expect(database.pool.stats()).toMatchObject({ used: 0, free: 1 });
});

test('after a failure of any kind nothing but a rollback is possible', async () => {
  const { transaction } = await open();
  await transaction.begin();
  transaction.fail(new RangeError('not one of ours'));
  await expect(transaction.commit()).rejects.toThrow(TransactionError);
  await transaction.rollback();
  expect(transaction.state).toBe('none');
});

test('a savepoint has a name of its own, also where it stands beside an earlier one', async () => {
  const { transaction } = await open();
  await transaction.begin();
  const first = await transaction.savepoint();
  await transaction.release(first);
  expect(await transaction.savepoint()).not.toBe(first);
  await transaction.rollback();
});
