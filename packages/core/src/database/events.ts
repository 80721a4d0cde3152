/** What `orm.on(...)` listens to. */
import { describeValue } from '../describe-value';
import { EspalierError } from '../errors';

/** One statement, after it was answered or refused. */
export interface QueryEvent {
  /** Name of the database it went to. */
  readonly database: string;
  /** As it was sent, with placeholders. */
  readonly sql: string;
  /** The values as the driver got them; they may be secrets. */
  readonly parameters: readonly unknown[];
  /** From handing it to the driver to its answer, in milliseconds. */
  readonly durationMs: number;
  /** Rows returned or written. */
  readonly rowCount: number;
  /** Why it was refused; undefined where it was answered. */
  readonly error: Error | undefined;
}

/** A transaction of a session on the databases named. */
export interface TransactionEvent {
  /** Names, in the order in which they were committed or rolled back. */
  readonly databases: readonly string[];
}

/** A flush that has something to write, in numbers of rows; join rows do not count. */
export interface FlushEvent {
  /** Rows to be written, or written. */
  readonly inserts: number;
  readonly updates: number;
  readonly deletes: number;
}

/** What a listener is told, by the name of the event. */
export interface EventMap {
  /** A statement was answered or refused. */
  query: QueryEvent;
  /** Before its first statement. */
  beforeFlush: FlushEvent;
  /** After its last statement, where none failed. */
  afterFlush: FlushEvent;
  /** Every database has committed. */
  afterCommit: TransactionEvent;
  /** A transaction was undone: by `rollback()`, by `close()`, or as a commit failed. */
  afterRollback: TransactionEvent;
}

/** What `orm.on` takes for a name. */
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

  /** @returns a function that ends the subscription. @throws EspalierError for an unknown name */
  on<N extends EventName>(name: N, listener: (event: EventMap[N]) => void): () => void {
    if (typeof name !== 'string' || !Object.hasOwn(NAMES, name)) {
      throw new EspalierError(`There is no such event: listen to ${Object.keys(NAMES).join(', ')}.`);
    }
    if (typeof listener !== 'function')
      throw new EspalierError(`orm.on('${name}', listener) takes a function, got ${describeValue(listener)}.`);
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

  /** Calls the listeners; never throws. */
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
