/** Bounds on what a server may take to answer. */

/**
 * Settles as `work` does. Where that takes longer than `ms`, it rejects with what `late` returns, which also gives up whatever `work` waits for.
 * No `ms`: no bound.
 */
export function withDeadline<R>(ms: number | undefined, work: Promise<R>, late: () => Error): Promise<R> {
  if (ms === undefined) return work;
  return new Promise<R>((resolve, reject) => {
    const timer = setTimeout(() => {
      reject(late());
    }, ms);
    work.then(resolve, reject).finally(() => {
      clearTimeout(timer);
    });
  });
}

const PATIENCE_MS = 5_000;

/** What can hang. */
export interface Pending {
  /** Changes with each answer; undefined while nothing is asked. */
  readonly unanswered: number | undefined;
  /** Makes what is asked fail. */
  giveUp(): void;
}

/**
 * Gives up what stays unanswered for `ms` milliseconds, twice that at the most. Default: what is patient enough with a statement that is only
 * waited for to be undone.
 *
 * @param current finds what is pending now: it may be another thing each time
 * @returns a function that ends the watch
 */
export function watchForSilence(current: () => Pending | undefined, ms = PATIENCE_MS): () => void {
  let last: Pending | undefined;
  let question: number | undefined;
  const timer = setInterval(() => {
    const pending = current();
    const unanswered = pending?.unanswered;
    if (pending && unanswered !== undefined && pending === last && unanswered === question) pending.giveUp();
    last = pending;
    question = unanswered;
  }, ms);
  return () => {
    clearInterval(timer);
  };
}
