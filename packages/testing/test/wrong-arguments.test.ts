/**
 * Every public entry point, called with arguments of the wrong kind: it succeeds, or it throws a typed error, and leaves nothing half-done.
 * What is refused is refused before any SQL, so that one engine stands for all.
 */
import { inspect } from 'node:util';
import {
  and,
  BelongsTo,
  between,
  Check,
  Column,
  contains,
  endsWith,
  Entity,
  eq,
  Espalier,
  EspalierError,
  every,
  failsafeAdd,
  gt,
  gte,
  HasMany,
  HasOne,
  icontains,
  iendsWith,
  ilike,
  Index,
  inList,
  istartsWith,
  like,
  lt,
  lte,
  ManyToMany,
  matches,
  ne,
  none,
  not,
  notIn,
  or,
  PrimaryKey,
  Repository,
  SoftDelete,
  some,
  startsWith,
  Timestamps,
  Unique,
  Version,
  type LoadedMany,
  type Many,
  type Ref,
  type Session,
} from '@espalier/core';
import * as define from '@espalier/core/define';
import { mysql } from '@espalier/mysql';
import { postgres } from '@espalier/postgres';
import { sqlite } from '@espalier/sqlite';

@Entity()
class Owner {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @Column({ type: 'varchar', length: 40 }) name!: string;
  @Column({ type: 'integer', nullable: true }) age!: number | null;
  @Column({ type: 'json', nullable: true }) extra!: unknown;
  @HasMany(() => Pet, 'owner') pets!: Many<Pet>;
  @HasOne(() => Badge, 'owner') badge!: Ref<Badge> | null;
}

@Entity()
class Pet {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @Column({ type: 'varchar', length: 40 }) name!: string;
  @BelongsTo(() => Owner, { nullable: true }) owner!: Ref<Owner> | null;
  @ManyToMany(() => Toy) toys!: Many<Toy>;
}

@Entity()
class Toy {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @Column({ type: 'varchar', length: 40, unique: true }) name!: string;
  @ManyToMany(() => Pet, 'toys') pets!: Many<Pet>;
}

@Entity()
class Badge {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @BelongsTo(() => Owner, { unique: true }) owner!: Ref<Owner>;
}

const entities = [Owner, Pet, Toy, Badge];

/** Made for each call, because the function may keep or change them. */
const WRONG: Readonly<Record<string, () => unknown>> = {
  'an empty object': () => ({}),
  'an object whose toString is no function': () => ({ toString: 1 }),
  'an object without prototype': () => Object.create(null) as unknown,
  null: () => null,
  undefined: () => undefined,
  'a number': () => 5,
  NaN: () => NaN,
  'a text': () => 'x',
  __proto__: () => '__proto__',
  'an empty array': () => [],
  'an array of null': () => [null],
  'an array of symbols': () => [Symbol('x')],
  'a symbol': () => Symbol('x'),
  'a function': () => () => undefined,
  'a class': () => class Stranger {},
  'a proxy': () => new Proxy({}, {}),
  'an invalid date': () => new Date(NaN),
};

interface Place {
  readonly orm: Espalier;
  readonly session: Session;
  readonly owners: Repository<Owner>;
  /** A row, and entities with rows. */
  readonly owner: Owner & { readonly pets: LoadedMany<Pet> };
  readonly pet: Pet;
}

type Call = (place: Place, given: never) => unknown;

