/** `Espalier.connect`: puts the rooms together. */
import { AsyncLocalStorage } from 'node:async_hooks';
import {
  Database,
  databaseNamed,
  Events,
  limitOf,
  withRetries,
  type DatabaseConfig,
  type EventMap,
  type EventName,
  type Limit,
  type Pool,
} from './database';
import { called } from './caller';
import { describeNumber, describeValue } from './describe-value';
import { EspalierError, MetadataError, QueryError, TransactionError } from './errors';
import { shapesOf } from './entities';
import {
  checkDatabases,
  draftModels,
  refuseArrays,
  refuseNames,
  type EntityClass,
  type EntityModels,
  type NamingStrategy,
} from './metadata';
import { ModelSchemaManager, type SchemaManager } from './schema-manager';
import { beginWithin, EntitySession, plainRow, type Session } from './session';
import {
  bindTemplate,
  checkBounds,
  templateTag,
  type BeginOptions,
  type RawTemplate,
  type SqlTemplateTag,
  type StatementBounds,
} from './sql';

/** What `Espalier.connect` takes. */
export interface ConnectOptions {
  /** The classes annotated with `@Entity`; all that relations refer to must be among them. */
  entities: readonly EntityClass[];
  /** By name. The one called `default`, or else the first, takes the entities that name none. */
  databases: Readonly<Record<string, DatabaseConfig>>;
  /** How names of tables and columns are made of those of classes and properties; snake case, tables in the plural, unless given. */
  naming?: NamingStrategy;
}

/** What `orm.transaction` takes beside its work. */
export interface SessionTransactionOptions extends BeginOptions {
  /** How often the work is run again, in a new session, when the database gave it up to a deadlock or a serialization failure. Default: 0. */
  retries?: number;
  /** Whether StaleDataError is retried too: the new session reads the rows as they are now. Default: false. */
  retryStale?: boolean;
}

/** What `Espalier.connect` gives: the entities and their databases. Sessions come from it; one for a process is enough. */
export class Espalier {
  readonly #models: EntityModels;
  readonly #databases: ReadonlyMap<string, Database>;
  readonly #events: Events;
  readonly #defaultDatabase: string;
  readonly #current = new AsyncLocalStorage<Session>();
  /** The transaction around the caller. */
  readonly #transaction = new AsyncLocalStorage<{ isRunning: boolean }>();
  /** Creates, drops and prints the tables of the entities. */
  readonly schema: SchemaManager;

