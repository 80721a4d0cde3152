/** A join table that is an entity too: what is asked of the pair and of the entity in one flush comes to one row, or none. */
import assert from 'node:assert/strict';
import {
  BelongsTo,
  Column,
  Entity,
  HasMany,
  ManyToMany,
  PrimaryKey,
  type Defaulted,
  type Espalier,
  type Loaded,
  type Many,
  type Ref,
  type Session,
} from '@espalier/core';
import type { CaseGroup, ComplianceContext } from '../suite';

@Entity({ table: 'through_films' })
class Film {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @HasMany(() => Role, 'film', { orphanRemoval: true }) roles!: Many<Role>;
  @ManyToMany(() => Actor, { through: () => Role, from: 'film', to: 'actor' }) actors!: Many<Actor>;
}
@Entity({ table: 'through_actors' })
class Actor {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @HasMany(() => Role, 'actor') roles!: Many<Role>;
  @ManyToMany(() => Film, 'actors') films!: Many<Film>;
}
@Entity({ table: 'through_roles' })
class Role {
  @PrimaryKey() @BelongsTo(() => Film) film!: Ref<Film>;
  @PrimaryKey() @BelongsTo(() => Actor) actor!: Ref<Actor>;
  @Column({ type: 'varchar', length: 20, default: 'extra' }) name!: Defaulted<string>;
}

interface Scene {
  readonly orm: Espalier;
  readonly session: Session;
  readonly film: Loaded<Film, 'roles' | 'actors'>;
  readonly actor: Actor;
  readonly role: Role;
  /** Commits, and says which rows there are and what the session holds for them. */
  rows(): Promise<string[]>;
}

/** One film with one actor, everything loaded or nothing. */
const scene =
  (isLoaded: boolean, work: (scene: Scene) => Promise<void>) =>
  ({ withOrm }: ComplianceContext): Promise<void> =>
    withOrm([Film, Actor, Role], async (orm) => {
      await orm.transaction((session) => {
        session.create(Role, { film: session.create(Film, {}), actor: session.create(Actor, {}), name: 'lead' });
        return Promise.resolve();
      });
      await using session = orm.session();
      const role = await session.repository(Role).include('film', 'actor').one();
      const { film, actor } = role;
      if (isLoaded) {
        await session.load(film, 'roles', 'actors');
        await session.load(actor, 'roles', 'films');
      }
      const rows = async (): Promise<string[]> => {
        await session.commit();
        assert.deepEqual(session.changes(), []);
        await using other = orm.session();
        const found = await other.repository(Role).all();
        const held = (await session.load(film, 'actors')).actors;
        assert.equal(held.length, found.length);
        assert.equal((await session.load(film, 'roles')).roles.length, found.length);
        assert.equal((await session.load(actor, 'films')).films.length, found.length);
        return found.map(({ name }) => name);
      };
      await work({ orm, session, film: film as Scene['film'], actor, role, rows });
    });

const cases: CaseGroup['cases'] = {};
for (const isLoaded of [true, false]) {
  const how = isLoaded ? 'loaded' : 'not loaded';
  Object.assign(cases, {
    [`an actor who is added after the role was taken out has a role again (${how})`]: scene(
      isLoaded,
      async ({ film, actor, role, session, rows }) => {
        if (!isLoaded) await session.load(film, 'roles');
        film.roles.remove(role);
        film.actors.add(actor);
        assert.deepEqual(await rows(), ['extra']);
      },
    ),

    [`an actor who is added after the role was deleted has a role again, from either side (${how})`]: scene(
      isLoaded,
      async ({ film, actor, role, session, rows }) => {
        session.delete(role);
        actor.films.add(film);
        assert.deepEqual(await rows(), ['extra']);
      },
    ),

    [`a role that is taken back is one row with the link that was asked for meanwhile (${how})`]: scene(
      isLoaded,
      async ({ film, actor, role, session, rows }) => {
        session.delete(role);
        film.actors.add(actor);
        session.add(role);
        assert.deepEqual(await rows(), ['lead']);
      },
    ),

    [`a role that is added by itself after its actor was taken out is kept (${how})`]: scene(
      isLoaded,
      async ({ film, actor, role, session, rows }) => {
        film.actors.remove(actor);
        session.add(role);
        assert.deepEqual(await rows(), ['lead']);
      },
    ),

    [`an actor who is taken out and added after the role was deleted has a role again (${how})`]: scene(
      isLoaded,
      async ({ film, actor, role, session, rows }) => {
        session.delete(role);
        film.actors.remove(actor);
        film.actors.add(actor);
        assert.deepEqual(await rows(), ['extra']);
      },
    ),

    [`a role that is made after the actor was taken out is the row (${how})`]: scene(
      isLoaded,
      async ({ film, actor, session, rows }) => {
        film.actors.remove(actor);
        const again = session.create(Role, { film, actor, name: 'again' });
        assert.deepEqual(await rows(), ['again']);
        assert.ok([...film.roles].includes(again));
      },
    ),

    [`a role goes with its actor, from the session too (${how})`]: scene(
      isLoaded,
      async ({ film, actor, role, session }) => {
        session.delete(actor);
        await session.commit();
        assert.equal((await session.load(film, 'roles')).roles.length, 0);
        assert.throws(() => session.isDirty(role), { name: 'QueryError' });
        assert.equal(await session.repository(Role).count(), 0);
      },
    ),

    [`what goes as a role and as an actor goes once (${how})`]: scene(
      isLoaded,
      async ({ film, actor, role, session, rows }) => {
        session.delete(role);
        film.actors.remove(actor);
        assert.deepEqual(await rows(), []);
      },
    ),

    [`a role goes with its pair where an end of it has left the session (${how})`]: scene(
      isLoaded,
      async ({ orm, film, actor, role, session }) => {
        session.detach(actor);
        film.actors.remove(actor);
        await session.commit();
        await using other = orm.session();
        assert.equal(await other.repository(Role).count(), 0);
        assert.throws(() => session.isDirty(role), { name: 'QueryError' });
        assert.equal((await session.load(film, 'actors')).actors.length, 0);
        assert.equal((await session.load(film, 'roles')).roles.length, 0);
        assert.equal(await session.flush(), 0);
      },
    ),

    [`what comes as a role and as an actor comes once (${how})`]: scene(
      isLoaded,
      async ({ film, actor, role, session, rows }) => {
        session.delete(role);
        await session.commit();
        film.actors.add(actor);
        session.create(Role, { film, actor, name: 'again' });
        assert.deepEqual(await rows(), ['again']);
      },
    ),
  });
}

export const throughEntities: CaseGroup = { name: 'through entities', cases };
