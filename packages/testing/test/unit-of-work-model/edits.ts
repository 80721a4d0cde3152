/** What a program does to entities between two flushes; each is done to the library and to the oracle alike. */
import { Author, Book, Employee, Tag, type AnyEntity } from './entities';
import { copy, copyOfWorld, endsOf, linkName, type Oracle, type Row, type TagRow, type Uid } from './oracle';
import type { System } from './system';

export interface Edit<C = unknown> {
  readonly name: string;
  /** What it can be done to now; nothing: the edit is left out. */
  candidates(oracle: Oracle): C[];
  apply(context: { oracle: Oracle; system: System }, candidate: C): void;
}

const edit = <C>(definition: Edit<C>): Edit => definition;

const pairs = <A, B>(left: readonly A[], right: readonly B[]): [A, B][] =>
  left.flatMap((a) => right.map((b): [A, B] => [a, b]));

const uidsOf = (oracle: Oracle, kind: Row['kind']): Uid[] => oracle.alive(kind).map(([uid]) => uid);

const orNone = (uids: readonly Uid[]): (Uid | null)[] => [null, ...uids];

/** Tells the oracle and the system of a new entity. @returns its name */
function remember({ oracle, system }: { oracle: Oracle; system: System }, entity: AnyEntity, row: Row): Uid {
  const uid = oracle.fresh();
  oracle.memory.rows.set(uid, row);
  system.entities.set(uid, entity);
  return uid;
}

const newAuthor = (n: number) => ({
  email: `author${String(n)}@example.org`,
  bio: null,
  meta: { tags: [], nested: { level: n } },
});

const creations: Edit[] = [
  edit({
    name: 'create an author',
    candidates: () => [true],
    apply: (context) => {
      const data = newAuthor(context.oracle.fresh());
      const entity = context.system.session.create(Author, copy(data));
      remember(context, entity, { kind: 'author', ...data });
    },
  }),
  edit({
    name: 'create a book',
    candidates: (oracle) => pairs(uidsOf(oracle, 'author'), orNone(uidsOf(oracle, 'author'))),
    apply: (context, [author, editor]) => {
      const { oracle, system } = context;
      const title = `book ${String(oracle.fresh())}`;
      const entity = system.session.create(Book, {
        title,
        author: system.entity(author, 'author'),
        editor: editor === null ? null : system.entity(editor, 'author'),
      });
      remember(context, entity, { kind: 'book', title, author, editor });
    },
  }),
  edit({
    name: 'add a new book to the collection of its author',
    candidates: (oracle) => uidsOf(oracle, 'author'),
    apply: (context, author) => {
      const title = `book ${String(context.oracle.fresh())}`;
      const entity = Object.assign(new Book(), { title, editor: null });
      context.system.entity(author, 'author').books.add(entity);
      const book = remember(context, entity, { kind: 'book', title, author, editor: null });
      context.oracle.collected.add(book);
    },
  }),
  edit({
    name: 'create a tag',
    candidates: () => [true, false],
    apply: (context, named) => {
      const name = `tag ${String(context.oracle.fresh())}`;
      const slug = named ? name : null;
      remember(context, context.system.session.create(Tag, { name, slug }), { kind: 'tag', name, slug });
    },
  }),
  edit({
    name: 'create a tag with the slug of a deleted one',
    candidates: (oracle) => {
      const free = [...oracle.removed]
        .map((uid) => (oracle.flushed.rows.get(uid) as TagRow | undefined)?.slug)
        .filter((slug) => typeof slug === 'string');
      return free.filter((slug) => !oracle.alive('tag').some(([, row]) => row.slug === slug));
    },
    apply: (context, slug) => {
      const name = `tag ${String(context.oracle.fresh())}`;
      remember(context, context.system.session.create(Tag, { name, slug }), { kind: 'tag', name, slug });
    },
  }),
  edit({
    name: 'create an employee',
    candidates: (oracle) => orNone(uidsOf(oracle, 'employee')),
    apply: (context, manager) => {
      const name = `employee ${String(context.oracle.fresh())}`;
      const { system } = context;
      const entity = system.session.create(Employee, {
        name,
        manager: manager === null ? null : system.entity(manager, 'employee'),
      });
      remember(context, entity, { kind: 'employee', name, manager });
    },
  }),
];

