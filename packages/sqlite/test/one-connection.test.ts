/** A database that lives in one connection. */
import { Column, Entity, Espalier, PrimaryKey, TransactionError } from '@espalier/core';
import { sqlite } from '../src';

@Entity()
class Genre {
  @PrimaryKey() id!: number;
  @Column({ length: 40 }) name!: string;
}

let orm: Espalier;

beforeEach(async () => {
  orm = await Espalier.connect({ entities: [Genre], databases: { default: sqlite(':memory:') } });
  await orm.schema.create();
});

afterEach(() => orm.close());

test('a transaction inside of another one is refused at once, for it would wait for the end of that one', async () => {
  await orm.transaction(async (session) => {
    session.create(Genre, { name: 'outer' });
    const inner = orm.transaction((second) => Promise.resolve(second.create(Genre, { name: 'inner' })));
    await expect(inner).rejects.toThrow(TransactionError);
    await expect(inner).rejects.toThrow(/session\.transaction/);
  });
  await using session = orm.session();
  expect((await session.repository(Genre).all()).map(({ name }) => name)).toEqual(['outer']);
});

test('raw SQL of the connection inside of a transaction is refused at once, and that of the session is a part of it', async () => {
  await orm.transaction(async (session) => {
    session.create(Genre, { name: 'outer' });
    await session.flush();
    await expect(orm.sql`select name from genres`).rejects.toThrow(/orm\.sql inside of .* use session\.sql/);
    expect(await session.sql`select name from genres`).toEqual([{ name: 'outer' }]);
  });
  expect(await orm.sql`select name from genres`).toEqual([{ name: 'outer' }]);
});

test('transactions beside and after one another are not refused', async () => {
  const add = (name: string): Promise<Genre> =>
    orm.transaction((session) => Promise.resolve(session.create(Genre, { name })));
  let end!: () => void;
  const ended = new Promise<void>((resolve) => (end = resolve));
  let later: Promise<Genre> | undefined;
  await orm.transaction(() => {
    // Asked for inside of it, and begun when it has ended.
    later = ended.then(() => add('later'));
    return Promise.resolve();
  });
  end();
  await Promise.all([add('a'), add('b')]);
  await later;
  await using session = orm.session();
  expect(await session.repository(Genre).count()).toBe(3);
});