const EVERYWHERE: Readonly<Record<string, Call>> = {
  'orm.transaction(work)': ({ orm }, given) => orm.transaction(given),
  'orm.transaction(work, options)': ({ orm }, given) => orm.transaction(() => Promise.resolve(1), given),
  'orm.transaction(work, { retries })': ({ orm }, given) =>
    orm.transaction(() => Promise.resolve(1), { retries: given }),
  'orm.transaction(work, { isolation })': ({ orm }, given) =>
    orm.transaction(() => Promise.resolve(1), { isolation: given }),
  'orm.transaction(work, { timeout })': ({ orm }, given) =>
    orm.transaction(() => Promise.resolve(1), { timeout: given }),
  'orm.transaction(work, { signal })': ({ orm }, given) => orm.transaction(() => Promise.resolve(1), { signal: given }),
  'orm.run(work)': ({ orm }, given) => orm.run(given),
  'orm.pool(name)': ({ orm }, given) => orm.pool(given),
  'pool.closeStale(age)': ({ orm }, given) => orm.pool().closeStale(given),
  'orm.on(event)': ({ orm }, given) => orm.on(given, () => undefined),
  'orm.on(event, listener)': ({ orm }, given) => {
    orm.on('query', given)();
  },
  'orm.sql(parts)': ({ orm }, given) => orm.sql(given),
  'orm.sql(parts, value)': ({ orm }, given) => orm.sql(given, 1),
  'orm.sql`… value`': ({ orm }, given) => orm.sql`select ${given}`,
  'orm.sql({ timeout })': ({ orm }, given) => orm.sql({ timeout: given })`select 1`,
  'orm.schema.sql(options)': ({ orm }, given) => orm.schema.sql(given),
  'orm.schema.sql({ database })': ({ orm }, given) => orm.schema.sql({ database: given }),
  'orm.schema.sql({ entities })': ({ orm }, given) => orm.schema.sql({ entities: given }),
  'orm.schema.check(options)': ({ orm }, given) => orm.schema.check(given),
  'orm.schema.check({ database })': ({ orm }, given) => orm.schema.check({ database: given }),
  'orm.schema.check({ entities })': ({ orm }, given) => orm.schema.check({ entities: given }),
  'orm.schema.create({ database })': ({ orm }, given) => orm.schema.create({ database: given }),
  'session.repository(class)': ({ session }, given) => session.repository(given),
  'session.create(class)': ({ session }, given) => session.create(given, {}),
  'session.create(class, values)': ({ session }, given) => session.create(Owner, given),
  'session.create(class, { column })': ({ session }, given) => session.create(Owner, { name: given }),
  'session.create(class, { json })': ({ session }, given) => session.create(Owner, { name: 'x', extra: given }),
  'session.create(class, { reference })': ({ session }, given) => session.create(Pet, { name: 'x', owner: given }),
  'session.create(class, { collection })': ({ session }, given) => session.create(Pet, { name: 'x', toys: given }),
  'session.create(class, { hasOne })': ({ session }, given) => session.create(Owner, { name: 'x', badge: given }),
  'session.add(entity)': ({ session }, given) => {
    session.add(given);
  },
  'session.reference(class)': ({ session }, given) => session.reference(given, 1),
  'session.reference(class, key)': ({ session }, given) => session.reference(Owner, given),
  'session.delete(entity)': ({ session }, given) => {
    session.delete(given);
  },
  'session.delete(entity, options)': ({ session, pet }, given) => {
    session.delete(pet, given);
  },
  'session.refresh(entity)': ({ session }, given) => session.refresh(given),
  'session.load(entity)': ({ session }, given) => session.load(given, 'pets' as never),
  'session.load(entity, path)': ({ session, owner }, given) => session.load(owner, given),
  'session.load(list, path)': ({ session, owner }, given) => session.load([owner, given], 'pets' as never),
  'session.serialize(entity)': ({ session }, given) => session.serialize(given),
  'session.serialize(entity, options)': ({ session, owner }, given) => session.serialize(owner, given),
  'session.serialize(entity, { include })': ({ session, owner }, given) => session.serialize(owner, { include: given }),
  'session.serialize(entity, { only })': ({ session, owner }, given) => session.serialize(owner, { only: given }),
  'session.serialize(entity, { omit })': ({ session, owner }, given) => session.serialize(owner, { omit: given }),
  'session.serialize(entity, { groups })': ({ session, owner }, given) => session.serialize(owner, { groups: given }),
  'session.detach(entity)': ({ session }, given) => {
    session.detach(given);
  },
  'session.isDirty(entity)': ({ session }, given) => session.isDirty(given),
  'session.begin(options)': ({ session }, given) => session.begin(given),
  'session.begin({ isolation })': ({ session }, given) => session.begin({ isolation: given }),
  'session.begin({ readOnly })': ({ session }, given) => session.begin({ readOnly: given }),
  'session.transaction(work)': ({ session }, given) => session.transaction(given),
  'session.using(database)': ({ session }, given) => session.using(given),
  'session.sql`… value`': ({ session }, given) => session.sql`select ${given}`,
  'failsafeAdd(session)': (_, given) => failsafeAdd(given, new Toy(), { name: 'x' }),
  'failsafeAdd(session, entity)': ({ session }, given) => failsafeAdd(session, given, { name: 'x' } as never),
  'failsafeAdd(session, entity, filters)': ({ session }, given) =>
    failsafeAdd(session, Object.assign(new Toy(), { name: 'y' }), given),
  'new Repository(session, class)': ({ session }, given) => new Repository(session, given).all(),
  'new Repository(session)': (_, given) => new Repository(given, Owner).all(),
  'filter(criterion)': ({ owners }, given) => owners.filter(given),
  'filter({ column })': ({ owners }, given) => owners.filter({ name: given }),
  'filter({ integer })': ({ owners }, given) => owners.filter({ age: given }),
  'filter({ json })': ({ owners }, given) => owners.filter({ extra: given }),
  'filter({ hasMany })': ({ owners }, given) => owners.filter({ pets: given }),
  'filter({ hasOne })': ({ owners }, given) => owners.filter({ badge: given }),
  'filter({ reference })': ({ session }, given) => session.repository(Pet).filter({ owner: given }),
  'exclude(criterion)': ({ owners }, given) => owners.exclude(given),
  'orderBy(path)': ({ owners }, given) => owners.orderBy(given),
  'limit(rows)': ({ owners }, given) => owners.limit(given),
  'offset(rows)': ({ owners }, given) => owners.offset(given),
  'include(path)': ({ owners }, given) => owners.include(given),
  'include(path, options)': ({ owners }, given) => owners.include('pets', given),
  'include(path, { strategy })': ({ owners }, given) => owners.include('pets', { strategy: given }),
  'only(path)': ({ owners }, given) => owners.only(given),
  'defer(path)': ({ owners }, given) => owners.defer(given),
  'undefer(path)': ({ owners }, given) => owners.undefer(given),
  'get(key)': ({ owners }, given) => owners.get(given),
  'find(key)': ({ owners }, given) => owners.find(given),
  'iterate(options)': ({ owners }, given) => owners.iterate(given),
  'iterate({ batch })': ({ owners }, given) => owners.iterate({ batch: given }),
  'repository.create(values)': ({ owners }, given) => owners.create(given),
  'getOrCreate(where)': ({ owners }, given) => owners.getOrCreate(given),
  'getOrCreate({ column })': ({ owners }, given) => owners.getOrCreate({ name: given }),
  'getOrCreate(where, defaults)': ({ owners }, given) => owners.getOrCreate({ name: 'y' }, given),
  'getOrCreateMany(wheres)': ({ owners }, given) => owners.getOrCreateMany(given),
  'getOrCreateMany([where])': ({ owners }, given) => owners.getOrCreateMany([given]),
  'getOrCreateMany(wheres, defaults)': ({ owners }, given) => owners.getOrCreateMany([{ name: 'y' }], given),
  'updateOrCreate(where)': ({ owners }, given) => owners.updateOrCreate(given, {}),
  'updateOrCreate(where, values)': ({ owners }, given) => owners.updateOrCreate({ name: 'Ada' }, given),
  'insertMany(rows)': ({ owners }, given) => owners.insertMany(given),
  'insertMany([row])': ({ owners }, given) => owners.insertMany([given]),
  'update(values)': ({ owners }, given) => owners.all().update(given),
  'update({ column })': ({ owners }, given) => owners.all().update({ age: given }),
  'delete(options)': ({ session }, given) => session.repository(Badge).all().delete(given),
  'delete({ force })': ({ session }, given) => session.repository(Badge).all().delete({ force: given }),
  'queryset.using(database)': ({ owners }, given) => owners.using(given),
  'queryset.signal(signal)': ({ owners }, given) => owners.signal(given),
  'queryset.timeout(ms)': ({ owners }, given) => owners.timeout(given),
  'queryset.then(fulfilled)': ({ owners }, given) => owners.all().then(given),
  'collection.add(item)': ({ pet }, given) => {
    pet.toys.add(given);
  },
  'collection.remove(item)': ({ pet }, given) => {
    pet.toys.remove(given);
  },
  'collection.set(items)': ({ pet }, given) => {
    pet.toys.set(given);
  },
  'session.assign(entity)': ({ session }, given) => session.assign(given, {}),
  'session.assign(entity, data)': ({ session, owner }, given) => session.assign(owner, given),
  'session.assign(entity, data, options)': ({ session, owner }, given) => session.assign(owner, {}, given),
  'session.assign(entity, { column })': ({ session, owner }, given) => session.assign(owner, { name: given }),
  'session.assign(entity, { reference })': ({ session, pet }, given) => session.assign(pet, { owner: given }),
  'session.assign(entity, { collection })': ({ session, pet }, given) => session.assign(pet, { toys: given }),
  'collection.slice(from)': ({ owner }, given) => owner.pets.slice(given),
  'collection.reduce(sum)': ({ owner }, given) => owner.pets.reduce(given, 0),
  'collection.toSorted(compare)': ({ owner }, given) => owner.pets.toSorted(given),
  'collection.join(between)': ({ owner }, given) => owner.pets.join(given),
  'collection.map(change)': ({ owner }, given) => owner.pets.map(given),
  'collection.filter(test)': ({ owner }, given) => owner.pets.filter(given),
  'collection.find(test)': ({ owner }, given) => owner.pets.find(given),
  'collection.some(test)': ({ owner }, given) => owner.pets.some(given),
  'collection.every(test)': ({ owner }, given) => owner.pets.every(given),
  'collection.at(index)': ({ owner }, given) => owner.pets.at(given),
  'collection.includes(item)': ({ owner }, given) => owner.pets.includes(given),
  'collection.query().create(values)': ({ owner }, given) => owner.pets.query().create(given),
  'entity.collection = …': ({ session, pet }, given) => {
    pet.toys = given;
    return session.flush();
  },
  'entity.hasOne = …': ({ session, owner }, given) => {
    owner.badge = given;
    return session.flush();
  },
  'entity.reference = …': ({ session, pet }, given) => {
    pet.owner = given;
    return session.flush();
  },
  'entity.column = …': ({ session, pet }, given) => {
    pet.name = given;
    return session.flush();
  },
  'entity.key = …': ({ session, pet }, given) => {
    pet.id = given;
    return session.flush();
  },
  'entity.json = …': ({ session, owner }, given) => {
    owner.extra = given;
    return session.flush();
  },
};

