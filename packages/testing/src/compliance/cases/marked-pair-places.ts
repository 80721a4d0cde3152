/** Soft-deleted through entities as they may be declared: whether a pair has one place says whether a marked row comes back or another one is inserted. */
import assert from 'node:assert/strict';
import {
  BelongsTo,
  Column,
  Entity,
  HasMany,
  ManyToMany,
  PrimaryKey,
  SoftDelete,
  type Defaulted,
  type Espalier,
  type Many,
  type Ref,
  type Session,
} from '@espalier/core';
import type { CaseGroup, ComplianceContext } from '../suite';

@Entity({ table: 'place_readers' })
class Reader {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @ManyToMany(() => Book, { through: () => Loan }) loans!: Many<Book>;
  @HasMany(() => Loan, 'reader') slips!: Many<Loan>;
  @ManyToMany(() => Book, { through: () => Mark }) marked!: Many<Book>;
  @HasMany(() => Mark, 'reader', { orphanRemoval: true }) marks!: Many<Mark>;
  @ManyToMany(() => Book, { through: 'place_marks', from: 'reader_id', to: 'book_id' }) noted!: Many<Book>;
  @ManyToMany(() => Reader, { through: () => Friendship }) friends!: Many<Reader>;
  @ManyToMany(() => Reader, 'friends') admirers!: Many<Reader>;
}
@Entity({ table: 'place_books' })
@SoftDelete()
class Book {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @Column({ type: 'varchar', length: 20 }) title!: string;
  @ManyToMany(() => Reader, 'loans') borrowers!: Many<Reader>;
  @ManyToMany(() => Reader, 'marked') markers!: Many<Reader>;
  deletedAt!: Date | null;
}
/** Any number of rows may be one pair. */
@Entity({ table: 'place_loans' })
@SoftDelete()
class Loan {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @BelongsTo(() => Reader) reader!: Ref<Reader>;
  @BelongsTo(() => Book) book!: Ref<Book>;
  deletedAt!: Date | null;
}
/** The key is the pair. */
@Entity({ table: 'place_marks' })
@SoftDelete('removedAt')
class Mark {
  @PrimaryKey() @BelongsTo(() => Reader) reader!: Ref<Reader>;
  @PrimaryKey() @BelongsTo(() => Book) book!: Ref<Book>;
  @Column({ type: 'integer', default: 1 }) page!: Defaulted<number>;
  removedAt!: Date | null;
}
@Entity({ table: 'place_friendships' })
@SoftDelete()
class Friendship {
  @PrimaryKey() @BelongsTo(() => Reader) one!: Ref<Reader>;
  @PrimaryKey() @BelongsTo(() => Reader) other!: Ref<Reader>;
  deletedAt!: Date | null;
}

const entities = [Reader, Book, Loan, Mark, Friendship];

const within =
  (work: (scene: { orm: Espalier; session: Session; reader: Reader; book: Book }) => Promise<void>) =>
  ({ withOrm }: ComplianceContext): Promise<void> =>
    withOrm(entities, async (orm) => {
      await using session = orm.session();
      const [reader, book] = [session.create(Reader, {}), session.create(Book, { title: 'a' })];
      await session.commit();
      await work({ orm, session, reader, book });
    });

