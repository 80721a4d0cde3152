/** The SQL text of each queryset method, by dialect. What the statements find is tested on real databases, by the compliance suite. */
import {
  and,
  between,
  BelongsTo,
  Column,
  contains,
  endsWith,
  Entity,
  every,
  gt,
  gte,
  HasMany,
  HasOne,
  icontains,
  ilike,
  iendsWith,
  inList,
  isNotNull,
  isNull,
  istartsWith,
  like,
  lt,
  lte,
  ManyToMany,
  ne,
  none,
  not,
  notIn,
  or,
  PrimaryKey,
  SoftDelete,
  some,
  startsWith,
  Version,
  type Many,
  type Ref,
} from '@espalier/core';
import { isDeepStrictEqual } from 'node:util';
import { DIALECTS, Planner, type Statement } from './planner';

@Entity({ table: 'authors' })
@SoftDelete()
class Author {
  @PrimaryKey() id!: number;
  @Column({ length: 80 }) name!: string;
  @BelongsTo(() => Author, { nullable: true }) mentor!: Ref<Author> | null;
  @HasMany(() => Book, 'author', { orderBy: ['title'] }) books!: Many<Book>;
  deletedAt!: Date | null;
}

@Entity({ table: 'books' })
class Book {
  @PrimaryKey() id!: number;
  @Column({ length: 100 }) title!: string;
  @Column({ type: 'decimal', precision: 10, scale: 2 }) price!: string;
  @Column({ type: 'bigint', nullable: true }) sold!: bigint | null;
  @Column({ type: 'text', nullable: true, deferred: true }) preface!: string | null;
  @BelongsTo(() => Author) author!: Ref<Author>;
  @BelongsTo(() => Author, { nullable: true }) editor!: Ref<Author> | null;
  @HasOne(() => Cover, 'book') cover!: Ref<Cover> | null;
  @HasMany(() => Chapter, 'book') chapters!: Many<Chapter>;
  @ManyToMany(() => Tag) tags!: Many<Tag>;
  @Version() version!: number;
}

@Entity({ table: 'covers' })
class Cover {
  @PrimaryKey() id!: number;
  @Column({ length: 20 }) colour!: string;
  @BelongsTo(() => Book, { unique: true }) book!: Ref<Book>;
}

@Entity({ table: 'chapters' })
class Chapter {
  @PrimaryKey() @BelongsTo(() => Book) book!: Ref<Book>;
  @PrimaryKey({ generated: false }) number!: number;
  @Column({ length: 100 }) heading!: string;
}

@Entity({ table: 'tags' })
class Tag {
  @PrimaryKey() id!: number;
  @Column({ length: 30 }) name!: string;
  @ManyToMany(() => Book, 'tags') books!: Many<Book>;
}

/** By dialect; MariaDB writes as MySQL does where it is not listed. */
interface Texts {
  readonly sqlite: Statement;
  readonly postgres: Statement;
  readonly mysql: Statement;
  readonly mariadb?: Statement;
}

class Queries extends Planner {
  readonly all = { books: this.query(Book) };
  readonly books = this.query(Book).only('id');
  readonly authors = this.query(Author).only('id');
  readonly chapters = this.query(Chapter).only('number');
}

type Asked = (queries: Queries) => unknown;

async function textsOf(asked: Asked): Promise<Texts> {
  const [sqlite, postgres, mysql, mariadb] = await Promise.all(
    Object.values(DIALECTS).map(async (dialect) => {
      const queries = new Queries(dialect, [Author, Book, Cover, Chapter, Tag]);
      await asked(queries);
      return queries.statements[0]!;
    }),
  );
  const same = isDeepStrictEqual(mysql, mariadb);
  return { sqlite: sqlite!, postgres: postgres!, mysql: mysql!, ...(same ? {} : { mariadb: mariadb! }) };
}

/** One statement a queryset, and these words in it. */
function says(what: string, asked: Asked, texts: Texts): void {
  test(what, async () => {
    expect(await textsOf(asked)).toEqual(texts);
  });
}

describe('a queryset', () => {
  says('reads the columns that are not deferred', ({ all }) => all.books, {
    sqlite: [
      "select `t0`.`id`, `t0`.`title`, case typeof(`t0`.`price`) when 'real' then printf('%!.15g', `t0`.`price`) else cast(`t0`.`price` as text) end, cast(`t0`.`sold` as text), `t0`.`author_id`, `t0`.`editor_id`, `t0`.`version` from `books` as `t0`",
    ],
    postgres: [
      'select "t0"."id", "t0"."title", "t0"."price", "t0"."sold", "t0"."author_id", "t0"."editor_id", "t0"."version" from "books" as "t0"',
    ],
    mysql: [
      'select `t0`.`id`, `t0`.`title`, `t0`.`price`, `t0`.`sold`, `t0`.`author_id`, `t0`.`editor_id`, `t0`.`version` from `books` as `t0`',
    ],
  });
  says('only: these columns, the key and the version', ({ all }) => all.books.only('title', 'author'), {
    sqlite: ['select `t0`.`id`, `t0`.`title`, `t0`.`author_id`, `t0`.`version` from `books` as `t0`'],
    postgres: ['select "t0"."id", "t0"."title", "t0"."author_id", "t0"."version" from "books" as "t0"'],
    mysql: ['select `t0`.`id`, `t0`.`title`, `t0`.`author_id`, `t0`.`version` from `books` as `t0`'],
  });
  says('undefer: these columns too', ({ all }) => all.books.only('title').undefer('preface'), {
    sqlite: ['select `t0`.`id`, `t0`.`title`, `t0`.`preface`, `t0`.`version` from `books` as `t0`'],
    postgres: ['select "t0"."id", "t0"."title", "t0"."preface", "t0"."version" from "books" as "t0"'],
    mysql: ['select `t0`.`id`, `t0`.`title`, `t0`.`preface`, `t0`.`version` from `books` as `t0`'],
  });
  says('defer: all but these columns', ({ all }) => all.books.defer('price', 'author', 'editor'), {
    sqlite: ['select `t0`.`id`, `t0`.`title`, cast(`t0`.`sold` as text), `t0`.`version` from `books` as `t0`'],
    postgres: ['select "t0"."id", "t0"."title", "t0"."sold", "t0"."version" from "books" as "t0"'],
    mysql: ['select `t0`.`id`, `t0`.`title`, `t0`.`sold`, `t0`.`version` from `books` as `t0`'],
  });
  says('limit', ({ books }) => books.limit(5), {
    sqlite: ['select `t0`.`id`, `t0`.`version` from `books` as `t0` limit ?', 5],
    postgres: ['select "t0"."id", "t0"."version" from "books" as "t0" limit $1', 5],
    mysql: ['select `t0`.`id`, `t0`.`version` from `books` as `t0` limit ?', 5],
  });
  says('offset', ({ books }) => books.offset(5), {
    sqlite: ['select `t0`.`id`, `t0`.`version` from `books` as `t0` limit -1 offset ?', 5],
    postgres: ['select "t0"."id", "t0"."version" from "books" as "t0" offset $1', 5],
    mysql: ['select `t0`.`id`, `t0`.`version` from `books` as `t0` limit 18446744073709551615 offset ?', 5],
  });
  says('limit and offset', ({ books }) => books.limit(5).offset(10), {
    sqlite: ['select `t0`.`id`, `t0`.`version` from `books` as `t0` limit ? offset ?', 5, 10],
    postgres: ['select "t0"."id", "t0"."version" from "books" as "t0" limit $1 offset $2', 5, 10],
    mysql: ['select `t0`.`id`, `t0`.`version` from `books` as `t0` limit ? offset ?', 5, 10],
  });
  says('all: no condition', ({ books }) => books.all(), {
    sqlite: ['select `t0`.`id`, `t0`.`version` from `books` as `t0`'],
    postgres: ['select "t0"."id", "t0"."version" from "books" as "t0"'],
    mysql: ['select `t0`.`id`, `t0`.`version` from `books` as `t0`'],
  });
  says('hides soft-deleted rows', ({ authors }) => authors, {
    sqlite: ['select `t0`.`id`, `t0`.`deleted_at` from `authors` as `t0` where `t0`.`deleted_at` is null'],
    postgres: ['select "t0"."id", "t0"."deleted_at" from "authors" as "t0" where "t0"."deleted_at" is null'],
    mysql: ['select `t0`.`id`, `t0`.`deleted_at` from `authors` as `t0` where `t0`.`deleted_at` is null'],
  });
  says('withDeleted: soft-deleted rows too', ({ authors }) => authors.withDeleted(), {
    sqlite: ['select `t0`.`id`, `t0`.`deleted_at` from `authors` as `t0`'],
    postgres: ['select "t0"."id", "t0"."deleted_at" from "authors" as "t0"'],
    mysql: ['select `t0`.`id`, `t0`.`deleted_at` from `authors` as `t0`'],
  });
  says('onlyDeleted: soft-deleted rows only', ({ authors }) => authors.onlyDeleted(), {
    sqlite: ['select `t0`.`id`, `t0`.`deleted_at` from `authors` as `t0` where `t0`.`deleted_at` is not null'],
    postgres: ['select "t0"."id", "t0"."deleted_at" from "authors" as "t0" where "t0"."deleted_at" is not null'],
    mysql: ['select `t0`.`id`, `t0`.`deleted_at` from `authors` as `t0` where `t0`.`deleted_at` is not null'],
  });
});

