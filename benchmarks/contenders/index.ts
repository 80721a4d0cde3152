/** The contenders, in the order in which the results list them. */
import { createRequire } from 'node:module';
import type { Connect, DatabaseName } from '../src/contender';

export const CONTENDER_NAMES = [
  'bare',
  'best',
  'espalier-before',
  'espalier',
  'mikro-orm',
  'typeorm',
  'drizzle',
  'sequelize',
] as const;
export type ContenderName = (typeof CONTENDER_NAMES)[number];

/** How a contender holds moments in SQLite, which has no type for them. */
export type SqliteMoments = 'text' | 'milliseconds';

export interface ContenderInfo {
  readonly title: string;
  readonly sqliteMoments: SqliteMoments;
  /** The packages whose versions matter, by database. */
  readonly packages: Readonly<Record<DatabaseName, readonly string[]>>;
}

/** Espalier is installed in the repository around this package, with drivers of its own. */
export const CONTENDERS: Readonly<Record<ContenderName, ContenderInfo>> = {
  bare: {
    title: 'bare driver',
    sqliteMoments: 'text',
    packages: { postgres: ['pg'], sqlite: ['sqlite3'] },
  },
  best: {
    title: 'driver at its best',
    sqliteMoments: 'text',
    packages: { postgres: ['pg'], sqlite: ['sqlite3'] },
  },
  'espalier-before': {
    title: 'Espalier, compared checkout',
    sqliteMoments: 'text',
    packages: { postgres: [], sqlite: [] },
  },
  espalier: {
    title: 'Espalier',
    sqliteMoments: 'text',
    packages: {
      postgres: ['@espalier/core', '@espalier/postgres', 'pg'],
      sqlite: ['@espalier/core', '@espalier/sqlite', 'sqlite3'],
    },
  },
  'mikro-orm': {
    title: 'MikroORM',
    sqliteMoments: 'milliseconds',
    packages: {
      postgres: ['@mikro-orm/core', '@mikro-orm/postgresql', 'pg'],
      sqlite: ['@mikro-orm/core', '@mikro-orm/sqlite', 'better-sqlite3'],
    },
  },
  typeorm: {
    title: 'TypeORM',
    sqliteMoments: 'text',
    packages: { postgres: ['typeorm', 'pg'], sqlite: ['typeorm', 'better-sqlite3'] },
  },
  drizzle: {
    title: 'Drizzle',
    sqliteMoments: 'milliseconds',
    packages: { postgres: ['drizzle-orm', 'pg'], sqlite: ['drizzle-orm', 'better-sqlite3'] },
  },
  sequelize: {
    title: 'Sequelize',
    sqliteMoments: 'text',
    packages: { postgres: ['sequelize', 'pg'], sqlite: ['sequelize', 'sqlite3'] },
  },
};

interface ContenderModule {
  readonly connectPostgres?: Connect;
  readonly connectSqlite?: Connect;
}

const MODULES: Readonly<Record<ContenderName, Readonly<Record<DatabaseName, string>>>> = {
  bare: { postgres: './bare-postgres.js', sqlite: './bare-sqlite.js' },
  best: { postgres: './best-postgres.js', sqlite: './best-sqlite.js' },
  'espalier-before': { postgres: './espalier-postgres.js', sqlite: './espalier-sqlite.js' },
  espalier: { postgres: './espalier-postgres.js', sqlite: './espalier-sqlite.js' },
  'mikro-orm': { postgres: './mikro-orm.js', sqlite: './mikro-orm.js' },
  typeorm: { postgres: './typeorm.js', sqlite: './typeorm.js' },
  drizzle: { postgres: './drizzle-postgres.js', sqlite: './drizzle-sqlite.js' },
  sequelize: { postgres: './sequelize.js', sqlite: './sequelize.js' },
};

/** Loads the one contender and nothing of the others, by a path that the compiler does not follow. */
export function connectorOf(name: ContenderName, database: DatabaseName): Connect {
  const load = createRequire(__filename);
  const module = load(MODULES[name][database]) as ContenderModule;
  const connect = database === 'postgres' ? module.connectPostgres : module.connectSqlite;
  if (connect === undefined) throw new Error(`${name} has no connector for ${database}.`);
  return connect;
}
