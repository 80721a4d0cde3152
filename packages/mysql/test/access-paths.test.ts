/** Writes of one row by several columns find it by their index: a scan reads all rows, and locks them. */
import {
  BelongsTo,
  Column,
  Entity,
  Espalier,
  inList,
  KEY,
  ManyToMany,
  PrimaryKey,
  type Many,
  type Ref,
  type Session,
} from '@espalier/core';
import { mysql } from '../src';
import { onEachServer } from './open-driver';

@Entity()
class Place {
  declare readonly [KEY]?: 'row' | 'number';
  @PrimaryKey({ type: 'varchar', length: 20 }) row!: string;
  @PrimaryKey({ type: 'integer', generated: false }) number!: number;
  @Column({ type: 'integer' }) price!: number;
}

@Entity()
class Ticket {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @BelongsTo(() => Place, { columns: ['place_row', 'place_number'] }) place!: Ref<Place>;
}

@Entity()
class Word {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @ManyToMany(() => Word, { through: 'word_pairs', from: 'one_id', to: 'other_id' }) others!: Many<Word>;
}

const ROWS = 1_000;
/** What a statement by the index may read on its way, foreign keys of it included. */
const FEW = 60;

onEachServer('a write by several columns', (server) => {
  let orm: Espalier;

  beforeAll(async () => {
    orm = await Espalier.connect({ entities: [Place, Ticket, Word], databases: { default: mysql(server.url()) } });
    await orm.schema.drop();
    await orm.schema.create();
    await orm.transaction(async (session) => {
      const numbers = Array.from({ length: ROWS }, (_, i) => i + 1);
      await session
        .repository(Place)
        .insertMany(numbers.map((number) => ({ row: `r${String(number % 9)}`, number, price: 1 })));
      await session
        .repository(Ticket)
        .insertMany(numbers.map((number) => ({ place: { row: `r${String(number % 9)}`, number } })) as never);
      await session.repository(Word).insertMany(numbers.map((id) => ({ id })));
      await session.sql`insert into word_pairs (one_id, other_id) select id, id % 1000 + 1 from words`;
    });
    await orm.sql`analyze table places, tickets, words, word_pairs`;
  });

  afterAll(() => orm.close());

  /** Rows that the engine reads while `work` runs in a session of its own, which is rolled back. */
  async function rowsRead(work: (session: Session) => Promise<unknown>): Promise<number> {
    await using session = orm.session();
    await session.begin();
    const count = async (): Promise<number> => {
      const rows = await session.sql<{ Value: string }>`show session status like 'Handler_read%'`;
      return rows.reduce((sum, { Value }) => sum + Number(Value), 0);
    };
    const before = await count();
    await work(session);
    return (await count()) - before;
  }

  const WRITES: readonly (readonly [string, (session: Session) => Promise<unknown>])[] = [
    [
      'of one entity',
      async (session) => {
        await session
          .repository(Ticket)
          .filter({ place: { row: 'r5', number: 5 } })
          .delete();
        session.delete(await session.repository(Place).get({ row: 'r5', number: 5 }));
        expect(await session.flush()).toBe(1);
      },
    ],
    [
      'of one row by its key',
      async (session) => {
        expect(await session.repository(Place).filter({ row: 'r5', number: 5 }).update({ price: 2 })).toBe(1);
      },
    ],
    [
      'of rows by one reference',
      async (session) => {
        const place = session.reference(Place, { row: 'r5', number: 5 });
        expect(await session.repository(Ticket).filter({ place }).delete()).toBe(1);
      },
    ],
    [
      'of rows by a list of one reference',
      async (session) => {
        const place = session.reference(Place, { row: 'r5', number: 5 });
        expect(
          await session
            .repository(Ticket)
            .filter({ place: inList([place]) })
            .delete(),
        ).toBe(1);
      },
    ],
    [
      'of one pair of a collection',
      async (session) => {
        const word = await session.repository(Word).get(7);
        word.others.remove(session.reference(Word, 8));
        await session.flush();
        expect(await session.sql`select 1 from word_pairs where one_id = 7`).toEqual([]);
      },
    ],
  ];

  test.each(WRITES)('%s reads few rows', async (_name, write) => {
    expect(await rowsRead(write)).toBeLessThan(FEW);
  });
});
