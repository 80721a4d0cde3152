/** `mysql(...)`: from options to a database that `Espalier.connect` can open. */
import {
  boundStatement,
  checkedNetwork,
  checkSwitch,
  checkTls,
  ConnectError,
  EspalierError,
  optionsOf,
  type DatabaseConfig,
  type Driver,
  type NetworkBounds,
  type NetworkOptions,
  type PoolOptions,
} from '@espalier/core/driver';
import { createConnection, type ConnectionOptions } from 'mysql2';
import type { Client } from './client';
import { dialectFor } from './dialect';
import { MysqlConnection } from './connection';
import { MysqlDriver } from './driver';
import { errorNumber, translateError, UNKNOWN_VARIABLE } from './errors';
import { readServerFacts, readServerSettings, SERVER_QUESTION, SETTINGS_QUESTION, type ServerFacts } from './server';

/** Certificates in PEM, as `node:tls` takes them. */
export interface MysqlTlsOptions {
  /** Authorities to trust instead of those that Node trusts. */
  readonly ca?: string | Uint8Array | undefined;
  /** The certificate of this client, where the server asks for one. */
  readonly cert?: string | Uint8Array | undefined;
  /** The private key of `cert`, without a passphrase. */
  readonly key?: string | Uint8Array | undefined;
  /** Whether a server whose certificate cannot be verified is refused. Default: true. */
  readonly rejectUnauthorized?: boolean | undefined;
}

/** What `mysql(…)` takes. */
export interface MysqlOptions extends NetworkOptions {
  /** `mysql://user:password@host:3306/database`, with `?socketPath=/run/mysqld/mysqld.sock` where wanted. */
  readonly primary: string;
  /** How many connections, and how long they live. Default: ten at the most. */
  readonly pool?: PoolOptions | undefined;
  /** `true`: TLS with the certificates that Node trusts. */
  readonly ssl?: boolean | MysqlTlsOptions | undefined;
  /**
   * MariaDB from 10.6.18: whether a transaction of repeatable read that changes a row which others have changed since its snapshot is a
   * SerializationError. Where it is not, the change of the others is lost. Default: what the server is set to, from MariaDB 11.6 on `true`.
   */
  readonly snapshotIsolation?: boolean | undefined;
}

/**
 * What every client is set to. Numbers that a JavaScript number would round come as text, and so do moments, which the client
 * would cut to milliseconds. Statements without values are sent as text, one at a time.
 */
const CLIENT_SETTINGS = Object.freeze({
  charset: 'UTF8MB4_BIN',
  timezone: 'Z',
  dateStrings: true,
  supportBigNumbers: true,
  bigNumberStrings: true,
  decimalNumbers: false,
  jsonStrings: true,
  rowsAsArray: true,
  multipleStatements: false,
  namedPlaceholders: false,
  // Updates count the rows they match, also where nothing changes. No file of this machine is ever sent.
  flags: ['FOUND_ROWS', '-LOCAL_FILES'],
  // Each is kept by the server too, which has a bound for all connections together (max_prepared_stmt_count).
  maxPreparedStatements: 128,
  // Idle time after which the system asks whether the other end is there.
  keepAliveInitialDelay: 10_000,
});

/**
 * Strict, so that what does not fit is refused and never cut; zero is a key like any other; UTC.
 * https://dev.mysql.com/doc/refman/8.4/en/sql-mode.html
 */
const SETUP =
  "set time_zone = '+00:00', sql_mode = 'STRICT_ALL_TABLES,NO_ZERO_IN_DATE,NO_ZERO_DATE,ERROR_FOR_DIVISION_BY_ZERO," +
  "NO_ENGINE_SUBSTITUTION,NO_AUTO_VALUE_ON_ZERO'";

/**
 * A MySQL or MariaDB database: `mysql(url)`, `mysql(url, { pool: { max: 20 } })`, or all of it as options. Which of the two it is, is
 * asked of the server.
 * @throws EspalierError where there is no URL or it cannot be read, and for options that cannot be meant
 */
export function mysql(given: string | MysqlOptions, more?: Omit<MysqlOptions, 'primary'>): DatabaseConfig<Driver> {
  const options = optionsOf<MysqlOptions>(given, more, GIVEN);
  const { primary, pool, ssl, snapshotIsolation } = options;
  const bounds = checkedNetwork('mysql', options);
  checkSwitch('mysql', 'snapshotIsolation', snapshotIsolation);
  checkTls('mysql', ssl);
  const target = targetOf(primary);
  // The client writes into the options that it is given: each gets its own.
  const createClient = (): Client =>
    createConnection({
      ...CLIENT_SETTINGS,
      flags: [...CLIENT_SETTINGS.flags],
      ...target,
      // The driver bounds more than the client would: the settings that follow too.
      connectTimeout: 0,
      ...tlsOptions(ssl),
    } as ConnectionOptions) as unknown as Client;
  return {
    pool,
    open: async () => {
      const settings = SETUP + snapshotSetting(snapshotIsolation);
      const facts = await askServer(createClient(), settings, bounds);
      const setup = settings + statementLimit(facts, bounds);
      return new MysqlDriver({ dialect: dialectFor(facts), createClient, setup, bounds });
    },
  };
}

