/** `orm.schema`: tables of the entities, in the databases where they live. */
import { called } from './caller';
import { describeValue } from './describe-value';
import { QueryError } from './errors';
import { databaseNamed, type Database } from './database';
import type { EntityClass, EntityModel, EntityModels } from './metadata';
import { createStatements, dropSteps } from './schema';

/** What narrows `create`, `drop` and `sql` down. Default: all entities of all databases. */
export interface SchemaOptions {
  /** Only this database. QueryError where it was not connected. */
  database?: string;
  /** Only these entities. */
  entities?: readonly EntityClass[];
}

interface SchemaContext {
  readonly models: EntityModels;
  readonly databases: ReadonlyMap<string, Database>;
  readonly defaultDatabase: string;
}

/** What `orm.schema` is: it makes, drops and prints tables, and never changes one that is there. */
export interface SchemaManager {
  /**
   * Creates tables, keys and indexes, referred tables first.
   * @throws MetadataError before anything is sent, for what an engine cannot have. @throws QueryError where a table is there already
   */
  create(options?: SchemaOptions): Promise<void>;

  /** Drops the tables; one that is not there is no error. */
  drop(options?: SchemaOptions): Promise<void>;

  /** The statements that `create` would send, without sending them. */
  sql(options?: SchemaOptions): string[];
}

export class ModelSchemaManager implements SchemaManager {
  readonly #context: SchemaContext;

  constructor(context: SchemaContext) {
    this.#context = context;
  }

  create(options: SchemaOptions = {}): Promise<void> {
    return called(async () => {
      const all = this.#placed(options).map(([database, models]) => ({
        database,
        statements: createStatements(models, database.dialect),
      }));
      for (const { database, statements } of all) await run(database, statements);
    });
  }

  drop(options: SchemaOptions = {}): Promise<void> {
    return called(async () => {
      for (const [database, models] of this.#placed(options)) {
        const { before, statements, after } = dropSteps(models, database.dialect);
        await run(database, [...before, ...statements], after);
      }
    });
  }

  sql(options: SchemaOptions = {}): string[] {
    return this.#placed(options).flatMap(([database, models]) => [...createStatements(models, database.dialect)]);
  }

  #placed(options: SchemaOptions): [Database, EntityModel[]][] {
    const given: unknown = options;
    if (typeof given !== 'object' || given === null || Array.isArray(given))
      throw new QueryError(`orm.schema takes { database, entities }, got ${describeValue(given)}.`);
    const { database: only, entities } = options;
    const list: unknown = entities;
    if (list !== undefined && !Array.isArray(list))
      throw new QueryError(`orm.schema takes an array of entities, got ${describeValue(entities)}.`);
    const { models, databases, defaultDatabase } = this.#context;
    const wanted = entities ? entities.map((entity) => models.of<object>(entity)) : models.all;
    return (only === undefined ? [...databases.values()] : [databaseNamed(databases, only)])
      .map((database): [Database, EntityModel[]] => [
        database,
        wanted.filter((model) => (model.database ?? only ?? defaultDatabase) === database.name),
      ])
      .filter(([, placed]) => placed.length > 0);
  }
}

/** All on one connection: settings made before tables are dropped must hold while they are, and be put back whatever happens. */
async function run(database: Database, statements: readonly string[], after: readonly string[] = []): Promise<void> {
  const connection = await database.connect('primary');
  try {
    for (const statement of statements) await connection.run(statement);
  } finally {
    try {
      for (const statement of after) await connection.run(statement);
      connection.release();
    } catch {
      connection.discard();
    }
  }
}
