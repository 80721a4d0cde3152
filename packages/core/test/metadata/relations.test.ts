/** Belongs-to, has-many and has-one. */
import { BelongsTo, Column, Entity, HasMany, HasOne, PrimaryKey, type EntityClass } from '../../src/metadata';
import type { Many, Ref } from '../../src/query';
import { complaintsOf, modelOf, relationOf } from './models-of';

@Entity()
class Artist {
  @PrimaryKey({ type: 'bigint' }) id!: bigint;
  @Column() name!: string;
  @HasMany(() => Album, 'artist', { orderBy: ['-title', 'label.name'], orphanRemoval: true }) albums!: Many<Album>;
}

@Entity()
class Album {
  @PrimaryKey() id!: number;
  @BelongsTo(() => Artist, { onDelete: 'cascade', onUpdate: 'restrict' }) artist!: Ref<Artist>;
  @Column() title!: string;
  @BelongsTo(() => Label, { nullable: true, column: 'label' }) label!: Ref<Label> | null;
  @HasOne(() => Cover, 'album', { cascade: true }) cover!: Ref<Cover> | null;
}

@Entity()
class Label {
  @PrimaryKey({ length: 8 }) code!: string;
  @PrimaryKey() country!: string;
  @Column() name!: string;
}

@Entity()
class Cover {
  @PrimaryKey() id!: number;
  @BelongsTo(() => Album, { unique: true, cascade: [] }) album!: Ref<Album>;
}

const entitiesWith = (label: typeof Label) => [Artist, label, Cover] as const;

describe('belongs-to', () => {
  @Entity({ table: 'albums' })
  class Release {
    @PrimaryKey() id!: number;
    @BelongsTo(() => Label, { columns: ['label_code', 'label_country'], nullable: true }) label!: unknown;
    @BelongsTo(() => Artist, { onDelete: 'cascade', onUpdate: 'restrict' }) artist!: unknown;
  }
  @Entity()
  class Artist {
    @PrimaryKey({ type: 'bigint' }) id!: bigint;
  }
  const release = modelOf(Release, Label, Artist);

  test('the foreign key is called after the relation and the key, and typed as it, without its generation', () => {
    const { columns, nullable, onDelete, onUpdate } = relationOf(release, 'artist', 'belongsTo');
    expect(columns).toHaveLength(1);
    expect(columns[0]).toMatchObject({
      name: 'artist_id',
      type: { name: 'bigint' },
      generated: undefined,
      nullable: false,
    });
    expect({ nullable, onDelete, onUpdate }).toEqual({ nullable: false, onDelete: 'cascade', onUpdate: 'restrict' });
  });

  test('a composite key is referred to by as many columns, in its order', () => {
    const { columns, target } = relationOf(release, 'label', 'belongsTo');
    expect(columns.map(({ name, nullable }) => [name, nullable])).toEqual([
      ['label_code', true],
      ['label_country', true],
    ]);
    expect(columns.map(({ type }) => type)).toEqual(target.key.map(({ type }) => type));
  });

  test('its columns stand where the relation was declared, and know it', () => {
    expect(release.columns.map(({ name }) => name)).toEqual(['id', 'label_code', 'label_country', 'artist_id']);
    expect(release.columns[3]?.relation).toBe(relationOf(release, 'artist', 'belongsTo'));
    expect(release.properties.get('artist')).toEqual({
      kind: 'relation',
      relation: relationOf(release, 'artist', 'belongsTo'),
    });
  });
});

test('names that are too few for the key are a mistake', () => {
  expect(complaintsOf(Album, ...entitiesWith(Label))).toEqual([
    'Album.label: names 1 column, but the key of Label has 2 (code, country): name one for each.',
  ]);
});

