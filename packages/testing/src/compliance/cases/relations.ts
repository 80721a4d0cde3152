/** The two ends of relations: what one end changes the other one says, whatever is loaded, new, or mapped on the join table. */
import assert from 'node:assert/strict';
import {
  BelongsTo,
  Column,
  Entity,
  HasMany,
  HasOne,
  ManyToMany,
  NotLoadedError,
  PrimaryKey,
  SoftDelete,
  type Many,
  type Ref,
  type Session,
} from '@espalier/core';
import type { CaseGroup } from '../suite';

@Entity()
class Author {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @HasMany(() => Novel, 'author') novels!: Many<Novel>;
}

@Entity()
@SoftDelete()
class Novel {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @BelongsTo(() => Author) author!: Ref<Author>;
  @ManyToMany(() => Theme) themes!: Many<Theme>;
  deletedAt!: Date | null;
}

@Entity()
class Theme {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @ManyToMany(() => Novel, 'themes') novels!: Many<Novel>;
}

const novels = [Author, Novel, Theme];

/** A many-to-many relation through an entity that has children of its own. */
@Entity()
class Show {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @HasMany(() => Role, 'show') roles!: Many<Role>;
  @ManyToMany(() => Actor, { through: () => Role }) actors!: Many<Actor>;
}

@Entity()
class Actor {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @HasMany(() => Role, 'actor') roles!: Many<Role>;
  @ManyToMany(() => Show, 'actors') shows!: Many<Show>;
}

@Entity()
class Role {
  @PrimaryKey() @BelongsTo(() => Show, { column: 'show_id' }) show!: Ref<Show>;
  @PrimaryKey() @BelongsTo(() => Actor, { column: 'actor_id' }) actor!: Ref<Actor>;
  @Column({ type: 'varchar', length: 20, default: 'extra' }) part!: string;
}

/** The same, where the show deletes its roles along. */
@Entity()
class Play {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @HasMany(() => Cast, 'play', { cascade: ['persist', 'delete'], orphanRemoval: true }) casts!: Many<Cast>;
  @ManyToMany(() => Player, { through: () => Cast }) players!: Many<Player>;
}

@Entity()
class Player {
  @PrimaryKey({ type: 'integer' }) id!: number;
}

@Entity()
class Cast {
  @PrimaryKey() @BelongsTo(() => Play, { column: 'play_id' }) play!: Ref<Play>;
  @PrimaryKey() @BelongsTo(() => Player, { column: 'player_id' }) player!: Ref<Player>;
}

/** Children that must have an owner, of a kind each. */
@Entity()
class Form {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @HasMany(() => Field, 'form', { orphanRemoval: true }) fields!: Many<Field>;
  @HasMany(() => Hint, 'form') hints!: Many<Hint>;
  @HasOne(() => Title, 'form', { orphanRemoval: true }) title!: Ref<Title> | null;
}

@Entity()
class Field {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @BelongsTo(() => Form) form!: Ref<Form>;
}

@Entity()
class Hint {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @BelongsTo(() => Form, { nullable: true }) form!: Ref<Form> | null;
}

@Entity()
class Title {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @BelongsTo(() => Form) form!: Ref<Form>;
}

const forms = [Form, Field, Hint, Title];

@Entity()
class Disc {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @HasMany(() => Song, 'disc') songs!: Many<Song>;
  @ManyToMany(() => Style) styles!: Many<Style>;
}

@Entity()
class Song {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @Column({ type: 'varchar', length: 20 }) name!: string;
  @BelongsTo(() => Disc, { nullable: true }) disc!: Ref<Disc> | null;
}

@Entity()
class Style {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @Column({ type: 'varchar', length: 20, unique: true }) name!: string;
}

const discs = [Disc, Song, Style];

/** What a relation holds that is loaded. */
const items = (collection: unknown): object[] => [...(collection as Iterable<object>)];

/** Read by one query, each with a song that is not loaded. */
async function twoDiscs(session: Session): Promise<[Disc, Disc]> {
  for (const name of ['a', 'b']) session.create(Song, { name, disc: session.create(Disc, {}) });
  await session.commit();
  session.clear();
  return (await session.repository(Disc).orderBy('id')) as [Disc, Disc];
}

