/** `entity(…)` beside the decorators: both write the same, may be mixed, and tell mistakes in the same way. */
import * as metadata from '../../src/metadata';
import {
  BelongsTo,
  Check,
  Column,
  Entity,
  HasMany,
  HasOne,
  Index,
  ManyToMany,
  PrimaryKey,
  SoftDelete,
  Timestamps,
  Unique,
  Version,
} from '../../src/metadata';
import {
  belongsTo,
  column,
  entity,
  hasMany,
  hasOne,
  manyToMany,
  mappedSuperclass,
  primaryKey,
  version,
} from '../../src/define';
import { MetadataError } from '../../src/errors';
import type { ClassDraft } from '../../src/metadata/definition';
import { ownDraft } from '../../src/metadata/drafts';
import type { Many, Ref } from '../../src/query';
import { complaintsOf, modelOf, relationOf } from './models-of';

class Artist {
  albums!: Many<Album>;
  portrait!: Ref<Portrait> | null;
}
class Portrait {
  artist!: Ref<Artist>;
}
class Genre {
  albums!: Many<Album>;
}
class Album {
  id!: number;
  title!: string;
  artist!: Ref<Artist>;
  genres!: Many<Genre>;
  revision!: number;
  createdAt!: Date;
  deletedAt!: Date | null;
}
const [artist, album, portrait, genre] = [() => Artist, () => Album, () => Portrait, () => Genre];
const repository = (): unknown => undefined;

type Decorate = (target: object, property: string) => void;
type Target = typeof Album;

/** A copy of the class, without what was said of the class itself. */
function copyOf<C extends metadata.EntityClass>(original: C): C {
  const Copy = class {} as unknown as C;
  Object.defineProperty(Copy, 'name', { value: original.name });
  return Copy;
}

function onClass(...decorators: metadata.EntityDecorator[]): (target: Target) => void {
  return (target) => {
    for (const decorate of decorators.reverse()) decorate(target);
  };
}

function onProperty(property: string, ...decorators: Decorate[]): (target: Target) => void {
  return (target) => {
    for (const decorate of decorators.reverse()) decorate(target.prototype, property);
  };
}

/** What is said by decorators, and the same by `entity(…)`; a case or more for each decorator. */
const CASES: Readonly<Record<string, readonly [(target: Target) => void, (target: Target) => void][]>> = {
  Entity: [
    [onClass(Entity()), (target) => entity(target)],
    [
      onClass(Entity({ table: 'a', schema: 's', database: 'd', repository, comment: 'c', readOnly: true })),
      (target) => entity(target, { table: 'a', schema: 's', database: 'd', repository, comment: 'c', readOnly: true }),
    ],
  ],
  Timestamps: [
    [onClass(Timestamps()), (target) => mappedSuperclass(target, { timestamps: true })],
    [
      onClass(Timestamps({ createdAt: 'createdAt', updatedAt: false })),
      (target) => mappedSuperclass(target, { timestamps: { createdAt: 'createdAt', updatedAt: false } }),
    ],
    [onClass(), (target) => mappedSuperclass(target, { timestamps: false, softDelete: false, version: false })],
  ],
  SoftDelete: [
    [onClass(SoftDelete()), (target) => mappedSuperclass(target, { softDelete: true })],
    [onClass(SoftDelete('deletedAt')), (target) => mappedSuperclass(target, { softDelete: 'deletedAt' })],
  ],
  Index: [
    [
      onClass(
        Index('title'),
        Index(['title', 'artist'], { name: 'ix', using: 'btree' }),
        Index({ expression: 'lower(x)' }),
      ),
      (target) =>
        mappedSuperclass(target, {
          indexes: [
            'title',
            { properties: ['title', 'artist'], name: 'ix', using: 'btree' },
            { expression: 'lower(x)' },
          ],
        }),
    ],
  ],
  Unique: [
    [
      onClass(Unique(['title', 'artist']), Unique('title', { where: 'x > 0' })),
      (target) => mappedSuperclass(target, { uniques: [['title', 'artist'], { properties: 'title', where: 'x > 0' }] }),
    ],
  ],
  Check: [
    [
      onClass(Check('a > 0'), Check('b > 0', { name: 'ck' })),
      (target) => mappedSuperclass(target, { checks: ['a > 0', { expression: 'b > 0', name: 'ck' }] }),
    ],
  ],
  PrimaryKey: [
    [onProperty('id', PrimaryKey()), (target) => mappedSuperclass(target, { properties: { id: primaryKey() } })],
    [
      onProperty('id', PrimaryKey({ type: 'integer', generated: false, name: 'nr' })),
      (target) =>
        mappedSuperclass(target, { properties: { id: primaryKey({ type: 'integer', generated: false, name: 'nr' }) } }),
    ],
  ],
  Column: [
    [
      onProperty('title', Column('text')),
      (target) => mappedSuperclass(target, { properties: { title: column('text') } }),
    ],
    [
      onProperty('title', Column({ length: 160, hidden: true, default: 'x' })),
      (target) =>
        mappedSuperclass(target, { properties: { title: column({ length: 160, hidden: true, default: 'x' }) } }),
    ],
  ],
  Version: [
    [onProperty('revision', Version()), (target) => mappedSuperclass(target, { version: 'revision' })],
    [
      onProperty('revision', Version({ name: 'rev' })),
      (target) => mappedSuperclass(target, { properties: { revision: version({ name: 'rev' }) } }),
    ],
  ],
  BelongsTo: [
    [
      onProperty('artist', BelongsTo(artist, { inverse: 'albums', onDelete: 'cascade' })),
      (target) =>
        mappedSuperclass(target, {
          properties: { artist: belongsTo(artist, { inverse: 'albums', onDelete: 'cascade' }) },
        }),
    ],
    [
      onProperty('artist', BelongsTo(artist), PrimaryKey()),
      (target) => mappedSuperclass(target, { properties: { artist: [primaryKey(), belongsTo(artist)] } }),
    ],
  ],
  HasMany: [
    [
      onProperty('albums', HasMany(album, 'artist', { orderBy: 'title', orphanRemoval: true })),
      (target) =>
        mappedSuperclass(target as unknown as typeof Artist, {
          properties: { albums: hasMany(album, 'artist', { orderBy: 'title', orphanRemoval: true }) },
        }),
    ],
  ],
  HasOne: [
    [
      onProperty('portrait', HasOne(portrait, 'artist', { cascade: true })),
      (target) =>
        mappedSuperclass(target as unknown as typeof Artist, {
          properties: { portrait: hasOne(portrait, 'artist', { cascade: true }) },
        }),
    ],
  ],
  ManyToMany: [
    [
      onProperty('genres', ManyToMany(genre, { through: 'styles' })),
      (target) => mappedSuperclass(target, { properties: { genres: manyToMany(genre, { through: 'styles' }) } }),
    ],
    [
      onProperty('albums', ManyToMany(album, 'genres', { orderBy: 'title' })),
      (target) =>
        mappedSuperclass(target as unknown as typeof Genre, {
          properties: { albums: manyToMany(album, 'genres', { orderBy: 'title' }) },
        }),
    ],
  ],
};

