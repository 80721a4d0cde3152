/**
 * Moments and times of day are texts of fixed width, so that they sort. Texts of other programs may have fewer digits after the second
 * (`2024-02-29 12:30:00` is what SQLite's own functions write): as a shorter text comes before a longer one, all texts of one moment lie between the
 * shortest and the one that is written, and an index serves comparisons with these.
 */
import type { ColumnType } from '@espalier/core/driver';

const TYPES: ReadonlySet<string> = new Set(['time', 'timestamp', 'timestamptz']);

/** Whether values of the type are written with digits after the second: those that were read travel back as they were. */
export function hasFraction({ name, options, asRead }: ColumnType): boolean {
  return TYPES.has(name) && options.precision !== 0 && !asRead;
}

/** The text in SQL without digits that mean nothing, of SQL for the one that is written. */
function shortest(written: string): string {
  return `rtrim(rtrim(${written}, '0'), '.')`;
}

/** What follows the column in a comparison with a value, of SQL for the text that is written. */
export function momentComparison(operator: string, written: string): string {
  switch (operator) {
    case '=':
      return ` between ${shortest(written)} and ${written}`;
    case '<>':
      return ` not between ${shortest(written)} and ${written}`;
    case '>=':
    case '<':
      return ` ${operator} ${shortest(written)}`;
    default:
      return ` ${operator} ${written}`;
  }
}

const FRACTION = /\.(\d*?)(0*)$/;

/** All texts of a moment, from the shortest to the one that is written. */
export function momentSpellings(written: string): string[] {
  const match = FRACTION.exec(written);
  if (!match) return [written];
  const [fraction, digits = '', zeros = ''] = match;
  const seconds = written.slice(0, -fraction.length);
  const texts = Array.from({ length: zeros.length + 1 }, (_, more) => `${seconds}.${digits}${zeros.slice(0, more)}`);
  return digits === '' ? [seconds, ...texts.slice(1)] : texts;
}
