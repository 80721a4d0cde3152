/** A statement under way whose caller does not wait for ever. */
import { ConnectionLostError, QueryTimeoutError } from '../errors';
import type { Limit } from './limit';

/** How often the engine is asked to give a statement up, before its connection is. */
const REQUESTS = 10;

export interface UnderWay {
  readonly sql: string | undefined;
  /** Milliseconds for the answer of an engine that was asked to give it up. */
  readonly patience: number;
  /** Asks the engine to give it up; resolves when it has been asked. */
  cancel(): Promise<void>;
  /** Closes the connection under it. */
  giveUp(): void;
  /** It was asked and answered all the same. */
  answeredLate(): void;
}

/**
 * Settles as the engine answers. From the limit on the engine is asked to give the statement up, and is believed where it has carried it out all the same. Where
 * it says nothing, the connection is given up.
 */
export async function untilLimit<R>(limit: Limit, send: () => Promise<R>, statement: UnderWay): Promise<R> {
  let asked: Promise<void> | undefined;
  const outcome = { isGivenUp: false };
  const timers: NodeJS.Timeout[] = [];
  let lose!: (error: Error) => void;
  const lost = new Promise<never>((_, reject) => (lose = reject));
  const answer = send();
  const endWatch = limit.watch(() => {
    const ask = (): void => {
      asked = Promise.all([asked, statement.cancel()]).then(nothing);
    };
    ask();
    // A request that overtakes the statement on its way is lost.
    timers.push(setInterval(ask, statement.patience / REQUESTS));
    timers.push(
      setTimeout(() => {
        outcome.isGivenUp = true;
        statement.giveUp();
        lose(limit.error(statement.sql));
      }, statement.patience),
    );
  });
  try {
    const result = await Promise.race([answer, lost]);
    if (asked) statement.answeredLate();
    return result;
  } catch (error) {
    const isCancelled = error instanceof QueryTimeoutError || error instanceof ConnectionLostError;
    throw asked && isCancelled ? limit.error(statement.sql) : error;
  } finally {
    endWatch();
    for (const timer of timers) clearInterval(timer);
    // What is sent next must not be what the engine is asked to give up.
    if (!outcome.isGivenUp) await asked;
  }
}

function nothing(): void {
  // There is nothing to say.
}