describe('the other side', () => {
  @Entity()
  class Parent {
    @PrimaryKey() id!: number;
    @HasMany(() => Child, 'parent', { orderBy: '-name', orphanRemoval: true, cascade: ['delete'] })
    children!: Many<Child>;
    @HasOne(() => Passport, 'holder', { cascade: true }) passport!: Ref<Passport> | null;
  }
  @Entity()
  class Child {
    @PrimaryKey() id!: number;
    @Column() name!: string;
    @BelongsTo(() => Parent) parent!: Ref<Parent>;
  }
  @Entity()
  class Passport {
    @PrimaryKey() id!: number;
    @BelongsTo(() => Parent, { unique: true, cascade: false }) holder!: Ref<Parent>;
  }
  const parent = modelOf(Parent, Child, Passport);

  test('has-many and belongs-to know each other', () => {
    const children = relationOf(parent, 'children', 'hasMany');
    expect(children.inverse).toBe(relationOf(children.target, 'parent', 'belongsTo'));
    expect(children.inverse.inverse).toBe(children);
    expect(children).toMatchObject({ toMany: true, orphanRemoval: true, orderBy: ['-name'], cascade: ['delete'] });
  });

  test('has-one and belongs-to know each other', () => {
    const passport = relationOf(parent, 'passport', 'hasOne');
    expect(passport.inverse.inverse).toBe(passport);
    expect(passport).toMatchObject({ toMany: false, orphanRemoval: false, cascade: ['persist', 'delete'] });
  });

  test('adding goes along relations unless they say otherwise', () => {
    const passport = relationOf(parent, 'passport', 'hasOne').target;
    expect(relationOf(passport, 'holder', 'belongsTo').cascade).toEqual([]);
    expect(relationOf(relationOf(parent, 'children', 'hasMany').target, 'parent', 'belongsTo').cascade).toEqual([
      'persist',
    ]);
  });

  test('a unique belongs-to is a unique index', () => {
    const passport = relationOf(parent, 'passport', 'hasOne').target;
    expect(passport.indexes).toEqual([expect.objectContaining({ name: 'uq_passports_holder_id', unique: true })]);
  });
});

test('an entity may refer to itself', () => {
  @Entity()
  class Employee {
    @PrimaryKey() id!: number;
    @BelongsTo(() => Employee, { nullable: true }) manager!: Ref<Employee> | null;
    @HasMany(() => Employee, 'manager') reports!: Many<Employee>;
  }
  const employee = modelOf(Employee);
  expect(relationOf(employee, 'manager', 'belongsTo').target).toBe(employee);
  expect(relationOf(employee, 'reports', 'hasMany').inverse).toBe(relationOf(employee, 'manager', 'belongsTo'));
});

test('classes are asked for when models are made, so that modules of entities may import one another', () => {
  // As in a circle of imports: what the function gives is undefined while the first class is made.
  const later: { Author?: EntityClass } = {};
  @Entity()
  class Book {
    @PrimaryKey() id!: number;
    @BelongsTo(() => later.Author!) author!: unknown;
  }
  @Entity()
  class Author {
    @PrimaryKey() id!: number;
  }
  later.Author = Author;
  expect(relationOf(modelOf(Book, Author), 'author', 'belongsTo').target.entityClass).toBe(Author);
});

test('only properties of the target can be named as inverse', () => {
  @Entity()
  class Parent {
    @PrimaryKey() id!: number;
    // @ts-expect-error -- a Child has no such property
    @HasMany(() => Child, 'parnt') children!: Many<Child>;
  }
  @Entity()
  class Child {
    @PrimaryKey() id!: number;
    // @ts-expect-error -- a Parent has no such property
    @BelongsTo(() => Parent, { inverse: 'childs' }) parent!: Ref<Parent>;
  }
  expect(complaintsOf(Parent, Child)).toHaveLength(2);
});

test("'inverse' chooses among several sides", () => {
  @Entity()
  class Parent {
    @PrimaryKey() id!: number;
    @HasMany(() => Child, 'parent') children!: Many<Child>;
    @HasMany(() => Child, 'parent', { orderBy: 'id' }) sorted!: Many<Child>;
  }
  @Entity()
  class Child {
    @PrimaryKey() id!: number;
    @BelongsTo(() => Parent, { inverse: 'sorted' }) parent!: Ref<Parent>;
  }
  const parent = modelOf(Parent, Child);
  expect(relationOf(parent, 'children', 'hasMany').inverse.inverse).toBe(relationOf(parent, 'sorted', 'hasMany'));
});