const scalars: Edit[] = [
  edit({
    name: 'change a text',
    candidates: (oracle) => uidsOf(oracle, 'author'),
    apply: ({ oracle, system }, uid) => {
      const row = oracle.row(uid, 'author');
      row.bio = row.bio === null ? `bio ${String(oracle.fresh())}` : null;
      system.entity(uid, 'author').bio = row.bio;
    },
  }),
  edit({
    name: 'change a unique text',
    candidates: (oracle) => uidsOf(oracle, 'author'),
    apply: ({ oracle, system }, uid) => {
      const { email } = newAuthor(oracle.fresh());
      oracle.row(uid, 'author').email = email;
      system.entity(uid, 'author').email = email;
    },
  }),
  edit({
    name: 'change json in place',
    candidates: (oracle) => pairs(uidsOf(oracle, 'author'), ['push', 'level', 'pop']),
    apply: ({ oracle, system }, [uid, how]) => {
      const level = oracle.fresh();
      for (const { meta } of [oracle.row(uid, 'author'), system.entity(uid, 'author')]) {
        if (how === 'push') meta.tags.push(`t${String(level)}`);
        else if (how === 'pop') meta.tags.pop();
        else meta.nested.level = level;
      }
    },
  }),
  edit({
    name: 'hand slugs round',
    candidates: (oracle) => {
      const tags = oracle.stored('tag').map(([uid]) => uid);
      return tags.length < 2 || !oracle.slugsAreSafe() ? [] : [tags, tags.slice(0, 2)];
    },
    apply: ({ oracle, system }, tags) => {
      const slugs = tags.map((uid) => oracle.row(uid, 'tag').slug);
      const before = copyOfWorld(oracle.memory);
      tags.forEach((uid, i) => (oracle.row(uid, 'tag').slug = slugs[(i + 1) % tags.length]!));
      if (!oracle.slugsAreSafe()) oracle.memory = before;
      for (const uid of tags) system.entity(uid, 'tag').slug = oracle.row(uid, 'tag').slug;
    },
  }),
];

const references: Edit[] = [
  edit({
    name: 'give a book another author',
    candidates: (oracle) => pairs(uidsOf(oracle, 'book'), uidsOf(oracle, 'author')),
    apply: ({ oracle, system }, [book, author]) => {
      oracle.row(book, 'book').author = author;
      system.entity(book, 'book').author = system.entity(author, 'author');
    },
  }),
  edit({
    name: 'move a book to the collection of another author',
    candidates: (oracle) => pairs(uidsOf(oracle, 'book'), uidsOf(oracle, 'author')),
    apply: ({ oracle, system }, [book, author]) => {
      oracle.row(book, 'book').author = author;
      oracle.collected.add(book);
      system.entity(author, 'author').books.add(system.entity(book, 'book'));
    },
  }),
  edit({
    name: 'give a book another editor',
    candidates: (oracle) => pairs(uidsOf(oracle, 'book'), orNone(uidsOf(oracle, 'author'))),
    apply: ({ oracle, system }, [book, editor]) => {
      oracle.row(book, 'book').editor = editor;
      system.entity(book, 'book').editor = editor === null ? null : system.entity(editor, 'author');
    },
  }),
  edit({
    name: 'give a book a new editor that was not added',
    candidates: (oracle) => uidsOf(oracle, 'book'),
    apply: (context, book) => {
      const data = newAuthor(context.oracle.fresh());
      const entity = Object.assign(new Author(), copy(data));
      const editor = remember(context, entity, { kind: 'author', ...data });
      context.oracle.loose.add(editor);
      context.oracle.row(book, 'book').editor = editor;
      context.system.entity(book, 'book').editor = entity;
    },
  }),
  edit({
    name: 'give an employee another manager',
    candidates: (oracle) => pairs(uidsOf(oracle, 'employee'), orNone(uidsOf(oracle, 'employee'))),
    apply: ({ oracle, system }, [employee, manager]) => {
      oracle.row(employee, 'employee').manager = manager;
      system.entity(employee, 'employee').manager = manager === null ? null : system.entity(manager, 'employee');
    },
  }),
];