describe('a condition on a column', () => {
  says('a value', ({ books }) => books.filter({ title: 'Emma' }), {
    sqlite: ['select `t0`.`id`, `t0`.`version` from `books` as `t0` where `t0`.`title` = ?', 'Emma'],
    postgres: ['select "t0"."id", "t0"."version" from "books" as "t0" where "t0"."title" = $1', 'Emma'],
    mysql: ['select `t0`.`id`, `t0`.`version` from `books` as `t0` where `t0`.`title` = ?', 'Emma'],
  });
  says('a decimal', ({ books }) => books.filter({ price: '9.90' }), {
    sqlite: [
      "select `t0`.`id`, `t0`.`version` from `books` as `t0` where `t0`.`price` in (?, rtrim(rtrim(?, '0'), '.'), rtrim(?, '0') || '0')",
      '9.90',
      '9.90',
      '9.90',
    ],
    postgres: ['select "t0"."id", "t0"."version" from "books" as "t0" where "t0"."price" = $1', '9.90'],
    mysql: [
      'select `t0`.`id`, `t0`.`version` from `books` as `t0` where `t0`.`price` = cast(? as decimal(65, 30))',
      '9.90',
    ],
  });
  says('a bigint', ({ books }) => books.filter({ sold: 5n }), {
    sqlite: ['select `t0`.`id`, `t0`.`version` from `books` as `t0` where `t0`.`sold` = ?', '5'],
    postgres: ['select "t0"."id", "t0"."version" from "books" as "t0" where "t0"."sold" = $1', '5'],
    mysql: ['select `t0`.`id`, `t0`.`version` from `books` as `t0` where `t0`.`sold` = cast(? as signed)', '5'],
  });
  says('null', ({ books }) => books.filter({ sold: null }), {
    sqlite: ['select `t0`.`id`, `t0`.`version` from `books` as `t0` where `t0`.`sold` is null'],
    postgres: ['select "t0"."id", "t0"."version" from "books" as "t0" where "t0"."sold" is null'],
    mysql: ['select `t0`.`id`, `t0`.`version` from `books` as `t0` where `t0`.`sold` is null'],
  });
  says('ne', ({ books }) => books.filter({ title: ne('Emma') }), {
    sqlite: ['select `t0`.`id`, `t0`.`version` from `books` as `t0` where `t0`.`title` <> ?', 'Emma'],
    postgres: ['select "t0"."id", "t0"."version" from "books" as "t0" where "t0"."title" <> $1', 'Emma'],
    mysql: ['select `t0`.`id`, `t0`.`version` from `books` as `t0` where `t0`.`title` <> ?', 'Emma'],
  });
  says('gt and lt', ({ books }) => books.filter({ price: gt('5') }, { price: lt('7') }), {
    sqlite: [
      'select `t0`.`id`, `t0`.`version` from `books` as `t0` where round(`t0`.`price` * 1e2) > round(? * 1e2) and round(`t0`.`price` * 1e2) < round(? * 1e2)',
      '5.00',
      '7.00',
    ],
    postgres: [
      'select "t0"."id", "t0"."version" from "books" as "t0" where "t0"."price" > $1 and "t0"."price" < $2',
      '5.00',
      '7.00',
    ],
    mysql: [
      'select `t0`.`id`, `t0`.`version` from `books` as `t0` where `t0`.`price` > cast(? as decimal(65, 30)) and `t0`.`price` < cast(? as decimal(65, 30))',
      '5.00',
      '7.00',
    ],
  });
  says('gte and lte', ({ books }) => books.filter({ sold: gte(5n), title: lte('M') }), {
    sqlite: [
      'select `t0`.`id`, `t0`.`version` from `books` as `t0` where `t0`.`sold` >= ? and `t0`.`title` <= ?',
      '5',
      'M',
    ],
    postgres: [
      'select "t0"."id", "t0"."version" from "books" as "t0" where "t0"."sold" >= $1 and "t0"."title" <= $2',
      '5',
      'M',
    ],
    mysql: [
      'select `t0`.`id`, `t0`.`version` from `books` as `t0` where `t0`.`sold` >= cast(? as signed) and `t0`.`title` <= ?',
      '5',
      'M',
    ],
  });
  says('between', ({ books }) => books.filter({ id: between(1, 9) }), {
    sqlite: ['select `t0`.`id`, `t0`.`version` from `books` as `t0` where `t0`.`id` >= ? and `t0`.`id` <= ?', 1, 9],
    postgres: ['select "t0"."id", "t0"."version" from "books" as "t0" where "t0"."id" >= $1 and "t0"."id" <= $2', 1, 9],
    mysql: ['select `t0`.`id`, `t0`.`version` from `books` as `t0` where `t0`.`id` >= ? and `t0`.`id` <= ?', 1, 9],
  });
  says('inList', ({ books }) => books.filter({ id: inList([1, 2, 3]) }), {
    sqlite: [
      'select `t0`.`id`, `t0`.`version` from `books` as `t0` where `t0`.`id` in (select value from json_each(?))',
      '[1,2,3]',
    ],
    postgres: ['select "t0"."id", "t0"."version" from "books" as "t0" where "t0"."id" = any($1)', '{1,2,3}'],
    mysql: ['select `t0`.`id`, `t0`.`version` from `books` as `t0` where `t0`.`id` in (?, ?, ?, ?)', 1, 2, 3, 3],
  });
  says('inList with null', ({ books }) => books.filter({ sold: inList([1n, null]) }), {
    sqlite: [
      'select `t0`.`id`, `t0`.`version` from `books` as `t0` where `t0`.`sold` in (select cast(value as integer) from json_each(?)) or `t0`.`sold` is null',
      '["1"]',
    ],
    postgres: [
      'select "t0"."id", "t0"."version" from "books" as "t0" where "t0"."sold" = any($1) or "t0"."sold" is null',
      '{"1"}',
    ],
    mysql: [
      'select `t0`.`id`, `t0`.`version` from `books` as `t0` where `t0`.`sold` in (cast(? as signed)) or `t0`.`sold` is null',
      '1',
    ],
  });
  says('inList of nothing', ({ books }) => books.filter({ id: inList([]) }), {
    sqlite: ['select `t0`.`id`, `t0`.`version` from `books` as `t0` where 1 = 0'],
    postgres: ['select "t0"."id", "t0"."version" from "books" as "t0" where 1 = 0'],
    mysql: ['select `t0`.`id`, `t0`.`version` from `books` as `t0` where 1 = 0'],
  });
  says('notIn', ({ books }) => books.filter({ title: notIn(['Emma', 'Persuasion']) }), {
    sqlite: [
      'select `t0`.`id`, `t0`.`version` from `books` as `t0` where not (`t0`.`title` in (select value from json_each(?)))',
      '["Emma","Persuasion"]',
    ],
    postgres: [
      'select "t0"."id", "t0"."version" from "books" as "t0" where not ("t0"."title" = any($1))',
      '{"Emma","Persuasion"}',
    ],
    mysql: [
      'select `t0`.`id`, `t0`.`version` from `books` as `t0` where not (`t0`.`title` in (?, ?))',
      'Emma',
      'Persuasion',
    ],
  });
  says('notIn with null', ({ books }) => books.filter({ sold: notIn([1n, null]) }), {
    sqlite: [
      'select `t0`.`id`, `t0`.`version` from `books` as `t0` where not (`t0`.`sold` in (select cast(value as integer) from json_each(?))) and `t0`.`sold` is not null',
      '["1"]',
    ],
    postgres: [
      'select "t0"."id", "t0"."version" from "books" as "t0" where not ("t0"."sold" = any($1)) and "t0"."sold" is not null',
      '{"1"}',
    ],
    mysql: [
      'select `t0`.`id`, `t0`.`version` from `books` as `t0` where not (`t0`.`sold` in (cast(? as signed))) and `t0`.`sold` is not null',
      '1',
    ],
  });
  says('isNull and isNotNull', ({ books }) => books.filter({ sold: isNull(), preface: isNotNull() }), {
    sqlite: [
      'select `t0`.`id`, `t0`.`version` from `books` as `t0` where `t0`.`sold` is null and `t0`.`preface` is not null',
    ],
    postgres: [
      'select "t0"."id", "t0"."version" from "books" as "t0" where "t0"."sold" is null and "t0"."preface" is not null',
    ],
    mysql: [
      'select `t0`.`id`, `t0`.`version` from `books` as `t0` where `t0`.`sold` is null and `t0`.`preface` is not null',
    ],
  });
  says('like', ({ books }) => books.filter({ title: like('E_ma%') }), {
    sqlite: ['select `t0`.`id`, `t0`.`version` from `books` as `t0` where `t0`.`title` glob ?', 'E?ma*'],
    postgres: [
      'select "t0"."id", "t0"."version" from "books" as "t0" where "t0"."title" like $1 escape \'!\'',
      'E_ma%',
    ],
    mysql: [
      "select `t0`.`id`, `t0`.`version` from `books` as `t0` where `t0`.`title` like ? collate utf8mb4_0900_bin escape '!'",
      'E_ma%',
    ],
    mariadb: [
      "select `t0`.`id`, `t0`.`version` from `books` as `t0` where `t0`.`title` like ? collate utf8mb4_nopad_bin escape '!'",
      'E_ma%',
    ],
  });
  says('ilike', ({ books }) => books.filter({ title: ilike('e%') }), {
    sqlite: ["select `t0`.`id`, `t0`.`version` from `books` as `t0` where `t0`.`title` like ? escape '!'", 'e%'],
    postgres: ['select "t0"."id", "t0"."version" from "books" as "t0" where "t0"."title" ilike $1 escape \'!\'', 'e%'],
    mysql: [
      "select `t0`.`id`, `t0`.`version` from `books` as `t0` where lower(`t0`.`title`) like lower(?) collate utf8mb4_0900_bin escape '!'",
      'e%',
    ],
    mariadb: [
      "select `t0`.`id`, `t0`.`version` from `books` as `t0` where lower(`t0`.`title`) like lower(?) collate utf8mb4_nopad_bin escape '!'",
      'e%',
    ],
  });
  says('contains', ({ books }) => books.filter({ title: contains('50%') }), {
    sqlite: ['select `t0`.`id`, `t0`.`version` from `books` as `t0` where instr(`t0`.`title`, ?) > 0', '50%'],
    postgres: [
      'select "t0"."id", "t0"."version" from "books" as "t0" where "t0"."title" like $1 escape \'!\'',
      '%50!%%',
    ],
    mysql: [
      "select `t0`.`id`, `t0`.`version` from `books` as `t0` where `t0`.`title` like ? collate utf8mb4_0900_bin escape '!'",
      '%50!%%',
    ],
    mariadb: [
      "select `t0`.`id`, `t0`.`version` from `books` as `t0` where `t0`.`title` like ? collate utf8mb4_nopad_bin escape '!'",
      '%50!%%',
    ],
  });
  says('icontains', ({ books }) => books.filter({ title: icontains('50%') }), {
    sqlite: ["select `t0`.`id`, `t0`.`version` from `books` as `t0` where `t0`.`title` like ? escape '!'", '%50!%%'],
    postgres: [
      'select "t0"."id", "t0"."version" from "books" as "t0" where "t0"."title" ilike $1 escape \'!\'',
      '%50!%%',
    ],
    mysql: [
      "select `t0`.`id`, `t0`.`version` from `books` as `t0` where lower(`t0`.`title`) like lower(?) collate utf8mb4_0900_bin escape '!'",
      '%50!%%',
    ],
    mariadb: [
      "select `t0`.`id`, `t0`.`version` from `books` as `t0` where lower(`t0`.`title`) like lower(?) collate utf8mb4_nopad_bin escape '!'",
      '%50!%%',
    ],
  });
  says('startsWith', ({ books }) => books.filter({ title: startsWith('E') }), {
    sqlite: ['select `t0`.`id`, `t0`.`version` from `books` as `t0` where `t0`.`title` glob ?', 'E*'],
    postgres: ['select "t0"."id", "t0"."version" from "books" as "t0" where "t0"."title" like $1 escape \'!\'', 'E%'],
    mysql: [
      "select `t0`.`id`, `t0`.`version` from `books` as `t0` where `t0`.`title` like ? collate utf8mb4_0900_bin escape '!'",
      'E%',
    ],
    mariadb: [
      "select `t0`.`id`, `t0`.`version` from `books` as `t0` where `t0`.`title` like ? collate utf8mb4_nopad_bin escape '!'",
      'E%',
    ],
  });
  says('istartsWith', ({ books }) => books.filter({ title: istartsWith('e') }), {
    sqlite: ["select `t0`.`id`, `t0`.`version` from `books` as `t0` where `t0`.`title` like ? escape '!'", 'e%'],
    postgres: ['select "t0"."id", "t0"."version" from "books" as "t0" where "t0"."title" ilike $1 escape \'!\'', 'e%'],
    mysql: [
      "select `t0`.`id`, `t0`.`version` from `books` as `t0` where lower(`t0`.`title`) like lower(?) collate utf8mb4_0900_bin escape '!'",
      'e%',
    ],
    mariadb: [
      "select `t0`.`id`, `t0`.`version` from `books` as `t0` where lower(`t0`.`title`) like lower(?) collate utf8mb4_nopad_bin escape '!'",
      'e%',
    ],
  });
  says('endsWith', ({ books }) => books.filter({ title: endsWith('a') }), {
    sqlite: ['select `t0`.`id`, `t0`.`version` from `books` as `t0` where `t0`.`title` glob ?', '*a'],
    postgres: ['select "t0"."id", "t0"."version" from "books" as "t0" where "t0"."title" like $1 escape \'!\'', '%a'],
    mysql: [
      "select `t0`.`id`, `t0`.`version` from `books` as `t0` where `t0`.`title` like ? collate utf8mb4_0900_bin escape '!'",
      '%a',
    ],
    mariadb: [
      "select `t0`.`id`, `t0`.`version` from `books` as `t0` where `t0`.`title` like ? collate utf8mb4_nopad_bin escape '!'",
      '%a',
    ],
  });
  says('iendsWith', ({ books }) => books.filter({ title: iendsWith('a') }), {
    sqlite: ["select `t0`.`id`, `t0`.`version` from `books` as `t0` where `t0`.`title` like ? escape '!'", '%a'],
    postgres: ['select "t0"."id", "t0"."version" from "books" as "t0" where "t0"."title" ilike $1 escape \'!\'', '%a'],
    mysql: [
      "select `t0`.`id`, `t0`.`version` from `books` as `t0` where lower(`t0`.`title`) like lower(?) collate utf8mb4_0900_bin escape '!'",
      '%a',
    ],
    mariadb: [
      "select `t0`.`id`, `t0`.`version` from `books` as `t0` where lower(`t0`.`title`) like lower(?) collate utf8mb4_nopad_bin escape '!'",
      '%a',
    ],
  });
});

