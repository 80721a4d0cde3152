/** Plain clients of the npm packages `pg` and `mysql2`, for asking whether a server is there and for making databases on it. */
import { createRequire } from 'node:module';
import { TestServerError } from './test-server-error';

export interface BareClient {
  /** The rows of one statement, by column name. */
  query(sql: string): Promise<readonly Readonly<Record<string, unknown>>[]>;
  end(): Promise<void>;
}

export type Connect = (url: string) => Promise<BareClient>;

/** How long one attempt to connect may take, in milliseconds. */
const CONNECT_TIMEOUT_MS = 10_000;

/** The parts of `pg` that are used here. Written down, so that users need none of its types. */
interface PgModule {
  readonly Client: new (options: { connectionString: string; connectionTimeoutMillis: number }) => {
    connect(): Promise<void>;
    query(sql: string): Promise<{ readonly rows: readonly Readonly<Record<string, unknown>>[] }>;
    end(): Promise<void>;
    on(event: 'error', listener: (error: Error) => void): unknown;
  };
}

/** The parts of `mysql2/promise` that are used here. */
interface MysqlModule {
  createConnection(options: { uri: string; connectTimeout: number }): Promise<{
    query(sql: string): Promise<readonly [unknown, unknown]>;
    end(): Promise<void>;
    on(event: 'error', listener: (error: Error) => void): unknown;
  }>;
}

/** @throws TestServerError without the package `pg`, and what the server answers when it refuses */
export async function connectToPostgres(url: string): Promise<BareClient> {
  const { Client } = load('pg', 'pg') as PgModule;
  const client = new Client({ connectionString: url, connectionTimeoutMillis: CONNECT_TIMEOUT_MS });
  // A connection that is cut makes the statement on it fail; without a listener it would also end the process.
  client.on('error', ignore);
  await client.connect();
  return {
    query: async (sql) => (await client.query(sql)).rows,
    end: () => client.end(),
  };
}

/** For MySQL and MariaDB. @throws TestServerError without the package `mysql2`, and what the server answers when it refuses */
export async function connectToMysql(url: string): Promise<BareClient> {
  const mysql = load('mysql2/promise', 'mysql2') as MysqlModule;
  const connection = await mysql.createConnection({ uri: url, connectTimeout: CONNECT_TIMEOUT_MS });
  connection.on('error', ignore);
  return {
    query: async (sql) => {
      const [rows] = await connection.query(sql);
      return Array.isArray(rows) ? (rows as Readonly<Record<string, unknown>>[]) : [];
    },
    end: () => connection.end(),
  };
}

/** Runs `work` with a client, and closes it. */
export async function withClient<R>(
  connect: Connect,
  url: string,
  work: (client: BareClient) => Promise<R>,
): Promise<R> {
  const client = await connect(url);
  try {
    return await work(client);
  } finally {
    await client.end().catch(ignore);
  }
}

/** Through require and only when needed: who tests on SQLite alone has neither package, and Jest cannot run a native `import()`. */
function load(specifier: string, packageName: string): unknown {
  try {
    return createRequire(__filename)(specifier);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'MODULE_NOT_FOUND') throw error;
    throw new TestServerError(`The npm package '${packageName}' is missing: npm install --save-dev ${packageName}`, {
      cause: error,
    });
  }
}

function ignore(): void {
  // Deliberately empty: see its uses.
}
