/**
 * Names and dotted paths: unions of literals that an editor completes, and paths of any length that are checked as they are written.
 */
import { expectTypeOf } from 'expect-type';
import type { Field, IncludePath, OrderPath, OwnColumn, Path, QuerySet, Rel, ToMany, ToOne } from '../src/query';
import type { Author, Book, OrderLine, Tag, Ticket } from './entities';

declare const books: QuerySet<Book>;
declare const text: string;

// Names by what they stand for. Methods, private members and relations are no fields.
expectTypeOf<Field<Author>>().toEqualTypeOf<
  'id' | 'name' | 'age' | 'bio' | 'active' | 'score' | 'meta' | 'createdAt'
>();
expectTypeOf<Rel<Author>>().toEqualTypeOf<'mentor' | 'books'>();
expectTypeOf<ToOne<Book>>().toEqualTypeOf<'author' | 'editor'>();
expectTypeOf<ToMany<Book>>().toEqualTypeOf<'tags'>();
expectTypeOf<OwnColumn<OrderLine>>().toEqualTypeOf<'id' | 'quantity' | 'order' | 'seat'>();
expectTypeOf<Rel<Ticket>>().toEqualTypeOf<'reporter' | 'watchers'>();
expectTypeOf<Field<Ticket>>().toEqualTypeOf<
  'id' | 'createdAt' | 'updatedAt' | 'deletedAt' | 'version' | 'subject' | 'nickname' | 'checksum' | 'summary'
>();

// What a field holds does not make it a relation.
interface Odd {
  id: number;
  anything: any; // eslint-disable-line @typescript-eslint/no-explicit-any -- users write it for json
  unknown: unknown;
  list: string[];
  nested: { id: number; books: string };
  callback(): void;
}
expectTypeOf<Field<Odd>>().toEqualTypeOf<'id' | 'anything' | 'unknown' | 'list' | 'nested'>();
expectTypeOf<Rel<Odd>>().toEqualTypeOf<never>();

// All paths as a union, up to a number of steps.
expectTypeOf<Path<Tag, 1>>().toEqualTypeOf<'books'>();
expectTypeOf<Path<Tag, 2>>().toEqualTypeOf<'books' | 'books.author' | 'books.editor' | 'books.tags'>();
expectTypeOf<'books.author.books'>().toExtend<Path<Tag>>();
expectTypeOf<'books.author.books.tags'>().not.toExtend<Path<Tag>>();
expectTypeOf<'books.author.books.tags'>().toExtend<Path<Tag, 4>>();

// Paths that are written may be longer than any union.
books.include('author.books.tags.books.author.mentor.mentor.books.editor');
books.include('author', 'editor', 'tags.books');
declare const path: Path<Book>;
books.include(path);
expectTypeOf<IncludePath<Book, 'tags.books'>>().toEqualTypeOf<'tags.books'>();
expectTypeOf<IncludePath<Book, 'tags.boks'>>().toEqualTypeOf<'tags.books'>();
expectTypeOf<IncludePath<Book, 'autor'>>().toEqualTypeOf<'author' | 'editor' | 'tags'>();

// @ts-expect-error misspelt
books.include('autor');
// @ts-expect-error misspelt at its end
books.include('author.boks');
// @ts-expect-error misspelt in the middle
books.include('author.boks.tags');
// @ts-expect-error one of two is misspelt
books.include('author', 'tag');
// @ts-expect-error a field is no relation
books.include('title');
// @ts-expect-error a field has no relations
books.include('title.length');
// @ts-expect-error a path does not end with a dot
books.include('author.');
// @ts-expect-error a path is not empty
books.include('');
// @ts-expect-error any text is no path
books.include(text);

// Sort keys: fields and to-one relations, along to-one relations, with a sign.
books.orderBy('title', '-publishedAt', 'author.name', '-author.mentor.age', 'editor.createdAt');
books.orderBy();
declare const direction: 'title' | '-title';
books.orderBy(direction);
expectTypeOf<OrderPath<Tag, '-name'>>().toEqualTypeOf<'-name'>();
expectTypeOf<OrderPath<Tag, ''>>().toEqualTypeOf<'id' | 'name' | '-id' | '-name'>();

// @ts-expect-error misspelt
books.orderBy('titel');
// @ts-expect-error misspelt after the sign
books.orderBy('-titel');
// @ts-expect-error misspelt at its end
books.orderBy('author.nam');
// A to-one relation stands for its key.
books.orderBy('author', '-author.mentor');
// @ts-expect-error to-many relations have no order of one row
books.orderBy('tags');
// @ts-expect-error to-many relations have no order of one row
books.orderBy('tags.name');
// @ts-expect-error the sign comes first
books.orderBy('author.-name');
// @ts-expect-error one sign
books.orderBy('--title');
// @ts-expect-error a plus is no sign
books.orderBy('+title');
// @ts-expect-error no SQL
books.orderBy('title desc');
// @ts-expect-error no object
books.orderBy({ title: 'desc' });
// @ts-expect-error any text is no sort key
books.orderBy(text);
// @ts-expect-error a method is no field
books.orderBy('author.greet');
