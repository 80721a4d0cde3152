/** Unique texts and keys whose case does not count: who takes one in another spelling waits for who gives it up. */
import assert from 'node:assert/strict';
import {
  BelongsTo,
  Column,
  Entity,
  Espalier,
  failsafeAdd,
  HasMany,
  PrimaryKey,
  QueryError,
  type Defaulted,
  type Many,
  type Ref,
} from '@espalier/core';
import { recordStatements, type StatementRecord } from '../../statements';
import type { CaseGroup, ComplianceContext } from '../suite';

function garden(sqlType: string) {
  const type = { sqlType, base: 'text' } as const;

  @Entity({ table: 'spelled_beds' })
  class Bed {
    @PrimaryKey({ type }) code!: Defaulted<string>;
    @Column({ type: 'integer' }) size!: number;
    @HasMany(() => Row, 'bed') rows!: Many<Row>;
    @HasMany(() => Sign, 'bed') signs!: Many<Sign>;
  }

  @Entity({ table: 'spelled_rows' })
  class Row {
    @PrimaryKey({ type: 'integer' }) id!: number;
    @BelongsTo(() => Bed, { column: 'bed', nullable: true }) bed!: Ref<Bed, 'code'> | null;
  }

  @Entity({ table: 'spelled_signs' })
  class Sign {
    @PrimaryKey({ type: 'integer' }) id!: number;
    @BelongsTo(() => Bed, { column: 'bed' }) bed!: Ref<Bed, 'code'>;
  }

  @Entity({ table: 'spelled_plants' })
  class Plant {
    @PrimaryKey({ type: 'integer' }) id!: number;
    @Column({ type, unique: true }) name!: string;
    @Column({ type, unique: true, nullable: true }) nick!: string | null;
    @Column({ type: 'integer', default: 0 }) height!: Defaulted<number>;
  }

  /** Case counts here, on every engine. */
  @Entity({ table: 'spelled_codes' })
  class Code {
    @PrimaryKey({ type: 'integer' }) id!: number;
    @Column({ type: 'uuid', unique: true }) code!: string;
    @Column({ type: 'integer', unique: true }) place!: number;
  }

  const all = [Bed, Row, Sign, Plant, Code];
  return { Bed, Row, Sign, Plant, Code, all };
}

type Planted = ReturnType<typeof garden> & { readonly orm: Espalier; readonly statements: StatementRecord };

const inGarden =
  (work: (planted: Planted) => Promise<void>) =>
  async (context: ComplianceContext): Promise<void> => {
    const { sqlType, setUp } = context.insensitiveText!;
    const classes = garden(sqlType);
    const orm = await Espalier.connect({ entities: classes.all, databases: { default: context.config() } });
    try {
      await setUp?.(orm);
      await orm.schema.drop();
      await orm.schema.create();
      await work({ ...classes, orm, statements: recordStatements(orm) });
    } finally {
      await orm.schema.drop();
      await orm.close();
    }
  };

