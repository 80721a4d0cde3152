/** Statements whose caller has given up, over a driver that answers when it is told to. */
import { Database, Events, limitOf, watchForSilence } from '../../src/database';
import {
  CommitOutcomeUnknownError,
  ConnectionLostError,
  QueryAbortedError,
  QueryTimeoutError,
  UniqueViolationError,
} from '../../src/errors';
import { boundStatement, standardTransaction, type StatementResult } from '../../src/sql';
import { FakeServer, type FakeConnection } from './fake-server';

const CLOSE_TIMEOUT = 1_000;
const NOTHING: StatementResult = { rows: [], rowCount: 0, insertId: undefined };
const read = boundStatement('select 1', [], { readOnly: true });
const write = boundStatement('insert', []);

interface Held {
  resolve(): void;
  reject(error: Error): void;
}

let server: FakeServer;
let database: Database;
/** Statements that were sent and not answered. */
let held: Held[];
let cancels: (() => void)[];
let controller: AbortController;

beforeEach(async () => {
  server = new FakeServer();
  held = [];
  cancels = [];
  controller = new AbortController();
  const dialect = { transaction: standardTransaction(() => ['begin']), capabilities: { errorAbortsTransaction: true } };
  const { connect } = server.driver;
  const driver = Object.assign(server.driver, {
    dialect,
    closeTimeout: CLOSE_TIMEOUT,
    translateError: (error: unknown) => error,
    connect: async () => {
      const connection = (await connect()) as FakeConnection;
      return Object.assign(connection, {
        execute: () =>
          new Promise<StatementResult>((resolve, reject) => {
            held.push({
              resolve: () => {
                resolve(NOTHING);
              },
              reject,
            });
          }),
        cancel: () =>
          new Promise<void>((resolve) => {
            cancels.push(resolve);
          }),
        close: () => {
          Object.assign(connection, { broken: true, closed: true });
          for (const { reject } of held.splice(0)) reject(new ConnectionLostError('closed'));
          return Promise.resolve();
        },
      });
    },
  });
  database = await Database.open('music', { open: () => Promise.resolve(driver) }, new Events());
});

afterEach(async () => {
  jest.useRealTimers();
  await database.close();
});

const limit = () => limitOf({ signal: controller.signal });
const aTurn = (): Promise<void> => new Promise(setImmediate);

test('are cancelled on the server, whose word counts', async () => {
  const answer = database.execute(read, 'primary', limit());
  await aTurn();
  controller.abort();
  expect(cancels).toHaveLength(1);
  held[0]!.reject(new QueryTimeoutError('cancelled'));
  cancels[0]!();
  await expect(answer).rejects.toThrow(QueryAbortedError);
  expect(server.connections[0]!.closed).toBe(false);
  expect(database.pool.stats()).toMatchObject({ used: 0, free: 1 });
});

test('are believed where they were carried out, on a connection that is not lent again', async () => {
  const answer = database.execute(write, 'primary', limit());
  await aTurn();
  controller.abort();
  held[0]!.resolve();
  cancels[0]!();
  await expect(answer).resolves.toBe(NOTHING);
  expect(server.connections[0]!.closed).toBe(true);
});

test('and where they failed by themselves', async () => {
  const answer = database.execute(write, 'primary', limit());
  await aTurn();
  controller.abort();
  held[0]!.reject(new UniqueViolationError('taken'));
  cancels[0]!();
  await expect(answer).rejects.toThrow(UniqueViolationError);
});

test('let no other statement go before the server has been asked, or it would be meant', async () => {
  const connection = await database.connect('primary');
  const first = connection.execute(read, limit());
  const second = connection.execute(read);
  controller.abort();
  held[0]!.reject(new QueryTimeoutError('cancelled'));
  await aTurn();
  expect(held).toHaveLength(1);
  cancels[0]!();
  await expect(first).rejects.toThrow(QueryAbortedError);
  await aTurn();
  expect(held).toHaveLength(2);
  held[1]!.resolve();
  await second;
  connection.release();
});

test('nor where a close cancels them', async () => {
  const connection = await database.connect('primary');
  const first = connection.execute(read);
  const second = connection.execute(read);
  connection.cancel();
  held[0]!.resolve();
  await aTurn();
  expect(held).toHaveLength(1);
  cancels[0]!();
  await first;
  await aTurn();
  expect(held).toHaveLength(2);
  held[1]!.resolve();
  await second;
  connection.release();
});

test('that wait for their turn are not sent', async () => {
  const connection = await database.connect('primary');
  const first = connection.execute(read);
  const second = connection.execute(read, limit());
  controller.abort();
  await expect(second).rejects.toThrow(QueryAbortedError);
  held[0]!.resolve();
  await first;
  await aTurn();
  expect([held.length, cancels.length]).toEqual([1, 0]);
  connection.release();
});

describe('where the server says nothing', () => {
  test.each([
    ['a read is aborted', read, QueryAbortedError],
    ['the outcome of a write by itself is unknown', write, CommitOutcomeUnknownError],
  ])('%s after closeTimeout, and the connection is closed', async (_name, statement, expected) => {
    const answer = database.execute(statement, 'primary', limit());
    await aTurn();
    jest.useFakeTimers();
    const failure = answer.catch((error: unknown) => error);
    controller.abort();
    jest.advanceTimersByTime(CLOSE_TIMEOUT - 1);
    expect(server.connections[0]!.closed).toBe(false);
    jest.advanceTimersByTime(1);
    expect(server.connections[0]!.closed).toBe(true);
    expect(await failure).toBeInstanceOf(expected);
  });
});

test('a connection that comes too late goes back to the pool', async () => {
  const { connect } = server.driver;
  let open!: () => void;
  const gate = new Promise<void>((resolve) => (open = resolve));
  server.driver.connect = async () => {
    await gate;
    return connect();
  };
  const busy = await Promise.all([database.connect('primary')]);
  const late = database.execute(read, 'primary', limit());
  await aTurn();
  controller.abort();
  await expect(late).rejects.toThrow(QueryAbortedError);
  open();
  await aTurn();
  await aTurn();
  expect(database.pool.stats()).toMatchObject({ used: 1, free: 1, pending: 0 });
  expect(held).toHaveLength(0);
  for (const connection of busy) connection.release();
});

describe('a watch for silence', () => {
  beforeEach(() => jest.useFakeTimers());

  function pending(answers: () => number | undefined): { calls: string[]; end: () => void } {
    const calls: string[] = [];
    const one = {
      get unanswered() {
        return answers();
      },
      cancel: () => calls.push('cancel'),
      giveUp: () => calls.push('give up'),
    };
    return { calls, end: watchForSilence(() => one, 1_000) };
  }

  test('cancels first, then gives up, and ends within a quarter more', () => {
    const { calls, end } = pending(() => 7);
    jest.advanceTimersByTime(499);
    expect(calls).toEqual([]);
    jest.advanceTimersByTime(501);
    expect(calls).toEqual(['cancel']);
    jest.advanceTimersByTime(250);
    expect(calls).toEqual(['cancel', 'give up']);
    end();
    expect(jest.getTimerCount()).toBe(0);
  });

  test('leaves alone what is answered, and what is not asked', () => {
    let answered = 0;
    const busy = pending(() => answered++);
    const idle = pending(() => undefined);
    jest.advanceTimersByTime(10_000);
    expect([busy.calls, idle.calls]).toEqual([[], []]);
    busy.end();
    idle.end();
  });
});
