/** Keys that the database holds for equal and JavaScript does not: a foreign key 'rex' refers to the row 'Rex'. */
import assert from 'node:assert/strict';
import {
  BelongsTo,
  Column,
  Entity,
  Espalier,
  HasMany,
  HasOne,
  inList,
  ManyToMany,
  PrimaryKey,
  some,
  type LoadedMany,
  type Many,
  type Ref,
} from '@espalier/core';
import { recordStatements, type StatementRecord } from '../../statements';
import type { CaseGroup, ComplianceContext } from '../suite';

/** Classes with keys of this SQL type. */
function kennel(sqlType: string) {
  const type = { sqlType, base: 'text' } as const;

  @Entity({ table: 'kennel_dogs' })
  class Dog {
    @PrimaryKey({ type }) name!: string;
    @Column({ type: 'integer' }) age!: number;
    @HasMany(() => Toy, 'dog', { orderBy: 'id' }) toys!: Many<Toy>;
    @HasOne(() => Collar, 'dog') collar!: Ref<Collar> | null;
    @ManyToMany(() => Walk, { through: 'kennel_dog_walks', from: 'dog', to: 'walk', orderBy: 'id' }) walks!: Many<Walk>;
  }

  @Entity({ table: 'kennel_toys' })
  class Toy {
    @PrimaryKey({ type: 'integer' }) id!: number;
    @Column({ type: 'integer', default: 0 }) bites!: number;
    @BelongsTo(() => Dog, { column: 'dog' }) dog!: Ref<Dog, 'name'>;
    @HasMany(() => Patch, 'toy') patches!: Many<Patch>;
  }

  @Entity({ table: 'kennel_patches' })
  class Patch {
    @PrimaryKey({ type: 'integer' }) id!: number;
    @BelongsTo(() => Toy, { column: 'toy' }) toy!: Ref<Toy>;
  }

  @Entity({ table: 'kennel_collars' })
  class Collar {
    @PrimaryKey({ type: 'integer' }) id!: number;
    @BelongsTo(() => Dog, { column: 'dog', unique: true }) dog!: Ref<Dog, 'name'>;
  }

  @Entity({ table: 'kennel_walks' })
  class Walk {
    @PrimaryKey({ type: 'integer' }) id!: number;
    @ManyToMany(() => Dog, 'walks') dogs!: Many<Dog>;
  }

  /** Its key is the key of the dog that it belongs to. */
  @Entity({ table: 'kennel_passports' })
  class Passport {
    @PrimaryKey() @BelongsTo(() => Dog, { column: 'dog' }) dog!: Ref<Dog, 'name'>;
    @PrimaryKey({ type: 'integer' }) year!: number;
    @Column({ type: 'integer' }) stamps!: number;
    @HasMany(() => Trip, 'passport') trips!: Many<Trip>;
  }

  @Entity({ table: 'kennel_trips' })
  class Trip {
    @PrimaryKey({ type: 'integer' }) id!: number;
    @BelongsTo(() => Passport, { columns: ['dog', 'year'] }) passport!: Ref<Passport, 'dog' | 'year'>;
  }

  const all = [Dog, Toy, Patch, Collar, Walk, Passport, Trip];
  return { Dog, Toy, Patch, Collar, Walk, Passport, Trip, all };
}

type Kennel = ReturnType<typeof kennel>;

interface Filled extends Kennel {
  readonly orm: Espalier;
  readonly statements: StatementRecord;
}

/** Three dogs; what belongs to them is spelled as they are for Max, and otherwise for Rex and Bo. */
async function inKennel(context: ComplianceContext, work: (filled: Filled) => Promise<void>): Promise<void> {
  const { sqlType, setUp } = context.insensitiveText!;
  const classes = kennel(sqlType);
  const orm = await Espalier.connect({ entities: classes.all, databases: { default: context.config() } });
  try {
    await setUp?.(orm);
    await orm.schema.drop();
    await orm.schema.create();
    await orm.sql`insert into kennel_dogs (name, age) values ('Rex', 3), ('Max', 5), ('Bo', 7)`;
    await orm.sql`insert into kennel_toys (id, bites, dog) values (1, 0, 'rex'), (2, 0, 'REX'), (3, 0, 'Max'), (4, 0, 'Rex'), (5, 0, 'bo')`;
    await orm.sql`insert into kennel_patches (id, toy) values (1, 1)`;
    await orm.sql`insert into kennel_collars (id, dog) values (1, 'rEX'), (2, 'Max')`;
    await orm.sql`insert into kennel_passports (dog, year, stamps) values ('rex', 1, 1), ('REX', 2, 2), ('Max', 1, 3)`;
    await orm.sql`insert into kennel_trips (id, dog, year) values (1, 'Rex', 1), (2, 'reX', 2), (3, 'max', 1)`;
    await orm.sql`insert into kennel_walks (id) values (1), (2)`;
    await orm.sql`insert into kennel_dog_walks (dog, walk) values ('rex', 1), ('REX', 2), ('Max', 1)`;
    await work({ ...classes, orm, statements: recordStatements(orm) });
  } finally {
    await orm.schema.drop();
    await orm.close();
  }
}

