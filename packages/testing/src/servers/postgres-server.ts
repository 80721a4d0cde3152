/** A PostgreSQL server for the tests. */
import { connectToPostgres } from './bare-client';
import { findPostgres, type PostgresBinaries } from './binaries';
import { TestServerError } from './test-server-error';
import { startThrowawayServer, type ServerPlace, type ServerRecipe, type ThrowawayServer } from './throwaway-server';

export const POSTGRES_MISSING =
  'install PostgreSQL (Debian, Ubuntu: apt-get install postgresql; macOS: brew install postgresql), or set ESPALIER_POSTGRES_URL';

/** A zone that is not UTC and has summer time, so that a time which goes through the server's zone comes back wrong. */
const TIME_ZONE = 'America/New_York';

/** Durability off; enough connections for tests with hundreds of clients, prepared transactions for two-phase commits. */
const SETTINGS = {
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  max_connections: '400',
  max_prepared_transactions: '50',
  timezone: TIME_ZONE,
};

/** Characters that are letters in Unicode are so to `lower` and `ilike`; the order is that of code points everywhere. */
const CHARACTER_TYPE = process.platform === 'darwin' ? 'en_US.UTF-8' : 'C.UTF-8';

/**
 * Starts a PostgreSQL server from installed binaries in a temporary folder, on 127.0.0.1, without durability; as an unprivileged user where
 * this process is root. Its time zone is not UTC. Needs the npm package `pg`.
 * @throws TestServerError when there are no binaries, or the server does not start
 */
export async function startPostgres(): Promise<ThrowawayServer> {
  const binaries = findPostgres();
  if (!binaries) throw new TestServerError(`No PostgreSQL was found: ${POSTGRES_MISSING}.`);
  return await startThrowawayServer(recipeFor(binaries));
}

function recipeFor({ initdb, postgres }: PostgresBinaries): ServerRecipe {
  return {
    engine: 'PostgreSQL',
    users: ['postgres', 'nobody'],
    commands: (place) => [
      [initdb, ...initdbArguments(place)],
      [postgres, ...serverArguments(place)],
    ],
    stopSignal: 'QUIT',
    connect: connectToPostgres,
    url: urlOf,
    adminUrl: urlOf,
    dataFolderOf: async (client) => String((await client.query('show data_directory'))[0]?.data_directory),
  };
}

const urlOf = (port: number): string => `postgres://postgres@127.0.0.1:${port}/postgres`;

function initdbArguments({ dataFolder }: ServerPlace): readonly string[] {
  return [
    `--pgdata=${dataFolder}`,
    '--username=postgres',
    '--auth=trust',
    '--no-sync',
    '--no-instructions',
    '--encoding=UTF8',
    '--locale=C',
    `--lc-ctype=${CHARACTER_TYPE}`,
  ];
}

function serverArguments({ dataFolder, port }: ServerPlace): readonly string[] {
  const settings = Object.entries(SETTINGS).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  // The socket goes to the data directory, named relative to it: the whole path may be longer than a socket's may be.
  return ['-D', dataFolder, '-h', '127.0.0.1', '-p', String(port), '-k', '.', ...settings];
}
