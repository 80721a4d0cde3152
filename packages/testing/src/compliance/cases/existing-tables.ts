/** Tables as others have made them: constraints by name or none, views, two classes on one table, columns that are written once. */
import assert from 'node:assert/strict';
import {
  BelongsTo,
  Column,
  Entity,
  Espalier,
  ForeignKeyViolationError,
  ManyToMany,
  MetadataError,
  PrimaryKey,
  QueryError,
  ValidationFailedError,
  type Defaulted,
  type Many,
  type Ref,
} from '@espalier/core';
import type { CaseGroup } from '../suite';

@Entity({ table: 'existing_countries' })
class Country {
  @PrimaryKey({ type: 'char', length: 3, constraint: 'pk_existing_countries' }) code!: string;
  @Column({ type: 'varchar', length: 40 }) name!: string;
}

@Entity({ table: 'existing_cities' })
class City {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @Column({ type: 'varchar', length: 40 }) name!: string;
  @Column({ type: 'varchar', length: 40, default: 'settlers', updatable: false }) foundedBy!: Defaulted<string>;
  @BelongsTo(() => Country, { constraint: 'city_is_in_country', updatable: false }) country!: Ref<Country, 'code'>;
  /** Nothing in the database watches over it. */
  @BelongsTo(() => Country, { constraint: false, nullable: true }) formerly!: Ref<Country, 'code'> | null;
}

/** The same table, narrow. */
@Entity({ table: 'existing_cities' })
class CityName {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @Column({ type: 'varchar', length: 40 }) name!: string;
}

/** A view over both. */
@Entity({ table: 'existing_city_names', readOnly: true })
class CityRow {
  @Column({ type: 'varchar', length: 40 }) city!: string;
  @Column({ type: 'varchar', length: 40 }) nation!: string;
  @BelongsTo(() => Country, { column: 'country_code' }) country!: Ref<Country, 'code'>;
}

/** Teams and players refer to each other, by columns that are properties as well. */
@Entity({ table: 'existing_teams' })
class Team {
  @PrimaryKey({ type: 'integer', generated: false }) id!: number;
  @Column({ type: 'integer', nullable: true }) captainId!: number | null;
  @BelongsTo(() => Player, { nullable: true }) captain!: Ref<Player> | null;
}

@Entity({ table: 'existing_players' })
class Player {
  @PrimaryKey({ type: 'integer', generated: false }) id!: number;
  @Column({ type: 'integer', nullable: true }) teamId!: number | null;
  @BelongsTo(() => Team, { nullable: true }) team!: Ref<Team> | null;
}

@Entity({ table: 'existing_plans' })
class Plan {
  @PrimaryKey({ values: ['free', 'paid'] }) tier!: 'free' | 'paid';
  @Column({ type: 'integer' }) price!: number;
}

@Entity({ table: 'existing_accounts' })
class Account {
  @PrimaryKey({ type: 'varchar', length: 20, hidden: true }) secret!: string;
  @Column({ type: 'varchar', length: 20 }) name!: string;
  @BelongsTo(() => Plan) plan!: Ref<Plan, 'tier'>;
}

@Entity({ table: 'existing_tags' })
class Tag {
  @PrimaryKey({ type: 'integer' }) id!: number;
}

@Entity({ table: 'existing_notes' })
class Note {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @ManyToMany(() => Tag, { through: 'existing_note_tags', onDelete: 'restrict' }) tags!: Many<Tag>;
}

@Entity({ table: 'existing_hens' })
class Hen {
  @PrimaryKey({ type: 'integer', generated: false }) id!: number;
  @BelongsTo(() => Egg, { deferrable: 'deferred' }) from!: Ref<Egg>;
}

@Entity({ table: 'existing_eggs' })
class Egg {
  @PrimaryKey({ type: 'integer', generated: false }) id!: number;
  @BelongsTo(() => Hen, { deferrable: true }) laidBy!: Ref<Hen>;
}

const cities = [Country, City, CityName];

async function addOslo(orm: Espalier): Promise<number> {
  return orm.transaction(async (session) => {
    const country = session.create(Country, { code: 'NOR', name: 'Norway' });
    const city = session.create(City, { name: 'Oslo', country });
    await session.flush();
    return city.id;
  });
}

const refusing = (pattern: RegExp) => (error: unknown) => {
  assert.ok(error instanceof QueryError || error instanceof ValidationFailedError, String(error));
  assert.match(error.message, pattern);
  return true;
};

