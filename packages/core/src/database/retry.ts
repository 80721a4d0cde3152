/** Which failures another try may mend, and how long to wait before it. */
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

/** Milliseconds to wait before try `attempt`, counted from 0: anything up to a bound that grows to a second, for those who met once must not meet again. */
export function retryDelay(attempt: number): number {
  return Math.random() * Math.min(MAX_MS, BASE_MS * 2 ** attempt);
}
