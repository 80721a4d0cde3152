/** What JSON.stringify makes of entities: trees, though relations go both ways. */
import assert from 'node:assert/strict';
import { Column, Entity, PrimaryKey } from '@espalier/core';
import { Album, Artist, Employee } from '../fixtures';
import { withLibrary } from '../library-data';
import type { CaseGroup } from '../suite';

@Entity()
class Account {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @Column({ type: 'varchar', length: 60 }) name!: string;
  @Column({ type: 'varchar', length: 60, hidden: true }) passwordHash!: string;
}

@Entity()
class Point {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @Column({ type: 'integer' }) x!: number;
  @Column({ type: 'integer' }) y!: number;

  toJSON(): string {
    return `${String(this.x)}/${String(this.y)}`;
  }
}

/** As a client would get it. */
const json = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

export const jsonCases: CaseGroup = {
  name: 'JSON of entities',
  cases: {
    'a hidden column is read and is not in it': ({ withOrm }) =>
      withOrm([Account], async (orm) => {
        await using session = orm.session();
        const account = session.create(Account, { name: 'Ann', passwordHash: 'secret' });
        await session.commit();
        assert.deepEqual(json(account), { id: account.id, name: 'Ann' });
        await using other = orm.session();
        const read = await other.repository(Account).one();
        assert.equal(read.passwordHash, 'secret');
        assert.deepEqual(json({ accounts: [read] }), { accounts: [{ id: account.id, name: 'Ann' }] });
      }),

    'what is loaded is in it, a reference is its key, and a collection that is not loaded is left out': (context) =>
      withLibrary(context, async (orm) => {
        await using session = orm.session();
        const artist = await session.repository(Artist).include('albums').get({ name: 'Miles Davis' });
        const plain = json(artist) as { albums: Record<string, unknown>[] };
        assert.deepEqual(
          plain.albums.map(({ title, artist: owner, tracks }) => [title, owner, tracks]),
          [
            ['Kind of Blue', { id: artist.id }, undefined],
            ['Milestones', { id: artist.id }, undefined],
          ],
        );
        await using other = orm.session();
        const album = await other.repository(Album).include('artist').get({ title: 'Silence' });
        assert.equal((json(album) as { artist: { name: string } }).artist.name, 'Nina Simone');
      }),

    'relations that are loaded from both sides end where they came from': (context) =>
      withLibrary(context, async (orm) => {
        await using session = orm.session();
        const [album] = await session
          .repository(Album)
          .filter({ title: 'Pastel Blues' })
          .include('genres.albums.genres');
        const plain = json(album) as { genres: { name: string; albums: { title?: string; genres?: object[] }[] }[] };
        const [jazz] = plain.genres.filter(({ name }) => name === 'jazz');
        const others = jazz!.albums.filter(({ title }) => title !== undefined);
        assert.deepEqual(others.map(({ title }) => title).sort(), ['Kind of Blue', 'Milestones']);
        // Genres were followed above already: here they are keys.
        assert.deepEqual(
          others.map(({ genres }) => genres!.map((genre) => Object.keys(genre))),
          [[['id']], [['id']]],
        );
      }),

    'a tree is written to its leaves': ({ withOrm }) =>
      withOrm([Employee], async (orm) => {
        await using session = orm.session();
        const top = session.create(Employee, { name: 'top' });
        const middle = session.create(Employee, { name: 'middle', manager: top });
        session.create(Employee, { name: 'leaf', manager: middle });
        await session.commit();
        await using other = orm.session();
        const found = await other.repository(Employee).include('reports.reports').get(top.id);
        interface Node {
          name: string;
          manager: { id: number } | null;
          reports?: Node[];
        }
        const node = json(found) as Node;
        assert.equal(node.reports![0]!.reports![0]!.name, 'leaf');
        assert.deepEqual(node.reports![0]!.reports![0]!.manager, { id: middle.id });
      }),

    'a class that writes its own JSON is let do so': ({ withOrm }) =>
      withOrm([Point], async (orm) => {
        await using session = orm.session();
        const point = session.create(Point, { x: 1, y: 2 });
        await session.commit();
        assert.equal(JSON.stringify([point]), '["1/2"]');
      }),
  },
};