const OPERATORS = {
  eq,
  ne,
  gt,
  gte,
  lt,
  lte,
  inList,
  notIn,
  like,
  ilike,
  contains,
  icontains,
  startsWith,
  istartsWith,
  endsWith,
  iendsWith,
  matches,
  some,
  none,
  every,
  and,
  or,
  not,
};
for (const [name, operator] of Object.entries(OPERATORS) as [string, (given: never) => unknown][])
  Object.assign(EVERYWHERE, { [`${name}(value)`]: (_: Place, given: never) => operator(given) });

const WITHOUT_A_DATABASE: Readonly<Record<string, (given: never) => unknown>> = {
  'between(low)': (given) => between(given, 1),
  'between(low, high)': (given) => between(1, given),
  'and(criterion, criterion)': (given) => and({}, given),
  'Espalier.connect(options)': (given) => Espalier.connect(given),
  'Espalier.connect({ entities })': (given) => connect({ entities: given }),
  'Espalier.connect({ entities: [class] })': (given) => connect({ entities: [given] }),
  'Espalier.connect({ databases })': (given) => connect({ databases: given }),
  'Espalier.connect({ databases: { default } })': (given) => connect({ databases: { default: given } }),
  'Espalier.connect({ databases: { default: { open } } })': (given) =>
    connect({ databases: { default: { open: given } } }),
  'Espalier.connect({ naming })': (given) => connect({ naming: given }),
  'sqlite(path)': (given) => sqlite(given),
  'sqlite(path, options)': (given) => sqlite(':memory:', given),
  'sqlite(path, { client })': (given) => connect({ databases: { default: sqlite(':memory:', { client: given }) } }),
  'sqlite(path, { pool })': (given) => connect({ databases: { default: sqlite(':memory:', { pool: given }) } }),
  'sqlite(path, { pool: { max } })': (given) =>
    connect({ databases: { default: sqlite(':memory:', { pool: { max: given } }) } }),
  'sqlite(path, { busyTimeout })': (given) => sqlite(':memory:', { busyTimeout: given }),
  'postgres(url)': (given) => postgres(given),
  'postgres(url, options)': (given) => postgres('postgres://127.0.0.1:1/x', given),
  'postgres(url, { ssl })': (given) => postgres('postgres://127.0.0.1:1/x', { ssl: given }),
  'postgres(url, { connectTimeout })': (given) => postgres('postgres://127.0.0.1:1/x', { connectTimeout: given }),
  'mysql(url)': (given) => mysql(given),
  'mysql(url, options)': (given) => mysql('mysql://127.0.0.1:1/x', given),
  'mysql(url, { ssl })': (given) => mysql('mysql://127.0.0.1:1/x', { ssl: given }),
  '@Entity(options)': (given) => declared(Entity(given)),
  '@Entity({ table })': (given) => declared(Entity({ table: given })),
  '@Entity({ repository })': (given) => declared(Entity({ repository: given })),
  '@Timestamps(options)': (given) => declared(Entity(), Timestamps(given)),
  '@SoftDelete(property)': (given) => declared(Entity(), SoftDelete(given)),
  '@Index(properties)': (given) => declared(Entity(), Index(given)),
  '@Index(properties, options)': (given) => declared(Entity(), Index('name', given)),
  '@Unique(properties)': (given) => declared(Entity(), Unique(given)),
  '@Check(expression)': (given) => declared(Entity(), Check(given)),
  '@Check(expression, options)': (given) => declared(Entity(), Check('1 = 1', given)),
  '@PrimaryKey(options)': (given) => property(PrimaryKey(given)),
  '@PrimaryKey({ generated })': (given) => property(PrimaryKey({ generated: given })),
  '@Column(options)': (given) => property(Column(given)),
  '@Column({ type })': (given) => property(Column({ type: given })),
  '@Column({ length })': (given) => property(Column({ type: 'varchar', length: given })),
  '@Column({ values })': (given) => property(Column({ values: given })),
  '@Column({ of })': (given) => property(Column({ type: 'array', of: given })),
  '@Column({ transform })': (given) => property(Column({ type: 'text', transform: given })),
  '@Column({ default })': (given) => property(Column({ type: 'text', default: given })),
  '@Column({ databaseDefault })': (given) => property(Column({ type: 'text', databaseDefault: given })),
  '@Column({ groups })': (given) => property(Column({ type: 'text', groups: given })),
  '@Version(options)': (given) => property(Version(given)),
  '@BelongsTo(target)': (given) => property(BelongsTo(given)),
  '@BelongsTo(() => target)': (given) => property(BelongsTo(() => given)),
  '@BelongsTo(target, options)': (given) => property(BelongsTo(() => Owner, given)),
  '@BelongsTo(target, { inverse })': (given) => property(BelongsTo(() => Owner, { inverse: given })),
  '@BelongsTo(target, { columns })': (given) => property(BelongsTo(() => Owner, { columns: given })),
  '@HasMany(target)': (given) => property(HasMany(given, 'owner' as never)),
  '@HasMany(target, inverse)': (given) => property(HasMany(() => Pet, given)),
  '@HasMany(target, inverse, options)': (given) => property(HasMany(() => Pet, 'owner', given)),
  '@HasMany(target, inverse, { orderBy })': (given) => property(HasMany(() => Pet, 'owner', { orderBy: given })),
  '@HasMany(target, inverse, { cascade })': (given) => property(HasMany(() => Pet, 'owner', { cascade: given })),
  '@HasOne(target, inverse)': (given) => property(HasOne(() => Badge, given)),
  '@ManyToMany(target)': (given) => property(ManyToMany(given)),
  '@ManyToMany(target, inverse)': (given) => property(ManyToMany(() => Toy, given)),
  '@ManyToMany(target, { through })': (given) => property(ManyToMany(() => Toy, { through: given })),
  'define.entity(class)': (given) => define.entity(given, { properties: {} }),
  'define.entity(class, definition)': (given) => defined(given),
  'define.entity(class, { properties })': (given) => defined({ properties: given } as never),
  'define.entity(class, { properties: { name } })': (given) =>
    defined({ properties: { id: define.primaryKey(), name: given } } as never),
  'define.column(options)': (given) =>
    defined({ properties: { id: define.primaryKey(), name: define.column(given) } } as never),
  'define.belongsTo(target)': (given) =>
    defined({ properties: { id: define.primaryKey(), owner: define.belongsTo(given) } } as never),
};

