/** Which columns of an entity differ from its row. */
import { BelongsTo, Column, Entity, PrimaryKey } from '../../src/metadata';
import type { Ref } from '../../src/query';
import { changedColumns } from '../../src/session/flush/comparator';
import { UNREAD, type EntityRecord } from '../../src/entities';
import { Bench } from './entities-of-a-session';

@Entity()
class Artist {
  @PrimaryKey({ type: 'integer' }) id!: number;
}
@Entity()
class Album {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @Column({ type: 'text' }) title!: string;
  @Column({ type: 'text', nullable: true }) notes!: string | null;
  @Column({ type: 'json', nullable: true }) meta!: { tags: string[]; label?: string } | null;
  @Column({ type: 'timestamp', nullable: true }) released!: Date | null;
  @BelongsTo(() => Artist, { nullable: true }) artist!: Ref<Artist> | null;
}

const bench = new Bench(Artist, Album);
const [miles] = bench.stored(Artist, { id: 1 });
const [john] = bench.stored(Artist, { id: 2 });

const stored = () =>
  bench.stored(Album, {
    id: 1,
    title: 'Kind of Blue',
    notes: null,
    meta: { tags: ['modal'], label: 'Columbia' },
    released: new Date('1959-08-17T00:00:00Z'),
    artist: miles,
  });

const changes = (record: EntityRecord) => changedColumns(record)?.map(({ property }) => property);

test('an entity as it was read has no changes', () => {
  expect(changes(stored()[1])).toBeUndefined();
});

test('a new entity has nothing to compare with', () => {
  expect(changes(bench.fresh(Album, { title: 'x' })[1])).toBeUndefined();
});

test.each<[string, (album: Album) => void]>([
  ['title', (album) => (album.title = 'Milestones')],
  ['notes', (album) => (album.notes = 'a note')],
  ['meta', (album) => album.meta!.tags.push('jazz')],
  ['meta', (album) => (album.meta = null)],
  ['released', (album) => album.released!.setUTCFullYear(1960)],
  ['artist', (album) => (album.artist = john)],
  ['artist', (album) => (album.artist = null)],
  ['artist', (album) => (album.artist = new Artist())],
  ['title', (album) => Object.assign(album, { title: undefined })],
])('a change of %s is seen', (property, change) => {
  const [album, record] = stored();
  change(album);
  expect(changes(record)).toEqual([property]);
});

test.each<[string, (album: Album) => void]>([
  ['the keys of a json object in another order', (album) => (album.meta = { label: 'Columbia', tags: ['modal'] })],
  ['an equal Date', (album) => (album.released = new Date('1959-08-17T00:00:00Z'))],
  ['another object of the same key', (album) => (album.artist = Object.assign(new Artist(), { id: 1 }))],
])('%s is no change', (_, change) => {
  const [album, record] = stored();
  change(album);
  expect(changes(record)).toBeUndefined();
});

test('of a row that was read in part, only what was read or written can have changed', () => {
  const [album, record] = stored();
  const { index } = record.model.columns.find(({ property }) => property === 'notes')!;
  record.partial = true;
  record.snapshot![index] = UNREAD;
  Reflect.deleteProperty(album, 'notes');
  expect(changes(record)).toBeUndefined();
  album.notes = null;
  expect(changes(record)).toEqual(['notes']);
});
