/** Rows of join tables, whichever way they are written: by either side, by entities of their own, by several at once. */
import assert from 'node:assert/strict';
import {
  BelongsTo,
  Column,
  Entity,
  ForeignKeyViolationError,
  HasMany,
  ManyToMany,
  PrimaryKey,
  type Many,
  type Ref,
} from '@espalier/core';
import type { CaseGroup } from '../suite';

@Entity({ table: 'link_films' })
class Film {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @Column({ type: 'varchar', length: 40 }) title!: string;
  @ManyToMany(() => Label, { through: 'link_film_labels' }) labels!: Many<Label>;
  @ManyToMany(() => Actor, { through: () => Role, from: 'film', to: 'actor' }) actors!: Many<Actor>;
  @HasMany(() => Role, 'film') roles!: Many<Role>;
}
@Entity({ table: 'link_boxes' })
class Box {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @ManyToMany(() => Card, { through: 'link_box_cards', cascade: ['persist', 'delete'] }) cards!: Many<Card>;
}
@Entity({ table: 'link_cards' })
class Card {
  @PrimaryKey({ type: 'integer' }) id!: number;
}
@Entity({ table: 'link_guides' })
class Guide {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @ManyToMany(() => City, { through: 'link_guide_cities', onDelete: 'restrict' }) cities!: Many<City>;
  @ManyToMany(() => Guide, { through: 'link_guide_sources', onDelete: 'restrict' }) sources!: Many<Guide>;
}
@Entity({ table: 'link_cities' })
class City {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @ManyToMany(() => Guide, 'cities') guides!: Many<Guide>;
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
const guides = [Guide, City];

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

    'a join table that restricts keeps its pairs from losing what they name, and lets them go with the entity that declares them':
      ({ withOrm }) =>
        withOrm(guides, async (orm) => {
          await using session = orm.session();
          const cities = Array.from({ length: 3 }, () => session.create(City, {}));
          const [guide, other] = [session.create(Guide, { cities }), session.create(Guide, { cities })];
          guide.sources.add(other);
          await session.commit();
          session.delete(cities[0]!);
          await assert.rejects(session.commit(), ForeignKeyViolationError);
          await session.rollback();
          session.delete(other);
          await assert.rejects(session.commit(), ForeignKeyViolationError);
          await session.rollback();
          const links = (): Promise<unknown[]> => orm.sql`select * from link_guide_cities`.then((rows) => [...rows]);
          assert.equal((await links()).length, 6);
          session.delete(guide);
          await session.commit();
          assert.equal((await links()).length, 3);
          session.delete(other, ...cities);
          await session.commit();
          assert.deepEqual([await session.repository(City).count(), (await links()).length], [0, 0]);
        }),

    'a pair that is taken out goes before what it names, where its join table restricts': ({ withOrm }) =>
      withOrm(guides, async (orm) => {
        const id = await orm.transaction(async (session) => {
          const cities = [session.create(City, {}), session.create(City, {}), session.create(City, {})];
          const guide = session.create(Guide, { cities });
          await session.flush();
          return guide.id;
        });
        await using session = orm.session();
        const guide = await session.repository(Guide).get(id);
        const [first, second, third] = await session.repository(City).orderBy('id');
        guide.cities.remove(first!);
        second!.guides.clear();
        session.delete(first!, second!);
        await session.commit();
        assert.deepEqual([...(await session.load(guide, 'cities')).cities], [third]);
        assert.deepEqual(session.changes(), []);
      }),

    'members that go along with many owners are read by one query, those that were taken out of one of them among them':
      ({ withOrm }) =>
        withOrm([Box, Card], async (orm, statements) => {
          await orm.transaction((session) => {
            const shared = session.create(Card, {});
            for (let i = 0; i < 10; i++) session.create(Box, { cards: [shared, session.create(Card, {})] });
            return Promise.resolve();
          });
          await using session = orm.session();
          const boxes = await session.repository(Box).include('cards').orderBy('id');
          session.clear();
          const [first, second, ...more] = await session.repository(Box).orderBy('id');
          statements.clear();
          session.delete(...more);
          await session.commit();
          assert.equal(statements.texts.filter((text) => /^select/i.test(text)).length, 1);
          assert.deepEqual([await session.repository(Box).count(), await session.repository(Card).count()], [2, 2]);
          const [shared, own] = [new Card(), await session.repository(Card).get(boxes[0]!.cards.at(1)!.id)];
          first!.cards.set([own, shared]);
          second!.cards.add(shared);
          await session.commit();
          first!.cards.remove(shared);
          second!.cards.remove(...(await second!.cards.query()).filter((card) => card !== shared));
          first!.cards.remove(own);
          second!.cards.add(own);
          session.delete(first!, second!);
          await session.commit();
          // What neither has any more stays.
          assert.deepEqual([await session.repository(Box).count(), await session.repository(Card).count()], [0, 1]);
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
