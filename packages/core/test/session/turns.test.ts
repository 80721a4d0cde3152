/** Turns on a session: their order is tested by the compliance suite; here, that they keep nothing alive. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { Turns } from '../../src/session/turns';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** A weak reference is kept alive until the end of the turn of the event loop that looked at it. */
async function isCollected(reference: WeakRef<object>): Promise<boolean> {
  for (let i = 0; i < 10; i++) {
    await new Promise(setImmediate);
    collectGarbage();
    if (reference.deref() === undefined) return true;
  }
  return false;
}

type Schedule = (next: () => void) => void;

const SCHEDULES: readonly [string, Schedule][] = [
  ['an immediate', setImmediate],
  ['a timer', (next) => setTimeout(next, 0)],
  ['a microtask', queueMicrotask],
  ['a promise', (next) => void Promise.resolve().then(next)],
];

describe.each(SCHEDULES)('a job that begins its successor from inside of its block, by %s', (_how, schedule) => {
  test('keeps nothing of those before it', async () => {
    const first: WeakRef<Turns>[] = [];
    const collected = await new Promise<boolean[]>((resolve) => {
      function run(count: number): void {
        if (count === 0) {
          // From here, where the last one is still the context.
          resolve(Promise.all(first.map(isCollected)));
          return;
        }
        const turns = new Turns();
        if (first.length < 3) first.push(new WeakRef(turns));
        void turns.takeAsBlock(() => {
          schedule(() => {
            run(count - 1);
          });
          return Promise.resolve();
        });
      }
      run(50);
    });
    expect(collected).toEqual([true, true, true]);
  });
});

test('such a job keeps nothing on one session either', async () => {
  const turns = new Turns();
  const heap = async (jobs: number): Promise<number> => {
    await new Promise<void>((resolve) => {
      function run(count: number): void {
        if (count === 0) resolve();
        else
          void turns.takeAsBlock(() => {
            setImmediate(() => {
              run(count - 1);
            });
            return Promise.resolve();
          });
      }
      run(jobs);
    });
    await new Promise(setImmediate);
    collectGarbage();
    return process.memoryUsage().heapUsed;
  };
  await heap(2_000);
  const before = await heap(2_000);
  const after = await heap(20_000);
  // Half a kilobyte for each of them would be ten megabytes.
  expect(after - before).toBeLessThan(2_000_000);
});
