/** The registry: finding models, telling all mistakes at once, and models that do not change. */
import { MetadataError } from '../../src/errors';
import { BelongsTo, Column, createModels, Entity, HasMany, Index, ManyToMany, PrimaryKey } from '../../src/metadata';
import type { Many, Ref } from '../../src/query';
import { complaintsOf } from './models-of';

@Entity()
class Artist {
  @PrimaryKey() id!: number;
  @HasMany(() => Album, 'artist', { orderBy: 'title' }) albums!: Many<Album>;
}

@Entity()
@Index('title')
class Album {
  @PrimaryKey() id!: number;
  @Column({ databaseDefault: 'x' }) title!: string;
  @BelongsTo(() => Artist) artist!: Ref<Artist>;
  @ManyToMany(() => Artist) guests!: Many<Artist>;
}

const models = createModels([Artist, Album]);

test('models come in the order of the classes', () => {
  expect(models.all.map(({ name }) => name)).toEqual(['Artist', 'Album']);
});

test('a model is found by its class', () => {
  expect(models.of(Album).entityClass).toBe(Album);
});

test('a class that is no entity of the registry is refused with the remedy', () => {
  class Stranger {}
  expect(() => models.of(Stranger)).toThrow(MetadataError);
  expect(() => models.of(Stranger)).toThrow(
    "Stranger is no entity of this connection: annotate it with @Entity() and list it in 'entities' of Espalier.connect.",
  );
  class Sub extends Album {}
  expect(() => models.of(Sub)).toThrow('Sub is no entity of this connection');
});

test('a model is found by an entity, along its prototypes', () => {
  class Sub extends Album {}
  const guarded = Object.create(Object.create(Album.prototype) as object) as object;
  expect(models.ofEntity(new Album())).toBe(models.of(Album));
  expect(models.ofEntity(new Sub())).toBe(models.of(Album));
  expect(models.ofEntity(guarded)).toBe(models.of(Album));
});

test.each([{}, [], Object.create(null), new Date()])('%p is no entity', (value: object) => {
  expect(models.ofEntity(value)).toBeUndefined();
});

test('the same classes can be connected twice, each time with models of their own', () => {
  const again = createModels([Artist, Album]);
  expect(again.of(Album)).not.toBe(models.of(Album));
  expect(again.ofEntity(new Album())).toBe(again.of(Album));
});

test('all mistakes of all entities are one error', () => {
  @Entity()
  class One {
    @Column() name!: string | null;
  }
  @Entity()
  class Two {
    @PrimaryKey() id!: number;
    @Column({ name: 'id' }) other!: string;
    @BelongsTo(() => Stranger) stranger!: unknown;
  }
  class Stranger {}
  let error: unknown;
  try {
    createModels([One, Two]);
  } catch (caught) {
    error = caught;
  }
  expect(error).toBeInstanceOf(MetadataError);
  const { message, problems, entity, property } = error as MetadataError;
  expect(problems.map((problem) => [problem.entity, problem.property])).toEqual([
    ['One', 'name'],
    ['One', undefined],
    ['Two', 'stranger'],
    ['Two', 'other'],
  ]);
  expect(message).toMatch(/^4 mistakes in the annotations of entities:\n- One\.name: /);
  expect([entity, property]).toEqual(['One', 'name']);
});

test('a class that is listed twice, one without @Entity, and what is no class are mistakes', () => {
  class Plain {}
  expect(complaintsOf(Artist, Album, Album, Plain, undefined as never)).toEqual([
    "Album: is listed twice in 'entities': list it once.",
    "Plain: is listed in 'entities' without being one: write @Entity() above the class.",
    expect.stringMatching(/^entities\[4\]: is no class but undefined/),
  ]);
});

test('a class without a name is a mistake', () => {
  const classes = [class {}];
  Entity({ table: 'things' })(classes[0]!);
  PrimaryKey()(classes[0]!.prototype, 'id');
  expect(complaintsOf(...classes)).toEqual([expect.stringMatching(/a class without a name: name the class/)]);
});

test('nothing of a model can be changed', () => {
  const seen = new Set<unknown>();
  const open: string[] = [];
  const visit = (value: unknown, path: string): void => {
    if (typeof value !== 'object' || value === null || seen.has(value)) return;
    seen.add(value);
    if (!Object.isFrozen(value)) open.push(path);
    if (value instanceof Map) for (const [name, item] of value) visit(item, `${path}(${String(name)})`);
    for (const [name, item] of Object.entries(value)) visit(item, `${path}.${name}`);
  };
  models.all.forEach((model) => {
    visit(model, model.name);
  });
  expect(open).toEqual([]);
  expect(seen.size).toBeGreaterThan(20);
});

test('the map of properties cannot be changed', () => {
  const properties = models.of(Album).properties as Map<string, unknown>;
  expect(() => properties.set('x', {})).toThrow(TypeError);
  expect(() => properties.delete('title')).toThrow(TypeError);
  expect(() => {
    properties.clear();
  }).toThrow(TypeError);
  expect([...properties.keys()]).toEqual(['id', 'title', 'artist', 'guests']);
});

test('names that every object has are no properties', () => {
  const { properties } = models.of(Album);
  expect(['constructor', 'toString', '__proto__'].map((name) => properties.get(name))).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
});
