/** The workloads: what is timed, what its outcome must be, and what must be in the database afterwards. */
import type { AuthorRecord, AuthorWithBooks, Contender, NewAuthor, Page } from './contender';
import { newAuthors, storedAuthors, storedLibrary, type Sizes } from './data';
import { digestOf, type Digest, textOfAuthor, textOfAuthorWithBooks, textOfNewAuthor } from './digest';

export const WORKLOAD_IDS = ['W1', 'W2', 'W3', 'W3b', 'W4', 'W5', 'W6'] as const;
export type WorkloadId = (typeof WORKLOAD_IDS)[number];

export type Dataset = 'empty' | 'authors' | 'library';

/** One run of a workload. Its input is made before the clock starts, its outcome is examined after it stopped. */
export interface Task<Outcome> {
  run(contender: Contender): Promise<Outcome>;
  digest(outcome: Outcome): string;
  expected(): string;
  /** The rows that this run wrote, as they must be found in the database. */
  written?(outcome: Outcome): Iterable<string>;
}

export interface Workload {
  readonly title: string;
  readonly dataset: Dataset;
  /** Whether the tables must be filled anew before the next process. */
  readonly changesData: boolean;
  /** Runs in a process before the timed ones. */
  readonly warmups: number;
  /** Timed runs in a process, of which the median counts. */
  readonly repeats: number;
  /** `iteration` counts the runs in this process from 0, warm-ups included. */
  task(sizes: Sizes, iteration: number): Task<unknown>;
  /** Digest of the authors that the database must hold after so many runs here. Only where data is changed. */
  stored?(sizes: Sizes, iterations: number, written: Digest): string;
}

const FINDS_AT_ONCE = 50;
const PAGE_SIZE = 20;
/** One author in so many is changed. */
const CHANGED_SHARE = 10;

type Settings = Omit<Workload, 'task' | 'stored'>;

function workload<Outcome>(
  settings: Settings,
  task: (sizes: Sizes, iteration: number) => Task<Outcome>,
  stored?: Workload['stored'],
): Workload {
  return { ...settings, task, ...(stored && { stored }) };
}

/** For work of some ten milliseconds. */
const SHORT = { changesData: false, warmups: 2, repeats: 5 };
/** For work of thousands of statements. */
const LONG = { changesData: false, warmups: 1, repeats: 1 };

