/** Many-to-many relations and their join tables. */
import {
  BelongsTo,
  Column,
  Entity,
  ManyToMany,
  PrimaryKey,
  type EntityModel,
  type ManyToManyOptions,
} from '../../src/metadata';
import type { Many, Ref } from '../../src/query';
import { complaintsOf, modelOf, relationOf } from './models-of';

function joinTableOf(model: EntityModel, property: string) {
  const { table, from, to } = relationOf(model, property, 'manyToMany').through;
  return { table: table.name, from: from.map(({ name }) => name), to: to.map(({ name }) => name) };
}

@Entity()
class Genre {
  @PrimaryKey({ length: 8 }) code!: string;
  @ManyToMany(() => Album, 'genres', { orderBy: '-title' }) albums!: Many<Album>;
}

@Entity()
class Album {
  @PrimaryKey() id!: number;
  @Column() title!: string;
  @ManyToMany(() => Genre, { orderBy: 'code' }) genres!: Many<Genre>;
}

test('the join table and its columns are called after both ends', () => {
  expect(joinTableOf(modelOf(Album, Genre), 'genres')).toEqual({
    table: 'albums_genres',
    from: ['album_id'],
    to: ['genre_code'],
  });
});

test('the other side is its mirror', () => {
  // The side that owns nothing comes first here.
  const genre = modelOf(Genre, Album);
  const albums = relationOf(genre, 'albums', 'manyToMany');
  const genres = relationOf(albums.target, 'genres', 'manyToMany');
  expect(joinTableOf(genre, 'albums')).toEqual({ table: 'albums_genres', from: ['genre_code'], to: ['album_id'] });
  expect([albums.owning, genres.owning]).toEqual([false, true]);
  expect([albums.inverse, genres.inverse]).toEqual([genres, albums]);
  expect([albums.orderBy, genres.orderBy]).toEqual([['-title'], ['code']]);
});

test('columns of the join table refer to key columns', () => {
  const album = modelOf(Album, Genre);
  const { from, to } = relationOf(album, 'genres', 'manyToMany').through;
  expect(from[0]?.target).toBe(album.key[0]);
  expect(to[0]?.target.type.options.length).toBe(8);
});

test('table and columns can be named', () => {
  @Entity({ schema: 'music' })
  class Song {
    @PrimaryKey() id!: number;
    @ManyToMany(() => Tag, { through: 'song_tag', from: 'song', to: ['tag'] }) tags!: Many<Tag>;
  }
  @Entity()
  class Tag {
    @PrimaryKey() id!: number;
  }
  const song = modelOf(Song, Tag);
  expect(joinTableOf(song, 'tags')).toEqual({ table: 'song_tag', from: ['song'], to: ['tag'] });
  expect(relationOf(song, 'tags', 'manyToMany').through.table.schema).toBe('music');
});

test('an entity that is joined with itself has two different columns, named by class and property', () => {
  @Entity()
  class Person {
    @PrimaryKey() id!: number;
    @ManyToMany(() => Person) bestFriends!: Many<Person>;
    @ManyToMany(() => Person, 'bestFriends') admirers!: Many<Person>;
    @ManyToMany(() => Person) people!: Many<Person>;
  }
  const person = modelOf(Person);
  expect(joinTableOf(person, 'bestFriends')).toEqual({
    table: 'people_best_friends',
    from: ['person_id'],
    to: ['best_friend_id'],
  });
  expect(joinTableOf(person, 'admirers')).toMatchObject({ from: ['best_friend_id'], to: ['person_id'] });
  expect(joinTableOf(person, 'people')).toMatchObject({ from: ['person_id'], to: ['other_person_id'] });
});

test('a composite key has as many columns in the join table', () => {
  @Entity()
  class Seat {
    @PrimaryKey() row!: number;
    @PrimaryKey() place!: number;
    @ManyToMany(() => Guest) guests!: Many<Guest>;
  }
  @Entity()
  class Guest {
    @PrimaryKey() id!: number;
  }
  expect(joinTableOf(modelOf(Seat, Guest), 'guests')).toMatchObject({
    from: ['seat_row', 'seat_place'],
    to: ['guest_id'],
  });
});

