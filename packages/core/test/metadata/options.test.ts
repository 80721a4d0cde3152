/** Options that no decorator has, and values of the wrong kind. */
import { BelongsTo, Column, Entity, HasMany, ManyToMany, PrimaryKey } from '../../src/metadata';
import { complaintsOf } from './models-of';

@Entity()
class Other {
  @PrimaryKey() id!: number;
}

test.each<[object, string]>([
  [{ type: 'text', nulable: true }, `Note.value: @Column has no option "nulable": did you mean 'nullable'?`],
  [{ type: 'text', nullable: 'yes' }, "Note.value: the option 'nullable' of @Column must be true or false."],
  [{ type: 'text', name: 5 }, "Note.value: the option 'name' of @Column must be a text."],
  [{ type: 'text', onUpdate: 5 }, "Note.value: the option 'onUpdate' of @Column must be a function."],
  [{ type: 'text', initialize: 'soon' }, "Note.value: the option 'initialize' of @Column must be 'access' or 'flush'."],
  [{ of: { type: 'text', lenght: 3 } }, `Note.value: @Column has no option "lenght": did you mean 'length'?`],
])('%j on a column', (options, complaint) => {
  @Entity()
  class Note {
    @PrimaryKey() id!: number;
    @Column(options) value!: unknown;
  }
  expect(complaintsOf(Note)).toContain(complaint);
});

test.each<[PropertyDecorator, string]>([
  [
    BelongsTo(() => Other, { onDelete: 'CASCADE' } as object),
    "the option 'onDelete' of @BelongsTo must be 'cascade' or 'restrict' or 'set null' or 'set default' or 'no action'.",
  ],
  [
    BelongsTo(() => Other, { cascade: ['remove'] } as object),
    "the option 'cascade' of @BelongsTo must be true, false or a list of 'persist' and 'delete'.",
  ],
  [BelongsTo(() => Other, { colum: 'x' } as object), `@BelongsTo has no option "colum": did you mean 'column'?`],
  [
    ManyToMany(() => Other, { through: 5 } as object),
    "the option 'through' of @ManyToMany must be the name of a table, or () => the entity that is mapped on it.",
  ],
])('on a relation', (decorate, complaint) => {
  @Entity()
  class Note {
    @PrimaryKey() id!: number;
  }
  decorate(Note.prototype, 'other');
  expect(complaintsOf(Note, Other)).toContain(`Note.other: ${complaint}`);
});

test('the side that owns no join table cannot describe it', () => {
  @Entity()
  class Song {
    @PrimaryKey() id!: number;
    @ManyToMany(() => Tag) tags!: unknown;
  }
  @Entity()
  class Tag {
    @PrimaryKey() id!: number;
    @ManyToMany(() => Song, 'tags', { through: 'x' } as object) songs!: unknown;
  }
  expect(complaintsOf(Song, Tag)).toEqual([expect.stringMatching(/^Tag\.songs: @ManyToMany has no option "through"/)]);
});

test('on a has-many', () => {
  @Entity()
  class Tree {
    @PrimaryKey() id!: number;
    @HasMany(() => Leaf, 'tree', { orphanRemval: true } as object) leaves!: unknown;
  }
  @Entity()
  class Leaf {
    @PrimaryKey() id!: number;
    @BelongsTo(() => Tree) tree!: unknown;
  }
  expect(complaintsOf(Tree, Leaf)).toEqual([
    `Tree.leaves: @HasMany has no option "orphanRemval": did you mean 'orphanRemoval'?`,
  ]);
});

test.each<[object, string]>([
  [{ tabel: 'x' }, `Note: @Entity has no option "tabel": did you mean 'table'?`],
  [{ readOnly: 1 }, "Note: the option 'readOnly' of @Entity must be true or false."],
  [{ table: '' }, 'Note: its table has an empty name: give it another.'],
  [{ schema: 'a\0' }, 'Note: its schema has a NUL character in its name, which no database takes: remove it.'],
])('%j on an entity', (options, complaint) => {
  @Entity(options)
  class Note {
    @PrimaryKey() id!: number;
  }
  expect(complaintsOf(Note)).toEqual([complaint]);
});

test('options that are no object', () => {
  @Entity()
  class Note {
    @PrimaryKey() id!: number;
    @Column(null as unknown as object) value!: string;
  }
  expect(complaintsOf(Note)).toEqual([
    expect.stringMatching(/^Note\.value: the options of @Column must be an object: /),
  ]);
});
