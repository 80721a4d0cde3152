/** Transactions inside of a session, failsafeAdd, and concurrent calls. */
import assert from 'node:assert/strict';
import { failsafeAdd, inList, IntegrityError, MultipleFoundError, QueryError, TransactionError } from '@espalier/core';
import { Album, Artist, Genre, library } from '../fixtures';
import type { CaseGroup } from '../suite';

class Failure extends Error {}

export const blocks: CaseGroup = {
  name: 'transactions, savepoints and failsafeAdd',
  cases: {
    'a block that fails undoes its rows and its changes to entities, and the transaction goes on': ({ withOrm }) =>
      withOrm(library, async (orm) => {
        await using session = orm.session();
        const artist = session.create(Artist, { name: 'Miles Davis' });
        await session.flush();
        const inner = session.transaction(async () => {
          artist.name = 'Miles';
          session.create(Artist, { name: 'John Coltrane' });
          await session.flush();
          artist.country = 'US';
          throw new Failure();
        });
        await assert.rejects(inner, Failure);
        assert.equal(artist.name, 'Miles Davis');
        assert.equal(artist.country, null);
        await session.commit();
        assert.deepEqual(
          (await session.repository(Artist).all()).map(({ name }) => name),
          ['Miles Davis'],
        );
      }),

    'what orm.transaction rolls back is as it was in memory, and can be added to another session': ({ withOrm }) =>
      withOrm(library, async (orm) => {
        const ended: string[] = [];
        orm.on('afterRollback', ({ databases }) => ended.push(...databases));
        const artist = Object.assign(new Artist(), { name: 'Miles Davis' });
        const attempt = orm.transaction(async (session) => {
          session.add(artist);
          await session.flush();
          throw new Failure();
        });
        await assert.rejects(attempt, Failure);
        assert.deepEqual(ended, ['default']);
        assert.equal(artist.id, undefined);
        await orm.transaction((session) => {
          session.add(artist);
          return Promise.resolve();
        });
        await using session = orm.session();
        assert.equal((await session.repository(Artist).one()).id, artist.id);
      }),

    'a session that closes without a commit undoes its transaction in memory too': ({ withOrm }) =>
      withOrm(library, async (orm) => {
        const { id } = await orm.transaction(async (session) => {
          const made = session.create(Artist, { name: 'Miles Davis' });
          await session.flush();
          return made;
        });
        const session = orm.session();
        const artist = await session.repository(Artist).get(id);
        artist.name = 'Miles';
        await session.flush();
        await session.close();
        assert.equal(artist.name, 'Miles Davis');
      }),

    'options are for a transaction that is about to begin': ({ withOrm }) =>
      withOrm(library, async (orm) => {
        await using session = orm.session();
        const nonsense = { isolation: 'serializable; drop table artists' as 'serializable' };
        await assert.rejects(session.begin(nonsense), QueryError);
        await session.begin({ isolation: 'serializable' });
        await session.begin();
        await assert.rejects(session.begin({ readOnly: true }), TransactionError);
        session.create(Artist, { name: 'Miles Davis' });
        await session.commit();
      }),

    'what was pending before a block stays when the block fails': ({ withOrm }) =>
      withOrm(library, async (orm) => {
        await using session = orm.session();
        const artist = session.create(Artist, { name: 'Miles Davis' });
        await assert.rejects(
          session.transaction(() => Promise.reject(new Failure())),
          Failure,
        );
        artist.country = 'US';
        await session.commit();
        assert.equal((await session.repository(Artist).one()).country, 'US');
      }),

    'blocks nest, and run one after another where they are started at once': ({ withOrm }) =>
      withOrm(library, async (orm) => {
        await using session = orm.session();
        const results = await Promise.allSettled(
          Array.from({ length: 8 }, (_, i) =>
            session.transaction(async () => {
              session.create(Artist, { name: `outer ${String(i)}` });
              await session.transaction(async () => {
                session.create(Artist, { name: `inner ${String(i)}` });
                await session.flush();
              });
              if (i % 2 === 1) throw new Failure();
            }),
          ),
        );
        assert.equal(results.filter(({ status }) => status === 'rejected').length, 4);
        await session.commit();
        const names = (await session.repository(Artist).orderBy('id')).map(({ name }) => name);
        assert.deepEqual(
          names,
          [0, 2, 4, 6].flatMap((i) => [`outer ${String(i)}`, `inner ${String(i)}`]),
        );
      }),

    'a conflict that the block swallows still undoes the block': ({ withOrm }) =>
      withOrm(library, async (orm) => {
        await using session = orm.session();
        session.create(Genre, { name: 'jazz' });
        await session.flush();
        const block = session.transaction(async () => {
          session.create(Genre, { name: 'jazz' });
          await session.flush().catch(() => undefined);
        });
        await assert.rejects(block, TransactionError);
        await session.commit();
        assert.equal(await session.repository(Genre).count(), 1);
      }),

    'failsafeAdd inserts and returns the entity': ({ withOrm }) =>
      withOrm(library, async (orm) => {
        await using session = orm.session();
        const genre = Object.assign(new Genre(), { name: 'jazz' });
        assert.equal(await failsafeAdd(session, genre, { name: 'jazz' }), genre);
        assert.notEqual(genre.id, undefined);
        await session.commit();
        assert.equal(await session.repository(Genre).count(), 1);
      }),

    'failsafeAdd returns the row that was there first; the given entity is not in the session any more': ({
      withOrm,
    }) =>
      withOrm(library, async (orm) => {
        await orm.transaction(async (session) => {
          session.create(Genre, { name: 'jazz' });
        });
        await using session = orm.session();
        // Read before: a repeatable-read snapshot must not hide the row that won.
        await session.repository(Genre).count();
        const mine = Object.assign(new Genre(), { name: 'jazz' });
        const found = await failsafeAdd(session, mine, { name: 'jazz' });
        assert.notEqual(found, mine);
        assert.equal(found.name, 'jazz');
        assert.equal(mine.id, undefined);
        assert.throws(() => session.isDirty(mine));
        assert.deepEqual(session.changes(), []);
        await session.commit();
      }),

    'failsafeAdd throws the conflict itself where the filters find nothing': ({ withOrm }) =>
      withOrm(library, async (orm) => {
        await orm.transaction(async (session) => {
          session.create(Genre, { name: 'jazz' });
        });
        await using session = orm.session();
        const add = failsafeAdd(session, Object.assign(new Genre(), { name: 'jazz' }), { name: 'rock' });
        await assert.rejects(add, IntegrityError);
        session.create(Genre, { name: 'rock' });
        await session.commit();
        assert.equal(await session.repository(Genre).count(), 2);
      }),

    'failsafeAdd refuses filters that find several rows': ({ withOrm }) =>
      withOrm(library, async (orm) => {
        await orm.transaction(async (session) => {
          session.create(Genre, { name: 'jazz' });
          session.create(Genre, { name: 'rock' });
        });
        await using session = orm.session();
        const add = failsafeAdd(session, Object.assign(new Genre(), { name: 'jazz' }), {
          name: inList(['jazz', 'rock']),
        });
        await assert.rejects(add, MultipleFoundError);
      }),

    'failsafeAdd without filters swallows a conflict and returns nothing': ({ withOrm }) =>
      withOrm(library, async (orm) => {
        await using session = orm.session();
        const add = (): Promise<unknown> => failsafeAdd(session, Object.assign(new Genre(), { name: 'jazz' }));
        assert.equal(await add(), undefined);
        assert.equal(await add(), undefined);
        await session.commit();
        assert.equal(await session.repository(Genre).count(), 1);
      }),

    'failsafeAdd flushes the entity and what it refers to; everything else stays pending': ({ withOrm }) =>
      withOrm(library, async (orm, statements) => {
        await using session = orm.session();
        const pending = session.create(Genre, { name: 'pending' });
        const artist = session.create(Artist, { name: 'Miles Davis' });
        const album = session.create(Album, { title: 'Kind of Blue', artist });
        statements.clear();
        await failsafeAdd(session, album, { title: 'Kind of Blue' });
        assert.equal(statements.texts.filter((text) => text.startsWith('insert')).length, 2);
        assert.equal(pending.id, undefined);
        assert.equal(session.isDirty(pending), true);
        assert.notEqual(artist.id, undefined);
        await session.commit();
        assert.equal(await session.repository(Genre).count(), 1);
      }),

    'a race for one key ends with one row that every caller holds, and the rest of each unit of work is kept': ({
      withOrm,
      requirements,
    }) =>
      withOrm(library, async (orm) => {
        const callers = requirements.concurrency ? 200 : 20;
        const ids = await Promise.all(
          Array.from({ length: callers }, (_, i) =>
            orm.transaction(async (session) => {
              session.create(Artist, { name: `caller ${String(i)}` });
              if (i % 2 === 0) await session.repository(Genre).count();
              const genre = await failsafeAdd(session, Object.assign(new Genre(), { name: 'jazz' }), { name: 'jazz' });
              return genre.id;
            }),
          ),
        );
        assert.equal(new Set(ids).size, 1);
        await using session = orm.session();
        assert.equal(await session.repository(Genre).count(), 1);
        assert.equal(await session.repository(Artist).count(), callers);
      }),

    'the winner is found under repeatable read too, where the snapshot hides it': ({ withOrm, requirements }) =>
      withOrm(library, async (orm) => {
        if (!requirements.isolationLevels || !requirements.concurrency) return;
        await using session = orm.session();
        await session.begin({ isolation: 'repeatable read' });
        assert.equal(await session.repository(Genre).count(), 0);
        await orm.transaction(async (other) => {
          other.create(Genre, { name: 'jazz' });
        });
        const found = await failsafeAdd(session, Object.assign(new Genre(), { name: 'jazz' }), { name: 'jazz' });
        assert.equal(found.name, 'jazz');
        session.create(Artist, { name: 'still usable' });
        await session.commit();
      }),

    'all connections of a pool can look for a winner that their snapshots hide': ({ withOrm, requirements }) =>
      withOrm(library, async (orm) => {
        if (!requirements.isolationLevels || !requirements.concurrency) return;
        const { max } = orm.pool().stats();
        const sessions = Array.from({ length: max }, () => orm.session());
        for (const session of sessions) {
          await session.begin({ isolation: 'repeatable read' });
          if (session === sessions[0]) {
            session.create(Genre, { name: 'jazz' });
            await session.commit();
            await session.begin({ isolation: 'repeatable read' });
          }
          await session.repository(Artist).count();
        }
        const [first, ...others] = sessions;
        await first!.repository(Genre).filter({ name: 'jazz' }).update({ name: 'bebop' });
        await first!.commit();
        await first!.begin({ isolation: 'repeatable read' });
        const adds = others.map((session) =>
          failsafeAdd(session, Object.assign(new Genre(), { name: 'bebop' }), { name: 'bebop' }),
        );
        const found = await Promise.all(adds);
        assert.equal(new Set(found.map(({ id }) => id)).size, 1);
        await Promise.all(sessions.map((session) => session.close()));
      }),

    'concurrent calls on one session are safe': ({ withOrm }) =>
      withOrm(library, async (orm) => {
        await using session = orm.session();
        await session.begin();
        await Promise.all(
          Array.from({ length: 20 }, async (_, i) => {
            session.create(Artist, { name: `artist ${String(i)}` });
            if (i % 3 === 0) await session.flush();
            await session.repository(Artist).count();
            await failsafeAdd(session, Object.assign(new Genre(), { name: `genre ${String(i % 5)}` }), {
              name: `genre ${String(i % 5)}`,
            });
          }),
        );
        await session.commit();
        assert.equal(await session.repository(Artist).count(), 20);
        assert.equal(await session.repository(Genre).count(), 5);
      }),

    'a closed session says so': ({ withOrm }) =>
      withOrm(library, async (orm) => {
        const session = orm.session();
        await session.close();
        await assert.rejects(async () => await session.repository(Artist).all(), TransactionError);
        assert.throws(() => session.create(Artist, { name: 'x' }), TransactionError);
      }),

    'orm.transaction commits what returned and rolls back what threw': ({ withOrm }) =>
      withOrm(library, async (orm) => {
        const id = await orm.transaction(async (session) => {
          const artist = session.create(Artist, { name: 'kept' });
          await session.flush();
          return artist.id;
        });
        assert.ok(id > 0);
        await assert.rejects(
          orm.transaction(async (session) => {
            session.create(Artist, { name: 'undone' });
            await session.flush();
            throw new Failure();
          }),
          Failure,
        );
        await using session = orm.session();
        assert.deepEqual(
          (await session.repository(Artist).all()).map(({ name }) => name),
          ['kept'],
        );
      }),
  },
};
