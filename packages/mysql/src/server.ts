/** What is asked of a server once, when a database is opened: which engine it is, what it can do, and its limits. */

/** Parameters that one prepared statement takes. */
export const MAX_PARAMETERS = 65_535;

export interface ServerFacts extends ServerSettings {
  readonly mariadb: boolean;
  /** Major, minor, patch. */
  readonly version: readonly [number, number, number];
  /** Bytes that one statement with its values may take. */
  readonly maxAllowedPacket: number;
  /** What auto-increment values of one statement differ by. */
  readonly autoIncrementIncrement: number;
  /**
   * Whether the values that one multi-row insert makes follow one another without a gap, whatever other sessions insert meanwhile.
   * https://dev.mysql.com/doc/refman/8.4/en/innodb-auto-increment-handling.html
   */
  readonly consecutiveAutoIncrement: boolean;
}

/** Settings of the server that not all versions have. */
export interface ServerSettings {
  /** The level of transactions that ask for none; undefined for the engine's own, repeatable read that reads a snapshot and writes what is there. */
  readonly isolation?: 'repeatable read' | 'serializable' | undefined;
  /** A transaction of repeatable read neither locks nor changes rows that others have changed since its snapshot: error 1020. */
  readonly snapshotIsolation?: boolean | undefined;
}

/** What follows from engine and version. */
export interface ServerFeatures {
  /**
   * Compares texts by their code points, and blanks at the end too, as the other engines do: for tables that are created, and
   * for matches on tables that were there already.
   */
  readonly collation: string;
  /** Whether `insert` returns columns. */
  readonly returning: boolean;
  /** Whether `json_table` can be joined. */
  readonly jsonTable: boolean;
  /** Whether an index may be one of an expression. */
  readonly expressionIndexes: boolean;
}

export const SERVER_QUESTION =
  'select version(), @@max_allowed_packet, @@auto_increment_increment, @@innodb_autoinc_lock_mode';

export const SETTINGS_QUESTION =
  "show session variables where variable_name in ('transaction_isolation', 'tx_isolation', 'innodb_snapshot_isolation')";

/** The rows that answer `SETTINGS_QUESTION`. https://mariadb.com/kb/en/innodb-system-variables/#innodb_snapshot_isolation */
export function readServerSettings(rows: readonly (readonly unknown[])[]): ServerSettings {
  const settings = new Map(rows.map(([name, value]) => [String(name), String(value).toLowerCase()]));
  const level = settings.get('transaction_isolation') ?? settings.get('tx_isolation');
  const snapshotIsolation = settings.get('innodb_snapshot_isolation') === 'on';
  if (level === 'serializable') return { isolation: level, snapshotIsolation };
  return {
    isolation: level === 'repeatable-read' && snapshotIsolation ? 'repeatable read' : undefined,
    snapshotIsolation,
  };
}

/** The one row that answers `SERVER_QUESTION`. */
export function readServerFacts(row: readonly unknown[]): ServerFacts {
  const [versionText, packet, increment, lockMode] = row;
  const text = String(versionText);
  // MariaDB may call itself `5.5.5-10.11.6-MariaDB`, so that old replicas accept its version.
  const [, major, minor, patch] = /(\d+)\.(\d+)\.(\d+)/.exec(text.replace(/^5\.5\.5-/, '')) ?? [];
  return {
    mariadb: /mariadb/i.test(text),
    version: [Number(major ?? 0), Number(minor ?? 0), Number(patch ?? 0)],
    maxAllowedPacket: Number(packet),
    autoIncrementIncrement: Number(increment),
    consecutiveAutoIncrement: Number(lockMode) < 2,
  };
}

export function isAtLeast({ version }: ServerFacts, ...wanted: readonly [number, number, number]): boolean {
  for (let i = 0; i < wanted.length; i++) {
    if (version[i]! !== wanted[i]!) return version[i]! > wanted[i]!;
  }
  return true;
}