  private constructor(models: EntityModels, databases: ReadonlyMap<string, Database>, events: Events) {
    this.#models = models;
    this.#databases = databases;
    this.#events = events;
    this.#defaultDatabase = databases.has('default') ? 'default' : [...databases.keys()][0]!;
    this.schema = new ModelSchemaManager({ models, databases, defaultDatabase: this.#defaultDatabase });
  }

  /**
   * Checks all annotations, opens the databases and gives the object that sessions come from.
   *
   * @throws MetadataError with every mistake in the annotations. @throws ConnectError for a server that cannot be reached, or refuses the user or the database.
   */
  static connect(options: ConnectOptions): Promise<Espalier> {
    return called(async () => {
      checkConnectOptions(options);
      const { entities, databases: configs, naming } = options;
      const names = Object.keys(configs);
      const defaultName = names.includes('default') ? 'default' : names[0]!;
      const draft = draftModels(entities, { naming });
      checkDatabases(draft, names, defaultName);
      const events = new Events();
      const databases = new Map<string, Database>();
      try {
        for (const name of names) {
          const database = await Database.open(name, configs[name]!, events);
          databases.set(name, database);
          const { dialect } = database;
          const place = {
            database: name,
            isDefault: name === defaultName,
            engine: dialect.name,
            namedEnums: dialect.ddl.namedEnums ?? false,
          };
          if (!dialect.capabilities.arrays) refuseArrays(draft, place);
          refuseNames(draft, place, (identifier) => messageOf(() => dialect.quote(identifier)));
        }
        const models = draft.freeze();
        // From here on relations of entities have their collections, in entities that no session has seen too.
        for (const model of models.all) shapesOf(model);
        return new Espalier(models, databases, events);
      } catch (error) {
        for (const database of databases.values()) await database.close();
        // What is wrong with the annotations is so whether the servers answer or not.
        draft.problems.throwAny();
        throw error;
      }
    });
  }

  /** A new unit of work. It takes a connection when it needs one; close it, or declare it with `await using`. */
  session(): Session {
    return new EntitySession({
      databases: this.#databases,
      models: this.#models,
      events: this.#events,
      defaultDatabase: this.#defaultDatabase,
    });
  }

  /**
   * A session around `work`: commits when it returns, rolls back when it throws, closes, and returns what `work` returned.
   * With `retries`, the whole of it is run again after a deadlock or serialization failure, with increasing random waits.
   */
  transaction<R>(work: (session: Session) => PromiseLike<R>, options: SessionTransactionOptions = {}): Promise<R> {
    return called(async () => {
      const { retries = 0, retryStale = false, ...beginOptions } = checkedOptions(options);
      assertFunction(work, 'orm.transaction');
      this.#assertConnectionLeft('orm.transaction(…)', 'session.transaction(…)');
      // One time for all tries.
      const limit = limitOf(beginOptions);
      const once = (): Promise<R> => this.#transactOnce(work, beginOptions, limit);
      return withRetries(once, { retries, stale: retryStale, limit });
    });
  }

  async #transactOnce<R>(
    work: (session: Session) => PromiseLike<R>,
    options: BeginOptions,
    limit: Limit | undefined,
  ): Promise<R> {
    const session = this.session();
    const outer = { isRunning: true };
    try {
      await beginWithin(session, options, limit);
      const result = await this.#transaction.run(outer, () => work(session));
      await session.commit();
      return result;
    } finally {
      outer.isRunning = false;
      await session.close();
    }
  }

  /** Where there is one connection, what needs one inside of a transaction would wait for its end, and that one for this. */
  #assertConnectionLeft(what: string, instead: string): void {
    const database = this.#databases.get(this.#defaultDatabase)!;
    if (!this.#transaction.getStore()?.isRunning || !database.isSingleConnection) return;
    throw new TransactionError(
      `${what} inside of orm.transaction(…) needs a second connection, and database '${database.name}' has one: ` +
        `use ${instead}, which is a part of the transaction around it.`,
    );
  }

  /** Runs `work` with a session that `current()` finds in everything called from it; closes the session afterwards. */
  run<R>(work: (session: Session) => PromiseLike<R>): Promise<R> {
    return called(async () => {
      assertFunction(work, 'orm.run');
      await using session = this.session();
      return await this.#current.run(session, () => work(session));
    });
  }

  /** The session of the surrounding `run`. @throws QueryError outside of one */
  current(): Session {
    const session = this.#current.getStore();
    if (session) return session;
    throw new QueryError('There is no current session: call this from inside of orm.run(…).');
  }

  /** Raw SQL on the default database, outside of any session's transaction; values are always bound. */
  get sql(): SqlTemplateTag {
    return templateTag(<R extends object>({ parts, values }: RawTemplate, bounds?: StatementBounds) =>
      called(async () => {
        this.#assertConnectionLeft('orm.sql', 'session.sql');
        const database = this.#databases.get(this.#defaultDatabase)!;
        const statement = bindTemplate(database.dialect, parts, values);
        const { rows, fields = [] } = await database.execute(statement, 'primary', limitOf(bounds));
        return rows.map((row) => plainRow(fields, row)) as R[];
      }),
    );
  }

  /** The connections of a database: how many there are, and ways to close them. @throws QueryError for a database that was not connected */
  pool(database = this.#defaultDatabase): Pool {
    return databaseNamed(this.#databases, database).pool;
  }

  /** Listens to what happens; `'query'` is emitted for each statement. @returns a function that ends it */
  on<N extends EventName>(event: N, listener: (event: EventMap[N]) => void): () => void {
    return this.#events.on(event, listener);
  }

  /**
   * Waits for borrowed connections, then closes all.
   *
   * @param options `timeout`: milliseconds that it waits for them; after that they are closed under those who have them. Default: 10 000
   */
  close(options: { timeout?: number } = {}): Promise<void> {
    return called(async () => {
      const given: unknown = options;
      if (typeof given !== 'object' || given === null)
        throw new EspalierError(`orm.close(options) takes an object: { timeout }, got ${describeValue(given)}.`);
      const { timeout } = options;
      checkBounds('orm.close({ timeout })', { timeout });
      await Promise.all([...this.#databases.values()].map((database) => database.close(timeout)));
    });
  }

  /** `close()`, at the end of a block: `await using orm = await Espalier.connect(…)`. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

/** Options may come from a file that no compiler has seen. */
function checkConnectOptions(options: unknown): void {
  const { entities, databases } = (options ?? {}) as { entities?: unknown; databases?: unknown };
  if (!Array.isArray(entities))
    throw new MetadataError('Espalier.connect needs its entities: entities: [Artist, Album].');
  const configs = typeof databases === 'object' && databases !== null ? Object.entries(databases) : [];
  if (configs.length === 0)
    throw new MetadataError("Espalier.connect needs a database: databases: { default: sqlite('app.db') }.");
  for (const [name, config] of configs as [string, { open?: unknown } | null][]) {
    if (typeof config?.open === 'function') continue;
    throw new MetadataError(`The database '${name}' is invalid: make it by sqlite(…), postgres(…) or mysql(…).`);
  }
}

/** The message of what `attempt` throws; undefined where it does not. */
function messageOf(attempt: () => unknown): string | undefined {
  try {
    attempt();
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function assertFunction(work: unknown, method: string): void {
  if (typeof work === 'function') return;
  throw new QueryError(`${method}() takes a function of a session: ${method}(async (session) => { … }).`);
}

function checkedOptions(options: SessionTransactionOptions): SessionTransactionOptions {
  const given: unknown = options;
  if (typeof given !== 'object' || given === null)
    throw new QueryError(
      'orm.transaction(work, options) takes an object: { isolation, readOnly, signal, timeout, retries, retryStale }.',
    );
  const { retries, retryStale } = options;
  if (retries !== undefined && !(Number.isSafeInteger(retries) && retries >= 0))
    throw new QueryError(`retries is a whole number of times that is not negative, got ${describeNumber(retries)}.`);
  checkBounds('orm.transaction(work, options)', options);
  if (retryStale !== undefined && typeof retryStale !== 'boolean')
    throw new QueryError('retryStale is true or false: whether StaleDataError is retried too.');
  return options;
}
