/** `orm.schema`: tables of the entities, in the databases where they live. */
import { called } from './caller';
import { describeValue } from './describe-value';
import { QueryError } from './errors';
import { databaseNamed, type Database } from './database';
import type { EntityClass, EntityModel, EntityModels } from './metadata';
import { checkTables, createStatements, dropSteps, sortFindings, type SchemaFinding } from './schema';
import { boundStatement, type CatalogQuestion } from './sql';

/** What narrows `create`, `drop`, `sql` and `check` down. Default: all entities of all databases. */
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

/** What `orm.schema` is: it makes, drops, prints and checks tables, and never changes one that is there. */
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

  /**
   * Reads what the database says of the tables and tells where that differs from what is mapped, by entity and column; an empty list where all is as `create`
   * makes it. It reads the catalogue alone: no rows, no right to change anything.
   *
   * A column may have another type than `create` would give it, as long as values are read, written and found as they are: a finding says that they are not.
   * So a text may be mapped over what the engine hands out and takes as a text; where it wants to know the type (PostgreSQL, for an enum, a uuid, inet, xml
   * and their kind, as soon as several rows are inserted by one statement), `type: { sqlType }` names it. Entities that are only read, and computed columns, are held to
   * what reading needs. Of views, keys, indexes and NULLs are not known. Not compared: checks, defaults, names of constraints, what foreign keys do on
   * delete, and indexes of expressions or of some rows.
   * @throws QueryError for a database that is not connected; what reading the catalogue fails by is a typed error as that of any statement
   */
  check(options?: SchemaOptions): Promise<SchemaFinding[]>;
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

  check(options: SchemaOptions = {}): Promise<SchemaFinding[]> {
    return called(async () => {
      const findings: SchemaFinding[] = [];
      for (const [database, wanted] of this.#placed(options)) {
        const all = this.#context.models.all.filter((model) => this.#place(model, options) === database.name);
        const place = { database: database.name, dialect: database.dialect };
        findings.push(...(await asking(database, (ask) => checkTables({ all, wanted }, place, ask))));
      }
      return sortFindings(findings);
    });
  }

  #place({ database }: EntityModel, { database: only }: SchemaOptions): string {
    return database ?? only ?? this.#context.defaultDatabase;
  }

  #placed(options: SchemaOptions): [Database, EntityModel[]][] {
    const given: unknown = options;
    if (typeof given !== 'object' || given === null || Array.isArray(given))
      throw new QueryError(`orm.schema takes { database, entities }, got ${describeValue(given)}.`);
    const { database: only, entities } = options;
    const list: unknown = entities;
    if (list !== undefined && !Array.isArray(list))
      throw new QueryError(`orm.schema takes an array of entities, got ${describeValue(entities)}.`);
    const { models, databases } = this.#context;
    const wanted = entities ? entities.map((entity) => models.of<object>(entity)) : models.all;
    return (only === undefined ? [...databases.values()] : [databaseNamed(databases, only)])
      .map((database): [Database, EntityModel[]] => [
        database,
        wanted.filter((model) => this.#place(model, options) === database.name),
      ])
      .filter(([, placed]) => placed.length > 0);
  }
}

/** All questions on one connection, which sees one `search_path` and one database. */
async function asking<R>(database: Database, work: (ask: CatalogQuestion) => Promise<R>): Promise<R> {
  const connection = await database.connect('primary');
  try {
    return await work(async (sql, parameters = []) => {
      const statement = boundStatement(sql, parameters, { readOnly: true, reusable: false });
      return (await connection.execute(statement)).rows;
    });
  } finally {
    connection.release();
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