export const insensitiveUniques: CaseGroup = {
  name: 'unique texts whose case does not count',
  cases: {
    'a unique value that is deleted and made again in another case changes hands': inGarden(async ({ orm, Plant }) => {
      await using session = orm.session();
      const old = session.create(Plant, { name: 'Rose', height: 1 });
      await session.commit();
      session.delete(old);
      session.create(Plant, { name: 'rOSE', height: 2 });
      await session.commit();
      assert.deepEqual(
        (await session.repository(Plant).all()).map(({ name, height }) => [name, height]),
        [['rOSE', 2]],
      );
    }),

    'a natural key that is deleted and made again in another case changes hands, with what was handed over': inGarden(
      async ({ orm, Bed, Row }) => {
        await using session = orm.session();
        const old = session.create(Bed, { code: 'North', size: 1 });
        const row = session.create(Row, { bed: old });
        await session.commit();
        session.delete(old);
        const fresh = session.create(Bed, { code: 'north', size: 2 });
        row.bed = fresh;
        await session.commit();
        assert.deepEqual(session.changes(), []);
        assert.equal(await session.repository(Bed).get('NORTH'), fresh);
        session.clear();
        const read = await session.repository(Row).include('bed').one();
        assert.deepEqual([read.bed?.code, read.bed?.size], ['north', 2]);
      },
    ),

    'where what was handed over cannot be without an owner, the spelling is refused by name': inGarden(
      async ({ orm, Bed, Sign }) => {
        await using session = orm.session();
        const old = session.create(Bed, { code: 'North', size: 1 });
        const sign = session.create(Sign, { bed: old });
        await session.commit();
        session.delete(old);
        sign.bed = session.create(Bed, { code: 'north', size: 2 });
        await assert.rejects(
          session.commit(),
          (error: unknown) => error instanceof QueryError && error.message.includes('North') && error.entity === 'Bed',
        );
        session.delete(sign.bed);
        sign.bed = session.create(Bed, { code: 'North', size: 2 });
        await session.commit();
        assert.equal((await session.repository(Bed).one()).size, 2);
      },
    ),

    'values move along a chain, and in a circle, in other cases': inGarden(async ({ orm, Plant }) => {
      await using session = orm.session();
      const [a, b, c] = ['Aster', 'Begonia', 'Clover'].map((name) => session.create(Plant, { name }));
      await session.commit();
      a!.name = 'BEGONIA';
      b!.name = 'CLOVER';
      c!.name = 'Daisy';
      session.create(Plant, { name: 'ASTER', height: 9 });
      await session.commit();
      [a!.nick, b!.nick] = ['x', 'y'];
      await session.commit();
      [a!.nick, b!.nick] = ['Y', 'X'];
      await session.commit();
      assert.deepEqual(
        (await session.repository(Plant).orderBy('id')).map(({ name, nick }) => [name, nick]),
        [
          ['BEGONIA', 'Y'],
          ['CLOVER', 'X'],
          ['Daisy', null],
          ['ASTER', null],
        ],
      );
    }),

    'a row that changes the case of its own value waits for no other row, and no query is sent': inGarden(
      async ({ orm, Plant, Code, statements }) => {
        await using session = orm.session();
        const [a, b] = ['Aster', 'Begonia'].map((name) => session.create(Plant, { name }));
        await session.commit();
        a!.name = 'ASTER';
        b!.name = 'BEGONIA';
        session.create(Code, { code: 'aaaaaaaa-0000-4000-8000-000000000000', place: 1 });
        statements.clear();
        await session.commit();
        assert.deepEqual(
          statements.texts.filter((text) => /select .*name.* from .?spelled_plants/i.test(text)),
          [],
        );
        assert.deepEqual(
          (await session.repository(Plant).orderBy('id')).map(({ name }) => name),
          ['ASTER', 'BEGONIA'],
        );
      },
    ),

    'getOrCreateMany finds and makes one row of all spellings': inGarden(async ({ orm, Plant }) => {
      await using session = orm.session();
      const plants = session.repository(Plant);
      const rose = await plants.create({ name: 'Rose' });
      const found = await plants.getOrCreateMany(
        ['rOSE', 'Lily', 'Fern', 'LILY', 'Rose'].map((name) => ({ name })),
        { height: 2 },
      );
      assert.deepEqual(
        found.map(([{ name, height }]) => [name.toLowerCase(), height]),
        [
          ['rose', 0],
          ['lily', 2],
          ['fern', 2],
          ['lily', 2],
          ['rose', 0],
        ],
      );
      assert.equal(found[0]![0], rose);
      assert.equal(found[1]![0], found[3]![0]);
      await session.commit();
      assert.equal(await plants.count(), 3);
    }),

    'failsafeAdd and getOrCreate see a deletion in another case': inGarden(async ({ orm, Plant }) => {
      await using session = orm.session();
      const [rose, lily] = ['Rose', 'Lily'].map((name) => session.create(Plant, { name, height: 1 }));
      await session.commit();
      session.delete(rose!, lily!);
      await failsafeAdd(session, Object.assign(new Plant(), { name: 'ROSE', height: 2 }));
      const [made, wasMade] = await session.repository(Plant).getOrCreate({ name: 'LILY' });
      assert.deepEqual([wasMade, made.height], [true, 0]);
      await session.commit();
      assert.deepEqual(
        (await session.repository(Plant).orderBy('id')).map(({ name }) => name),
        ['ROSE', 'LILY'],
      );
    }),
  },
};
