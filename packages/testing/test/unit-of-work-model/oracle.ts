/**
 * The oracle: what rows and entities must say, by plain maps. Three worlds: what is committed, what the open transaction has written
 * (`flushed`), and what the program has said since (`memory`).
 */
import type { Meta } from './entities';

/** Names one entity through its whole life; a row's key is known only after its insert. */
export type Uid = number;

export interface AuthorRow {
  kind: 'author';
  email: string;
  bio: string | null;
  meta: Meta;
}
export interface BookRow {
  kind: 'book';
  title: string;
  author: Uid;
  editor: Uid | null;
}
export interface TagRow {
  kind: 'tag';
  name: string;
  slug: string | null;
}
export interface EmployeeRow {
  kind: 'employee';
  name: string;
  manager: Uid | null;
}
export type Row = AuthorRow | BookRow | TagRow | EmployeeRow;
export type Kind = Row['kind'];
export type RowOf<K extends Kind> = Extract<Row, { kind: K }>;

export interface World {
  rows: Map<Uid, Row>;
  /** Pairs of book and tag as `'1|2'`. */
  links: Set<string>;
  /** Deleted and flushed: what they said last. A rollback forgets it: where the insert is undone too, the entity is a new one that holds what it held. */
  buried: Map<Uid, Row>;
}

/** By JSON, for jest's realm has no structuredClone of its own: the prototypes of its copies are not those of the tests. */
export const copy = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;

export const copyOfWorld = ({ rows, links, buried }: World): World => ({
  rows: new Map([...rows].map(([uid, row]) => [uid, copy(row)])),
  links: new Set(links),
  buried: new Map(buried),
});

export const linkName = (book: Uid, tag: Uid): string => `${String(book)}|${String(tag)}`;

export const endsOf = (link: string): [book: Uid, tag: Uid] => link.split('|').map(Number) as [Uid, Uid];

export class Oracle {
  committed: World = { rows: new Map(), links: new Set(), buried: new Map() };
  flushed: World = copyOfWorld(this.committed);
  memory: World = copyOfWorld(this.committed);
  /** Deleted, not flushed yet. */
  readonly removed = new Set<Uid>();
  /** Those of `removed` that were taken out of their parent's collection: they have no parent to come back to. */
  readonly orphans = new Set<Uid>();
  /** Authors that were not added: they come with a book that names them as its editor, if one still does. */
  readonly loose = new Set<Uid>();
  /** Books that were put into the collection of an author: a new one of them would come back along it when it is deleted. */
  readonly collected = new Set<Uid>();
  #last = 0;

  fresh(): number {
    return ++this.#last;
  }

  /** Entities of a kind that the program has and has not deleted. */
  alive<K extends Kind>(kind: K): [Uid, RowOf<K>][] {
    return [...this.memory.rows].filter(
      ([uid, row]) => row.kind === kind && !this.removed.has(uid) && !this.loose.has(uid),
    ) as [Uid, RowOf<K>][];
  }

  /** Those of them that have a row. */
  stored<K extends Kind>(kind: K): [Uid, RowOf<K>][] {
    return this.alive(kind).filter(([uid]) => this.flushed.rows.has(uid));
  }

  row<K extends Kind>(uid: Uid, kind: K): RowOf<K> {
    const row = this.memory.rows.get(uid);
    if (row?.kind !== kind) throw new Error(`${String(uid)} is no ${kind}`);
    return row as RowOf<K>;
  }

  /** What the rows will be when all that is pending is written. */
  effective(): World {
    const world = copyOfWorld(this.memory);
    for (const uid of this.removed) world.rows.delete(uid);
    const editors = new Set([...world.rows.values()].map((row) => (row.kind === 'book' ? row.editor : null)));
    for (const uid of this.loose) if (!editors.has(uid)) world.rows.delete(uid);
    for (const link of world.links) if (!endsOf(link).every((uid) => world.rows.has(uid))) world.links.delete(link);
    return world;
  }

  flush(): void {
    const { rows, buried } = this.memory;
    for (const uid of this.removed) if (this.flushed.rows.has(uid)) buried.set(uid, rows.get(uid)!);
    this.memory = this.effective();
    this.flushed = copyOfWorld(this.memory);
    this.#forgetRemovals();
  }

  commit(): void {
    this.flush();
    this.committed = copyOfWorld(this.flushed);
  }

  rollback(): void {
    this.backTo(this.committed);
  }

  /** What was pending is forgotten, what was flushed since is undone. */
  backTo(world: World): void {
    this.flushed = copyOfWorld(world);
    this.memory = copyOfWorld(world);
    this.#forgetRemovals();
  }

  /** A row that is there before the rest of what is pending: failsafeAdd's. */
  insertNow(uid: Uid, row: Row): void {
    this.memory.rows.set(uid, row);
    this.flushed.rows.set(uid, copy(row));
  }

  /** No insert takes a slug that an update is only about to give up: inserts come first. */
  slugsAreSafe(): boolean {
    const tags = this.alive('tag');
    const slugs = tags.map(([, { slug }]) => slug).filter((slug) => slug !== null);
    if (new Set(slugs).size < slugs.length) return false;
    const held = new Set<string | null>(this.stored('tag').map(([uid]) => (this.flushed.rows.get(uid) as TagRow).slug));
    return tags.every(([uid, { slug }]) => this.flushed.rows.has(uid) || slug === null || !held.has(slug));
  }

  /** Whether what this entity refers to is there. */
  isWhole(row: Row): boolean {
    const there = (uid: Uid | null): boolean => uid === null || (this.memory.rows.has(uid) && !this.removed.has(uid));
    if (row.kind === 'book') return there(row.author) && there(row.editor);
    return row.kind !== 'employee' || there(row.manager);
  }

  #forgetRemovals(): void {
    this.removed.clear();
    this.orphans.clear();
    this.loose.clear();
  }
}
