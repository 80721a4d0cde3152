/** Which failures another try may mend, how long to wait before it, and the tries themselves. */
import type { Limit } from './limit';
import { DeadlockError, PartialCommitError, SerializationError, StaleDataError } from '../errors';

const BASE_MS = 20;
const MAX_MS = 1_000;

/**
 * Whether the same work may succeed when it is run again: the database gave it up to a deadlock or to what others did at the same time. The failure may have
 * been met by an earlier call, whose error is the cause of this one. Never where some of it was committed.
 */
export function isTransient(error: unknown, { stale }: { stale: boolean }): boolean {
  const seen = new Set<unknown>();
  for (let cause = error; cause instanceof Error && !seen.has(cause); cause = cause.cause) {
    seen.add(cause);
    if (cause instanceof PartialCommitError) return false;
    if (cause instanceof DeadlockError || cause instanceof SerializationError) return true;
    if (stale && cause instanceof StaleDataError) return true;
  }
  return false;
}

export interface RetryOptions {
  /** How often the work is done again. */
  readonly retries: number;
  /** Whether StaleDataError is transient too. */
  readonly stale: boolean;
  /** Of the waits; the work looks after it itself. */
  readonly limit?: Limit | undefined;
  /** Waits that many milliseconds. Default: by a timer. */
  readonly wait?: (ms: number) => Promise<void>;
}

/** Does `work` until it succeeds, fails for good, or has been tried often enough. @throws what the last try threw */
export async function withRetries<R>(
  work: () => Promise<R>,
  { retries, stale, limit, wait = (ms) => pause(ms, limit) }: RetryOptions,
): Promise<R> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (attempt >= retries || !isTransient(error, { stale })) throw error;
    }
    await wait(retryDelay(attempt));
  }
}

/** Milliseconds to wait after try `attempt`, counted from 0: anything up to a bound that grows to a second, for those who met once must not meet again. */
export function retryDelay(attempt: number): number {
  return Math.random() * Math.min(MAX_MS, BASE_MS * 2 ** attempt);
}

function pause(ms: number, limit: Limit | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      end?.();
      resolve();
    }, ms);
    const end = limit?.watch(() => {
      clearTimeout(timer);
      reject(limit.error());
    });
  });
}