describe('through an entity', () => {
  @Entity()
  class Player {
    @PrimaryKey() id!: number;
    @ManyToMany(() => Team, { through: () => Contract }) teams!: Many<Team>;
    @ManyToMany(() => Player, { through: () => Rivalry }) rivals!: Many<Player>;
    @ManyToMany(() => Player, { through: () => Rivalry, from: 'second', to: 'first_id' }) challengers!: Many<Player>;
  }
  @Entity()
  class Team {
    @PrimaryKey() id!: number;
  }
  @Entity()
  class Contract {
    @PrimaryKey() @BelongsTo(() => Team, { column: 'club' }) team!: Ref<Team>;
    @PrimaryKey() @BelongsTo(() => Player) player!: Ref<Player>;
  }
  @Entity()
  class Rivalry {
    @PrimaryKey() @BelongsTo(() => Player) first!: Ref<Player>;
    @PrimaryKey() @BelongsTo(() => Player) second!: Ref<Player>;
  }
  const player = modelOf(Player, Team, Contract, Rivalry);

  test("its table and its relations' columns are taken", () => {
    expect(joinTableOf(player, 'teams')).toEqual({ table: 'contracts', from: ['player_id'], to: ['club'] });
  });

  test('of two relations to one entity the first is the near end', () => {
    expect(joinTableOf(player, 'rivals')).toEqual({ table: 'rivalries', from: ['first_id'], to: ['second_id'] });
  });

  test('its relations or columns can be named', () => {
    expect(joinTableOf(player, 'challengers')).toEqual({ table: 'rivalries', from: ['second_id'], to: ['first_id'] });
  });

  test('one that does not refer to both ends is a mistake', () => {
    @Entity()
    class Fan {
      @PrimaryKey() id!: number;
      @ManyToMany(() => Club, { through: () => Ticket }) clubs!: Many<Club>;
    }
    @Entity()
    class Club {
      @PrimaryKey() id!: number;
    }
    @Entity()
    class Ticket {
      @PrimaryKey() id!: number;
      @BelongsTo(() => Fan) fan!: Ref<Fan>;
    }
    expect(complaintsOf(Fan, Club, Ticket)).toEqual([
      'Fan.clubs: goes through Ticket, which has no @BelongsTo(() => Club) to go by: declare one there.',
    ]);
  });

  test('an end that it holds by a plain column is a mistake, whether the class is named or its table', () => {
    @Entity()
    class Fan {
      @PrimaryKey() id!: number;
      @ManyToMany(() => Club, { through: () => Ticket, from: 'fan', to: 'club_id' }) clubs!: Many<Club>;
      @ManyToMany(() => Club, { through: 'tickets', from: 'fan_id', to: 'club_id' }) places!: Many<Club>;
    }
    @Entity()
    class Club {
      @PrimaryKey() id!: number;
    }
    @Entity({ table: 'tickets' })
    class Ticket {
      @PrimaryKey() id!: number;
      @BelongsTo(() => Fan) fan!: Ref<Fan>;
      @Column({ type: 'integer', name: 'club_id' }) clubId!: number;
    }
    const complaint =
      "goes through Ticket, which holds Club by plain columns (club_id): declare @BelongsTo(() => Club, { column: 'club_id' }) there; the plain properties may stay beside it.";
    expect(complaintsOf(Fan, Club, Ticket)).toEqual([`Fan.clubs: ${complaint}`, `Fan.places: ${complaint}`]);
  });

  test('a plain column may stay beside the reference', () => {
    @Entity()
    class Fan {
      @PrimaryKey() id!: number;
      @ManyToMany(() => Club, { through: () => Ticket }) clubs!: Many<Club>;
    }
    @Entity()
    class Club {
      @PrimaryKey() id!: number;
    }
    @Entity({ table: 'tickets' })
    class Ticket {
      @PrimaryKey() id!: number;
      @BelongsTo(() => Fan) fan!: Ref<Fan>;
      @Column({ type: 'integer', name: 'club_id' }) clubId!: number;
      @BelongsTo(() => Club, { column: 'club_id' }) club!: Ref<Club>;
    }
    expect(joinTableOf(modelOf(Fan, Club, Ticket), 'clubs')).toEqual({
      table: 'tickets',
      from: ['fan_id'],
      to: ['club_id'],
    });
  });
});

