/** parseFilter and parseOrder by type: what is allowed are paths of the entity, and what they give fits its querysets. */
import { expectTypeOf } from 'expect-type';
import { parseFilter, parseOrder, type Criterion, type QuerySet } from '../src/query';
import { Book } from './entities';

declare const books: QuerySet<Book>;
declare const sent: unknown;

function parse(): void {
  const filter = parseFilter(Book, sent, { allow: ['title', 'author', 'author.name', 'tags.name'] });
  expectTypeOf(filter).toEqualTypeOf<Criterion<Book>>();
  books.filter(filter);
  parseFilter(Book, 'title=x', { allow: ['title'], operators: { title: ['eq', 'icontains'] }, ignore: ['page'] });
  const order = parseOrder(Book, sent, { allow: ['title', 'author.name'] });
  expectTypeOf(order).toEqualTypeOf<('title' | '-title' | 'author.name' | '-author.name')[]>();
  books.orderBy(...order);
  books.orderBy(...order, 'id');

  // @ts-expect-error no property
  parseFilter(Book, sent, { allow: ['titel'] });
  // @ts-expect-error no property of an author
  parseFilter(Book, sent, { allow: ['author.title'] });
  // @ts-expect-error no column holds it
  parseFilter(Book, sent, { allow: ['tags'] });
  // @ts-expect-error a method
  parseFilter(Book, sent, { allow: ['author.greet'] });
  // @ts-expect-error no operator
  parseFilter(Book, sent, { allow: ['title'], operators: { title: ['$gt'] } });
  // @ts-expect-error not among what is allowed
  parseFilter(Book, sent, { allow: ['title'], operators: { price: ['lt'] } });
  // @ts-expect-error without a list of what is allowed
  parseFilter(Book, sent);
  // @ts-expect-error a condition on a book does not fit a tag
  const other: Criterion<{ name: string }> = filter;
  // @ts-expect-error no order by a to-many relation
  parseOrder(Book, sent, { allow: ['tags.name'] });
}