describe('mistakes', () => {
  class Stranger {
    id!: number;
  }

  const childOf = (...[target, options]: Parameters<typeof BelongsTo>) => {
    @Entity()
    class Child {
      @PrimaryKey() id!: number;
      @BelongsTo(target, options) parent!: unknown;
    }
    return Child;
  };

  @Entity()
  class Parent {
    @PrimaryKey() id!: number;
  }

  test('a relation to a class that is no entity', () => {
    expect(complaintsOf(childOf(() => Stranger))).toEqual([
      "Child.parent: relates to Stranger, which is no entity here: annotate it with @Entity() and list it in 'entities'.",
    ]);
  });

  test('a relation to an entity that is not listed', () => {
    expect(complaintsOf(childOf(() => Parent))).toEqual([
      expect.stringMatching(/Child\.parent: relates to Parent, which is no entity here/),
    ]);
  });

  test('a relation to undefined', () => {
    expect(complaintsOf(childOf(() => undefined as unknown as typeof Parent))).toEqual([
      expect.stringMatching(/Child\.parent: relates to undefined: export the class from its module/),
    ]);
  });

  test('a class in place of the function that gives it', () => {
    expect(complaintsOf(childOf(Parent as unknown as () => typeof Parent), Parent)).toEqual([
      'Child.parent: takes a function that gives a class, not the class itself: write () => Parent.',
    ]);
  });

  test('a function that fails', () => {
    const fail = () => {
      throw new ReferenceError('no access before initialization');
    };
    expect(complaintsOf(childOf(fail))).toEqual([
      'Child.parent: its class cannot be found: no access before initialization.',
    ]);
  });

  test("the action 'set null' on what cannot be null", () => {
    expect(
      complaintsOf(
        childOf(() => Parent, { onDelete: 'set null' }),
        Parent,
      ),
    ).toEqual([
      "Child.parent: has the action 'set null', but is not nullable: write nullable: true, or another action.",
    ]);
  });

  test('column and columns at once', () => {
    expect(
      complaintsOf(
        childOf(() => Parent, { column: 'a', columns: ['b'] }),
        Parent,
      ),
    ).toEqual([expect.stringMatching(/both 'column' and 'columns'/)]);
  });

  test('an inverse that the target does not have', () => {
    expect(
      complaintsOf(
        childOf(() => Parent, { inverse: 'children' as never }),
        Parent,
      ),
    ).toEqual([
      "Child.parent: names 'children' as its inverse, but Parent has no such relation to it: write @HasMany(() => Child, 'parent') children!: Many<Child>; there.",
    ]);
  });

  test('a key that has mistakes of its own makes no further ones', () => {
    @Entity()
    class Keyless {
      @Column() name!: string;
      @HasMany(() => Child, 'parent') children!: Many<Child>;
    }
    @Entity()
    class Child {
      @PrimaryKey() id!: number;
      @BelongsTo(() => Keyless, { column: 'keyless_id' }) parent!: unknown;
    }
    expect(complaintsOf(Keyless, Child)).toEqual([
      'Keyless: has no key: write @PrimaryKey() id!: number; or @Entity({ readOnly: true }) for a view or a table that is only read.',
    ]);
  });

  test('two foreign key columns of one name', () => {
    @Entity()
    class Pair {
      @PrimaryKey() a!: number;
      @PrimaryKey() b!: number;
    }
    expect(
      complaintsOf(
        childOf(() => Pair, { columns: ['x', 'x'] }),
        Pair,
      ),
    ).toEqual(["Child.parent: has two columns 'x': give each a name of its own in 'columns'."]);
  });

  @Entity()
  class Leaf {
    @PrimaryKey() id!: number;
    @Column() name!: string;
    @Column('json') data!: unknown;
    @BelongsTo(() => Tree) tree!: unknown;
    @BelongsTo(() => Parent) parent!: unknown;
  }
  const treeWith = (inverse: string, options: object = {}) => {
    @Entity({ table: 'trees' })
    class Grown {
      @PrimaryKey() id!: number;
      @HasMany(() => Leaf, inverse as never, options) leaves!: unknown;
    }
    return Grown;
  };
  @Entity()
  class Tree {
    @PrimaryKey() id!: number;
  }

  test.each<[string, RegExp]>([
    [
      'three',
      /Grown\.leaves: names 'three' as its inverse, which Leaf does not have: write @BelongsTo\(\(\) => Grown\) three!: Ref<Grown>; there\./,
    ],
    ['name', /Grown\.leaves: its inverse Leaf\.name is no @BelongsTo relation/],
    ['parent', /Grown\.leaves: its inverse Leaf\.parent refers to Parent, not to Grown/],
  ])('the inverse %j', (inverse, message) => {
    const Grown = treeWith(inverse);
    expect(complaintsOf(Grown, Leaf, Parent, renamed(Tree))).toEqual([expect.stringMatching(message)]);
  });

  test('a near miss of an inverse is answered with the right name', () => {
    @Entity()
    class Grown {
      @PrimaryKey() id!: number;
      @HasMany(() => Twig, 'tre' as never) twigs!: unknown;
    }
    @Entity()
    class Twig {
      @PrimaryKey() id!: number;
      @BelongsTo(() => Grown) tree!: unknown;
    }
    expect(complaintsOf(Grown, Twig)).toEqual([expect.stringMatching(/did you mean 'tree'\?/)]);
  });

  test.each<[string, RegExp]>([
    ['nam', /Leaf has no property 'nam': did you mean 'name'\?/],
    ['-name.x', /Leaf\.name is a column, after which no path goes on/],
    ['data', /Leaf\.data is json, which has no order/],
    ['tree.leaves', /Grove\.leaves has no column in its table/],
  ])('the order %j', (orderBy, message) => {
    @Entity()
    class Grove {
      @PrimaryKey() id!: number;
      @HasMany(() => Leaf, 'tree', { orderBy }) leaves!: unknown;
    }
    @Entity()
    class Leaf {
      @PrimaryKey() id!: number;
      @Column() name!: string;
      @Column('json') data!: unknown;
      @BelongsTo(() => Grove) tree!: unknown;
    }
    expect(complaintsOf(Grove, Leaf)).toEqual([expect.stringMatching(message)]);
  });

  test('orphan removal of what is never deleted', () => {
    @Entity()
    class Grove {
      @PrimaryKey() id!: number;
      @HasMany(() => Leaf, 'tree', { orphanRemoval: true }) leaves!: unknown;
    }
    @Entity({ readOnly: true })
    class Leaf {
      @PrimaryKey() id!: number;
      @BelongsTo(() => Grove) tree!: unknown;
    }
    expect(complaintsOf(Grove, Leaf)).toEqual([expect.stringMatching(/has orphanRemoval, but Leaf is readOnly/)]);
  });

  /** The same class on a table of its own, so that only the mistake looked at is one. */
  function renamed(entity: typeof Tree): typeof Tree {
    Entity({ table: 'other_trees' })(entity);
    return entity;
  }
});

