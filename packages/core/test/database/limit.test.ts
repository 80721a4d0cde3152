/** The end of a wait: what reaches it, what it is called, and that nothing of it stays. */
import { limitOf, joinedLimits, waitWithin, type Limit } from '../../src/database';
import { QueryAbortedError, QueryTimeoutError } from '../../src/errors';
import { checkBounds } from '../../src/sql';

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

function watched(limit: Limit): { times: () => number; end: () => void } {
  let times = 0;
  const end = limit.watch(() => (times += 1));
  return { times: () => times, end };
}

test('there is no limit without bounds', () => {
  expect(limitOf()).toBeUndefined();
  expect(limitOf({})).toBeUndefined();
  expect(limitOf({ signal: undefined, timeout: undefined })).toBeUndefined();
});

test('a time is reached once, and not before', () => {
  const limit = limitOf({ timeout: 100 })!;
  const { times } = watched(limit);
  jest.advanceTimersByTime(99);
  expect([limit.reached, times()]).toEqual([false, 0]);
  jest.advanceTimersByTime(1);
  expect([limit.reached, times()]).toEqual([true, 1]);
  expect(limit.error('select 1')).toBeInstanceOf(QueryTimeoutError);
  expect(limit.error('select 1')).toMatchObject({
    sql: 'select 1',
    message: expect.stringContaining('100 ms') as string,
  });
});

test('a watch that has ended leaves no timer', () => {
  watched(limitOf({ timeout: 100 })!).end();
  expect(jest.getTimerCount()).toBe(0);
});

test('a time that has begun is shared by what it is made of', () => {
  const deadline = performance.now() + 50;
  jest.advanceTimersByTime(60);
  expect(limitOf({ timeout: 50, deadline })!.reached).toBe(true);
});

test('a signal is reached when it is aborted, and leaves no listener', () => {
  const controller = new AbortController();
  const { signal } = controller;
  const [added, removed] = [jest.spyOn(signal, 'addEventListener'), jest.spyOn(signal, 'removeEventListener')];
  const limit = limitOf({ signal })!;
  watched(limit).end();
  expect(removed.mock.calls[0]![1]).toBe(added.mock.calls[0]![1]);
  const { times } = watched(limit);
  controller.abort(new Error('the client has gone'));
  expect([limit.reached, times()]).toEqual([true, 1]);
  expect(limit.error()).toBeInstanceOf(QueryAbortedError);
  expect(limit.error().cause).toEqual(new Error('the client has gone'));
  expect(watched(limit).times()).toBe(1);
});

test('the time-out of a signal is a time-out', () => {
  const controller = new AbortController();
  controller.abort(new DOMException('over', 'TimeoutError'));
  expect(limitOf({ signal: controller.signal })!.error()).toBeInstanceOf(QueryTimeoutError);
});

test('of two the first counts, and is told once', () => {
  const controller = new AbortController();
  const limit = joinedLimits(limitOf({ signal: controller.signal }), limitOf({ timeout: 100 }))!;
  const { times } = watched(limit);
  jest.advanceTimersByTime(100);
  controller.abort();
  expect(times()).toBe(1);
  expect(joinedLimits(undefined, limit)).toBe(limit);
  const other = joinedLimits(limitOf({ timeout: 100 }), limitOf({ signal: controller.signal }))!;
  expect(other.error()).toBeInstanceOf(QueryAbortedError);
});

describe('the wait for a turn', () => {
  test('ends with the limit, and its turn does nothing', async () => {
    const limit = limitOf({ timeout: 100 })!;
    let turn!: () => void;
    const done: boolean[] = [];
    const waiting = waitWithin(limit, async (isGivenUp) => {
      await new Promise<void>((resolve) => (turn = resolve));
      done.push(isGivenUp());
    });
    const failure = expect(waiting).rejects.toThrow(QueryTimeoutError);
    jest.advanceTimersByTime(100);
    await failure;
    turn();
    await Promise.resolve();
    await Promise.resolve();
    expect(done).toEqual([true]);
  });

  test('is over when the turn comes: what has begun goes on', async () => {
    const limit = limitOf({ timeout: 100 })!;
    let finish!: () => void;
    const waiting = waitWithin(limit, async (isGivenUp) => {
      expect(isGivenUp()).toBe(false);
      await new Promise<void>((resolve) => (finish = resolve));
      return 'done';
    });
    jest.advanceTimersByTime(200);
    finish();
    await expect(waiting).resolves.toBe('done');
    expect(jest.getTimerCount()).toBe(0);
  });

  test('does not begin after the limit', async () => {
    const enqueue = jest.fn();
    await expect(waitWithin(limitOf({ signal: AbortSignal.abort() }), enqueue)).rejects.toThrow(QueryAbortedError);
    expect(enqueue).not.toHaveBeenCalled();
  });
});

test.each<[string, object]>([
  ['timeout is a whole number of milliseconds from 1', { timeout: 0 }],
  ['timeout', { timeout: 1.5 }],
  ['timeout', { timeout: Number.NaN }],
  ['timeout', { timeout: 2 ** 31 }],
  ['timeout', { timeout: '500' }],
  ['signal is an AbortSignal', { signal: {} }],
  ['signal', { signal: new AbortController() }],
  ['signal', { signal: null }],
])('%s: %j is refused', (message, bounds) => {
  expect(() => {
    checkBounds('caller', bounds);
  }).toThrow(message);
});
