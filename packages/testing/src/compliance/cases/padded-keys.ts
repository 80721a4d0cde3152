/** Keys and unique texts by collations that do not count blanks at the end: 'rex ' refers to the row 'rex'. */
import assert from 'node:assert/strict';
import {
  BelongsTo,
  Column,
  Entity,
  HasMany,
  PrimaryKey,
  type Defaulted,
  type Espalier,
  type LoadedMany,
  type Many,
  type Ref,
} from '@espalier/core';
import type { CaseGroup, ComplianceContext } from '../suite';

function stable(sqlType: string) {
  const type = { sqlType, base: 'text' } as const;

  @Entity({ table: 'padded_horses' })
  class Horse {
    @PrimaryKey({ type }) name!: Defaulted<string>;
    @Column({ type: 'integer' }) age!: number;
    @Column({ type, unique: true, nullable: true }) nick!: string | null;
    @HasMany(() => Ride, 'horse', { orderBy: 'id' }) rides!: Many<Ride>;
  }

  @Entity({ table: 'padded_rides' })
  class Ride {
    @PrimaryKey({ type: 'integer' }) id!: number;
    @Column({ type: 'integer', default: 0 }) minutes!: Defaulted<number>;
    @BelongsTo(() => Horse, { column: 'horse' }) horse!: Ref<Horse, 'name'>;
  }

  return { Horse, Ride };
}

type Filled = ReturnType<typeof stable> & { readonly orm: Espalier };

/** Two horses; the rides of Rex name him with blanks. */
const inStable =
  (work: (filled: Filled) => Promise<void>) =>
  ({ withOrm, paddedText }: ComplianceContext): Promise<void> => {
    const { Horse, Ride } = stable(paddedText!);
    return withOrm([Horse, Ride], async (orm) => {
      await orm.sql`insert into padded_horses (name, age) values ('Rex', 3), ('Max', 5)`;
      await orm.sql`insert into padded_rides (id, horse, minutes) values (1, 'Rex ', 10), (2, 'Rex   ', 20), (3, 'Max', 30)`;
      await work({ Horse, Ride, orm });
    });
  };

const cases: Record<string, (context: ComplianceContext) => Promise<void>> = {};
for (const strategy of ['join', 'query'] as const) {
  cases[`an included to-one relation is the row that the database found, by ${strategy}`] = inStable(
    async ({ orm, Horse, Ride }) => {
      await using session = orm.session();
      const rides = await session.repository(Ride).include('horse', { strategy }).orderBy('id');
      assert.deepEqual(
        rides.map(({ horse }) => [horse.name, horse.age]),
        [
          ['Rex', 3],
          ['Rex', 3],
          ['Max', 5],
        ],
      );
      assert.equal(await session.repository(Horse).get('Rex  '), rides[0]!.horse);
      assert.equal(await session.repository(Horse).get('Rex'), rides[1]!.horse);
      assert.deepEqual(session.changes(), []);
    },
  );
}

Object.assign(cases, {
  'to-many relations lose no row, and what is changed is the row': inStable(async ({ orm, Horse, Ride }) => {
    await using session = orm.session();
    const [max, rex] = await session.repository(Horse).include('rides').orderBy('name');
    const ids = (items: unknown): number[] => [...(items as LoadedMany<{ id: number }>)].map(({ id }) => id);
    assert.deepEqual([ids(max!.rides), ids(rex!.rides)], [[3], [1, 2]]);
    assert.deepEqual(session.changes(), []);
    for (const ride of rex!.rides) ride.minutes += 1;
    rex!.age = 4;
    await session.commit();
    await using other = orm.session();
    assert.equal(
      await other
        .repository(Ride)
        .filter({ horse: { age: 4 } })
        .count(),
      2,
    );
    assert.equal(await other.repository(Ride).filter({ horse: 'Rex     ' }).count(), 2);
  }),

  'keys and unique values change hands with other blanks': inStable(async ({ orm, Horse, Ride }) => {
    await using session = orm.session();
    await session.repository(Ride).filter({ horse: 'Rex' }).delete();
    const rex = await session.repository(Horse).get('Rex');
    rex.nick = 'fast';
    await session.commit();
    session.delete(rex);
    session.create(Horse, { name: 'Rex  ', age: 1, nick: 'fast ' });
    await session.commit();
    assert.deepEqual(
      (await session.repository(Horse).filter({ name: 'Rex' })).map(({ name, nick, age }) => [name, nick, age]),
      [['Rex  ', 'fast ', 1]],
    );
  }),
} satisfies CaseGroup['cases']);

export const paddedKeys: CaseGroup = { name: 'keys whose blanks at the end do not count', cases };
