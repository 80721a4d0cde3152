/** What is tried again, how often, and what is waited for in between. */
import { isTransient, retryDelay, withRetries } from '../../src/database';
import {
  CommitOutcomeUnknownError,
  ConnectionLostError,
  DeadlockError,
  LockTimeoutError,
  PartialCommitError,
  SerializationError,
  StaleDataError,
  TransactionError,
  UniqueViolationError,
} from '../../src/errors';

const deadlock = new DeadlockError('chosen');

/** Fails that often, then succeeds. */
function failing(times: number, error: Error = deadlock): { work: () => Promise<number>; tries: () => number } {
  let tries = 0;
  const work = (): Promise<number> => (++tries <= times ? Promise.reject(error) : Promise.resolve(tries));
  return { work, tries: () => tries };
}

test('work is done again until it succeeds', async () => {
  const waits: number[] = [];
  const wait = (ms: number): Promise<void> => Promise.resolve(void waits.push(ms));
  await expect(withRetries(failing(3).work, { retries: 5, stale: false, wait })).resolves.toBe(4);
  expect(waits).toHaveLength(3);
});

test('the last failure is thrown after that many tries', async () => {
  const { work, tries } = failing(9);
  const wait = (): Promise<void> => Promise.resolve();
  await expect(withRetries(work, { retries: 2, stale: false, wait })).rejects.toBe(deadlock);
  expect(tries()).toBe(3);
});

test('what is no matter of chance is thrown at once', async () => {
  const { work, tries } = failing(9, new UniqueViolationError('taken'));
  await expect(withRetries(work, { retries: 2, stale: true })).rejects.toThrow('taken');
  expect(tries()).toBe(1);
});

test('waits grow to a second and no further, however often it is tried', () => {
  const random = jest.spyOn(Math, 'random').mockReturnValue(0.999_999);
  const longest = [0, 1, 2, 5, 6, 20, 28, 100, 2_000].map((attempt) => Math.round(retryDelay(attempt)));
  random.mockReturnValue(0);
  const shortest = retryDelay(5);
  random.mockRestore();
  expect(longest).toEqual([20, 40, 80, 640, 1_000, 1_000, 1_000, 1_000, 1_000]);
  // Any part of it: those who met must not wait for the same time.
  expect(shortest).toBe(0);
});

const behind = (cause: unknown): Error => new TransactionError('The transaction has failed.', { cause });

test.each<[string, unknown, boolean]>([
  ['a deadlock', deadlock, true],
  ['a serialization failure', new SerializationError('40001'), true],
  ['one that a later call reports', behind(behind(deadlock)), true],
  ['one behind an error of the program', new Error('in a finally', { cause: behind(deadlock) }), true],
  [
    'one after a database has committed',
    new PartialCommitError('a part', { committed: ['a'], failed: ['b'], rolledBack: [] }, { cause: deadlock }),
    false,
  ],
  ['a commit that may have been carried out', new CommitOutcomeUnknownError('cut'), false],
  ['a lost connection', new ConnectionLostError('cut'), false],
  ['a lock that was not given', new LockTimeoutError('late'), false],
  ['a row that others have changed', new StaleDataError('stale'), false],
  ['no error at all', 'text', false],
])('%s', (_name, failure, expected) => {
  expect(isTransient(failure, { stale: false })).toBe(expected);
});

test('a row that others have changed is, where that is asked for', () => {
  expect(isTransient(behind(new StaleDataError('stale')), { stale: true })).toBe(true);
});

test('a circle of causes ends', () => {
  const error = new Error('one');
  error.cause = new Error('two', { cause: error });
  expect(isTransient(error, { stale: true })).toBe(false);
});