function isLoaded({ songs }: Disc): boolean {
  try {
    return items(songs).length >= 0;
  } catch (error) {
    assert.ok(error instanceof NotLoadedError);
    return false;
  }
}

export const relations: CaseGroup = {
  name: 'both ends of relations',
  cases: {
    'a link that came, went and came again is written, though its owner moves to another parent': ({ withOrm }) =>
      withOrm(novels, async (orm) => {
        for (const flushes of [false, true]) {
          await using session = orm.session();
          const [first, second] = [session.create(Author, {}), session.create(Author, {})];
          const novel = session.create(Novel, { author: first });
          const theme = session.create(Theme, {});
          await session.commit();
          novel.themes.add(theme);
          theme.novels.remove(novel);
          if (flushes) await session.flush();
          novel.themes.add(theme);
          second.novels.add(novel);
          await session.commit();
          await using other = orm.session();
          const stored = await other.repository(Novel).include('themes').get(novel.id);
          assert.deepEqual([stored.author.id, stored.themes.map(({ id }) => id)], [second.id, [theme.id]]);
        }
      }),

    'a link of a new entity that was taken back in a block that fails is not in the collection': ({ withOrm }) =>
      withOrm(novels, async (orm) => {
        for (const flushes of [false, true]) {
          await using session = orm.session();
          const author = session.create(Author, {});
          const theme = session.create(Theme, {});
          await session.commit();
          const block = session.transaction(async () => {
            const novel = session.create(Novel, { author });
            theme.novels.add(novel);
            if (flushes) await session.flush();
            novel.themes.remove(theme);
            throw new Error('enough');
          });
          await assert.rejects(block, /enough/);
          assert.deepEqual(items(theme.novels), []);
          assert.deepEqual(items(author.novels), []);
          await session.commit();
          assert.equal(await session.repository(Novel).count(), 0);
        }
      }),

    'a new entity that comes in through the other end says so, and can be taken out there': ({ withOrm }) =>
      withOrm(novels, async (orm) => {
        await using session = orm.session();
        const author = session.create(Author, {});
        const theme = session.create(Theme, {});
        await session.commit();
        for (const loads of [false, true]) {
          await using other = orm.session();
          const stored = await other.repository(Theme).get(theme.id);
          if (loads) await other.load(stored, 'novels');
          const novel = Object.assign(new Novel(), { author: await other.repository(Author).get(author.id) });
          stored.novels.add(novel);
          await other.commit();
          assert.deepEqual(items(novel.themes), [stored]);
          novel.themes.remove(stored);
          await other.commit();
          assert.deepEqual(items(novel.themes), []);
          await using fresh = orm.session();
          assert.equal((await fresh.repository(Theme).include('novels').get(theme.id)).novels.length, 0);
        }
      }),

    'links of an entity that is marked as deleted stay rows, and leave what is loaded': ({ withOrm }) =>
      withOrm(novels, async (orm) => {
        await using session = orm.session();
        const theme = session.create(Theme, {});
        const novel = session.create(Novel, { author: session.create(Author, {}), themes: [theme] });
        await session.commit();
        await session.load(theme, 'novels');
        session.delete(novel);
        await session.commit();
        assert.deepEqual(items(theme.novels), []);
        await using other = orm.session();
        const marked = await other.repository(Novel).onlyDeleted().include('themes').one();
        assert.equal(marked.themes.length, 1);
      }),

    'an entity is deleted with the rows of the entity that its many-to-many relation goes through': ({ withOrm }) =>
      withOrm([Play, Player, Cast], async (orm) => {
        for (const loads of [[], ['casts'], ['players'], ['casts', 'players']] as ('casts' | 'players')[][]) {
          await using session = orm.session();
          const [play, other] = [session.create(Play, {}), session.create(Play, {})];
          const player = session.create(Player, {});
          session.create(Cast, { play, player });
          other.players.add(player);
          await session.commit();
          await using fresh = orm.session();
          const stored = await fresh
            .repository(Play)
            .include(...loads)
            .get(play.id);
          fresh.delete(stored);
          await fresh.commit();
          assert.equal(await fresh.repository(Cast).count(), 1);
          fresh.delete(await fresh.repository(Player).get(player.id), await fresh.repository(Play).get(other.id));
          await fresh.commit();
          for (const entity of [Play, Player, Cast]) assert.equal(await fresh.repository<object>(entity).count(), 0);
        }
      }),

    'rows of a join table that are deleted as entities go beside the ends that they name': ({ withOrm }) =>
      withOrm([Show, Actor, Role], async (orm) => {
        await using session = orm.session();
        const show = session.create(Show, {});
        const actors = [session.create(Actor, {}), session.create(Actor, {})];
        const roles = actors.map((actor) => session.create(Role, { show, actor, part: 'lead' }));
        await session.commit();
        session.delete(show, roles[0]!, actors[1]!);
        await session.commit();
        assert.deepEqual([await session.repository(Role).count(), await session.repository(Actor).count()], [0, 1]);
      }),

    'a new child that is taken out before it was written is not written': ({ withOrm }) =>
      withOrm(forms, async (orm) => {
        for (const isNew of [true, false]) {
          await using session = orm.session();
          const form = session.create(Form, {});
          if (!isNew) await session.commit();
          const [field, hint] = [new Field(), new Hint()];
          form.fields.add(field);
          form.hints.add(hint);
          form.title = new Title();
          form.fields.remove(field);
          form.hints.remove(hint);
          form.title = null;
          await session.commit();
          for (const entity of [Field, Hint, Title]) assert.equal(await session.repository<object>(entity).count(), 0);
          // Taken out and put back it is.
          form.fields.add(field);
          form.fields.remove(field);
          form.fields.add(field);
          await session.commit();
          assert.equal(await session.repository(Field).count(), 1);
          form.fields.remove(field);
          await session.commit();
          assert.equal(await session.repository(Field).count(), 0);
        }
      }),

    'of an entity whose deletion is taken back a relation is loaded along with the others': ({ withOrm }) =>
      withOrm(discs, async (orm) => {
        await using session = orm.session();
        const [first, second] = await twoDiscs(session);
        session.delete(first);
        session.add(first);
        await session.load(first, 'songs');
        assert.deepEqual([isLoaded(first), isLoaded(second)], [true, true]);
      }),

    'of an entity that left the session and came back a relation is loaded for itself alone': ({ withOrm }) =>
      withOrm(discs, async (orm) => {
        await using session = orm.session();
        const [first, second] = await twoDiscs(session);
        session.detach(first);
        session.add(first);
        await session.load(first, 'songs');
        assert.deepEqual([isLoaded(first), isLoaded(second)], [true, false]);
      }),

    'an entity that the queryset of a collection makes belongs to the collection': ({ withOrm }) =>
      withOrm(discs, async (orm) => {
        await using session = orm.session();
        const [disc, other] = [session.create(Disc, {}), session.create(Disc, {})];
        await session.commit();
        const made = await disc.songs.query().create({ name: 'a' });
        assert.equal(made.disc, disc);
        const [song, isNew] = await disc.songs.query().getOrCreate({ name: 'b' });
        const [again, isNewAgain] = await disc.songs.query().getOrCreate({ name: 'b' });
        assert.deepEqual([isNew, isNewAgain, again === song], [true, false, true]);
        const [elsewhere, isNewElsewhere] = await other.songs.query().getOrCreate({ name: 'b' });
        assert.deepEqual([isNewElsewhere, elsewhere === song], [true, false]);
        const byKey = await disc.songs.query().create({ name: 'd', disc: disc.id });
        assert.equal(byKey.disc, disc);
        for (const another of [other, other.id, null]) {
          const refused = disc.songs.query().create({ name: 'e', disc: another });
          await assert.rejects(refused, { name: 'QueryError', property: 'disc' });
        }
        const [filtered] = await session.repository(Song).filter({ disc: other }).getOrCreate({ name: 'c' });
        assert.equal(filtered.disc, other);
        await session.commit();
        await using fresh = orm.session();
        const stored = await fresh.repository(Disc).include('songs').orderBy('id');
        assert.deepEqual(
          stored.map(({ songs }) => songs.map(({ name }) => name).sort()),
          [
            ['a', 'b', 'd'],
            ['b', 'c'],
          ],
        );
      }),
  },
};
