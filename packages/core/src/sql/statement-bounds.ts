/** What a caller sets to the wait for an answer. */
import { QueryError } from '../errors';

/** An `AbortSignal`, as far as it is used here: its type comes with the DOM or with Node, and this package needs neither. */
export interface SignalLike {
  readonly aborted: boolean;
  readonly reason: unknown;
  addEventListener(type: 'abort', listener: () => void): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}

export interface StatementBounds {
  /** An `AbortSignal`: where it is aborted, what waits for its answer is given up, on the server too, and is a `QueryAbortedError`. */
  readonly signal?: SignalLike | undefined;
  /** Milliseconds that all of it may take; after that it is given up, on the server too, and is a `QueryTimeoutError`. */
  readonly timeout?: number | undefined;
}

/** Bounds of a call that has begun. */
export interface RunningBounds extends StatementBounds {
  /** When its timeout is over, by `performance.now()`. */
  readonly deadline?: number | undefined;
}

/** Bounds of a call that begins now: what it is made of shares its time. */
export function runningBounds(bounds: StatementBounds | undefined): RunningBounds | undefined {
  if (bounds?.timeout === undefined) return bounds;
  return { ...bounds, deadline: performance.now() + bounds.timeout };
}

/** The longest that a timer of Node can be set to. */
export const MAX_TIMER_MS = 2_147_483_647;

/** @throws QueryError naming `caller` */
export function checkBounds(caller: string, { signal, timeout }: { signal?: unknown; timeout?: unknown }): void {
  if (timeout !== undefined && !isTimeout(timeout))
    throw new QueryError(`${caller}: timeout is a whole number of milliseconds from 1 to ${String(MAX_TIMER_MS)}.`);
  if (signal !== undefined && !isSignal(signal))
    throw new QueryError(`${caller}: signal is an AbortSignal, as new AbortController().signal.`);
}

function isTimeout(value: unknown): boolean {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 1 && value <= MAX_TIMER_MS;
}

function isSignal(value: unknown): value is SignalLike {
  if (typeof value !== 'object' || value === null) return false;
  const { aborted, addEventListener, removeEventListener } = value as Partial<SignalLike>;
  return (
    typeof aborted === 'boolean' && typeof addEventListener === 'function' && typeof removeEventListener === 'function'
  );
}