const ids = (items: unknown): number[] => [...(items as LoadedMany<{ id: number }>)].map(({ id }) => id);

export const insensitiveKeys: CaseGroup = {
  name: 'keys whose case does not count',
  cases: Object.fromEntries(
    (['join', 'query'] as const).map((strategy) => [
      `an included to-one relation is the row that the database found, by ${strategy}`,
      (context: ComplianceContext) =>
        inKennel(context, async ({ orm, Dog, Toy }) => {
          await using session = orm.session();
          const toys = await session.repository(Toy).include('dog', { strategy }).orderBy('id');
          assert.deepEqual(
            toys.map(({ dog }) => [dog.name, dog.age]),
            [
              ['Rex', 3],
              ['Rex', 3],
              ['Max', 5],
              ['Rex', 3],
              ['Bo', 7],
            ],
          );
          assert.equal(new Set(toys.map(({ dog }) => dog)).size, 3);
          assert.equal(await session.repository(Dog).get('Rex'), toys[0]!.dog);
          assert.equal(await session.repository(Dog).get('rEx'), toys[0]!.dog);
          assert.equal(session.isDirty(toys[0]!), false);
          assert.deepEqual(session.changes(), []);
        }),
    ]),
  ),
};

Object.assign(insensitiveKeys.cases, {
  'to-many and has-one relations lose no row': (context) =>
    inKennel(context, async ({ orm, Dog }) => {
      await using session = orm.session();
      const [bo, max, rex] = await session.repository(Dog).include('toys', 'collar', 'walks').orderBy('name');
      assert.deepEqual(
        [bo, max, rex].map((dog) => ids(dog!.toys)),
        [[5], [3], [1, 2, 4]],
      );
      assert.deepEqual(
        [bo, max, rex].map((dog) => dog!.collar?.id),
        [undefined, 2, 1],
      );
      assert.deepEqual(
        [bo, max, rex].map((dog) => ids(dog!.walks)),
        [[], [1], [1, 2]],
      );
      for (const toy of rex!.toys) assert.equal(toy.dog, rex);
      assert.deepEqual(session.changes(), []);
    }),

  'relations of one entity are loaded without a further question': (context) =>
    inKennel(context, async ({ orm, Dog, statements }) => {
      await using session = orm.session();
      const rex = await session.repository(Dog).get('Rex');
      statements.clear();
      const loaded = await session.load(rex, 'toys', 'walks');
      assert.equal(statements.count, 2);
      assert.deepEqual(ids(loaded.toys), [1, 2, 4]);
      assert.deepEqual(ids(loaded.walks), [1, 2]);
    }),

  'what matches to the letter costs no further question': (context) =>
    inKennel(context, async ({ orm, Dog, Toy, statements }) => {
      await orm.sql`delete from kennel_patches`;
      await orm.sql`delete from kennel_toys where id in (1, 2, 5)`;
      await using session = orm.session();
      statements.clear();
      const dogs = await session.repository(Dog).include('toys');
      assert.equal(dogs.length, 3);
      assert.equal(statements.count, 2);
      await using other = orm.session();
      statements.clear();
      await other.repository(Toy).include('dog', { strategy: 'query' });
      assert.equal(statements.count, 2);
    }),

  'the other side of a many-to-many relation loses no row': (context) =>
    inKennel(context, async ({ orm, Walk }) => {
      await using session = orm.session();
      const walks = await session.repository(Walk).include('dogs').orderBy('id');
      assert.deepEqual(
        walks.map((walk) => [...walk.dogs].map(({ name }) => name).sort()),
        [['Max', 'Rex'], ['Rex']],
      );
    }),

  'references that were read before become the row, and stay one object': (context) =>
    inKennel(context, async ({ orm, Dog, Toy }) => {
      await using session = orm.session();
      const toys = await session.repository(Toy).orderBy('id');
      await session.load(toys, 'dog');
      assert.equal(new Set(toys.map(({ dog }) => dog)).size, 3);
      assert.deepEqual(
        toys.map(({ dog }) => dog.name),
        ['Rex', 'Rex', 'Max', 'Rex', 'Bo'],
      );
      assert.equal(await session.repository(Dog).get('Rex'), toys[0]!.dog);
      assert.deepEqual(session.changes(), []);
    }),

  'a reference by another spelling is loaded, refreshed and found as the row': (context) =>
    inKennel(context, async ({ orm, Dog, Toy }) => {
      await using session = orm.session();
      const toy = await session.repository(Toy).get(1);
      const reference = toy.dog as InstanceType<Kennel['Dog']>;
      await session.refresh(reference);
      assert.deepEqual([reference.name, reference.age], ['Rex', 3]);
      assert.equal(await session.repository(Dog).get('Rex'), reference);
      const second = await session.repository(Toy).get(2);
      const loaded = await session.load(second, 'dog.toys');
      assert.equal(loaded.dog, reference);
      assert.deepEqual(ids(loaded.dog.toys), [1, 2, 4]);
    }),

  'several references by other spellings, which no row has, are loaded as their rows': (context) =>
    inKennel(context, async ({ orm, Dog, Toy }) => {
      await using session = orm.session();
      const toys = await session.repository(Toy).orderBy('id').limit(2);
      const spelled = ['reX', 'mAX'].map((name) => session.reference(Dog, name));
      toys.forEach((toy, i) => {
        toy.dog = spelled[i]! as never;
      });
      await session.load(toys, 'dog');
      assert.deepEqual(
        (spelled as InstanceType<Kennel['Dog']>[]).map(({ name, age }) => [name, age > 0]),
        [
          ['Rex', true],
          ['Max', true],
        ],
      );
      const dogs = await session.repository(Dog).filter({ name: inList(['Rex', 'Max']) });
      assert.deepEqual(new Set<object>(dogs), new Set<object>(spelled));
    }),

  'a child that was read alone belongs to the parent that is read later': (context) =>
    inKennel(context, async ({ orm, Dog, Toy }) => {
      await using session = orm.session();
      const toy = await session.repository(Toy).get(1);
      const dogs = await session.repository(Dog).include('toys.patches').orderBy('name');
      assert.equal(toy.dog, dogs[2]);
      assert.ok([...dogs[2]!.toys].includes(toy as never));
    }),

  'a key that lies in such a relation is that of its own row': (context) =>
    inKennel(context, async ({ orm, Passport, Trip }) => {
      await using session = orm.session();
      const passports = await session.repository(Passport).include('dog', 'trips').orderBy('stamps');
      assert.deepEqual(
        passports.map(({ dog, trips }) => [dog.name, ...ids(trips)]),
        [
          ['Rex', 1],
          ['Rex', 2],
          ['Max', 3],
        ],
      );
      assert.deepEqual(session.changes(), []);
      for (const passport of passports) passport.stamps += 10;
      await session.commit();
      const trips = await session.repository(Trip).include('passport.dog').orderBy('id');
      assert.deepEqual(
        trips.map(({ passport }) => passport),
        passports,
      );
      assert.equal(await session.repository(Passport).get({ dog: 'rex', year: 1 }), passports[0]);
      session.delete(...trips, ...passports);
      await session.commit();
      assert.equal(await session.repository(Passport).count(), 0);
    }),

  'changes of a child and of its parent are written, and no key is': (context) =>
    inKennel(context, async ({ orm, Dog, Toy, statements }) => {
      await using session = orm.session();
      const toys = await session.repository(Toy).include('dog').orderBy('id');
      toys[0]!.bites = 1;
      toys[0]!.dog.age = 4;
      toys[4]!.dog = toys[0]!.dog;
      statements.clear();
      await session.commit();
      await using other = orm.session();
      assert.equal((await other.repository(Dog).get('Rex')).age, 4);
      const rows = await orm.sql`select id, dog, bites from kennel_toys where id in (1, 5) order by id`;
      assert.deepEqual(
        [...rows].map(({ dog, bites }) => [dog, Number(bites)]),
        [
          ['rex', 1],
          ['Rex', 0],
        ],
      );
      assert.equal(
        await other
          .repository(Toy)
          .filter({ dog: { age: 4 } })
          .count(),
        4,
      );
      assert.equal(
        await other
          .repository(Dog)
          .filter({ toys: some({ bites: 1 }) })
          .count(),
        1,
      );
    }),
} satisfies CaseGroup['cases']);