describe('conditions put together', () => {
  says(
    'several of one filter, and several filters',
    ({ books }) => books.filter({ title: 'Emma', price: '5' }).filter({ id: 1 }),
    {
      sqlite: [
        "select `t0`.`id`, `t0`.`version` from `books` as `t0` where `t0`.`title` = ? and `t0`.`price` in (?, rtrim(rtrim(?, '0'), '.'), rtrim(?, '0') || '0') and `t0`.`id` = ?",
        'Emma',
        '5.00',
        '5.00',
        '5.00',
        1,
      ],
      postgres: [
        'select "t0"."id", "t0"."version" from "books" as "t0" where "t0"."title" = $1 and "t0"."price" = $2 and "t0"."id" = $3',
        'Emma',
        '5.00',
        1,
      ],
      mysql: [
        'select `t0`.`id`, `t0`.`version` from `books` as `t0` where `t0`.`title` = ? and `t0`.`price` = cast(? as decimal(65, 30)) and `t0`.`id` = ?',
        'Emma',
        '5.00',
        1,
      ],
    },
  );
  says(
    'or inside of and',
    ({ books }) => books.filter(or({ id: 1 }, and({ id: 2 }, { title: 'Emma' })), { price: '5' }),
    {
      sqlite: [
        "select `t0`.`id`, `t0`.`version` from `books` as `t0` where (`t0`.`id` = ? or (`t0`.`id` = ? and `t0`.`title` = ?)) and `t0`.`price` in (?, rtrim(rtrim(?, '0'), '.'), rtrim(?, '0') || '0')",
        1,
        2,
        'Emma',
        '5.00',
        '5.00',
        '5.00',
      ],
      postgres: [
        'select "t0"."id", "t0"."version" from "books" as "t0" where ("t0"."id" = $1 or ("t0"."id" = $2 and "t0"."title" = $3)) and "t0"."price" = $4',
        1,
        2,
        'Emma',
        '5.00',
      ],
      mysql: [
        'select `t0`.`id`, `t0`.`version` from `books` as `t0` where (`t0`.`id` = ? or (`t0`.`id` = ? and `t0`.`title` = ?)) and `t0`.`price` = cast(? as decimal(65, 30))',
        1,
        2,
        'Emma',
        '5.00',
      ],
    },
  );
  says('not', ({ books }) => books.filter(not({ sold: 5n })), {
    sqlite: ['select `t0`.`id`, `t0`.`version` from `books` as `t0` where (`t0`.`sold` = ?) is not true', '5'],
    postgres: ['select "t0"."id", "t0"."version" from "books" as "t0" where ("t0"."sold" = $1) is not true', '5'],
    mysql: [
      'select `t0`.`id`, `t0`.`version` from `books` as `t0` where (`t0`.`sold` = cast(? as signed)) is not true',
      '5',
    ],
  });
  says('exclude', ({ books }) => books.exclude({ title: 'Emma', sold: 5n }), {
    sqlite: [
      'select `t0`.`id`, `t0`.`version` from `books` as `t0` where (`t0`.`title` = ? and `t0`.`sold` = ?) is not true',
      'Emma',
      '5',
    ],
    postgres: [
      'select "t0"."id", "t0"."version" from "books" as "t0" where ("t0"."title" = $1 and "t0"."sold" = $2) is not true',
      'Emma',
      '5',
    ],
    mysql: [
      'select `t0`.`id`, `t0`.`version` from `books` as `t0` where (`t0`.`title` = ? and `t0`.`sold` = cast(? as signed)) is not true',
      'Emma',
      '5',
    ],
  });
  says('or of nothing', ({ books }) => books.filter(or()), {
    sqlite: ['select `t0`.`id`, `t0`.`version` from `books` as `t0` where 1 = 0'],
    postgres: ['select "t0"."id", "t0"."version" from "books" as "t0" where 1 = 0'],
    mysql: ['select `t0`.`id`, `t0`.`version` from `books` as `t0` where 1 = 0'],
  });
});

