/** The databases that the model tests run on: SQLite in memory always, each server that is there. */
import type { DatabaseConfig, Driver } from '@espalier/core/driver';
import { mysql } from '@espalier/mysql';
import { postgres } from '@espalier/postgres';
import { sqlite, type SqliteClientName } from '@espalier/sqlite';
import { freshDatabase, testDatabases, type AvailableDatabase } from '@espalier/testing';

export interface Target {
  readonly dialect: string;
  /** Each statement of a server is a round trip: fewer programs run there. */
  readonly isServer: boolean;
  /** An empty database. */
  open(): Promise<OpenTarget>;
}

export interface OpenTarget {
  readonly config: DatabaseConfig<Driver>;
  drop(): Promise<void>;
}

const CONFIGS: Record<string, (url: string) => DatabaseConfig<Driver>> = { postgres, mariadb: mysql, mysql };

/** `MODEL_CLIENT` in the environment names another client of SQLite: `node:sqlite` runs several times as many programs in the same time. */
const client = process.env.MODEL_CLIENT as SqliteClientName | undefined;

const inMemory: Target = {
  dialect: 'sqlite',
  isServer: false,
  open: () => Promise.resolve({ config: sqlite(':memory:', client ? { client } : {}), drop: () => Promise.resolve() }),
};

/** `MODEL_DIALECT` in the environment names one of them. */
export const targets: readonly Target[] = [
  inMemory,
  ...testDatabases()
    .filter((each): each is AvailableDatabase => each.url !== undefined && each.dialect !== 'sqlite')
    .map((server) => ({
      dialect: server.dialect,
      isServer: true,
      open: async () => {
        const { url, drop } = await freshDatabase(server);
        return { config: CONFIGS[server.dialect]!(url), drop };
      },
    })),
].filter(({ dialect }) => [undefined, '', dialect].includes(process.env.MODEL_DIALECT));
