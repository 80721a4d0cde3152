/** Collects the text of a statement and its bindings, in step: what the compiler and batches write with. */
import type { Codec, ColumnType, DriverValue } from '../types';
import type { Dialect } from './dialect';
import type { SqlWriter } from './sql-writer';
import type { Binding } from './statement';

export class StatementWriter implements SqlWriter {
  #text = '';
  readonly #bindings: Binding[] = [];

  constructor(readonly dialect: Dialect) {}

  get text(): string {
    return this.#text;
  }

  get bindings(): readonly Binding[] {
    return this.#bindings;
  }

  write(text: string): this {
    this.#text += text;
    return this;
  }

  /** A quoted identifier, with its table's alias where one is given. */
  column(table: string | undefined, name: string): this {
    if (table !== undefined) this.#text += `${this.dialect.quote(table)}.`;
    this.#text += this.dialect.quote(name);
    return this;
  }

  /** A placeholder for the value in `slot`. */
  parameter(slot: number, type: ColumnType): this {
    const codec = this.dialect.codec(type);
    return this.bound(slot, undefined, (value) => codec.toDatabase(value));
  }

  /** A placeholder for one element of the list in `slot`. */
  element(slot: number, element: number, codec: Codec): this {
    return this.bound(slot, element, (value) => codec.toDatabase(value));
  }

  /** A placeholder whose value is encoded by hand: a whole list, a pattern. */
  bound(slot: number, element: number | undefined, encode: (value: unknown) => DriverValue): this {
    this.#bindings.push({ slot, element, encode });
    this.#text += this.dialect.placeholder(this.#bindings.length);
    return this;
  }
}
