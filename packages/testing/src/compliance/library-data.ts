/** What most cases of querysets ask about: three artists, four albums, their tracks and genres. */
import type { Espalier } from '@espalier/core';
import type { StatementRecord } from '../statements';
import { Album, Artist, Genre, library, Track } from './fixtures';
import type { ComplianceContext } from './suite';

async function fill(orm: Espalier): Promise<void> {
  await orm.transaction((session) => {
    const miles = session.create(Artist, { name: 'Miles Davis', country: 'US' });
    const nina = session.create(Artist, { name: 'Nina Simone', country: 'US' });
    session.create(Artist, { name: '100%_sure!', country: null });
    const jazz = session.create(Genre, { name: 'jazz' });
    const soul = session.create(Genre, { name: 'soul' });
    session.create(Genre, { name: 'unused' });
    const albums: [string, string, Artist, number[], Genre[]][] = [
      ['Kind of Blue', '9.99', miles, [100, 200, 300], [jazz]],
      ['Milestones', '7.50', miles, [150], [jazz]],
      ['Pastel Blues', '12.00', nina, [400, 500], [jazz, soul]],
      ['Silence', '100.00', nina, [], []],
    ];
    for (const [title, price, artist, lengths, genres] of albums) {
      const album = session.create(Album, { title, price, artist });
      lengths.forEach((milliseconds, i) => {
        session.create(Track, { position: i + 1, title: `${title} ${String(i + 1)}`, milliseconds, album });
      });
      album.genres.add(...genres);
    }
    return Promise.resolve();
  });
}

/** Runs `work` on the library, its statements forgotten. */
export const withLibrary = (
  { withOrm }: ComplianceContext,
  work: (orm: Espalier, statements: StatementRecord) => Promise<void>,
): Promise<void> =>
  withOrm(library, async (orm, statements) => {
    await fill(orm);
    statements.clear();
    await work(orm, statements);
  });
