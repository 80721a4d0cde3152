/**
 * The entities that the type tests speak of: circular relations, keys by other names, nullable and default columns, an abstract base,
 * private members. Types only; nothing here is run.
 */
import { KEY, VERSION, type Defaulted, type Many, type Ref } from '../src/query';

export class Author {
  id!: number;
  name!: string;
  age!: number;
  bio!: string | null;
  active!: Defaulted<boolean>;
  score!: Defaulted<number | null>;
  meta!: { label?: string };
  mentor!: Ref<Author> | null;
  books!: Many<Book>;
  createdAt!: Date;

  greet(): string {
    return this.name;
  }
}

export type BookStatus = 'draft' | 'published';

export class Book {
  id!: number;
  title!: string;
  price!: string;
  pages!: bigint;
  status!: Defaulted<BookStatus>;
  publishedAt!: Date | null;
  cover!: Uint8Array | null;
  author!: Ref<Author>;
  editor!: Ref<Author> | null;
  tags!: Many<Tag>;
}

export class Tag {
  id!: string;
  name!: string;
  books!: Many<Book>;
}

/** Its key is not called `id` and is made by the database. */
export class Order {
  number!: Defaulted<number>;
  note!: string | null;
  lines!: Many<OrderLine>;
}

export class OrderLine {
  id!: number;
  quantity!: number;
  order!: Ref<Order, 'number'>;
  seat!: Ref<Seat, 'row' | 'place'> | null;
}

/** Its key is composite. */
export class Seat {
  row!: number;
  place!: string;
  comfortable!: boolean;
}

/** Its key is the key of the author that it belongs to. */
export class Profile {
  author!: Ref<Author>;
  motto!: string | null;
}

/** Its key is that of a profile, which is that of an author. */
export class Badge {
  profile!: Ref<Profile, 'author'>;
  color!: string;
}

export abstract class Tracked {
  id!: number;
  createdAt!: Date;
  updatedAt!: Date;
  deletedAt!: Date | null;
  version!: number;
}

/** Inherits its key, has private members, a getter, an optional and a readonly property. */
export class Ticket extends Tracked {
  subject!: string;
  nickname?: string;
  readonly checksum!: string;
  reporter!: Ref<Author>;
  watchers!: Many<Author>;
  private secret = 'none';
  #cache: string | undefined;

  get summary(): string {
    return this.subject + this.secret + (this.#cache ?? '');
  }
}

/** Its key is not the property called `id`, and its `version` is a column like any other. */
export class Release {
  declare readonly [KEY]?: 'oldId';
  declare readonly [VERSION]?: never;
  oldId!: Defaulted<number>;
  id!: string;
  version!: number;
  notes!: Many<ReleaseNote>;
}

/** Its key is composite and declared, and its lock has another name. */
export class ReleaseNote {
  declare readonly [KEY]?: 'release' | 'position';
  declare readonly [VERSION]?: 'revision';
  release!: Ref<Release>;
  position!: number;
  revision!: number;
  text!: string;
}

/** The value of a key that the application holds as an object. */
export class Code {
  constructor(readonly text: string) {}
}

/** Its key is of an own type. */
export class Shelf {
  id!: Code;
  width!: number;
  boxes!: Many<Box>;
}

export class Box {
  id!: number;
  label!: { text: string };
  shelf!: Ref<Shelf>;
  spare!: Ref<Shelf> | null;
}