async function connect(options: object): Promise<void> {
  const orm = await Espalier.connect({ entities: [], databases: { default: sqlite(':memory:') }, ...options });
  await orm.close();
}

/** A class with these decorators, connected. */
function declared(...decorators: ((target: never) => void)[]): Promise<void> {
  class Thing {
    id!: number;
    name!: string;
  }
  PrimaryKey({ type: 'integer' })(Thing.prototype, 'id');
  Column({ type: 'text' })(Thing.prototype, 'name');
  for (const decorate of decorators.reverse()) decorate(Thing as never);
  return connect({ entities: [Thing] });
}

/** A class whose property has this decorator, connected. */
function property(decorate: (prototype: object, property: string) => void): Promise<void> {
  class Thing {
    id!: number;
    it!: unknown;
  }
  PrimaryKey({ type: 'integer' })(Thing.prototype, 'id');
  decorate(Thing.prototype, 'it');
  Entity()(Thing);
  return connect({ entities: [Thing, ...entities] });
}

function defined(definition: never): Promise<void> {
  class Thing {}
  define.entity(Thing, definition);
  return connect({ entities: [Thing, ...entities] });
}

/** Undefined where it succeeds. */
async function failureOf(work: () => unknown): Promise<unknown> {
  try {
    const result: unknown = await work();
    if (typeof result === 'object' && result !== null && Symbol.asyncIterator in result) {
      const rows = (result as AsyncIterable<unknown>)[Symbol.asyncIterator]();
      let isDone: boolean | undefined = false;
      while (!isDone) isDone = (await rows.next()).done;
    }
    return undefined;
  } catch (error) {
    return error;
  }
}

