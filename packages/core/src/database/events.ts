/** What `orm.on(...)` listens to. */
import { EspalierError } from '../errors';

/** One statement, after it was answered or refused. */
export interface QueryEvent {
  /** Name of the database it went to. */
  readonly database: string;
  readonly sql: string;
  readonly parameters: readonly unknown[];
  /** From handing it to the driver to its answer, in milliseconds. */
  readonly durationMs: number;
  /** Rows returned or written. */
  readonly rowCount: number;
  readonly error: Error | undefined;
}

/** A transaction of a session on the databases named. */
export interface TransactionEvent {
  readonly databases: readonly string[];
}

export interface FlushEvent {
  /** Rows to be written, or written. */
  readonly inserts: number;
  readonly updates: number;
  readonly deletes: number;
}

export interface EventMap {
  query: QueryEvent;
  beforeFlush: FlushEvent;
  afterFlush: FlushEvent;
  afterCommit: TransactionEvent;
  afterRollback: TransactionEvent;
}

export type EventName = keyof EventMap;

const NAMES: Readonly<Record<EventName, true>> = {
  query: true,
  beforeFlush: true,
  afterFlush: true,
  afterCommit: true,
  afterRollback: true,
};

/**
 * Listeners are called in order and synchronously. What one throws does not reach the work that it listens to, for a statement that was
 * carried out must not look like one that failed: it goes to the process as an uncaught exception.
 */
export class Events {
  readonly #listeners = new Map<EventName, Set<(event: never) => void>>();

  /** @returns a function that ends the subscription. @throws EspalierError for a name that is none */
  on<N extends EventName>(name: N, listener: (event: EventMap[N]) => void): () => void {
    if (!Object.hasOwn(NAMES, name)) {
      throw new EspalierError(`There is no such event: listen to ${Object.keys(NAMES).join(', ')}.`);
    }
    let listeners = this.#listeners.get(name);
    if (!listeners) this.#listeners.set(name, (listeners = new Set()));
    // A wrapper of its own, so that one function may listen twice and be taken off twice.
    const entry = (event: never): void => {
      listener(event);
    };
    listeners.add(entry);
    return () => listeners.delete(entry);
  }

  /** Whether anybody listens: making the event can be left out otherwise. */
  heard(name: EventName): boolean {
    return (this.#listeners.get(name)?.size ?? 0) > 0;
  }

  emit<N extends EventName>(name: N, event: EventMap[N]): void {
    for (const listener of this.#listeners.get(name) ?? []) {
      try {
        listener(event as never);
      } catch (error) {
        queueMicrotask(() => {
          throw error;
        });
      }
    }
  }
}