describe('a condition along a to-one relation', () => {
  says('its key', ({ books }) => books.filter({ author: 3 }), {
    sqlite: ['select `t0`.`id`, `t0`.`version` from `books` as `t0` where `t0`.`author_id` = ?', 3],
    postgres: ['select "t0"."id", "t0"."version" from "books" as "t0" where "t0"."author_id" = $1', 3],
    mysql: ['select `t0`.`id`, `t0`.`version` from `books` as `t0` where `t0`.`author_id` = ?', 3],
  });
  says('an object with its key', ({ books }) => books.filter({ author: { id: 3 } }), {
    sqlite: ['select `t0`.`id`, `t0`.`version` from `books` as `t0` where `t0`.`author_id` = ?', 3],
    postgres: ['select "t0"."id", "t0"."version" from "books" as "t0" where "t0"."author_id" = $1', 3],
    mysql: ['select `t0`.`id`, `t0`.`version` from `books` as `t0` where `t0`.`author_id` = ?', 3],
  });
  says('null', ({ books }) => books.filter({ editor: null }), {
    sqlite: ['select `t0`.`id`, `t0`.`version` from `books` as `t0` where `t0`.`editor_id` is null'],
    postgres: ['select "t0"."id", "t0"."version" from "books" as "t0" where "t0"."editor_id" is null'],
    mysql: ['select `t0`.`id`, `t0`.`version` from `books` as `t0` where `t0`.`editor_id` is null'],
  });
  says('ne', ({ books }) => books.filter({ author: ne(3) }), {
    sqlite: ['select `t0`.`id`, `t0`.`version` from `books` as `t0` where `t0`.`author_id` <> ?', 3],
    postgres: ['select "t0"."id", "t0"."version" from "books" as "t0" where "t0"."author_id" <> $1', 3],
    mysql: ['select `t0`.`id`, `t0`.`version` from `books` as `t0` where `t0`.`author_id` <> ?', 3],
  });
  says('inList', ({ books }) => books.filter({ author: inList([3, 4]) }), {
    sqlite: [
      'select `t0`.`id`, `t0`.`version` from `books` as `t0` where `t0`.`author_id` in (select value from json_each(?))',
      '[3,4]',
    ],
    postgres: ['select "t0"."id", "t0"."version" from "books" as "t0" where "t0"."author_id" = any($1)', '{3,4}'],
    mysql: ['select `t0`.`id`, `t0`.`version` from `books` as `t0` where `t0`.`author_id` in (?, ?)', 3, 4],
  });
  says('a column of it', ({ books }) => books.filter({ author: { name: 'Austen' } }), {
    sqlite: [
      'select `t0`.`id`, `t0`.`version` from `books` as `t0` left join `authors` as `t1` on `t0`.`author_id` = `t1`.`id` and `t1`.`deleted_at` is null where `t1`.`name` = ?',
      'Austen',
    ],
    postgres: [
      'select "t0"."id", "t0"."version" from "books" as "t0" left join "authors" as "t1" on "t0"."author_id" = "t1"."id" and "t1"."deleted_at" is null where "t1"."name" = $1',
      'Austen',
    ],
    mysql: [
      'select `t0`.`id`, `t0`.`version` from `books` as `t0` left join `authors` as `t1` on `t0`.`author_id` = `t1`.`id` and `t1`.`deleted_at` is null where `t1`.`name` = ?',
      'Austen',
    ],
  });
  says(
    'one joined table for several conditions and an order',
    ({ books }) =>
      books
        .filter({ author: { name: startsWith('A') } }, { author: { mentor: { name: 'Burney' } } })
        .orderBy('author.name'),
    {
      sqlite: [
        'select `t0`.`id`, `t0`.`version` from `books` as `t0` left join `authors` as `t1` on `t0`.`author_id` = `t1`.`id` and `t1`.`deleted_at` is null left join `authors` as `t2` on `t1`.`mentor_id` = `t2`.`id` and `t2`.`deleted_at` is null where `t1`.`name` glob ? and `t2`.`name` = ? order by `t1`.`name`',
        'A*',
        'Burney',
      ],
      postgres: [
        'select "t0"."id", "t0"."version" from "books" as "t0" left join "authors" as "t1" on "t0"."author_id" = "t1"."id" and "t1"."deleted_at" is null left join "authors" as "t2" on "t1"."mentor_id" = "t2"."id" and "t2"."deleted_at" is null where "t1"."name" like $1 escape \'!\' and "t2"."name" = $2 order by "t1"."name"',
        'A%',
        'Burney',
      ],
      mysql: [
        "select `t0`.`id`, `t0`.`version` from `books` as `t0` left join `authors` as `t1` on `t0`.`author_id` = `t1`.`id` and `t1`.`deleted_at` is null left join `authors` as `t2` on `t1`.`mentor_id` = `t2`.`id` and `t2`.`deleted_at` is null where `t1`.`name` like ? collate utf8mb4_0900_bin escape '!' and `t2`.`name` = ? order by `t1`.`name`",
        'A%',
        'Burney',
      ],
      mariadb: [
        "select `t0`.`id`, `t0`.`version` from `books` as `t0` left join `authors` as `t1` on `t0`.`author_id` = `t1`.`id` and `t1`.`deleted_at` is null left join `authors` as `t2` on `t1`.`mentor_id` = `t2`.`id` and `t2`.`deleted_at` is null where `t1`.`name` like ? collate utf8mb4_nopad_bin escape '!' and `t2`.`name` = ? order by `t1`.`name`",
        'A%',
        'Burney',
      ],
    },
  );
  says('what a missing row would meet', ({ books }) => books.filter({ editor: { mentor: isNull() } }), {
    sqlite: [
      'select `t0`.`id`, `t0`.`version` from `books` as `t0` left join `authors` as `t1` on `t0`.`editor_id` = `t1`.`id` and `t1`.`deleted_at` is null where `t1`.`id` is not null and `t1`.`mentor_id` is null',
    ],
    postgres: [
      'select "t0"."id", "t0"."version" from "books" as "t0" left join "authors" as "t1" on "t0"."editor_id" = "t1"."id" and "t1"."deleted_at" is null where "t1"."id" is not null and "t1"."mentor_id" is null',
    ],
    mysql: [
      'select `t0`.`id`, `t0`.`version` from `books` as `t0` left join `authors` as `t1` on `t0`.`editor_id` = `t1`.`id` and `t1`.`deleted_at` is null where `t1`.`id` is not null and `t1`.`mentor_id` is null',
    ],
  });
  says('soft-deleted rows too', ({ books }) => books.withDeleted().filter({ author: { name: 'Austen' } }), {
    sqlite: [
      'select `t0`.`id`, `t0`.`version` from `books` as `t0` left join `authors` as `t1` on `t0`.`author_id` = `t1`.`id` where `t1`.`name` = ?',
      'Austen',
    ],
    postgres: [
      'select "t0"."id", "t0"."version" from "books" as "t0" left join "authors" as "t1" on "t0"."author_id" = "t1"."id" where "t1"."name" = $1',
      'Austen',
    ],
    mysql: [
      'select `t0`.`id`, `t0`.`version` from `books` as `t0` left join `authors` as `t1` on `t0`.`author_id` = `t1`.`id` where `t1`.`name` = ?',
      'Austen',
    ],
  });
  says('a has-one', ({ books }) => books.filter({ cover: { colour: 'red' } }), {
    sqlite: [
      'select `t0`.`id`, `t0`.`version` from `books` as `t0` where exists (select 1 from `covers` as `t1` where `t1`.`book_id` = `t0`.`id` and `t1`.`colour` = ?)',
      'red',
    ],
    postgres: [
      'select "t0"."id", "t0"."version" from "books" as "t0" where exists (select 1 from "covers" as "t1" where "t1"."book_id" = "t0"."id" and "t1"."colour" = $1)',
      'red',
    ],
    mysql: [
      'select `t0`.`id`, `t0`.`version` from `books` as `t0` where exists (select 1 from `covers` as `t1` where `t1`.`book_id` = `t0`.`id` and `t1`.`colour` = ?)',
      'red',
    ],
  });
  says('no row of a has-one', ({ books }) => books.filter({ cover: null }), {
    sqlite: [
      'select `t0`.`id`, `t0`.`version` from `books` as `t0` where not exists (select 1 from `covers` as `t1` where `t1`.`book_id` = `t0`.`id`)',
    ],
    postgres: [
      'select "t0"."id", "t0"."version" from "books" as "t0" where not exists (select 1 from "covers" as "t1" where "t1"."book_id" = "t0"."id")',
    ],
    mysql: [
      'select `t0`.`id`, `t0`.`version` from `books` as `t0` where not exists (select 1 from `covers` as `t1` where `t1`.`book_id` = `t0`.`id`)',
    ],
  });
  says('a has-one by its key', ({ books }) => books.filter({ cover: 7 }), {
    sqlite: [
      'select `t0`.`id`, `t0`.`version` from `books` as `t0` where exists (select 1 from `covers` as `t1` where `t1`.`book_id` = `t0`.`id` and `t1`.`id` = ?)',
      7,
    ],
    postgres: [
      'select "t0"."id", "t0"."version" from "books" as "t0" where exists (select 1 from "covers" as "t1" where "t1"."book_id" = "t0"."id" and "t1"."id" = $1)',
      7,
    ],
    mysql: [
      'select `t0`.`id`, `t0`.`version` from `books` as `t0` where exists (select 1 from `covers` as `t1` where `t1`.`book_id` = `t0`.`id` and `t1`.`id` = ?)',
      7,
    ],
  });
});