export const existingTables: CaseGroup = {
  name: 'Existing tables',
  cases: {
    'have constraints by the names given': async ({ withOrm, dialect }) => {
      await withOrm(cities, async (orm) => {
        const texts = orm.schema.sql().join('\n');
        assert.match(texts, /city_is_in_country/);
        assert.match(texts, /pk_existing_countries/);
        assert.equal(texts.match(/foreign key/g)?.length, 1, dialect);
        await using session = orm.session();
        session.create(City, { name: 'Nowhere', country: session.reference(Country, 'XXX') as Country });
        await assert.rejects(session.commit(), ForeignKeyViolationError);
      });
    },

    'may refer without a constraint to what is not there': async ({ withOrm }) => {
      await withOrm(cities, async (orm) => {
        const id = await addOslo(orm);
        await using session = orm.session();
        const oslo = await session.repository(City).get(id);
        oslo.formerly = session.reference(Country, 'DEN') as Country;
        await session.commit();
        await using other = orm.session();
        const found = await other.repository(City).get(id);
        assert.equal(found.formerly?.code, 'DEN');
        assert.equal(
          await other
            .repository(City)
            .filter({ formerly: { name: 'Denmark' } })
            .count(),
          0,
        );
      });
    },

    'have columns that are written once': async ({ withOrm }) => {
      await withOrm(cities, async (orm) => {
        const id = await addOslo(orm);
        await using session = orm.session();
        const oslo = await session.repository(City).get(id);
        assert.equal(oslo.foundedBy, 'settlers');
        oslo.name = 'Christiania';
        await session.commit();
        oslo.foundedBy = 'Harald';
        await assert.rejects(session.commit(), refusing(/City\.foundedBy is written once/));
        await session.rollback();
        await session.refresh(oslo);
        oslo.country = session.reference(Country, 'DEN') as Country;
        await assert.rejects(session.commit(), refusing(/City\.country is written once/));
        await session.rollback();
        const all = session.repository(City).all();
        await assert.rejects(
          async () => all.update({ foundedBy: 'Harald' }),
          refusing(/City\.foundedBy is written once/),
        );
      });
    },

    'may have two classes, a wide one and a narrow one': async ({ withOrm }) => {
      await withOrm(cities, async (orm) => {
        const id = await addOslo(orm);
        await using session = orm.session();
        const name = await session.repository(CityName).get(id);
        const city = await session.repository(City).get(id);
        assert.ok(name instanceof CityName && city instanceof City);
        name.name = 'Kristiania';
        await session.commit();
        await session.refresh(city);
        assert.equal(city.name, 'Kristiania');
        session.delete(name);
        await session.commit();
        assert.equal(await session.repository(City).all().count(), 0);
      });
    },

    'without a key are read, row by row, and related': async ({ withOrm }) => {
      await withOrm([...cities, CityRow], async (orm) => {
        await addOslo(orm);
        await orm.sql`insert into existing_city_names (city, nation, country_code) values ('Oslo', 'Norway', 'NOR'), ('Oslo', 'Norway', 'NOR')`;
        await using session = orm.session();
        const rows = session.repository(CityRow);
        const found = await rows.filter({ nation: 'Norway' }).include('country');
        assert.equal(found.length, 2);
        assert.notEqual(found[0], found[1]);
        assert.equal(found[0]!.country.name, 'Norway');
        assert.equal(await rows.all().count(), 2);
        assert.deepEqual(
          (await rows.only('city').orderBy('city').limit(1)).map(({ city }) => city),
          ['Oslo'],
        );
        assert.equal((await rows.orderBy('city').first())?.city, 'Oslo');
        let seen = 0;
        for await (const row of rows.all()) seen += row.city === 'Oslo' ? 1 : 0;
        assert.equal(seen, 2);
        assert.equal(
          JSON.stringify(found[0]),
          '{"city":"Oslo","nation":"Norway","country":{"code":"NOR","name":"Norway"}}',
        );
        assert.deepEqual(session.changes(), []);
      });
    },

    'without a key say so where a key is needed, and are never written': async ({ withOrm }) => {
      await withOrm([...cities, CityRow], async (orm) => {
        await addOslo(orm);
        await orm.sql`insert into existing_city_names (city, nation, country_code) values ('Oslo', 'Norway', 'NOR')`;
        await using session = orm.session();
        const rows = session.repository(CityRow);
        const [row] = await rows.all();
        await assert.rejects(async () => rows.find(1 as never), refusing(/CityRow has none: find its rows by filter/));
        await assert.rejects(async () => rows.first(), refusing(/CityRow has no key .* orderBy/));
        await assert.rejects(async () => session.refresh(row!), refusing(/needs a key, and CityRow has none/));
        assert.throws(() => session.reference(CityRow, 1 as never), refusing(/CityRow has none/));
        assert.throws(() => session.add(Object.assign(new CityRow(), { city: 'Bergen' })), refusing(/readOnly/));
        assert.throws(() => session.delete(row!), refusing(/readOnly/));
        await assert.rejects(async () => rows.all().delete(), refusing(/readOnly/));
      });
    },

    'are views of others too': async ({ withOrm }) => {
      await withOrm([...cities, CityRow], async (orm) => {
        await addOslo(orm);
        await orm.sql`drop table existing_city_names`;
        await orm.sql`create view existing_city_names as select c.name as city, n.name as nation, n.code as country_code
          from existing_cities c join existing_countries n on n.code = c.country_code`;
        try {
          await using session = orm.session();
          const [row] = await session.repository(CityRow).filter({ country: { name: 'Norway' } });
          assert.deepEqual([row?.city, row?.country.code], ['Oslo', 'NOR']);
        } finally {
          await orm.sql`drop view existing_city_names`;
        }
      });
    },

    'have keys of few values, and keys that are shown nowhere': async ({ withOrm }) => {
      await withOrm([Plan, Account], async (orm) => {
        await orm.transaction((session) => {
          session.create(Account, {
            secret: 's3cret',
            name: 'Ann',
            plan: session.create(Plan, { tier: 'paid', price: 5 }),
          });
          return Promise.resolve();
        });
        await using session = orm.session();
        const ann = await session.repository(Account).include('plan').get({ secret: 's3cret' });
        assert.equal(ann.plan.price, 5);
        assert.equal(JSON.stringify(ann), '{"name":"Ann","plan":{"tier":"paid","price":5}}');
        assert.equal(
          await session
            .repository(Account)
            .filter({ plan: { tier: 'paid' } })
            .count(),
          1,
        );
        await assert.rejects(
          async () => session.repository(Account).get({ secret: 'other' }),
          (error: Error) => !error.message.includes('other'),
        );
        await assert.rejects(async () => session.repository(Plan).find('gold' as never), refusing(/Plan\.tier/));
        session.delete(ann);
        await session.commit();
        assert.equal(await session.repository(Account).all().count(), 0);
      });
    },

    'keep rows of a join table from losing what they name': async ({ withOrm }) => {
      await withOrm([Note, Tag], async (orm) => {
        await using session = orm.session();
        const tag = session.create(Tag, {});
        const note = session.create(Note, { tags: [tag] });
        await session.commit();
        await assert.rejects(async () => orm.sql`delete from existing_tags`, ForeignKeyViolationError);
        session.delete(note);
        await session.commit();
        await orm.sql`delete from existing_tags`;
      });
    },

    'that refer to each other are written in one transaction where constraints are deferred': async ({
      config,
      dialect,
      withOrm,
    }) => {
      if (dialect === 'mysql' || dialect === 'mariadb') {
        await using orm = await Espalier.connect({ entities: [Hen, Egg], databases: { default: config() } });
        await assert.rejects(orm.schema.create(), (error: unknown) => {
          assert.ok(error instanceof MetadataError);
          assert.match(error.message, /existing_(hens|eggs).*no deferrable ones/);
          return true;
        });
        return;
      }
      await withOrm([Hen, Egg], async (orm) => {
        await using session = orm.session();
        const egg = Object.assign(new Egg(), { id: 1 });
        const hen = Object.assign(new Hen(), { id: 1, from: egg });
        egg.laidBy = hen;
        session.add(hen);
        await session.commit();
        await using other = orm.session();
        const found = await other.repository(Hen).include('from').get(1);
        assert.equal(found.from.laidBy, found);
        session.delete(hen);
        session.delete(egg);
        await session.commit();
        assert.equal(await other.repository(Egg).all().count(), 0);
      });
    },

    'rows that name each other by plain columns are written in the order that their keys ask for': ({ withOrm }) =>
      withOrm([Team, Player], async (orm) => {
        await using session = orm.session();
        for (const id of [1, 2]) {
          // One of the two is named before it is made, whichever class comes first.
          if (id === 1) session.create(Team, { id: 11, captainId: 21 });
          session.create(Player, { id: 20 + id, teamId: id === 1 ? null : 12 });
          if (id === 2) session.create(Team, { id: 12 });
          await session.flush();
        }
        const [team, player] = [session.reference(Team, 11), await session.repository(Player).get(22)];
        assert.equal((await session.repository(Team).get(11)).captain, await session.repository(Player).get(21));
        assert.equal(player.team, await session.repository(Team).get(12));
        assert.equal(team, await session.repository(Team).get(11));
      }),
  },
};