const collections: Edit[] = [
  ...([true, false] as const).flatMap((fromBook) => [
    edit({
      name: `add a tag to a book, from the side of the ${fromBook ? 'book' : 'tag'}`,
      candidates: (oracle) => pairs(uidsOf(oracle, 'book'), uidsOf(oracle, 'tag')),
      apply: ({ oracle, system }, [book, tag]) => {
        // A book that came by its author's collection has no collections before the flush that adds it.
        if ((system.entity(book, 'book').tags as unknown) === undefined) return;
        oracle.memory.links.add(linkName(book, tag));
        if (fromBook) system.entity(book, 'book').tags.add(system.entity(tag, 'tag'));
        else system.entity(tag, 'tag').books.add(system.entity(book, 'book'));
      },
    }),
    edit({
      name: `remove a tag from a book, from the side of the ${fromBook ? 'book' : 'tag'}`,
      candidates: (oracle) => [...oracle.effective().links].map(endsOf),
      apply: ({ oracle, system }, [book, tag]) => {
        oracle.memory.links.delete(linkName(book, tag));
        if (fromBook) system.entity(book, 'book').tags.remove(system.entity(tag, 'tag'));
        else system.entity(tag, 'tag').books.remove(system.entity(book, 'book'));
      },
    }),
  ]),
  edit({
    name: 'take a book out of the collection of its author, which removes orphans',
    candidates: (oracle) =>
      oracle
        .stored('book')
        .filter(([uid, { author }]) => (oracle.flushed.rows.get(uid) as { author: Uid }).author === author),
    apply: ({ oracle, system }, [book, { author }]) => {
      oracle.removed.add(book);
      oracle.orphans.add(book);
      system.entity(author, 'author').books.remove(system.entity(book, 'book'));
    },
  }),
  edit({
    name: 'take an employee out of the reports of the manager',
    candidates: (oracle) =>
      oracle
        .stored('employee')
        .filter(
          ([uid, { manager }]) =>
            manager !== null && (oracle.flushed.rows.get(uid) as { manager: Uid }).manager === manager,
        ),
    apply: ({ oracle, system }, [employee, { manager }]) => {
      oracle.row(employee, 'employee').manager = null;
      system.entity(manager!, 'employee').reports.remove(system.entity(employee, 'employee'));
    },
  }),
];

/** Deletes one entity; a new one leaves its links first, for what relates to it would bring it in again. */
function remove({ oracle, system }: { oracle: Oracle; system: System }, uid: Uid): void {
  if (oracle.removed.has(uid)) return;
  if (!oracle.flushed.rows.has(uid)) {
    for (const link of oracle.memory.links) {
      const [book, tag] = endsOf(link);
      if (book !== uid && tag !== uid) continue;
      oracle.memory.links.delete(link);
      system.entity(book, 'book').tags.remove(system.entity(tag, 'tag'));
    }
  }
  oracle.removed.add(uid);
  system.session.delete(system.entities.get(uid)!);
}

const deletions: Edit[] = [
  edit({
    name: 'delete a book or a tag',
    candidates: (oracle) => {
      const books = uidsOf(oracle, 'book').filter((uid) => oracle.flushed.rows.has(uid) || !oracle.collected.has(uid));
      return [...books, ...uidsOf(oracle, 'tag')];
    },
    apply: remove,
  }),
  edit({
    name: 'delete an author with all books',
    candidates: (oracle) => oracle.stored('author').map(([uid]) => uid),
    apply: (context, author) => {
      for (const [book, row] of context.oracle.alive('book')) {
        if (row.author === author && !context.oracle.flushed.rows.has(book)) return;
      }
      for (const [book, row] of context.oracle.alive('book')) {
        if (row.author === author) remove(context, book);
        else if (row.editor === author) {
          row.editor = null;
          context.system.entity(book, 'book').editor = null;
        }
      }
      remove(context, author);
    },
  }),
  edit({
    name: 'delete an employee with all reports, in any order',
    candidates: (oracle) =>
      pairs(
        oracle.stored('employee').map(([uid]) => uid),
        [true, false],
      ),
    apply: (context, [employee, reverse]) => {
      const staff = new Set([employee]);
      for (const boss of staff) {
        for (const [uid, { manager }] of context.oracle.alive('employee')) if (manager === boss) staff.add(uid);
      }
      if ([...staff].some((uid) => !context.oracle.flushed.rows.has(uid))) return;
      for (const uid of reverse ? [...staff].reverse() : staff) remove(context, uid);
    },
  }),
  edit({
    name: 'add again what was deleted and not flushed',
    candidates: (oracle) =>
      [...oracle.removed].filter((uid) => {
        if (oracle.orphans.has(uid) || !oracle.isWhole(oracle.memory.rows.get(uid)!)) return false;
        oracle.removed.delete(uid);
        const safe = oracle.slugsAreSafe();
        oracle.removed.add(uid);
        return safe;
      }),
    apply: ({ oracle, system }, uid) => {
      oracle.removed.delete(uid);
      system.session.add(system.entities.get(uid)!);
      // What comes in along it is added like itself.
      const row = oracle.memory.rows.get(uid)!;
      if (row.kind === 'book' && row.editor !== null) oracle.loose.delete(row.editor);
    },
  }),
  edit({
    name: 'add again what was deleted and flushed',
    candidates: (oracle) =>
      [...oracle.memory.buried].filter(([, row]) => row.kind !== 'book' && row.kind !== 'tag' && oracle.isWhole(row)),
    apply: ({ oracle, system }, [uid, row]) => {
      oracle.memory.buried.delete(uid);
      oracle.memory.rows.set(uid, row);
      system.session.add(system.entities.get(uid)!);
    },
  }),
];

export const EDITS: readonly Edit[] = [...creations, ...scalars, ...references, ...collections, ...deletions];
