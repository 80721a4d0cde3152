/** What a program that has done its work leaves running: nothing that keeps its process alive. */
import assert from 'node:assert/strict';
import { setImmediate as nextRound } from 'node:timers/promises';
import { Espalier } from '@espalier/core';
import { Artist, Genre, library } from '../fixtures';
import type { CaseGroup } from '../suite';

/** What an open database would hold, by the names that Node gives it. */
const KINDS = ['Timeout', 'TCPSocketWrap', 'PipeWrap', 'TLSWrap'];

/** Connections that were being opened when another became free are opened to their end. */
const PATIENCE_MS = 5_000;

/** How many sockets and timers keep this process alive, by kind. */
function holds(): number[] {
  const all = process.getActiveResourcesInfo();
  return KINDS.map((kind) => all.filter((held) => held === kind).length);
}

function moreThan(before: readonly number[]): string[] {
  return holds().flatMap((count, i) =>
    count > before[i]! ? [`${KINDS[i]!}: ${String(count - before[i]!)} more`] : [],
  );
}

/** A connection that was given back is at hand for a round of the event loop. */
async function assertNoMore(before: readonly number[]): Promise<void> {
  const end = Date.now() + PATIENCE_MS;
  do await nextRound();
  while (moreThan(before).length > 0 && Date.now() < end);
  assert.deepEqual(moreThan(before), []);
}

export const processes: CaseGroup = {
  name: 'processes',
  cases: {
    'a database that was not closed does not keep the process alive, nor does a session': async ({ config }) => {
      const before = holds();
      const orm = await Espalier.connect({ entities: library, databases: { default: config() } });
      try {
        await orm.schema.drop();
        await orm.schema.create();
        await orm.transaction(async (session) => {
          session.create(Artist, { name: 'Miles Davis', country: null });
        });
        // Several connections at a time, where there may be several.
        await Promise.all([1, 2, 3].map(() => orm.transaction((session) => session.repository(Genre).count())));
        const session = orm.session();
        assert.equal(await session.repository(Artist).count(), 1);
        await session.rollback();
        await assertNoMore(before);
        // What was idle serves again, and holds nothing after that either.
        assert.equal((await orm.sql`select 1 as one`).length, 1);
        await assertNoMore(before);
        await session.close();
      } finally {
        await orm.schema.drop();
        await orm.close();
      }
    },
  },
};
