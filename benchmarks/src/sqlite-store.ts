/** A file of SQLite for one run of the benchmark. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import sqlite3 from 'sqlite3';
import type { SqliteMoments } from '../contenders/index';
import { sqliteMoment } from '../contenders/sqlite-moment';
import type { Meta } from './contender';
import { storedAuthors, storedBooks, storedTags, type Sizes } from './data';
import { digestOf, textOfAuthor } from './digest';
import { SQLITE_SCHEMA } from './schema';
import type { Store } from './store';
import type { Dataset } from './workloads';

interface StoredAuthor {
  id: number;
  email: string;
  name: string;
  age: number;
  active: 0 | 1;
  bio: string | null;
  created_at: string | number;
  meta: string;
}

export class SqliteStore implements Store {
  readonly target: string;

  private constructor(private readonly folder: string) {
    this.target = join(folder, 'benchmark.db');
  }

  static create(): SqliteStore {
    return new SqliteStore(mkdtempSync(join(tmpdir(), 'espalier-bench-')));
  }

  async versions(): Promise<Record<string, string>> {
    const database = new Database(':memory:');
    const version = database.prepare('select sqlite_version()').pluck().get() as string;
    database.close();
    return { 'SQLite in better-sqlite3': version, 'SQLite in sqlite3': await versionInSqlite3() };
  }

  /** A new file each time: no free pages, no write-ahead log left over. */
  async fill(dataset: Dataset, sizes: Sizes, moments: SqliteMoments): Promise<void> {
    for (const suffix of ['', '-wal', '-shm']) rmSync(this.target + suffix, { force: true });
    const database = new Database(this.target);
    database.pragma('journal_mode = wal');
    database.exec(SQLITE_SCHEMA);
    const moment = moments === 'milliseconds' ? (date: Date) => date.getTime() : sqliteMoment;
    database.transaction(() => {
      if (dataset === 'authors') insertAuthors(database, sizes.authors, moment);
      if (dataset === 'library') {
        insertAuthors(database, sizes.libraryAuthors, moment);
        insertBooks(database, sizes.libraryAuthors, moment);
      }
    })();
    database.exec('analyze');
    database.close();
    return Promise.resolve();
  }

  async digestOfAuthors(): Promise<string> {
    const database = new Database(this.target);
    const rows = database.prepare('select * from author').all() as StoredAuthor[];
    database.close();
    const authors = rows.map(({ active, created_at, meta, ...rest }) => ({
      ...rest,
      active: active === 1,
      createdAt: momentOf(created_at),
      meta: JSON.parse(meta) as Meta,
    }));
    return Promise.resolve(digestOf(authors, textOfAuthor));
  }

  async drop(): Promise<void> {
    rmSync(this.folder, { recursive: true, force: true });
    return Promise.resolve();
  }
}

/** Each contender writes moments its own way: as a number of milliseconds, or as text with or without T and zone. */
function momentOf(stored: string | number): Date {
  if (typeof stored === 'number') return new Date(stored);
  const zoned = /(?:Z|[+-]\d\d:\d\d)$/.test(stored) ? stored : `${stored}Z`;
  return new Date(zoned);
}

function insertAuthors(database: Database.Database, count: number, moment: (date: Date) => string | number): void {
  const insert = database.prepare('insert into author values (?, ?, ?, ?, ?, ?, ?, ?)');
  for (const { id, email, name, age, active, bio, createdAt, meta } of storedAuthors(count)) {
    insert.run(id, email, name, age, active ? 1 : 0, bio, moment(createdAt), JSON.stringify(meta));
  }
}

function insertBooks(database: Database.Database, authors: number, moment: (date: Date) => string | number): void {
  const insertTag = database.prepare('insert into tag values (?, ?)');
  for (const { id, name } of storedTags()) insertTag.run(id, name);
  const insertBook = database.prepare('insert into book values (?, ?, ?, ?, ?, ?)');
  const insertLink = database.prepare('insert into book_tag values (?, ?)');
  for (const { id, title, authorId, price, pages, publishedAt, tagIds } of storedBooks(authors)) {
    insertBook.run(id, title, authorId, price, pages, moment(publishedAt));
    for (const tagId of tagIds) insertLink.run(id, tagId);
  }
}

function versionInSqlite3(): Promise<string> {
  return new Promise((resolve, reject) => {
    const database = new sqlite3.Database(':memory:');
    database.get('select sqlite_version() as version', (error, row: { version: string }) => {
      database.close();
      if (error) reject(error);
      else resolve(row.version);
    });
  });
}
