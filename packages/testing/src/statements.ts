/** Records the statements that are sent, so that tests can say how many there may be and what they look like. */

/** One statement, after it was answered or refused; what core tells the listeners of `'query'`. */
export interface StatementEvent {
  /** Name of the database it went to. */
  readonly database: string;
  readonly sql: string;
  readonly parameters: readonly unknown[];
  /** In milliseconds. */
  readonly durationMs: number;
  /** Rows returned or written. */
  readonly rowCount: number;
  readonly error?: Error | undefined;
}

/** What emits statements: an `Espalier`. */
export interface StatementSource {
  /** @returns a function that ends the subscription */
  on(event: 'query', listener: (event: StatementEvent) => void): () => void;
}

export interface StatementRecord extends Disposable {
  /** In the order in which they were answered, failed ones among them. */
  readonly events: readonly StatementEvent[];
  readonly count: number;
  /** The SQL of each. */
  readonly texts: readonly string[];
  /** Forgets what was recorded, and goes on. */
  clear(): void;
  /** Ends the recording; what was recorded stays. Also at the end of a block: `using statements = recordStatements(orm)`. */
  stop(): void;
}

/** Records every statement from now on: `const statements = recordStatements(orm)`, …, `expect(statements.count).toBe(1)`. */
export function recordStatements(source: StatementSource): StatementRecord {
  const events: StatementEvent[] = [];
  const stop = source.on('query', (event) => events.push(event));
  return {
    events,
    get count() {
      return events.length;
    },
    get texts() {
      return events.map(({ sql }) => sql);
    },
    clear: () => {
      events.length = 0;
    },
    stop,
    [Symbol.dispose]: stop,
  };
}
