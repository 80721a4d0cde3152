/** PostgreSQL lets a serializable transaction go on with a row that it cannot have read where the row is got past its snapshot: that must not be. */
import { Column, Entity, Espalier, failsafeAdd, PrimaryKey, SerializationError, type Session } from '@espalier/core';
import { postgres } from '@espalier/postgres';
import { freshDatabase, testDatabases, type AvailableDatabase, type FreshDatabase } from '@espalier/testing';
import { Cell } from './entities';

@Entity()
class Tag {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @Column({ type: 'varchar', length: 20, unique: true }) name!: string;
}

const server = testDatabases().find(
  (each): each is AvailableDatabase => each.dialect === 'postgres' && each.url !== undefined,
);

(server ? describe : describe.skip)('the winner of a race at serializable on PostgreSQL', () => {
  let fresh: FreshDatabase;
  let orm: Espalier;

  beforeAll(async () => {
    fresh = await freshDatabase(server!);
    orm = await Espalier.connect({ entities: [Cell, Tag], databases: { default: postgres(fresh.url) } });
    await orm.schema.create();
  });

  afterAll(async () => {
    await orm.close();
    await fresh.drop();
  });

  beforeEach(async () => {
    await orm.sql`delete from cells`;
    await orm.sql`delete from tags`;
    await orm.sql`insert into cells (id, value) values (1, 10)`;
  });

  const getTag = (session: Session): Promise<Tag> =>
    failsafeAdd(session, Object.assign(new Tag(), { name: 'jazz' }), { name: 'jazz' });

  /** Reads 10; meanwhile another one sets 11 and makes the tag. No order of the two explains a reader who saw 10 and the tag. */
  async function overtaken(session: Session): Promise<void> {
    expect((await session.repository(Cell).get(1)).value).toBe(10);
    await orm.transaction(
      async (other) => {
        (await other.repository(Cell).get(1)).value = 11;
        other.create(Tag, { name: 'jazz' });
      },
      { isolation: 'serializable' },
    );
  }

  test('that has read before the winner committed is refused', async () => {
    await using session = orm.session();
    await session.begin({ isolation: 'serializable' });
    await overtaken(session);
    await expect(getTag(session)).rejects.toThrow(SerializationError);
    await expect(session.commit()).rejects.toThrow();
    await session.rollback();
  });

  test('is found when the transaction is run again', async () => {
    const seen: number[] = [];
    const tag = await orm.transaction(
      async (session) => {
        if (seen.length === 0) await overtaken(session);
        seen.push((await session.repository(Cell).get(1)).value);
        return getTag(session);
      },
      { isolation: 'serializable', retries: 1 },
    );
    expect(seen).toEqual([10, 11]);
    expect(tag.name).toBe('jazz');
  });
});