describe('a condition along a to-many relation', () => {
  says('some', ({ books }) => books.filter({ chapters: some({ heading: 'I' }) }), {
    sqlite: [
      'select `t0`.`id`, `t0`.`version` from `books` as `t0` where exists (select 1 from `chapters` as `t1` where `t1`.`book_id` = `t0`.`id` and `t1`.`heading` = ?)',
      'I',
    ],
    postgres: [
      'select "t0"."id", "t0"."version" from "books" as "t0" where exists (select 1 from "chapters" as "t1" where "t1"."book_id" = "t0"."id" and "t1"."heading" = $1)',
      'I',
    ],
    mysql: [
      'select `t0`.`id`, `t0`.`version` from `books` as `t0` where exists (select 1 from `chapters` as `t1` where `t1`.`book_id` = `t0`.`id` and `t1`.`heading` = ?)',
      'I',
    ],
  });
  says('some at all', ({ books }) => books.filter({ chapters: some() }), {
    sqlite: [
      'select `t0`.`id`, `t0`.`version` from `books` as `t0` where exists (select 1 from `chapters` as `t1` where `t1`.`book_id` = `t0`.`id`)',
    ],
    postgres: [
      'select "t0"."id", "t0"."version" from "books" as "t0" where exists (select 1 from "chapters" as "t1" where "t1"."book_id" = "t0"."id")',
    ],
    mysql: [
      'select `t0`.`id`, `t0`.`version` from `books` as `t0` where exists (select 1 from `chapters` as `t1` where `t1`.`book_id` = `t0`.`id`)',
    ],
  });
  says('none', ({ books }) => books.filter({ chapters: none({ heading: 'I' }) }), {
    sqlite: [
      'select `t0`.`id`, `t0`.`version` from `books` as `t0` where not exists (select 1 from `chapters` as `t1` where `t1`.`book_id` = `t0`.`id` and `t1`.`heading` = ?)',
      'I',
    ],
    postgres: [
      'select "t0"."id", "t0"."version" from "books" as "t0" where not exists (select 1 from "chapters" as "t1" where "t1"."book_id" = "t0"."id" and "t1"."heading" = $1)',
      'I',
    ],
    mysql: [
      'select `t0`.`id`, `t0`.`version` from `books` as `t0` where not exists (select 1 from `chapters` as `t1` where `t1`.`book_id` = `t0`.`id` and `t1`.`heading` = ?)',
      'I',
    ],
  });
  says('every', ({ books }) => books.filter({ chapters: every({ heading: 'I' }) }), {
    sqlite: [
      'select `t0`.`id`, `t0`.`version` from `books` as `t0` where not exists (select 1 from `chapters` as `t1` where `t1`.`book_id` = `t0`.`id` and (`t1`.`heading` = ?) is not true)',
      'I',
    ],
    postgres: [
      'select "t0"."id", "t0"."version" from "books" as "t0" where not exists (select 1 from "chapters" as "t1" where "t1"."book_id" = "t0"."id" and ("t1"."heading" = $1) is not true)',
      'I',
    ],
    mysql: [
      'select `t0`.`id`, `t0`.`version` from `books` as `t0` where not exists (select 1 from `chapters` as `t1` where `t1`.`book_id` = `t0`.`id` and (`t1`.`heading` = ?) is not true)',
      'I',
    ],
  });
  says('some of a many-to-many', ({ books }) => books.filter({ tags: some({ name: 'novel' }) }), {
    sqlite: [
      'select `t0`.`id`, `t0`.`version` from `books` as `t0` where exists (select 1 from `books_tags` as `t1` join `tags` as `t2` on `t1`.`tag_id` = `t2`.`id` where `t1`.`book_id` = `t0`.`id` and `t2`.`name` = ?)',
      'novel',
    ],
    postgres: [
      'select "t0"."id", "t0"."version" from "books" as "t0" where exists (select 1 from "books_tags" as "t1" join "tags" as "t2" on "t1"."tag_id" = "t2"."id" where "t1"."book_id" = "t0"."id" and "t2"."name" = $1)',
      'novel',
    ],
    mysql: [
      'select `t0`.`id`, `t0`.`version` from `books` as `t0` where exists (select 1 from `books_tags` as `t1` join `tags` as `t2` on `t1`.`tag_id` = `t2`.`id` where `t1`.`book_id` = `t0`.`id` and `t2`.`name` = ?)',
      'novel',
    ],
  });
  says('of soft-deleted rows', ({ authors }) => authors.filter({ books: some({ author: { name: 'Austen' } }) }), {
    sqlite: [
      'select `t0`.`id`, `t0`.`deleted_at` from `authors` as `t0` where exists (select 1 from `books` as `t1` left join `authors` as `t2` on `t1`.`author_id` = `t2`.`id` and `t2`.`deleted_at` is null where `t1`.`author_id` = `t0`.`id` and `t2`.`name` = ?) and `t0`.`deleted_at` is null',
      'Austen',
    ],
    postgres: [
      'select "t0"."id", "t0"."deleted_at" from "authors" as "t0" where exists (select 1 from "books" as "t1" left join "authors" as "t2" on "t1"."author_id" = "t2"."id" and "t2"."deleted_at" is null where "t1"."author_id" = "t0"."id" and "t2"."name" = $1) and "t0"."deleted_at" is null',
      'Austen',
    ],
    mysql: [
      'select `t0`.`id`, `t0`.`deleted_at` from `authors` as `t0` where exists (select 1 from `books` as `t1` left join `authors` as `t2` on `t1`.`author_id` = `t2`.`id` and `t2`.`deleted_at` is null where `t1`.`author_id` = `t0`.`id` and `t2`.`name` = ?) and `t0`.`deleted_at` is null',
      'Austen',
    ],
  });
  says('at the end of a to-one relation', ({ books }) => books.filter({ author: { books: some({ title: 'Emma' }) } }), {
    sqlite: [
      'select `t0`.`id`, `t0`.`version` from `books` as `t0` left join `authors` as `t1` on `t0`.`author_id` = `t1`.`id` and `t1`.`deleted_at` is null where exists (select 1 from `books` as `t2` where `t2`.`author_id` = `t1`.`id` and `t2`.`title` = ?)',
      'Emma',
    ],
    postgres: [
      'select "t0"."id", "t0"."version" from "books" as "t0" left join "authors" as "t1" on "t0"."author_id" = "t1"."id" and "t1"."deleted_at" is null where exists (select 1 from "books" as "t2" where "t2"."author_id" = "t1"."id" and "t2"."title" = $1)',
      'Emma',
    ],
    mysql: [
      'select `t0`.`id`, `t0`.`version` from `books` as `t0` left join `authors` as `t1` on `t0`.`author_id` = `t1`.`id` and `t1`.`deleted_at` is null where exists (select 1 from `books` as `t2` where `t2`.`author_id` = `t1`.`id` and `t2`.`title` = ?)',
      'Emma',
    ],
  });
});