function complaint(name: string, failure: unknown): string[] {
  if (failure === undefined || failure instanceof EspalierError) return [];
  // It was called as the function that was asked for.
  if (failure instanceof TypeError && failure.message.startsWith('Class constructor Stranger')) return [];
  return [
    `${name}: ${failure instanceof Error ? failure.stack!.split('\n').slice(0, 3).join(' | ') : inspect(failure)}`,
  ];
}

describe('a call with arguments of the wrong kind', () => {
  let orm: Espalier;

  beforeAll(async () => {
    orm = await Espalier.connect({ entities, databases: { default: sqlite(':memory:') } });
    await orm.schema.create();
    await orm.transaction(async (session) => {
      const owner = session.create(Owner, { name: 'Ada' });
      session.create(Pet, { name: 'Rex', owner });
    });
  });

  afterAll(async () => {
    await orm.close();
  });

  test.each(Object.keys(EVERYWHERE))('%s is a typed error, and leaves nothing half-done', async (name) => {
    const complaints: string[] = [];
    for (const [kind, make] of Object.entries(WRONG)) {
      await using session = orm.session();
      const owner = await session.repository(Owner).include('pets', 'badge').one();
      const pet = await session.repository(Pet).one();
      const place: Place = { orm, session, owners: session.repository(Owner), owner, pet };
      complaints.push(...complaint(kind, await failureOf(() => EVERYWHERE[name]!(place, make() as never))));
      // What it has made pending, it can write, or refuses by a typed error; and a rollback ends it.
      complaints.push(...complaint(`${kind}, flushed`, await failureOf(() => session.flush())));
      complaints.push(...complaint(`${kind}, undone`, await failureOf(() => session.rollback())));
      await session.close();
      if (orm.pool().stats().used > 0) complaints.push(`${kind}: a connection is held`);
    }
    await using session = orm.session();
    expect(complaints).toEqual([]);
    expect(await session.repository(Owner).count()).toBe(1);
    expect((await session.repository(Pet).one()).name).toBe('Rex');
  });

  test.each(Object.keys(WITHOUT_A_DATABASE))('%s is a typed error', async (name) => {
    const complaints: string[] = [];
    for (const [kind, make] of Object.entries(WRONG))
      complaints.push(...complaint(kind, await failureOf(() => WITHOUT_A_DATABASE[name]!(make() as never))));
    expect(complaints).toEqual([]);
  });
});