export const WORKLOADS: Readonly<Record<WorkloadId, Workload>> = {
  W1: workload(
    {
      ...SHORT,
      title: 'insert 10,000 authors through the unit of work, keys read back',
      dataset: 'empty',
      changesData: true,
      repeats: 3,
    },
    (sizes, iteration) => {
      const rows = newAuthors(sizes.authors, iteration);
      return {
        run: (contender) => contender.insertAuthors(rows),
        digest: (authors) => digestOf(inOrderOf(rows, authors), textOfNewAuthor),
        expected: () => digestOf(newAuthors(sizes.authors, iteration), textOfNewAuthor),
        written: (authors: readonly AuthorRecord[]) => authors.map(textOfAuthor),
      };
    },
    (_sizes, _iterations, written) => written.toString(),
  ),
  W2: workload({ ...SHORT, title: 'load 10,000 authors as entities', dataset: 'authors' }, (sizes) => ({
    run: (contender) => contender.loadAuthors(),
    digest: (authors: readonly AuthorRecord[]) => digestOf(authors, textOfAuthor),
    expected: () => digestOf(storedAuthors(sizes.authors), textOfAuthor),
  })),
  W3: workload(
    { ...LONG, title: '5,000 finds by key in sequence, a fresh session each', dataset: 'authors' },
    (sizes) => {
      const keys = keysToFind(sizes);
      return {
        async run(contender) {
          const found = new Array<AuthorRecord | null>(keys.length);
          for (const [i, key] of keys.entries()) found[i] = await contender.findAuthor(key);
          return found;
        },
        digest: digestOfFound,
        expected: () => expectedOfFound(sizes),
      };
    },
  ),
  W3b: workload({ ...LONG, title: '5,000 finds by key, 50 at a time', dataset: 'authors' }, (sizes) => {
    const keys = keysToFind(sizes);
    return {
      async run(contender) {
        const found: (AuthorRecord | null)[] = [];
        for (let start = 0; start < keys.length; start += FINDS_AT_ONCE) {
          const some = keys.slice(start, start + FINDS_AT_ONCE);
          found.push(...(await Promise.all(some.map((key) => contender.findAuthor(key)))));
        }
        return found;
      },
      digest: digestOfFound,
      expected: () => expectedOfFound(sizes),
    };
  }),
  W4: workload(
    { ...SHORT, title: 'load 1,000 authors with 10 books each with 3 tags each', dataset: 'library' },
    (sizes) => ({
      run: (contender) => contender.loadLibrary(),
      digest: (authors: readonly AuthorWithBooks[]) => digestOf(authors, textOfAuthorWithBooks),
      expected: () => digestOf(storedLibrary(sizes.libraryAuthors), textOfAuthorWithBooks),
    }),
  ),
  W5: workload(
    { ...SHORT, title: 'load 10,000 authors, change 1,000, commit', dataset: 'authors', changesData: true },
    (sizes, iteration) => ({
      run: (contender) => contender.ageAuthors(isChanged),
      digest: (authors: readonly AuthorRecord[]) => digestOf(authors, textOfAuthor),
      expected: () => digestOf(agedAuthors(sizes, iteration + 1).filter(isChanged), textOfAuthor),
    }),
    (sizes, iterations) => digestOf(agedAuthors(sizes, iterations), textOfAuthor),
  ),
  W6: workload({ ...LONG, title: '3,000 filtered, ordered pages of 20', dataset: 'authors' }, (sizes) => {
    const pages = pagesToLoad(sizes);
    return {
      async run(contender) {
        const loaded = new Array<readonly AuthorRecord[]>(pages.length);
        for (const [i, page] of pages.entries()) loaded[i] = await contender.pageOfAuthors(page);
        return loaded;
      },
      digest: digestOfPages,
      expected() {
        const authors = storedAuthors(sizes.authors);
        return digestOfPages(
          pages.map(({ minimumAge, offset, limit }) =>
            authors.filter((author) => author.active && author.age >= minimumAge).slice(offset, offset + limit),
          ),
        );
      },
    };
  }),
};

/** The new authors must come back in the order in which they were handed in, or their keys would be others' keys. */
function inOrderOf(rows: readonly NewAuthor[], authors: readonly AuthorRecord[]): readonly AuthorRecord[] {
  const stray = authors.findIndex((author, i) => author.email !== rows[i]?.email);
  if (stray !== -1) throw new Error(`The new author at ${String(stray)} is not the one that was handed in there.`);
  return authors;
}

/** Every key at most once, and neighbours far apart. */
function keysToFind(sizes: Sizes): number[] {
  const stride = 7_919;
  return Array.from({ length: sizes.finds }, (_, i) => ((i * stride) % sizes.authors) + 1);
}

function digestOfFound(found: readonly (AuthorRecord | null)[]): string {
  return digestOf(found, (author) => (author === null ? 'nobody' : textOfAuthor(author)));
}

function expectedOfFound(sizes: Sizes): string {
  const authors = storedAuthors(sizes.authors);
  return digestOfFound(keysToFind(sizes).map((key) => authors[key - 1]!));
}

function isChanged(author: AuthorRecord): boolean {
  return author.id % CHANGED_SHARE === 0;
}

function agedAuthors(sizes: Sizes, years: number): AuthorRecord[] {
  return storedAuthors(sizes.authors).map((author) =>
    isChanged(author) ? { ...author, age: author.age + years } : author,
  );
}

function pagesToLoad(sizes: Sizes): Page[] {
  return Array.from({ length: sizes.pages }, (_, i) => ({
    minimumAge: 20 + (i % 30),
    offset: PAGE_SIZE * (i % 5),
    limit: PAGE_SIZE,
  }));
}

/** The order within a page and the order of the pages count. */
function digestOfPages(pages: readonly (readonly AuthorRecord[])[]): string {
  const texts = pages.flatMap((page, nth) =>
    page.map((author, place) => `${String(nth)} ${String(place)} ${textOfAuthor(author)}`),
  );
  return digestOf(texts, (text) => text);
}