describe('the inverse of has-many and has-one is the name of a property', () => {
  function complaintsWith(decorator: (target: () => EntityClass) => unknown): string[] {
    @Entity()
    class Song {
      @PrimaryKey() id!: number;
      @BelongsTo(() => Singer) singer!: unknown;
    }
    @Entity()
    class Singer {
      @PrimaryKey() id!: number;
      songs!: unknown;
    }
    (decorator(() => Song) as PropertyDecorator)(Singer.prototype, 'songs');
    return complaintsOf(Singer, Song);
  }

  test('an arrow is refused, with the line to write', () => {
    const inverse = ((song: { singer: unknown }) => song.singer) as never;
    expect(complaintsWith((song) => HasMany(song, inverse))).toEqual([
      "Singer.songs: takes the name of its inverse as a text: write @HasMany(() => Song, 'singer'), the @BelongsTo(() => Singer) property of Song.",
    ]);
    expect(complaintsWith((song) => HasOne(song, inverse))).toEqual([expect.stringContaining('write @HasOne(')]);
  });

  test('none is refused', () => {
    expect(complaintsWith((song) => HasMany(song, undefined as never))).toEqual([
      expect.stringMatching(/^Singer\.songs: names no inverse: write @HasMany\(\(\) => Song, 'singer'\)/),
    ]);
  });
});

test('deletes do not go along @BelongsTo: the rows of others may refer to the same one', () => {
  @Entity()
  class Folder {
    @PrimaryKey() id!: number;
  }
  @Entity()
  class Doc {
    @PrimaryKey() id!: number;
    @BelongsTo(() => Folder, { cascade: ['persist', 'delete'] }) folder!: Ref<Folder>;
  }
  expect(complaintsOf(Doc, Folder)).toEqual([expect.stringMatching(/^Doc\.folder: has cascade: \['delete'\], but/)]);
});
