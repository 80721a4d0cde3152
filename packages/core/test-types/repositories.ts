/**
 * Repositories of one's own: what they may narrow down, and what they may want of their session.
 */
import { expectTypeOf } from 'expect-type';
import type { QuerySet } from '../src/query';
import { failsafeAdd, Repository, Session } from '../src/session';
import { Tag, type Author, type Book } from './entities';

class BookRepository extends Repository<Book> {
  protected override query(): QuerySet<Book> {
    return super.query().filter({ status: 'published' });
  }

  async byAuthor(author: Author): Promise<void> {
    expectTypeOf(await this.filter({ author }).include('tags')).items.toHaveProperty('tags');
    const loaded = await this.session.load(author, 'books');
    expectTypeOf(loaded.books.length).toEqualTypeOf<number>();
    expectTypeOf(this.session.repository(Tag)).toEqualTypeOf<Repository<Tag>>();
    expectTypeOf(failsafeAdd(this.session, new Tag(), { name: 'jazz' })).toEqualTypeOf<Promise<Tag>>();
    // @ts-expect-error who began the session ends it
    expectTypeOf(this.session).toHaveProperty('close');
    // @ts-expect-error no such relation
    await this.session.load(author, 'bookz');
  }
}

declare const session: Session;
expectTypeOf<Session>().toExtend<Repository<Tag>['session']>();
expectTypeOf<keyof Session>().extract<symbol>().toEqualTypeOf<typeof Symbol.asyncDispose>();
/** As a token of dependency injection. */
expectTypeOf(Session).toExtend<abstract new (...args: never[]) => Session>();

declare const something: unknown;
if (something instanceof Session) expectTypeOf(something).toEqualTypeOf<Session>();

export function refused(): unknown[] {
  return [
    // @ts-expect-error orm.session() makes sessions
    new Session(),
    // @ts-expect-error an internal of the unit of work
    session.unit,
  ];
}

export const repositories = [BookRepository];
