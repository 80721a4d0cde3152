/** The option `snapshotIsolation`: MariaDB refuses what would lose an update at repeatable read. */
import { Column, Entity, Espalier, PrimaryKey, SerializationError, type Session } from '@espalier/core';
import { mysql } from '../src';
import { onEachServer } from './open-driver';

@Entity()
class Account {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @Column({ type: 'integer' }) balance!: number;
}

onEachServer('snapshotIsolation', (server) => {
  const connect = (snapshotIsolation?: boolean): Promise<Espalier> =>
    Espalier.connect({ entities: [Account], databases: { default: mysql(server.url(), { snapshotIsolation }) } });

  if (server.name === 'mysql') {
    test('is refused by a server that does not have it', async () => {
      await expect(connect(true)).rejects.toThrow(/has no innodb_snapshot_isolation.*@Version/s);
    });
    return;
  }

  /** Two transactions that both read 0 and add one. */
  async function addTwice(orm: Espalier): Promise<number> {
    await orm.schema.drop();
    await orm.schema.create();
    await orm.transaction(async (session) => {
      session.create(Account, { id: 1, balance: 0 });
    });
    const add = async (session: Session): Promise<void> => {
      (await session.repository(Account).get(1)).balance += 1;
    };
    let isFirst = true;
    await orm.transaction(
      async (session) => {
        await add(session);
        if (isFirst) await orm.transaction(add);
        isFirst = false;
      },
      { retries: 1 },
    );
    return (await orm.session().repository(Account).get(1)).balance;
  }

  test('loses no update where it is on', async () => {
    await using orm = await connect(true);
    expect(await addTwice(orm)).toBe(2);
    await using session = orm.session();
    const account = await session.repository(Account).get(1);
    await session.begin();
    await session.repository(Account).count();
    await orm.transaction((other) => other.repository(Account).all().update({ balance: 9 }));
    account.balance = 10;
    await expect(session.flush()).rejects.toThrow(SerializationError);
  });

  test('loses one silently where it is off, as MySQL and older versions of MariaDB do', async () => {
    await using orm = await connect(false);
    expect(await addTwice(orm)).toBe(1);
  });

  test('is true or false', () => {
    expect(() => mysql(server.url(), { snapshotIsolation: 'on' as never })).toThrow(
      'snapshotIsolation is true or false',
    );
  });
});