describe('an order', () => {
  says('ascending and descending', ({ books }) => books.orderBy('-title', 'id'), {
    sqlite: ['select `t0`.`id`, `t0`.`version` from `books` as `t0` order by `t0`.`title` desc, `t0`.`id`'],
    postgres: ['select "t0"."id", "t0"."version" from "books" as "t0" order by "t0"."title" desc, "t0"."id"'],
    mysql: ['select `t0`.`id`, `t0`.`version` from `books` as `t0` order by `t0`.`title` desc, `t0`.`id`'],
  });
  says('of a decimal', ({ books }) => books.orderBy('price'), {
    sqlite: ['select `t0`.`id`, `t0`.`version` from `books` as `t0` order by round(`t0`.`price` * 1e2)'],
    postgres: ['select "t0"."id", "t0"."version" from "books" as "t0" order by "t0"."price"'],
    mysql: ['select `t0`.`id`, `t0`.`version` from `books` as `t0` order by `t0`.`price`'],
  });
  says('along to-one relations', ({ books }) => books.orderBy('editor.mentor.name'), {
    sqlite: [
      'select `t0`.`id`, `t0`.`version` from `books` as `t0` left join `authors` as `t1` on `t0`.`editor_id` = `t1`.`id` and `t1`.`deleted_at` is null left join `authors` as `t2` on `t1`.`mentor_id` = `t2`.`id` and `t2`.`deleted_at` is null order by `t2`.`name`',
    ],
    postgres: [
      'select "t0"."id", "t0"."version" from "books" as "t0" left join "authors" as "t1" on "t0"."editor_id" = "t1"."id" and "t1"."deleted_at" is null left join "authors" as "t2" on "t1"."mentor_id" = "t2"."id" and "t2"."deleted_at" is null order by "t2"."name"',
    ],
    mysql: [
      'select `t0`.`id`, `t0`.`version` from `books` as `t0` left join `authors` as `t1` on `t0`.`editor_id` = `t1`.`id` and `t1`.`deleted_at` is null left join `authors` as `t2` on `t1`.`mentor_id` = `t2`.`id` and `t2`.`deleted_at` is null order by `t2`.`name`',
    ],
  });
  says('reverse', ({ books }) => books.orderBy('-title', 'id').reverse(), {
    sqlite: ['select `t0`.`id`, `t0`.`version` from `books` as `t0` order by `t0`.`title`, `t0`.`id` desc'],
    postgres: ['select "t0"."id", "t0"."version" from "books" as "t0" order by "t0"."title", "t0"."id" desc'],
    mysql: ['select `t0`.`id`, `t0`.`version` from `books` as `t0` order by `t0`.`title`, `t0`.`id` desc'],
  });
  says('reverse without an order', ({ chapters }) => chapters.reverse(), {
    sqlite: [
      'select `t0`.`book_id`, `t0`.`number` from `chapters` as `t0` order by `t0`.`book_id` desc, `t0`.`number` desc',
    ],
    postgres: [
      'select "t0"."book_id", "t0"."number" from "chapters" as "t0" order by "t0"."book_id" desc, "t0"."number" desc',
    ],
    mysql: [
      'select `t0`.`book_id`, `t0`.`number` from `chapters` as `t0` order by `t0`.`book_id` desc, `t0`.`number` desc',
    ],
  });
});

