/** The cases. */
import type * as Mysql from '@espalier/mysql';
import type * as Postgres from '@espalier/postgres';
import type * as Sqlite from '@espalier/sqlite';
import type { DatabaseConfig } from '@espalier/core';
import { packageOf, type Core } from '../../contenders/espalier';
import type { Case, PreparedCase } from './case';

const STORED = 20_000;
const CHANGED = 1_000;
const ROWS_A_STATEMENT = 1_000;

/** Character sets of a text key in a table that was there already. */
const CHARACTER_SETS = ['utf8mb4', 'latin1', 'utf8mb3', 'ascii'] as const;

export const CASES: Readonly<Record<string, Case>> = {
  ...Object.fromEntries(
    CHARACTER_SETS.map((name): [string, Case] => [
      `text-key-${name}`,
      {
        title: `MariaDB: change 1,000 of 20,000 rows by a text key in ${name}`,
        database: 'mariadb',
        prepare: (core, target, count) => textKeys(core, target, count, name),
      },
    ]),
  ),
  'add-one-postgres': {
    title: 'PostgreSQL: flush 20,000 entities of which one is new',
    database: 'postgres',
    prepare: (core, target, count) =>
      addOne(core, packageOf<typeof Postgres>('@espalier/postgres').postgres(target), count),
  },
  'add-one-sqlite': {
    title: 'SQLite: flush 20,000 entities of which one is new',
    database: 'sqlite',
    prepare: (core, target, count) => addOne(core, packageOf<typeof Sqlite>('@espalier/sqlite').sqlite(target), count),
  },
};

function keyOf(n: number): string {
  return `key-${String(n).padStart(20, '0')}`;
}

async function textKeys(core: Core, target: string, count: () => void, charset: string): Promise<PreparedCase> {
  const { Column, Entity, Espalier, PrimaryKey } = core;
  @Entity({ table: 'coded' })
  class Coded {
    @PrimaryKey({ type: 'varchar', length: 36, generated: false }) code!: string;
    @Column() quantity!: number;
  }
  const { mysql } = packageOf<typeof Mysql>('@espalier/mysql');
  const orm = await Espalier.connect({ entities: [Coded], databases: { default: mysql(target) } });
  await orm.sql(statementOf('drop table if exists coded'));
  await orm.sql(
    statementOf(`create table coded (code varchar(36) character set ${charset} primary key, quantity int not null)`),
  );
  for (let start = 0; start < STORED; start += ROWS_A_STATEMENT) {
    const rows = Array.from({ length: ROWS_A_STATEMENT }, (_, i) => `('${keyOf(start + i)}', 0)`);
    await orm.sql(statementOf(`insert into coded values ${rows.join()}`));
  }
  let session = orm.session();
  let codes: Coded[] = [];
  const reset = async (): Promise<void> => {
    await session.close();
    session = orm.session();
    codes = [...(await session.repository(Coded).all().orderBy('code'))].filter((_, i) => i % (STORED / CHANGED) === 0);
  };
  await reset();
  orm.on('query', count);
  return {
    reset,
    async run() {
      for (const code of codes) code.quantity += 1;
      await session.commit();
    },
    async close() {
      await session.close();
      await orm.sql(statementOf('drop table coded'));
      await orm.close();
    },
  };
}

async function addOne(core: Core, database: DatabaseConfig, count: () => void): Promise<PreparedCase> {
  const { Column, Entity, Espalier, PrimaryKey } = core;
  @Entity({ table: 'managed' })
  class Managed {
    @PrimaryKey() id!: number;
    @Column({ type: 'text' }) name!: string;
    @Column() quantity!: number;
    @Column({ type: 'timestamptz' }) at!: Date;
  }
  const orm = await Espalier.connect({ entities: [Managed], databases: { default: database } });
  await orm.schema.create();
  const session = orm.session();
  for (let n = 0; n < STORED; n++) {
    session.create(Managed, { name: `name ${String(n)}`, quantity: n, at: new Date(n * 1_000) });
  }
  await session.commit();
  orm.on('query', count);
  return {
    reset: () => Promise.resolve(),
    async run() {
      session.create(Managed, { name: 'new', quantity: 1, at: new Date(0) });
      await session.flush();
    },
    async close() {
      await session.rollback();
      await session.close();
      await orm.schema.drop();
      await orm.close();
    },
  };
}

/** A text without values as the template that raw SQL takes. */
function statementOf(text: string): TemplateStringsArray {
  return Object.assign([text], { raw: [text] });
}
