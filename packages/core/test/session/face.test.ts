/** What of a session is public: a type without internals, and a value to recognise it by. */
import { Column, Entity, Espalier, failsafeAdd, PrimaryKey, QueryError, Repository, Session } from '@espalier/core';
import { sqlite } from '@espalier/sqlite';

@Entity()
class Tag {
  @PrimaryKey() id!: number;
  @Column({ type: 'text' }) name!: string;
}

/** With decorators that emit metadata, the type of a parameter is a value where the parameter's type has one. */
function injected(..._args: [target: object, key: undefined, index: number]): void {}

class Service {
  constructor(@injected readonly session: Session) {}
}

const connect = (): Promise<Espalier> =>
  Espalier.connect({ entities: [Tag], databases: { default: sqlite(':memory:') } });

test('every session is an instance of Session, on whichever database', async () => {
  await using orm = await connect();
  const seen: object[] = [];
  await orm.run(async (session) => {
    seen.push(session, session.using('default'), session.repository(Tag).session, orm.current());
    await session.transaction((inner) => Promise.resolve(seen.push(inner)));
  });
  await orm.transaction((own) => Promise.resolve(seen.push(own)));
  expect(seen.map((one) => one instanceof Session)).toEqual(Array(6).fill(true));
  expect({} instanceof Session).toBe(false);
});

test('Session is what a container that injects by class sees of a constructor', () => {
  expect(Reflect.getMetadata('design:paramtypes', Service)).toEqual([Session]);
});

test('a repository and failsafeAdd refuse what is no session, and say where sessions come from', async () => {
  for (const none of [{}, new (class {})(), undefined] as never[]) {
    expect(() => new Repository(none, Tag).all()).toThrow(QueryError);
    expect(() => new Repository(none, Tag).all()).toThrow(/orm\.session\(\)/);
    await expect(failsafeAdd(none, new Tag())).rejects.toThrow(QueryError);
  }
});
