/** Plays a schedule: a step that waits for a lock is left waiting while others go on. */
import type { BareClient } from '../../src/servers/bare-client';
import type { Actor } from './actors';
import type { Level } from './entities';
import type { Outcome, Schedule } from './scenarios';

/** How a server says that a connection to this database waits for a lock. */
const WAITING: Readonly<Record<string, string>> = {
  postgres: `select count(*) as n from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
  // The counter is the server's: it counts only while one of our own connections is busy.
  mariadb: `select case when exists (
      select 1 from information_schema.processlist where db = database() and command in ('Query', 'Execute') and id <> connection_id()
    ) then variable_value else 0 end as n
    from information_schema.global_status where variable_name = 'INNODB_ROW_LOCK_CURRENT_WAITS'`,
};

interface Player {
  readonly actor: Actor;
  /** All of its steps so far, one after another. */
  chain: Promise<void>;
  running: number;
  failed: boolean;
  committed: boolean;
  readonly reads: number[];
}

/** Until it has no step to run, or waits for a lock. */
async function settles(player: Player, observer: BareClient, dialect: string): Promise<void> {
  while (player.running > 0) {
    const [row] = await observer.query(WAITING[dialect]!);
    if (Number(row!.n) > 0) return;
  }
}

export async function play(
  { actors, level, schedule }: { actors: readonly Actor[]; level: Level; schedule: Schedule },
  { observer, dialect }: { observer: BareClient; dialect: string },
): Promise<Outcome> {
  const players = actors.map((actor): Player => {
    return { actor, chain: Promise.resolve(), running: 0, failed: false, committed: false, reads: [] };
  });
  for (const { actor } of players) await actor.begin(level);
  for (const [number, step] of schedule) {
    const player = players[number - 1]!;
    player.running++;
    player.chain = player.chain.then(async () => {
      try {
        if (player.failed) return;
        const value = await player.actor.run(step);
        if (value !== undefined) player.reads.push(value);
        player.committed ||= step.does === 'commit';
      } catch {
        player.failed = true;
        await player.actor.abort();
      } finally {
        player.running--;
      }
    });
    await settles(player, observer, dialect);
  }
  for (const { chain } of players) await chain;
  for (const { actor } of players) await actor.close();
  const rows = await observer.query('select id, value from cells');
  return {
    // Transactions are counted from 1. What a transaction read that did not commit was never said.
    reads: [[], ...players.map(({ committed, reads }) => (committed ? reads : []))],
    committed: [false, ...players.map(({ committed }) => committed)],
    rows: new Map(rows.map(({ id, value }) => [Number(id), Number(value)])),
  };
}
