/** What the rows of one write cannot have: gathered, so that one error says all of it. */
import { ValidationFailedError, type ErrorAudience, type ValidationFailure } from '../../errors';
import { describe, keyOf, rowKey, type EntityRecord, type KeyValues } from '../../entities';
import type { EntityModel } from '../../metadata';

/** So many are written out in the message. */
const SHOWN = 10;

/** A value that a row cannot have. */
export interface Refusal {
  readonly property: string;
  readonly message: string;
  /** Default: the client, who may have sent the value. */
  readonly audience?: ErrorAudience;
}

export class RowFailures {
  readonly #failures: ValidationFailure[] = [];
  /** How the message names their rows. */
  readonly #subjects: string[] = [];
  #audience: ErrorAudience = 'client';
  #row: number | undefined = undefined;
  #last: EntityRecord | undefined = undefined;

  get count(): number {
    return this.#failures.length;
  }

  /** The rows that follow are plain values: this is the position of the next among them. */
  atRow(position: number): void {
    this.#row = position;
  }

  /** A property of several columns is told once. */
  add(model: EntityModel, record: EntityRecord | undefined, { property, message, audience }: Refusal): void {
    const key = record && shownKey(record);
    const subject =
      this.#row === undefined ? (key ? describe(model, key) : `a new ${model.name}`) : `row ${String(this.#row)}`;
    const last = this.#failures.at(-1);
    if (last?.message === message && this.#subjects.at(-1) === subject && this.#last === record) return;
    this.#last = record;
    if (audience === 'developer') this.#audience = audience;
    this.#subjects.push(subject);
    this.#failures.push({
      entity: model.name,
      property,
      message,
      ...(this.#row !== undefined && { path: `[${String(this.#row)}].${property}` }),
      ...(key && { key: Object.freeze([...key]) }),
    });
  }

  /** @throws ValidationFailedError with all of them */
  throwAny(): void {
    const [first] = this.#failures;
    if (!first) return;
    const { entity, property } = first;
    const details = { entity, property, audience: this.#audience };
    throw new ValidationFailedError(this.#message(first), Object.freeze(this.#failures), details);
  }

  #message(first: ValidationFailure): string {
    const { length } = this.#failures;
    if (length === 1) return first.message;
    const lines = this.#failures.slice(0, SHOWN).map(({ message }, i) => `- ${message} (${this.#subjects[i]!})`);
    if (length > SHOWN) lines.push(`- … and ${String(length - SHOWN)} more`);
    return [`${String(length)} values cannot be written:`, ...lines].join('\n');
  }
}

/** The key of the row, or the one that it is to get; undefined where it is not known, cannot be, or is hidden. */
function shownKey(record: EntityRecord): KeyValues | undefined {
  const { model, entity } = record;
  if (model.key.some(({ hidden }) => hidden)) return undefined;
  if (record.hasRow) return rowKey(record);
  const key = keyOf(model, entity);
  return key?.every((value, i) => model.key[i]!.type.refuse(value) === undefined) ? key : undefined;
}
