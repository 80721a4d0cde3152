/** Digits after the second: what columns keep, and what they may be compared with. */
import type { ValueUse } from './column-type';

/** What every engine keeps at the most. */
export const ENGINE_PRECISION = 6;

/** Digits after the second that a text may have. */
export function digitsTaken(precision: number, use: ValueUse | undefined): number {
  return use === 'compared' ? ENGINE_PRECISION : precision;
}

/** The end of a refusal: what to do where more digits are wanted than the column keeps. */
export function finerColumn(precision: number): string {
  return precision < ENGINE_PRECISION ? `: cut them, or declare precision: ${String(ENGINE_PRECISION)}` : '';
}