/**
 * The server ends a statement that takes too long; MySQL a select only.
 * https://mariadb.com/kb/en/server-system-variables/#max_statement_time, in seconds
 * https://dev.mysql.com/doc/refman/8.4/en/server-system-variables.html#sysvar_max_execution_time, in milliseconds
 */
function statementLimit({ mariadb }: ServerFacts, { statementTimeout }: NetworkBounds): string {
  if (statementTimeout === undefined) return '';
  return mariadb
    ? `, max_statement_time = ${(statementTimeout / 1_000).toFixed(3)}`
    : `, max_execution_time = ${String(statementTimeout)}`;
}

/** https://mariadb.com/kb/en/innodb-system-variables/#innodb_snapshot_isolation */
function snapshotSetting(snapshotIsolation: boolean | undefined): string {
  return snapshotIsolation === undefined ? '' : `, innodb_snapshot_isolation = ${snapshotIsolation ? 'on' : 'off'}`;
}

const GIVEN = {
  caller: 'mysql',
  option: 'primary',
  example: "a URL, 'mysql://user:password@host:3306/database', or options with the URL as primary",
};

async function askServer(client: Client, setup: string, bounds: NetworkBounds): Promise<ServerFacts> {
  let connection: MysqlConnection | undefined;
  try {
    connection = await MysqlConnection.open(client, setup, { maxPacket: Number.MAX_SAFE_INTEGER, bounds });
    const { rows } = await connection.execute(boundStatement(SERVER_QUESTION, [], { readOnly: true, reusable: false }));
    const settings = await connection.execute(
      boundStatement(SETTINGS_QUESTION, [], { readOnly: true, reusable: false }),
    );
    return { ...readServerFacts(rows[0] ?? []), ...readServerSettings(settings.rows) };
  } catch (error) {
    if (error instanceof ConnectError && errorNumber(error.cause) === UNKNOWN_VARIABLE) {
      throw new EspalierError(
        'mysql(…): this server has no innodb_snapshot_isolation, which snapshotIsolation sets: MariaDB has it from 10.6.18, 10.11.8 and 11.4.2 on, MySQL does not. ' +
          'Leave the option out, and protect rows by @Version.',
        { cause: error.cause },
      );
    }
    throw translateError(error, undefined);
  } finally {
    await connection?.close();
  }
}

type Target = Pick<ConnectionOptions, 'host' | 'port' | 'user' | 'password' | 'database' | 'socketPath'>;

function targetOf(text: string): Target {
  const url = parseUrl(text);
  const unknown = [...url.searchParams.keys()].find((name) => name !== 'socketPath');
  if (unknown !== undefined) {
    throw new EspalierError(
      `mysql(...) does not know the parameter '${unknown}' of its URL: it takes socketPath; what else there is, is said in the options.`,
    );
  }
  const database = decodeURIComponent(url.pathname.slice(1));
  const socketPath = url.searchParams.get('socketPath');
  return {
    host: decodeURIComponent(url.hostname).replace(/^\[(.*)\]$/, '$1') || 'localhost',
    port: url.port === '' ? 3306 : Number(url.port),
    ...(url.username !== '' && { user: decodeURIComponent(url.username) }),
    ...(url.password !== '' && { password: decodeURIComponent(url.password) }),
    ...(database !== '' && { database }),
    ...(socketPath !== null && { socketPath }),
  };
}

function parseUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url && (url.protocol === 'mysql:' || url.protocol === 'mariadb:')) return url;
  // The text is not repeated: it may hold a password.
  throw new EspalierError(
    "mysql(...) cannot read its URL: write 'mysql://user:password@host:3306/database', special characters percent-encoded.",
  );
}

function tlsOptions(ssl: MysqlOptions['ssl']): Pick<ConnectionOptions, 'ssl'> {
  if (ssl === undefined || ssl === false) return {};
  const { ca, cert, key, rejectUnauthorized = true } = ssl === true ? {} : ssl;
  return {
    ssl: {
      rejectUnauthorized,
      ...(ca !== undefined && { ca: pem(ca) }),
      ...(cert !== undefined && { cert: pem(cert) }),
      ...(key !== undefined && { key: pem(key) }),
    },
  };
}

function pem(value: string | Uint8Array): string | Buffer {
  return typeof value === 'string' ? value : Buffer.from(value);
}
