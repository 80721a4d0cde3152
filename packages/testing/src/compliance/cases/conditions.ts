/** Conditions along relations. */
import assert from 'node:assert/strict';
import { BelongsTo, Column, Entity, ManyToMany, PrimaryKey, type Many, type Ref } from '@espalier/core';
import type { CaseGroup } from '../suite';

@Entity()
class Player {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @Column({ type: 'varchar', length: 40 }) name!: string;
}

@Entity({ table: 'matches' })
class Match {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @BelongsTo(() => Tournament) tournament!: Ref<Tournament>;
  @BelongsTo(() => Player) winner!: Ref<Player>;
  @BelongsTo(() => Player) loser!: Ref<Player>;
}

@Entity()
class Tournament {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @ManyToMany(() => Player, { through: () => Match, from: 'tournament_id', to: 'winner_id' }) winners!: Many<Player>;
  @ManyToMany(() => Player, { through: () => Match, from: 'tournament_id', to: 'loser_id' }) losers!: Many<Player>;
}

export const conditions: CaseGroup = {
  name: 'conditions along relations',
  cases: {
    'two relations through one table that differ in one column are two': ({ withOrm }) =>
      withOrm([Player, Match, Tournament], async (orm) => {
        await orm.transaction((session) => {
          const [winner, loser] = [session.create(Player, { name: 'first' }), session.create(Player, { name: 'last' })];
          session.create(Match, { tournament: session.create(Tournament, {}), winner, loser });
          return Promise.resolve();
        });
        await using session = orm.session();
        const tournament = await session.repository(Tournament).include('winners', 'losers').one();
        const names = (players: Iterable<Player>): string => [...players].map(({ name }) => name).join();
        assert.equal(names(tournament.winners), 'first');
        assert.equal(names(tournament.losers), 'last');
        assert.equal(names(await tournament.winners.query()), 'first');
        assert.equal(names(await tournament.losers.query()), 'last');
      }),
  },
};
