/** What a dialect writes its part of a statement with. */
import type { Codec, ColumnType, DriverValue } from '../types';

export interface SqlWriter {
  write(text: string): this;
  /** A quoted identifier, with its table's alias where one is given. */
  column(table: string | undefined, name: string): this;
  /** A placeholder for the value in `slot`. */
  parameter(slot: number, type: ColumnType): this;
  /** A placeholder for one element of the list in `slot`. */
  element(slot: number, element: number, codec: Codec): this;
  /** A placeholder whose value is encoded by hand: a whole list, a pattern. */
  bound(slot: number, element: number | undefined, encode: (value: unknown) => DriverValue): this;
}