describe('include', () => {
  says('of a to-one relation: a join', ({ books }) => books.include('author', 'editor.mentor'), {
    sqlite: [
      'select `t0`.`id`, `t0`.`author_id`, `t0`.`editor_id`, `t0`.`version`, `t1`.`id`, `t1`.`name`, `t1`.`mentor_id`, `t1`.`deleted_at`, `t2`.`id`, `t2`.`name`, `t2`.`mentor_id`, `t2`.`deleted_at`, `t3`.`id`, `t3`.`name`, `t3`.`mentor_id`, `t3`.`deleted_at` from `books` as `t0` left join `authors` as `t1` on `t0`.`author_id` = `t1`.`id` and `t1`.`deleted_at` is null left join `authors` as `t2` on `t0`.`editor_id` = `t2`.`id` and `t2`.`deleted_at` is null left join `authors` as `t3` on `t2`.`mentor_id` = `t3`.`id` and `t3`.`deleted_at` is null',
    ],
    postgres: [
      'select "t0"."id", "t0"."author_id", "t0"."editor_id", "t0"."version", "t1"."id", "t1"."name", "t1"."mentor_id", "t1"."deleted_at", "t2"."id", "t2"."name", "t2"."mentor_id", "t2"."deleted_at", "t3"."id", "t3"."name", "t3"."mentor_id", "t3"."deleted_at" from "books" as "t0" left join "authors" as "t1" on "t0"."author_id" = "t1"."id" and "t1"."deleted_at" is null left join "authors" as "t2" on "t0"."editor_id" = "t2"."id" and "t2"."deleted_at" is null left join "authors" as "t3" on "t2"."mentor_id" = "t3"."id" and "t3"."deleted_at" is null',
    ],
    mysql: [
      'select `t0`.`id`, `t0`.`author_id`, `t0`.`editor_id`, `t0`.`version`, `t1`.`id`, `t1`.`name`, `t1`.`mentor_id`, `t1`.`deleted_at`, `t2`.`id`, `t2`.`name`, `t2`.`mentor_id`, `t2`.`deleted_at`, `t3`.`id`, `t3`.`name`, `t3`.`mentor_id`, `t3`.`deleted_at` from `books` as `t0` left join `authors` as `t1` on `t0`.`author_id` = `t1`.`id` and `t1`.`deleted_at` is null left join `authors` as `t2` on `t0`.`editor_id` = `t2`.`id` and `t2`.`deleted_at` is null left join `authors` as `t3` on `t2`.`mentor_id` = `t3`.`id` and `t3`.`deleted_at` is null',
    ],
  });
  says(
    'of a to-one relation by a query of its own: its key',
    ({ books }) => books.include('author', { strategy: 'query' }),
    {
      sqlite: ['select `t0`.`id`, `t0`.`author_id`, `t0`.`version` from `books` as `t0`'],
      postgres: ['select "t0"."id", "t0"."author_id", "t0"."version" from "books" as "t0"'],
      mysql: ['select `t0`.`id`, `t0`.`author_id`, `t0`.`version` from `books` as `t0`'],
    },
  );
  says(
    'of a to-one relation, some columns of it',
    ({ books }) => books.include('author.mentor').only('author.name').defer('author.mentor.name'),
    {
      sqlite: [
        'select `t0`.`id`, `t0`.`author_id`, `t0`.`version`, `t1`.`id`, `t1`.`name`, `t1`.`mentor_id`, `t1`.`deleted_at`, `t2`.`id`, `t2`.`mentor_id`, `t2`.`deleted_at` from `books` as `t0` left join `authors` as `t1` on `t0`.`author_id` = `t1`.`id` and `t1`.`deleted_at` is null left join `authors` as `t2` on `t1`.`mentor_id` = `t2`.`id` and `t2`.`deleted_at` is null',
      ],
      postgres: [
        'select "t0"."id", "t0"."author_id", "t0"."version", "t1"."id", "t1"."name", "t1"."mentor_id", "t1"."deleted_at", "t2"."id", "t2"."mentor_id", "t2"."deleted_at" from "books" as "t0" left join "authors" as "t1" on "t0"."author_id" = "t1"."id" and "t1"."deleted_at" is null left join "authors" as "t2" on "t1"."mentor_id" = "t2"."id" and "t2"."deleted_at" is null',
      ],
      mysql: [
        'select `t0`.`id`, `t0`.`author_id`, `t0`.`version`, `t1`.`id`, `t1`.`name`, `t1`.`mentor_id`, `t1`.`deleted_at`, `t2`.`id`, `t2`.`mentor_id`, `t2`.`deleted_at` from `books` as `t0` left join `authors` as `t1` on `t0`.`author_id` = `t1`.`id` and `t1`.`deleted_at` is null left join `authors` as `t2` on `t1`.`mentor_id` = `t2`.`id` and `t2`.`deleted_at` is null',
      ],
    },
  );
  says('of a to-many relation: no part of this statement', ({ books }) => books.include('tags'), {
    sqlite: ['select `t0`.`id`, `t0`.`version` from `books` as `t0`'],
    postgres: ['select "t0"."id", "t0"."version" from "books" as "t0"'],
    mysql: ['select `t0`.`id`, `t0`.`version` from `books` as `t0`'],
  });
});

describe('a reading method', () => {
  says('get', ({ books }) => books.get({ title: 'Emma' }).catch(() => undefined), {
    sqlite: ['select `t0`.`id`, `t0`.`version` from `books` as `t0` where `t0`.`title` = ? limit ?', 'Emma', 2],
    postgres: ['select "t0"."id", "t0"."version" from "books" as "t0" where "t0"."title" = $1 limit $2', 'Emma', 2],
    mysql: ['select `t0`.`id`, `t0`.`version` from `books` as `t0` where `t0`.`title` = ? limit ?', 'Emma', 2],
  });
  says('one', ({ books }) => books.one().catch(() => undefined), {
    sqlite: ['select `t0`.`id`, `t0`.`version` from `books` as `t0` limit ?', 2],
    postgres: ['select "t0"."id", "t0"."version" from "books" as "t0" limit $1', 2],
    mysql: ['select `t0`.`id`, `t0`.`version` from `books` as `t0` limit ?', 2],
  });
  says('first', ({ books }) => books.first(), {
    sqlite: ['select `t0`.`id`, `t0`.`version` from `books` as `t0` order by `t0`.`id` limit ?', 1],
    postgres: ['select "t0"."id", "t0"."version" from "books" as "t0" order by "t0"."id" limit $1', 1],
    mysql: ['select `t0`.`id`, `t0`.`version` from `books` as `t0` order by `t0`.`id` limit ?', 1],
  });
  says('first in an order', ({ books }) => books.orderBy('-title').first(), {
    sqlite: ['select `t0`.`id`, `t0`.`version` from `books` as `t0` order by `t0`.`title` desc limit ?', 1],
    postgres: ['select "t0"."id", "t0"."version" from "books" as "t0" order by "t0"."title" desc limit $1', 1],
    mysql: ['select `t0`.`id`, `t0`.`version` from `books` as `t0` order by `t0`.`title` desc limit ?', 1],
  });
  says('last', ({ books }) => books.last(), {
    sqlite: ['select `t0`.`id`, `t0`.`version` from `books` as `t0` order by `t0`.`id` desc limit ?', 1],
    postgres: ['select "t0"."id", "t0"."version" from "books" as "t0" order by "t0"."id" desc limit $1', 1],
    mysql: ['select `t0`.`id`, `t0`.`version` from `books` as `t0` order by `t0`.`id` desc limit ?', 1],
  });
  says('last in an order', ({ books }) => books.orderBy('-title').last(), {
    sqlite: ['select `t0`.`id`, `t0`.`version` from `books` as `t0` order by `t0`.`title` limit ?', 1],
    postgres: ['select "t0"."id", "t0"."version" from "books" as "t0" order by "t0"."title" limit $1', 1],
    mysql: ['select `t0`.`id`, `t0`.`version` from `books` as `t0` order by `t0`.`title` limit ?', 1],
  });
  says(
    'count',
    ({ books }) =>
      books
        .filter({ author: { name: 'Austen' } })
        .orderBy('title')
        .limit(3)
        .count(),
    {
      sqlite: [
        'select count(*) from `books` as `t0` left join `authors` as `t1` on `t0`.`author_id` = `t1`.`id` and `t1`.`deleted_at` is null where `t1`.`name` = ?',
        'Austen',
      ],
      postgres: [
        'select count(*) from "books" as "t0" left join "authors" as "t1" on "t0"."author_id" = "t1"."id" and "t1"."deleted_at" is null where "t1"."name" = $1',
        'Austen',
      ],
      mysql: [
        'select count(*) from `books` as `t0` left join `authors` as `t1` on `t0`.`author_id` = `t1`.`id` and `t1`.`deleted_at` is null where `t1`.`name` = ?',
        'Austen',
      ],
    },
  );
  says('exists', ({ books }) => books.filter({ title: 'Emma' }).orderBy('title').exists(), {
    sqlite: ['select 1 from `books` as `t0` where `t0`.`title` = ? limit ?', 'Emma', 1],
    postgres: ['select 1 from "books" as "t0" where "t0"."title" = $1 limit $2', 'Emma', 1],
    mysql: ['select 1 from `books` as `t0` where `t0`.`title` = ? limit ?', 'Emma', 1],
  });
});

