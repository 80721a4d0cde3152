/** A MariaDB server for the tests. */
import { connectToMysql } from './bare-client';
import { findMariadb, type MariadbBinaries } from './binaries';
import { TestServerError } from './test-server-error';
import { startThrowawayServer, type ServerPlace, type ServerRecipe, type ThrowawayServer } from './throwaway-server';

export const MARIADB_MISSING =
  'install MariaDB (Debian, Ubuntu: apt-get install mariadb-server; macOS: brew install mariadb), or set ESPALIER_MARIADB_URL';

/** Not UTC and not of whole hours, so that a time which goes through the server's zone comes back wrong. */
const TIME_ZONE = '+05:30';

/** Durability off, small files, and all of Unicode; `loose` options are skipped by versions that do not have them. */
const SETTINGS = [
  '--loose-debug-no-sync',
  '--loose-innodb-flush-method=nosync',
  '--innodb-flush-log-at-trx-commit=0',
  '--innodb-doublewrite=0',
  '--innodb-log-file-size=32M',
  '--character-set-server=utf8mb4',
];

/**
 * Starts a MariaDB server from installed binaries in a temporary folder, on 127.0.0.1, without durability; as an unprivileged user where this
 * process is root. Its time zone is not UTC. Needs the npm package `mysql2`.
 * @param settings arguments of the server beside those, as `--transaction-isolation=SERIALIZABLE`
 * @throws TestServerError when there are no binaries, or the server does not start
 */
export async function startMariadb(settings: readonly string[] = []): Promise<ThrowawayServer> {
  const binaries = findMariadb();
  if (!binaries) throw new TestServerError(`No MariaDB was found: ${MARIADB_MISSING}.`);
  return await startThrowawayServer(recipeFor(binaries, settings));
}

function recipeFor({ installDb, server }: MariadbBinaries, settings: readonly string[]): ServerRecipe {
  return {
    engine: 'MariaDB',
    users: ['mysql', 'nobody'],
    commands: (place) => [
      [installDb, ...installArguments(place)],
      [server, ...serverArguments(place), ...settings],
    ],
    stopSignal: 'KILL',
    connect: connectToMysql,
    url: (port) => `mysql://root@127.0.0.1:${port}/test`,
    adminUrl: (port) => `mysql://root@127.0.0.1:${port}`,
    dataFolderOf: async (client) => String((await client.query('select @@datadir as folder'))[0]?.folder),
    prepare: (client) => client.query('create database if not exists test'),
  };
}

/**
 * `normal` gives root an empty password instead of the system's own authentication, which knows no root on a TCP connection. The test database
 * that the program would make has the character set of MariaDB, not that of the server.
 */
function installArguments({ dataFolder }: ServerPlace): readonly string[] {
  return [
    '--no-defaults',
    `--datadir=${dataFolder}`,
    '--auth-root-authentication-method=normal',
    '--skip-name-resolve',
    '--skip-test-db',
    ...SETTINGS,
  ];
}

function serverArguments({ folder, dataFolder, port }: ServerPlace): readonly string[] {
  return [
    '--no-defaults',
    `--datadir=${dataFolder}`,
    '--bind-address=127.0.0.1',
    `--port=${port}`,
    // Relative to the data directory: the whole path may be longer than a socket's may be.
    '--socket=socket',
    `--pid-file=${folder}/pid`,
    '--skip-name-resolve',
    '--max-connections=400',
    `--default-time-zone=${TIME_ZONE}`,
    ...SETTINGS,
  ];
}
