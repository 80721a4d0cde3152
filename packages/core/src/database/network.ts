/** Options that bound what a server behind a network may take. */
import { EspalierError } from '../errors';

/** Times in milliseconds. */
export interface NetworkOptions {
  /** Milliseconds that opening a connection may take. Default: 10 000. */
  readonly connectTimeout?: number | undefined;
  /**
   * Milliseconds that a statement may take; after that it is a QueryTimeoutError. The server ends it where the engine can; where no answer comes
   * either, the connection is closed. Default: no limit.
   */
  readonly statementTimeout?: number | undefined;
}

export interface NetworkBounds {
  readonly connectTimeout: number;
  readonly statementTimeout: number | undefined;
}

const CONNECT_TIMEOUT_MS = 10_000;
/** The longest that a timer of Node can be set to. */
const MAX_TIMER_MS = 2_147_483_647;

/** @throws EspalierError naming `caller` and the option */
export function checkedNetwork(caller: string, options: NetworkOptions): NetworkBounds {
  const { connectTimeout = CONNECT_TIMEOUT_MS, statementTimeout } = options;
  for (const [name, value] of Object.entries({ connectTimeout, statementTimeout })) {
    if (value === undefined || (Number.isSafeInteger(value) && value > 0 && value <= MAX_TIMER_MS)) continue;
    throw new EspalierError(
      `${caller}(…): ${name} is a whole number of milliseconds from 1 to ${String(MAX_TIMER_MS)}.`,
    );
  }
  return { connectTimeout, statementTimeout };
}
