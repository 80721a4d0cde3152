/** Rows of join tables, whichever way they are written: by either side, by entities of their own, by several at once. */
import assert from 'node:assert/strict';
import { BelongsTo, Column, Entity, HasMany, ManyToMany, PrimaryKey, type Many, type Ref } from '@espalier/core';
import type { CaseGroup } from '../suite';

@Entity({ table: 'link_films' })
class Film {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @Column({ type: 'varchar', length: 40 }) title!: string;
  @ManyToMany(() => Label, { through: 'link_film_labels' }) labels!: Many<Label>;
  @ManyToMany(() => Actor, { through: () => Role, from: 'film', to: 'actor' }) actors!: Many<Actor>;
  @HasMany(() => Role, 'film') roles!: Many<Role>;
}
@Entity({ table: 'link_labels' })
class Label {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @Column({ type: 'varchar', length: 40 }) name!: string;
  @ManyToMany(() => Film, 'labels') films!: Many<Film>;
}
@Entity({ table: 'link_actors' })
class Actor {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @Column({ type: 'varchar', length: 40 }) name!: string;
  @ManyToMany(() => Film, 'actors') films!: Many<Film>;
}
@Entity({ table: 'link_roles' })
class Role {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @BelongsTo(() => Film) film!: Ref<Film>;
  @BelongsTo(() => Actor) actor!: Ref<Actor>;
}

const entities = [Film, Label, Actor, Role];

export const links: CaseGroup = {
  name: 'links',
  cases: {
    'many transactions add one pair at the same moment': ({ withOrm }) =>
      withOrm(entities, async (orm) => {
        const ids = await orm.transaction(async (session) => {
          const [film, label] = [session.create(Film, { title: 'a' }), session.create(Label, { name: 'b' })];
          await session.flush();
          return { film: film.id, label: label.id };
        });
        const add = (byLabel: boolean): Promise<void> =>
          orm.transaction(
            async (session) => {
              const film = await session.repository(Film).get(ids.film);
              const label = await session.repository(Label).get(ids.label);
              if (byLabel) label.films.add(film);
              else film.labels.add(label);
            },
            { retries: 5 },
          );
        await Promise.all(Array.from({ length: 8 }, (_, i) => add(i % 2 === 0)));
        await using session = orm.session();
        const film = await session.repository(Film).include('labels').get(ids.film);
        assert.equal(film.labels.length, 1);
      }),

    'a pair that came with an entity of its own shows in loaded collections of both sides, and leaves them with it': ({
      withOrm,
    }) =>
      withOrm(entities, async (orm) => {
        await using session = orm.session();
        const [film, actor] = [session.create(Film, { title: 'a' }), session.create(Actor, { name: 'b' })];
        await session.commit();
        const role = session.create(Role, { film, actor });
        await session.commit();
        const [films, actors] = [actor.films, film.actors] as unknown as [Iterable<Film>, Iterable<Actor>];
        assert.deepEqual([[...films], [...actors]], [[film], [actor]]);
        session.delete(role);
        await session.commit();
        assert.deepEqual([[...films], [...actors]], [[], []]);
        assert.deepEqual(session.changes(), []);
      }),

    'a pair that goes by its relation takes its entity along': ({ withOrm }) =>
      withOrm(entities, async (orm) => {
        await using session = orm.session();
        const [film, actor] = [session.create(Film, { title: 'a' }), session.create(Actor, { name: 'b' })];
        session.create(Role, { film, actor });
        await session.commit();
        film.actors.remove(actor);
        await session.commit();
        assert.equal(await session.repository(Role).count(), 0);
        assert.equal((await session.load(film, 'roles')).roles.length, 0);
        actor.films.add(film);
        await session.commit();
        assert.equal((await session.load(film, 'roles')).roles.length, 1);
      }),

    'what the queryset of a collection makes is in the collection at once': ({ withOrm }) =>
      withOrm(entities, async (orm) => {
        await using session = orm.session();
        const film = session.create(Film, { title: 'a' });
        await session.commit();
        const labels = film.labels.query();
        const first = await labels.getOrCreate({ name: 'x' });
        const again = await labels.getOrCreate({ name: 'x' });
        const other = await labels.create({ name: 'y' });
        assert.deepEqual([first[1], again], [true, [first[0], false]]);
        assert.deepEqual(await labels.orderBy('id'), [first[0], other]);
        assert.deepEqual(session.changes(), []);
        await session.rollback();
        assert.equal(await session.repository(Label).count(), 0);
        assert.equal((await session.load(film, 'labels')).labels.length, 0);
      }),

    'an entity that was read again takes the place of the object before it': ({ withOrm }) =>
      withOrm(entities, async (orm) => {
        await using session = orm.session();
        const film = session.create(Film, { title: 'a' });
        const label = session.create(Label, { name: 'b' });
        film.labels.add(label);
        await session.commit();
        session.detach(film);
        const again = await session.repository(Film).get(film.id);
        again.labels.add(label);
        assert.deepEqual([...(label.films as unknown as Iterable<Film>)], [again]);
        again.labels.remove(label);
        await session.commit();
        session.clear();
        const { labels } = await session.repository(Film).include('labels').get(film.id);
        assert.equal(labels.length, 0);
      }),

    'a reference by key is added, set and assigned without being read': ({ withOrm }) =>
      withOrm(entities, async (orm, statements) => {
        const ids = await orm.transaction(async (session) => {
          const film = session.create(Film, { title: 'a', labels: [session.create(Label, { name: 'old' })] });
          const label = session.create(Label, { name: 'new' });
          const actor = session.create(Actor, { name: 'x' });
          await session.flush();
          return { film: film.id, label: label.id, actor: actor.id };
        });
        await using session = orm.session();
        const film = await session.repository(Film).get(ids.film);
        statements.clear();
        film.labels.set([session.reference(Label, ids.label)]);
        session.create(Role, { film, actor: session.reference(Actor, ids.actor) });
        await session.commit();
        assert.equal(statements.texts.filter((text) => /^select.*link_actors/.test(text)).length, 0);
        session.clear();
        const read = await session.repository(Film).include('labels', 'actors').get(ids.film);
        assert.deepEqual([read.labels.map(({ name }) => name), read.actors.map(({ name }) => name)], [['new'], ['x']]);
      }),
  },
};
