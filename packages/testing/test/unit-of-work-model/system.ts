/** The library under test, with the entities by the oracle's names, and the comparison of both. */
import assert from 'node:assert/strict';
import type { Espalier, Session } from '@espalier/core';
import type { Faults } from './failing-connections';
import { ENTITY_CLASSES, type AnyEntity, type Author, type Book, type Employee, type Tag } from './entities';
import { endsOf, linkName, type Kind, type Oracle, type Row, type Uid, type World } from './oracle';

interface EntityOf {
  author: Author;
  book: Book;
  tag: Tag;
  employee: Employee;
}

export class System {
  readonly entities = new Map<Uid, AnyEntity>();
  readonly ids = new Map<Uid, number>();

  constructor(
    readonly orm: Espalier,
    public session: Session,
    readonly faults: Faults,
  ) {}

  /** Between calls only a transaction keeps its connection. */
  get inTransaction(): boolean {
    return this.orm.pool().stats().used > 0;
  }

  entity<K extends Kind>(uid: Uid, _kind: K): EntityOf[K] {
    return this.entities.get(uid) as EntityOf[K];
  }

  /** Rows, entities and, where nothing is pending, collections are what the oracle says. */
  async check(oracle: Oracle, { clean = false } = {}): Promise<void> {
    for (const uid of oracle.flushed.rows.keys()) {
      const id = this.entities.get(uid)!.id as number | undefined;
      if (id !== undefined) this.ids.set(uid, id);
    }
    assert.deepEqual(await this.rows(), this.#expectedRows(oracle.flushed), 'rows');
    for (const [uid, row] of oracle.memory.rows) this.#checkEntity(oracle, uid, row);
    if (clean) await this.#checkClean(oracle);
  }

  /** All rows, by raw SQL, sorted. */
  async rows(): Promise<string[]> {
    const { session } = this;
    const lines: string[] = [];
    for (const { id, email, bio, meta } of await session.sql`select id, email, bio, meta from authors`) {
      lines.push(
        JSON.stringify(['author', Number(id), email, bio, sorted(typeof meta === 'string' ? JSON.parse(meta) : meta)]),
      );
    }
    for (const { id, title, author_id, editor_id } of await session.sql`select * from books`) {
      lines.push(JSON.stringify(['book', Number(id), title, key(author_id), key(editor_id)]));
    }
    for (const { id, name, slug } of await session.sql`select * from tags`) {
      lines.push(JSON.stringify(['tag', Number(id), name, slug]));
    }
    for (const { id, name, manager_id } of await session.sql`select * from employees`) {
      lines.push(JSON.stringify(['employee', Number(id), name, key(manager_id)]));
    }
    for (const { book_id, tag_id } of await session.sql`select * from book_tags`) {
      lines.push(JSON.stringify(['link', key(book_id), key(tag_id)]));
    }
    return lines.sort();
  }

  #expectedRows({ rows, links }: World): string[] {
    const id = (uid: Uid | null): number | null => (uid === null ? null : this.ids.get(uid)!);
    const lines = [...rows].map(([uid, row]) => {
      if (row.kind === 'author') return ['author', id(uid), row.email, row.bio, sorted(row.meta)];
      if (row.kind === 'book') return ['book', id(uid), row.title, id(row.author), id(row.editor)];
      if (row.kind === 'tag') return ['tag', id(uid), row.name, row.slug];
      return ['employee', id(uid), row.name, id(row.manager)];
    });
    for (const link of links) lines.push(['link', ...endsOf(link).map(id)]);
    return lines.map((line) => JSON.stringify(line)).sort();
  }

  #checkEntity(oracle: Oracle, uid: Uid, row: Row): void {
    const label = `${row.kind} ${String(uid)}`;
    const refers = (held: object | null, target: Uid | null): void => {
      assert.ok(held === (target === null ? null : this.entities.get(target)), `${label} refers to another entity`);
    };
    if (row.kind === 'author') {
      const { email, bio, meta } = this.entity(uid, 'author');
      assert.deepEqual({ email, bio, meta }, { email: row.email, bio: row.bio, meta: row.meta }, label);
    } else if (row.kind === 'book') {
      const { title, author, editor } = this.entity(uid, 'book');
      assert.equal(title, row.title, label);
      if (!oracle.orphans.has(uid)) refers(author, row.author);
      refers(editor, row.editor);
    } else if (row.kind === 'tag') {
      const { name, slug } = this.entity(uid, 'tag');
      assert.deepEqual({ name, slug }, { name: row.name, slug: row.slug }, label);
    } else {
      const { name, manager } = this.entity(uid, 'employee');
      assert.equal(name, row.name, label);
      refers(manager, row.manager);
    }
  }

  async #checkClean({ memory }: Oracle): Promise<void> {
    assert.deepEqual(this.session.changes(), [], 'nothing is pending');
    for (const [uid, { kind }] of memory.rows) {
      const entity = this.entities.get(uid)!;
      const found = await this.session.repository<AnyEntity>(ENTITY_CLASSES[kind]).find(this.ids.get(uid)!);
      assert.ok(found === entity, `${kind} ${String(uid)} is the entity of its row`);
      const rows = [...memory.rows];
      if (kind === 'author') {
        this.#checkCollection(
          entity,
          'books',
          rows.filter(([, row]) => row.kind === 'book' && row.author === uid),
        );
      } else if (kind === 'employee') {
        this.#checkCollection(
          entity,
          'reports',
          rows.filter(([, row]) => row.kind === 'employee' && row.manager === uid),
        );
      } else if (kind === 'book') {
        this.#checkCollection(
          entity,
          'tags',
          rows.filter(([tag]) => memory.links.has(linkName(uid, tag))),
        );
      } else {
        this.#checkCollection(
          entity,
          'books',
          rows.filter(([book]) => memory.links.has(linkName(book, uid))),
        );
      }
    }
  }

  #checkCollection(owner: AnyEntity, property: string, expected: [Uid, Row][]): void {
    const collection = Object.getOwnPropertyDescriptor(owner, property)?.value as
      { isLoaded: boolean; toArray(): AnyEntity[] } | undefined;
    if (!collection?.isLoaded) return;
    const uids = new Map([...this.entities].map(([uid, entity]) => [entity, uid]));
    const held = collection.toArray().map((item) => uids.get(item));
    const message = `${owner.constructor.name} ${String(uids.get(owner))}.${property}`;
    assert.deepEqual(held.sort(), expected.map(([uid]) => uid).sort(), message);
  }
}

const key = (value: unknown): number | null => (value === null ? null : Number(value));

/** PostgreSQL's jsonb keeps no order of keys. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([k, v]) => [k, sorted(v)]),
  );
}
