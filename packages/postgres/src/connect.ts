/** `postgres(...)`: from options to a database that `Espalier.connect` can open. */
import {
  checkedNetwork,
  checkSwitch,
  checkTls,
  EspalierError,
  optionsOf,
  type DatabaseConfig,
  type Driver,
  type NetworkBounds,
  type NetworkOptions,
  type PoolOptions,
} from '@espalier/core/driver';
import { Client, type ClientConfig } from 'pg';
import { parseIntoClientConfig } from 'pg-connection-string';
import { PostgresDialect } from './dialect';
import { PostgresDriver } from './driver';
import type { ProtocolClient } from './protocol';
import { withRowReader } from './row-reader';

/** Certificates in PEM, as `node:tls` takes them. */
export interface PostgresTlsOptions {
  /** Authorities to trust instead of those that Node trusts. */
  readonly ca?: string | Uint8Array | undefined;
  /** The certificate of this client, where the server asks for one. */
  readonly cert?: string | Uint8Array | undefined;
  /** The private key of `cert`, without a passphrase. */
  readonly key?: string | Uint8Array | undefined;
  /** Whether a server whose certificate cannot be verified is refused. Default: true. */
  readonly rejectUnauthorized?: boolean | undefined;
}

/** What `postgres(…)` takes. */
export interface PostgresOptions extends NetworkOptions {
  /** `postgres://user:password@host:5432/database`, with `?application_name=…&sslmode=…&options=…` where wanted. */
  readonly primary: string;
  /** How many connections, and how long they live. Default: ten at the most. */
  readonly pool?: PoolOptions | undefined;
  /** `true`: TLS with the certificates that Node trusts. Overrides what the URL says. */
  readonly ssl?: boolean | PostgresTlsOptions | undefined;
  /**
   * Whether statements that come again are prepared under a name on each connection. Default: true. Say `false` where
   * a pooler in front hands out another server connection for each transaction (PgBouncer in transaction mode).
   */
  readonly preparedStatements?: boolean | undefined;
}

/** Idle time after which the system asks whether the other end is there. */
const KEEP_ALIVE_MS = 10_000;

/**
 * What every session is set to, so that values travel as this package reads and writes them whatever the server's defaults.
 * https://www.postgresql.org/docs/current/runtime-config-client.html
 */
const SETTINGS: Readonly<Record<string, string>> = {
  TimeZone: 'UTC',
  DateStyle: 'ISO, YMD',
  IntervalStyle: 'iso_8601',
  bytea_output: 'hex',
  // Floats to the last digit, before version 12 too.
  extra_float_digits: '3',
  standard_conforming_strings: 'on',
};

/** The server ends a statement that takes too long. */
function settingsOf({ statementTimeout }: NetworkBounds): readonly (readonly [string, string])[] {
  const settings = Object.entries(SETTINGS);
  return statementTimeout === undefined ? settings : [...settings, ['statement_timeout', String(statementTimeout)]];
}

/** Where a pooler stands between, settings of the startup message are refused: they are sent as a statement. */
function setupStatement(bounds: NetworkBounds): string {
  const calls = settingsOf(bounds).map(([name, value]) => `set_config('${name}', '${value}', false)`);
  return `select ${calls.join(', ')}`;
}

/**
 * A PostgreSQL database: `postgres(url)`, `postgres(url, { pool: { max: 20 } })`, or all of it as options.
 * @throws EspalierError where there is no URL or it cannot be read, and for options that cannot be meant
 */
export function postgres(
  given: string | PostgresOptions,
  more?: Omit<PostgresOptions, 'primary'>,
): DatabaseConfig<Driver> {
  const options = optionsOf<PostgresOptions>(given, more, GIVEN);
  const { primary, pool, ssl, preparedStatements = true } = options;
  const bounds = checkedNetwork('postgres', options);
  checkTls('postgres', ssl);
  checkSwitch('postgres', 'preparedStatements', preparedStatements);
  const config = clientConfig(primary, ssl, preparedStatements ? startupOptions(bounds) : undefined);
  return {
    pool,
    open: () =>
      Promise.resolve(
        new PostgresDriver({
          dialect: new PostgresDialect(),
          // `pg` declares less of itself than its documentation promises to query objects (https://node-postgres.com/apis/client).
          createClient: () => withRowReader(new Client(config) as unknown as ProtocolClient),
          preparedStatements,
          setup: preparedStatements ? undefined : setupStatement(bounds),
          bounds,
        }),
      ),
  };
}

const GIVEN = {
  caller: 'postgres',
  option: 'primary',
  example: "a URL, 'postgres://user:password@host:5432/database', or options with the URL as primary",
};

function clientConfig(url: string, ssl: PostgresOptions['ssl'], settings: string | undefined): ClientConfig {
  const config = parseUrl(url);
  const fromUrl = config.options ?? '';
  return {
    ...config,
    keepAlive: true,
    keepAliveInitialDelayMillis: KEEP_ALIVE_MS,
    ...(settings !== undefined && { options: `${fromUrl} ${settings}`.trim() }),
    ...(ssl !== undefined && { ssl: typeof ssl === 'object' ? tlsOptions(ssl) : ssl }),
  };
}

function parseUrl(url: string): ClientConfig {
  try {
    // The parser would take any text for the name of a database.
    if (!/^(?:postgres|postgresql|socket):/.test(url)) throw unreadableUrl('');
    return parseIntoClientConfig(url);
  } catch (error) {
    if (error instanceof EspalierError) throw error;
    // The parser's error may quote the URL, and with it the password: it is not kept.
    throw unreadableUrl(error instanceof Error && 'code' in error ? ` (${String(error.code)})` : '');
  }
}

function unreadableUrl(reason: string): EspalierError {
  return new EspalierError(
    `postgres(...) cannot read its URL${reason}: write 'postgres://user:password@host:5432/database', special characters percent-encoded.`,
  );
}

/** `-c name=value`, blanks escaped; of two that name one setting the last counts: https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNECT-OPTIONS */
function startupOptions(bounds: NetworkBounds): string {
  return settingsOf(bounds)
    .map(([name, value]) => `-c ${name}=${value.replaceAll(' ', '\\ ')}`)
    .join(' ');
}

function tlsOptions({ ca, cert, key, rejectUnauthorized = true }: PostgresTlsOptions): ClientConfig['ssl'] {
  return {
    rejectUnauthorized,
    ...(ca !== undefined && { ca: pem(ca) }),
    ...(cert !== undefined && { cert: pem(cert) }),
    ...(key !== undefined && { key: pem(key) }),
  };
}

function pem(value: string | Uint8Array): string | Buffer {
  return typeof value === 'string' ? value : Buffer.from(value);
}
