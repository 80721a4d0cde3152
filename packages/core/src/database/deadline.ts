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

/** What can hang. */
export interface Pending {
  /** Changes with each answer; undefined while nothing is asked. */
  readonly unanswered: number | undefined;
  /** Asks the other end to give up what is asked. */
  cancel?(): void;
  /** Makes what is asked fail. */
  giveUp(): void;
}

/** In how many steps it is looked whether something is still unanswered. */
const STEPS = 4;

/**
 * Cancels what stays unanswered after half of `ms` milliseconds, and gives it up after `ms`, a quarter more at the most.
 *
 * @param current finds what is pending now: it may be another thing each time
 * @returns a function that ends the watch
 */
export function watchForSilence(current: () => Pending | undefined, ms: number): () => void {
  let last: Pending | undefined;
  let question: number | undefined;
  let silent = 0;
  const timer = setInterval(() => {
    const pending = current();
    const unanswered = pending?.unanswered;
    const isSame = pending !== undefined && unanswered !== undefined && pending === last && unanswered === question;
    silent = isSame ? silent + 1 : 0;
    last = pending;
    question = unanswered;
    if (silent === 1) pending?.cancel?.();
    if (silent === STEPS) pending?.giveUp();
  }, ms / STEPS);
  return () => {
    clearInterval(timer);
  };
}