/** What was said, without what a compiler emits beside decorators. */
function saidOf(target: object): ClassDraft | undefined {
  const draft = ownDraft(target);
  for (const property of draft?.properties.values() ?? []) delete property.designType;
  return draft;
}

const decorators = Object.entries(metadata)
  .filter(([name, value]) => typeof value === 'function' && /^[A-Z]/.test(name) && name !== 'GeneratedNames')
  .map(([name]) => name);

test('every decorator is compared with its definition', () => {
  expect(decorators.length).toBeGreaterThan(12);
  expect(Object.keys(CASES).sort()).toEqual([...decorators].sort());
});

test.each(Object.entries(CASES).flatMap(([name, cases]) => cases.map((pair, i) => [name, i, ...pair] as const)))(
  '@%s says what its definition says (%i)',
  (_name, _i, decorate, define) => {
    const [decorated, defined] = [copyOf(Album), copyOf(Album)];
    decorate(decorated);
    define(defined);
    expect(saidOf(defined)).toEqual(
      saidOf(decorated) ?? { properties: new Map(), indexes: [], checks: [], misplaced: [] },
    );
  },
);

describe('in one model', () => {
  @Entity()
  class Publisher {
    @PrimaryKey() id!: number;
    @Column({ length: 80 }) name!: string;
    @HasMany(() => Paper, 'publisher') papers!: Many<Paper>;
  }
  abstract class Stamped {
    id!: number;
    createdAt!: Date;
    updatedAt!: Date;
  }
  mappedSuperclass(Stamped, { timestamps: true, properties: { id: primaryKey() } });
  class Paper extends Stamped {
    title!: string;
    publisher!: Ref<Publisher>;
  }
  const returned = entity(Paper, {
    table: 'papers_2',
    properties: { title: column({ length: 40 }), publisher: belongsTo(() => Publisher) },
  });

  test('decorated and defined entities refer to each other', () => {
    const paper = modelOf(Paper, Publisher);
    expect(paper.columns.map(({ name }) => name)).toEqual(['id', 'title', 'publisher_id', 'created_at', 'updated_at']);
    expect(paper.table.name).toBe('papers_2');
    expect(relationOf(paper, 'publisher', 'belongsTo').inverse?.property).toBe('papers');
  });

  test('entity() returns the class', () => {
    expect(returned).toBe(Paper);
  });

  test('a definition adds to the decorators of the same class', () => {
    @Entity({ comment: 'c' })
    @Index('title')
    class Song {
      @PrimaryKey() id!: number;
      title!: string;
      revision!: number;
    }
    entity(Song, {
      table: 'tunes',
      version: 'revision',
      uniques: ['title'],
      properties: { title: column({ length: 9 }) },
    });
    const song = modelOf(Song);
    expect([song.table.name, song.comment, song.version?.name]).toEqual(['tunes', 'c', 'revision']);
    expect(song.columns.map(({ name }) => name)).toEqual(['id', 'revision', 'title']);
    expect(song.indexes.map(({ name }) => name)).toEqual(['ix_tunes_title', 'uq_tunes_title']);
  });

  test('a class defines itself in a static block', () => {
    class Tune {
      static {
        entity(this, { properties: { id: primaryKey(), title: column('text') } });
      }
      id!: number;
      title!: string;
    }
    expect(modelOf(Tune).columns.map(({ name }) => name)).toEqual(['id', 'title']);
  });
});

