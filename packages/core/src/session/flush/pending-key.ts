/** The key of a row that another step of the same flush writes before: its value is known when that step is done. */
import type { ColumnModel } from '../../metadata';
import type { EntityRecord } from '../../entities';

export class PendingKey {
  constructor(
    readonly record: EntityRecord,
    readonly column: ColumnModel,
  ) {}

  /** The value; the row of the record has been written. */
  get value(): unknown {
    const { index, type } = this.column;
    const image = this.record.snapshot![index];
    return type.immutable ? image : type.fromSnapshot(image);
  }
}