describe('a mass write', () => {
  says('update', ({ books }) => books.filter({ title: 'Emma' }).update({ price: '5', author: 3 }), {
    sqlite: [
      'update `books` set `price` = ?, `author_id` = ?, `version` = `books`.`version` + 1 where `books`.`title` = ?',
      '5.00',
      3,
      'Emma',
    ],
    postgres: [
      'update "books" set "price" = $1, "author_id" = $2, "version" = "books"."version" + 1 where "books"."title" = $3',
      '5.00',
      3,
      'Emma',
    ],
    mysql: [
      'update `books` set `price` = ?, `author_id` = ?, `version` = `books`.`version` + 1 where `books`.`title` = ?',
      '5.00',
      3,
      'Emma',
    ],
  });
  says('update along relations', ({ books }) => books.filter({ author: { name: 'Austen' } }).update({ price: '5' }), {
    sqlite: [
      'update `books` set `price` = ?, `version` = `books`.`version` + 1 where `books`.`id` in (select * from (select `t0`.`id` from `books` as `t0` left join `authors` as `t1` on `t0`.`author_id` = `t1`.`id` and `t1`.`deleted_at` is null where `t1`.`name` = ?) as `matched`)',
      '5.00',
      'Austen',
    ],
    postgres: [
      'update "books" set "price" = $1, "version" = "books"."version" + 1 where "books"."id" in (select * from (select "t0"."id" from "books" as "t0" left join "authors" as "t1" on "t0"."author_id" = "t1"."id" and "t1"."deleted_at" is null where "t1"."name" = $2) as "matched")',
      '5.00',
      'Austen',
    ],
    mysql: [
      'update `books` set `price` = ?, `version` = `books`.`version` + 1 where `books`.`id` in (select * from (select `t0`.`id` from `books` as `t0` left join `authors` as `t1` on `t0`.`author_id` = `t1`.`id` and `t1`.`deleted_at` is null where `t1`.`name` = ?) as `matched`)',
      '5.00',
      'Austen',
    ],
  });
  says(
    'update of limited rows',
    ({ books }) => books.filter({ title: 'Emma' }).orderBy('id').limit(2).update({ price: '5' }),
    {
      sqlite: [
        'update `books` set `price` = ?, `version` = `books`.`version` + 1 where `books`.`id` in (select * from (select `t0`.`id` from `books` as `t0` where `t0`.`title` = ? order by `t0`.`id` limit ?) as `matched`)',
        '5.00',
        'Emma',
        2,
      ],
      postgres: [
        'update "books" set "price" = $1, "version" = "books"."version" + 1 where "books"."id" in (select * from (select "t0"."id" from "books" as "t0" where "t0"."title" = $2 order by "t0"."id" limit $3) as "matched")',
        '5.00',
        'Emma',
        2,
      ],
      mysql: [
        'update `books` set `price` = ?, `version` = `books`.`version` + 1 where `books`.`id` in (select * from (select `t0`.`id` from `books` as `t0` where `t0`.`title` = ? order by `t0`.`id` limit ?) as `matched`)',
        '5.00',
        'Emma',
        2,
      ],
    },
  );
  says(
    'update of rows with a composite key',
    ({ chapters }) => chapters.filter({ book: { title: 'Emma' } }).update({ heading: 'I' }),
    {
      sqlite: [
        'update `chapters` set `heading` = ? where (`chapters`.`book_id`, `chapters`.`number`) in (select * from (select `t0`.`book_id`, `t0`.`number` from `chapters` as `t0` left join `books` as `t1` on `t0`.`book_id` = `t1`.`id` where `t1`.`title` = ?) as `matched`)',
        'I',
        'Emma',
      ],
      postgres: [
        'update "chapters" set "heading" = $1 where ("chapters"."book_id", "chapters"."number") in (select * from (select "t0"."book_id", "t0"."number" from "chapters" as "t0" left join "books" as "t1" on "t0"."book_id" = "t1"."id" where "t1"."title" = $2) as "matched")',
        'I',
        'Emma',
      ],
      mysql: [
        'update `chapters` set `heading` = ? where (`chapters`.`book_id`, `chapters`.`number`) in (select * from (select `t0`.`book_id`, `t0`.`number` from `chapters` as `t0` left join `books` as `t1` on `t0`.`book_id` = `t1`.`id` where `t1`.`title` = ?) as `matched`)',
        'I',
        'Emma',
      ],
    },
  );
  says('delete', ({ books }) => books.filter({ title: 'Emma' }).delete(), {
    sqlite: ['delete from `books` where `books`.`title` = ?', 'Emma'],
    postgres: ['delete from "books" where "books"."title" = $1', 'Emma'],
    mysql: ['delete from `books` where `books`.`title` = ?', 'Emma'],
  });
  says('delete along relations', ({ books }) => books.filter({ tags: some({ name: 'novel' }) }).delete(), {
    sqlite: [
      'delete from `books` where `books`.`id` in (select * from (select `t0`.`id` from `books` as `t0` where exists (select 1 from `books_tags` as `t1` join `tags` as `t2` on `t1`.`tag_id` = `t2`.`id` where `t1`.`book_id` = `t0`.`id` and `t2`.`name` = ?)) as `matched`)',
      'novel',
    ],
    postgres: [
      'delete from "books" where "books"."id" in (select * from (select "t0"."id" from "books" as "t0" where exists (select 1 from "books_tags" as "t1" join "tags" as "t2" on "t1"."tag_id" = "t2"."id" where "t1"."book_id" = "t0"."id" and "t2"."name" = $1)) as "matched")',
      'novel',
    ],
    mysql: [
      'delete from `books` where `books`.`id` in (select * from (select `t0`.`id` from `books` as `t0` where exists (select 1 from `books_tags` as `t1` join `tags` as `t2` on `t1`.`tag_id` = `t2`.`id` where `t1`.`book_id` = `t0`.`id` and `t2`.`name` = ?)) as `matched`)',
      'novel',
    ],
  });
  says('delete of all', ({ books }) => books.all().delete(), {
    sqlite: ['delete from `books`'],
    postgres: ['delete from "books"'],
    mysql: ['delete from `books`'],
  });
});