describe('mistakes', () => {
  test('what is said twice is told of, because one of both would be lost', () => {
    @Entity({ table: 'notes' })
    @Timestamps()
    @SoftDelete()
    class Note {
      @PrimaryKey() id!: number;
      @Column() text!: string;
      deletedAt!: Date | null;
    }
    entity(Note, { table: 'papers', timestamps: true, softDelete: true, properties: { text: column('text') } });
    expect(complaintsOf(Note)).toEqual([
      'Note: has two definitions of its timestamps: leave one of them out.',
      'Note: has two definitions of its soft deletion: leave one of them out.',
      "Note: has two definitions of its option 'table': leave one of them out.",
      'Note.text: has @Column and @Column: leave one of them out, and give its options to the other.',
    ]);
  });

  test.each<[object, string]>([
    [{ timestmps: true }, "Note: entity(…) has no option 'timestmps': did you mean 'timestamps'?"],
    [{ readOnly: 1 }, "Note: the option 'readOnly' of @Entity must be true or false."],
    [{ version: 5 }, "Note: the option 'version' must be true or the name of a property."],
    [{ softDelete: '' }, "Note: @SoftDelete takes the name of a property: @SoftDelete('removedAt')."],
    [{ timestamps: 5 }, 'Note: the options of @Timestamps must be an object: createdAt, updatedAt.'],
    [
      { indexes: 'id' },
      "Note: the option 'indexes' must be a list with an entry for each of them: ['title', ['title', 'artist']].",
    ],
    [
      { uniques: [null] },
      "Note: the option 'uniques' must be a list with an entry for each of them: ['title', ['title', 'artist']].",
    ],
    [
      { indexes: [{ propertis: ['id'] }] },
      `Note: @Index has no option "propertis": there are name, where, expression, using.`,
    ],
    [{ checks: 'id > 0' }, "Note: the option 'checks' must be a list of SQL conditions: ['price > 0']."],
    [{ checks: [{ expresion: 'id > 0' }] }, 'Note: @Check has no option "expresion": there are name.'],
    [
      { properties: { text: { type: 'text' } } },
      "Note.text: its entry in 'properties' is not a definition: write column(…), primaryKey(…), belongsTo(…) or another function of @espalier/core/define.",
    ],
    [
      { properties: { text: column({ lenght: 3 } as object) } },
      `Note.text: @Column has no option "lenght": did you mean 'length'?`,
    ],
    [
      { properties: { text: column({}) } },
      "Note.text: its type cannot be seen: write @Column({ type: 'text' }) text!: string; or whichever type it has.",
    ],
    [
      { properties: { read: column('text') } },
      'Note.read: @Column describes a field of each entity, and this is a method or accessor: declare a field instead.',
    ],
    [
      { properties: 5 },
      "Note: the option 'properties' must be an object: { id: primaryKey(), title: column('text') }.",
    ],
    [
      null as unknown as object,
      'Note: the definition that entity(…) takes must be an object: { table, properties: { … } }.',
    ],
  ])('%j', (definition, complaint) => {
    class Note {
      id!: number;
      text!: string;
      read(): string {
        return this.text;
      }
    }
    mappedSuperclass(Note, { properties: { id: primaryKey() } });
    entity(Note, definition);
    expect(complaintsOf(Note)).toContain(complaint);
  });

  test('a base has no table that could be named', () => {
    class Base {
      id!: number;
    }
    mappedSuperclass(Base, { table: 'x', properties: { id: primaryKey() } } as object);
    class Note extends Base {}
    entity(Note);
    expect(complaintsOf(Note)).toEqual([
      "Note: mappedSuperclass(…) has no option 'table', because it has no table: give it to each entity(…).",
    ]);
  });

  test('without a class there is nothing to note a mistake with', () => {
    expect(() => entity(undefined as unknown as typeof Album)).toThrow(MetadataError);
    expect(() => entity(undefined as unknown as typeof Album)).toThrow(
      /^entity\(…\) takes a class and its definition, got undefined/,
    );
  });
});
