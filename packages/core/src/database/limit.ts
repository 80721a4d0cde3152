/** The end of a wait, from the beginning of a call on: several statements may share it. */
import { QueryAbortedError, QueryTimeoutError, type EspalierError } from '../errors';
import type { RunningBounds, SignalLike } from '../sql';

export interface Limit {
  readonly reached: boolean;
  /** What to throw once it is reached. */
  error(sql?: string): EspalierError;
  /** Calls `listener` when it is reached, at once where it is already. @returns a function that ends the watch */
  watch(listener: () => void): () => void;
}

/** The limit of a call that begins now, or has begun already; undefined where it has none. */
export function limitOf({ signal, timeout, deadline }: RunningBounds = {}): Limit | undefined {
  const end = timeout === undefined ? undefined : new TimeLimit(timeout, deadline ?? performance.now() + timeout);
  return joinedLimits(signal && new SignalLimit(signal), end);
}

/** The one that is reached first. */
export function joinedLimits(one: Limit | undefined, other: Limit | undefined): Limit | undefined {
  if (!one || !other) return one ?? other;
  return {
    get reached() {
      return one.reached || other.reached;
    },
    error: (sql) => (one.reached ? one : other).error(sql),
    watch(listener) {
      let isTold = false;
      const tell = (): void => {
        if (isTold) return;
        isTold = true;
        listener();
      };
      const ends = [one.watch(tell), other.watch(tell)];
      return () => {
        for (const end of ends) end();
      };
    },
  };
}

class SignalLimit implements Limit {
  constructor(private readonly signal: SignalLike) {}

  get reached(): boolean {
    return this.signal.aborted;
  }

  error(sql?: string): EspalierError {
    const cause = this.signal.reason;
    // AbortSignal.timeout(ms) is a time-out in the words of a signal; its error may be of another realm.
    if ((cause as { name?: unknown } | null)?.name === 'TimeoutError')
      return new QueryTimeoutError('There was no answer within the time of the signal: it was given up.', {
        cause,
        sql,
      });
    return new QueryAbortedError('The signal was aborted: it was given up.', { cause, sql });
  }

  watch(listener: () => void): () => void {
    if (this.reached) {
      listener();
      return nothing;
    }
    this.signal.addEventListener('abort', listener);
    return () => {
      this.signal.removeEventListener('abort', listener);
    };
  }
}

class TimeLimit implements Limit {
  constructor(
    private readonly ms: number,
    private readonly deadline: number,
  ) {}

  get reached(): boolean {
    return performance.now() >= this.deadline;
  }

  error(sql?: string): EspalierError {
    return new QueryTimeoutError(`There was no answer within the timeout of ${String(this.ms)} ms: it was given up.`, {
      sql,
    });
  }

  watch(listener: () => void): () => void {
    // A timer may ring a little before its time.
    const timer = setTimeout(
      () => {
        if (this.reached) listener();
        else end = this.watch(listener);
      },
      Math.max(0, this.deadline - performance.now()),
    );
    let end = (): void => {
      clearTimeout(timer);
    };
    return () => {
      end();
    };
  }
}

function nothing(): void {
  // There is nothing to end.
}

const ofWaits = new WeakSet<object>();

function notBegun(error: EspalierError): EspalierError {
  ofWaits.add(error);
  return error;
}

/** Whether what failed with this was given up before its turn: nothing was sent. */
export function wasNotBegun(error: unknown): boolean {
  return typeof error === 'object' && error !== null && ofWaits.has(error);
}

/**
 * Ends the wait for a turn when the limit is reached. What has begun by then goes on: it has to look after the limit itself.
 *
 * @param enqueue gets a function to ask, when the turn has come, whether the caller has given up
 */
export function waitWithin<R>(
  limit: Limit | undefined,
  enqueue: (isGivenUp: () => boolean) => Promise<R>,
  sql?: string,
): Promise<R> {
  if (!limit) return enqueue(() => false);
  if (limit.reached) return Promise.reject(notBegun(limit.error(sql)));
  return new Promise<R>((resolve, reject) => {
    let isGivenUp = false;
    const end = limit.watch(() => {
      isGivenUp = true;
      reject(notBegun(limit.error(sql)));
    });
    const turn = (): boolean => {
      end();
      return isGivenUp;
    };
    enqueue(turn).then(resolve, reject).finally(end);
  });
}
