/**
 * The ten anomalies that the public Hermitage tests show of databases, as schedules: https://github.com/ept/hermitage. Rows 1 and 2 say 10 and 20.
 */

export type Step =
  | { readonly does: 'read'; readonly id: number }
  /** Rows that say 30 or more. */
  | { readonly does: 'search' }
  | { readonly does: 'write' | 'insert'; readonly id: number; readonly value: number }
  | { readonly does: 'commit' | 'abort' };

/** A transaction's number, and what it does next. */
export type Schedule = readonly (readonly [transaction: number, step: Step])[];

export interface Outcome {
  /** What each transaction read, in order: the value of a row, or the number of rows found. */
  readonly reads: readonly (readonly number[])[];
  readonly committed: readonly boolean[];
  /** Values by key, at the end. */
  readonly rows: ReadonlyMap<number, number>;
}

export interface Scenario {
  readonly name: string;
  readonly schedule: Schedule;
  happened(outcome: Outcome): boolean;
}

const read = (id: number): Step => ({ does: 'read', id });
const write = (id: number, value: number): Step => ({ does: 'write', id, value });
const insert = (id: number, value: number): Step => ({ does: 'insert', id, value });
const search: Step = { does: 'search' };
const commit: Step = { does: 'commit' };
const abort: Step = { does: 'abort' };

export const scenarios: readonly Scenario[] = [
  {
    name: 'write cycle (G0)',
    schedule: [
      [1, write(1, 11)],
      [2, write(1, 12)],
      [1, write(2, 21)],
      [1, commit],
      [2, write(2, 22)],
      [2, commit],
    ],
    happened: ({ rows }) => [`11 22`, `12 21`].includes(`${String(rows.get(1))} ${String(rows.get(2))}`),
  },
  {
    name: 'aborted read (G1a)',
    schedule: [
      [1, write(1, 101)],
      [2, read(1)],
      [1, abort],
      [2, read(1)],
      [2, commit],
    ],
    happened: ({ reads }) => reads[2]!.includes(101),
  },
  {
    name: 'intermediate read (G1b)',
    schedule: [
      [1, write(1, 101)],
      [2, read(1)],
      [1, write(1, 11)],
      [1, commit],
      [2, read(1)],
      [2, commit],
    ],
    happened: ({ reads }) => reads[2]!.includes(101),
  },
  {
    name: 'circular information flow (G1c)',
    schedule: [
      [1, write(1, 11)],
      [2, write(2, 22)],
      [1, read(2)],
      [2, read(1)],
      [1, commit],
      [2, commit],
    ],
    happened: ({ reads }) => reads[1]![0] === 22 && reads[2]![0] === 11,
  },
  {
    name: 'observed transaction vanishes (OTV)',
    schedule: [
      [1, write(1, 11)],
      [1, write(2, 19)],
      [2, write(1, 12)],
      [1, commit],
      [3, read(1)],
      [2, write(2, 18)],
      [3, read(2)],
      [2, commit],
      [3, read(2)],
      [3, read(1)],
      [3, commit],
    ],
    happened: ({ reads }) => reads[3]![0] === 12 && reads[3]!.includes(19),
  },
  {
    name: 'predicate-many-preceders (PMP)',
    schedule: [
      [1, search],
      [2, insert(3, 30)],
      [2, commit],
      [1, search],
      [1, commit],
    ],
    happened: ({ reads }) => reads[1]![0] === 0 && reads[1]![1] === 1,
  },
  {
    name: 'lost update (P4)',
    schedule: [
      [1, read(1)],
      [2, read(1)],
      [1, write(1, 11)],
      [2, write(1, 11)],
      [1, commit],
      [2, commit],
    ],
    happened: ({ committed }) => committed[1]! && committed[2]!,
  },
  {
    name: 'read skew (G-single)',
    schedule: [
      [1, read(1)],
      [2, read(1)],
      [2, read(2)],
      [2, write(1, 12)],
      [2, write(2, 18)],
      [2, commit],
      [1, read(2)],
      [1, commit],
    ],
    happened: ({ reads }) => reads[1]![0] === 10 && reads[1]![1] === 18,
  },
  {
    name: 'write skew (G2-item)',
    schedule: [
      [1, read(1)],
      [1, read(2)],
      [2, read(1)],
      [2, read(2)],
      [1, write(1, 11)],
      [2, write(2, 21)],
      [1, commit],
      [2, commit],
    ],
    happened: ({ committed }) => committed[1]! && committed[2]!,
  },
  {
    name: 'anti-dependency cycle (G2)',
    schedule: [
      [1, search],
      [2, search],
      [1, insert(3, 30)],
      [2, insert(4, 42)],
      [1, commit],
      [2, commit],
    ],
    happened: ({ committed }) => committed[1]! && committed[2]!,
  },
];