export const markedPairPlaces: CaseGroup = {
  name: 'places of marked pairs',
  cases: {
    'where several rows may be one pair, a pair that is added again is another row': within(
      async ({ orm, session, reader, book }) => {
        const counts = async (): Promise<number[]> => {
          await session.commit();
          await using other = orm.session();
          const shown = await other.repository(Reader).include('loans', 'slips').one();
          const { loans, slips } = await session.load(reader, 'loans', 'slips');
          assert.deepEqual([loans.length, slips.length], [shown.loans.length, shown.slips.length]);
          assert.equal((await session.load(book, 'borrowers')).borrowers.length, shown.loans.length);
          const rows = await other.repository(Loan).withDeleted().all();
          return [shown.loans.length, shown.slips.length, rows.length];
        };
        reader.loans.add(book);
        assert.deepEqual(await counts(), [1, 1, 1]);
        reader.loans.remove(book);
        assert.deepEqual(await counts(), [0, 0, 1]);
        reader.loans.add(book);
        assert.deepEqual(await counts(), [1, 1, 2]);
        session.delete(await session.repository(Loan).one());
        book.borrowers.add(reader);
        assert.deepEqual(await counts(), [1, 1, 3]);
        // One that goes by force was no pair before.
        session.delete((await session.repository(Loan).onlyDeleted())[0]!, { force: true });
        assert.deepEqual(await counts(), [1, 1, 2]);
        session.clear();
        const again = await session.repository(Reader).get(reader.id);
        again.loans.add(await session.repository(Book).one());
        assert.equal(await session.repository(Loan).withDeleted().count(), 2);
        await session.commit();
        again.loans.clear();
        await session.commit();
        assert.deepEqual(
          [await session.repository(Loan).count(), await session.repository(Loan).withDeleted().count()],
          [0, 2],
        );
      },
    ),

    'where the pair is the key, its row comes back as it was, by whichever relation': within(
      async ({ orm, session, reader, book }) => {
        const rows = async (): Promise<string[]> => {
          await session.commit();
          await using other = orm.session();
          const shown = await other.repository(Reader).include('marked', 'noted').one();
          assert.equal(shown.marked.length, shown.noted.length);
          const all = await other.repository(Mark).withDeleted().all();
          const states = all.map(({ page, removedAt }) => `${String(page)}${removedAt ? '-' : ''}`);
          return [...states, String(shown.marked.length)];
        };
        session.create(Mark, { reader, book, page: 7 });
        assert.deepEqual(await rows(), ['7', '1']);
        reader.marked.remove(book);
        assert.deepEqual(await rows(), ['7-', '0']);
        reader.noted.add(book);
        assert.deepEqual(await rows(), ['7', '1']);
        reader.noted.clear();
        assert.deepEqual(await rows(), ['7-', '0']);
        session.clear();
        const again = await session.repository(Reader).one();
        again.marked.set([await session.repository(Book).one()]);
        assert.deepEqual(await rows(), ['7', '1']);
      },
    ),

    'an entity of a pair that is an orphan is marked, unless the pair is added again': within(
      async ({ session, reader, book }) => {
        const mark = session.create(Mark, { reader, book, page: 7 });
        await session.commit();
        const { marks, marked } = await session.load(reader, 'marks', 'marked');
        marks.remove(mark);
        marked.add(book);
        await session.commit();
        assert.deepEqual([mark.removedAt, mark.page, marks.length, marked.length], [null, 7, 1, 1]);
        marks.remove(mark);
        await session.commit();
        assert.deepEqual([mark.removedAt === null, mark.reader, marks.length, marked.length], [false, reader, 0, 0]);
        assert.equal(await session.flush(), 0);
      },
    ),

    'two relations through one class are loaded each by itself': within(async ({ orm, session, reader, book }) => {
      const another = session.create(Reader, {});
      reader.marked.add(book, session.create(Book, { title: 'b' }));
      another.noted.add(book, session.create(Book, { title: 'c' }));
      await session.commit();
      await using other = orm.session();
      const readers = await other.repository(Reader).include('marked', 'noted').orderBy('id');
      const titles = (books: Iterable<Book>): string =>
        [...books]
          .map(({ title }) => title)
          .sort()
          .join('');
      assert.deepEqual(
        readers.map(({ marked, noted }) => [titles(marked), titles(noted)]),
        [
          ['ab', 'ab'],
          ['ac', 'ac'],
        ],
      );
    }),

    'a relation of a class with itself marks and restores the row of one direction': within(
      async ({ session, reader }) => {
        const other = session.create(Reader, { friends: [reader] });
        reader.friends.add(other);
        await session.commit();
        other.admirers.remove(reader);
        await session.commit();
        const whole = await session.repository(Reader).include('friends', 'admirers').orderBy('id');
        assert.deepEqual(
          whole.map(({ friends, admirers }) => [friends.length, admirers.length]),
          [
            [0, 1],
            [1, 0],
          ],
        );
        reader.friends.add(other);
        await session.commit();
        assert.equal(await session.repository(Friendship).count(), 2);
      },
    ),

    'marks of items and marks of pairs are two things': within(async ({ orm, session, reader, book }) => {
      const shown = async (): Promise<number> => {
        await session.commit();
        await using other = orm.session();
        const [stored] = await other.repository(Reader).include('marked');
        const { marked } = await session.load(reader, 'marked');
        assert.equal(marked.length, stored!.marked.length);
        return marked.length;
      };
      reader.marked.add(book);
      assert.equal(await shown(), 1);
      session.delete(book);
      assert.equal(await shown(), 0);
      const mark = await session.repository(Mark).one();
      session.delete(mark);
      assert.equal(await shown(), 0);
      book.deletedAt = null;
      assert.equal(await shown(), 0);
      session.delete(book);
      await session.commit();
      mark.removedAt = null;
      assert.equal(await shown(), 0);
      book.deletedAt = null;
      assert.equal(await shown(), 1);
      session.delete(book);
      reader.marked.remove(book);
      assert.equal(await shown(), 0);
      book.deletedAt = null;
      assert.equal(await shown(), 0);
      reader.marked.add(book);
      assert.equal(await shown(), 1);
    }),

    'a pair that is taken out stays marked where an end of it has left the session': within(
      async ({ session, reader, book }) => {
        reader.marked.add(book);
        reader.loans.add(book);
        await session.commit();
        session.detach(book);
        reader.marked.remove(book);
        reader.loans.remove(book);
        await session.commit();
        const [marks, loans] = [session.repository(Mark), session.repository(Loan)];
        assert.deepEqual([await marks.count(), await marks.withDeleted().count()], [0, 1]);
        assert.deepEqual([await loans.count(), await loans.withDeleted().count()], [0, 1]);
        assert.equal((await session.load(reader, 'marked')).marked.length, 0);
      },
    ),

    'what a listener to a flush changes of pairs is written with it': within(async ({ orm, session, reader, book }) => {
      reader.marked.add(book);
      reader.loans.add(book);
      await session.commit();
      reader.marked.remove(book);
      const off = orm.on('beforeFlush', () => {
        reader.marked.add(book);
        reader.loans.remove(book);
      });
      await session.commit();
      off();
      assert.deepEqual([await session.repository(Mark).count(), await session.repository(Loan).count()], [1, 0]);
      assert.equal(await session.flush(), 0);
    }),
  },
};