describe('mistakes', () => {
  @Entity()
  class Tag {
    @PrimaryKey() id!: number;
    @Column() name!: string;
  }
  const songWith = (options: ManyToManyOptions) => {
    @Entity()
    class Song {
      @PrimaryKey() id!: number;
      @ManyToMany(() => Tag, options) tags!: unknown;
    }
    return Song;
  };

  test.each<[string, ManyToManyOptions, RegExp]>([
    ['too many columns', { from: ['a', 'b'] }, /'from' must name a column for each key column of Song \(id\)/],
    ['one name for two columns', { from: 'x', to: 'X' }, /two columns of its join table have one name \(x, X\)/],
    [
      'the table of an entity that has other columns',
      { through: 'tags' },
      /is the table of Tag, which has no column 'song_id'/,
    ],
    ['an empty table', { through: '' }, /its join table or a column of it has an empty name/],
    ['an order of nothing', { orderBy: 'nam' }, /Tag has no property 'nam': did you mean 'name'\?/],
  ])('%s', (_, options, message) => {
    expect(complaintsOf(songWith(options), Tag)).toEqual([expect.stringMatching(message)]);
  });

  test('two relations on one join table', () => {
    @Entity()
    class Song {
      @PrimaryKey() id!: number;
      @ManyToMany(() => Tag) tags!: unknown;
      @ManyToMany(() => Tag) moods!: unknown;
    }
    expect(complaintsOf(Song, Tag)).toEqual([
      "Song.moods: has the join table 'songs_tags', which Song.tags has already: give one of them another by through: '…'.",
    ]);
  });

  const inverseOf = (inverse: string) => {
    @Entity()
    class Label {
      @PrimaryKey() id!: number;
      @ManyToMany(() => Song, inverse as never) songs!: unknown;
    }
    @Entity()
    class Song {
      @PrimaryKey() id!: number;
      @Column() title!: string;
      @ManyToMany(() => Tag) tags!: unknown;
      @ManyToMany(() => Label, 'songs') labels!: unknown;
    }
    return complaintsOf(Label, Song, Tag);
  };

  test('an inverse that does not exist', () => {
    expect(inverseOf('marks')[0]).toBe(
      "Label.songs: names 'marks' as its inverse, which Song does not have: write @ManyToMany(() => Label) marks!: Many<Label>; there.",
    );
  });

  test('an inverse that is a column', () => {
    expect(inverseOf('title')[0]).toMatch(/Label\.songs: its inverse Song\.title is no @ManyToMany relation/);
  });

  test('an inverse of another class', () => {
    expect(inverseOf('tags')[0]).toMatch(/Label\.songs: its inverse Song\.tags refers to Tag, not to Label/);
  });

  test('two sides that both name the other as the owner', () => {
    expect(inverseOf('labels')[0]).toMatch(/one of them must be declared without an inverse/);
  });

  test('two inverses of one relation', () => {
    @Entity()
    class Label {
      @PrimaryKey() id!: number;
      @ManyToMany(() => Song, 'labels') songs!: Many<Song>;
      @ManyToMany(() => Song, 'labels') hits!: Many<Song>;
    }
    @Entity()
    class Song {
      @PrimaryKey() id!: number;
      @ManyToMany(() => Label) labels!: Many<Label>;
    }
    expect(complaintsOf(Label, Song)).toEqual([
      'Label.hits: is the inverse of Song.labels, which Label.songs is already: leave one of them out.',
    ]);
  });
});
