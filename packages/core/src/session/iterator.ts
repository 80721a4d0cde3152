/** An iterator as the program holds it. What it holds itself is given back when it ends, when its session closes, and when the program has forgotten it. */
import { limitOf } from '../database';
import type { QueryState } from '../query';
import { streamEntities } from './stream';
import type { UnitOfWork } from './unit-of-work';

/** A loop that is left by an error or by break ends its iterator; one that is left by calling `next` no more does not. */
const forgotten = new FinalizationRegistry<AsyncGenerator<object>>((rows) => {
  rows.return(undefined).catch(() => undefined);
});

export class EntityIterator implements AsyncIterableIterator<object> {
  readonly #rows: AsyncGenerator<object>;
  #hasBegun = false;

  constructor(
    private readonly unit: UnitOfWork,
    private readonly state: QueryState,
    batchSize: number,
  ) {
    this.#rows = rowsOf(unit, state, batchSize);
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<IteratorResult<object>> {
    if (this.unit.closed) return this.#refuse();
    // Between two rows too, which wait for nothing.
    if (this.state.bounds?.signal?.aborted) return this.#rows.throw(limitOf(this.state.bounds)!.error());
    if (!this.#hasBegun) {
      this.#hasBegun = true;
      this.unit.streams.add(this.#rows);
      forgotten.register(this, this.#rows, this.#rows);
    }
    return this.#rows.next();
  }

  async #refuse(): Promise<IteratorResult<object>> {
    // It may have begun while the session closed.
    const end = await this.#rows.return(undefined);
    this.unit.assertUsable('iterate');
    return end;
  }

  return(): Promise<IteratorResult<object>> {
    return this.#rows.return(undefined);
  }

  throw(error: unknown): Promise<IteratorResult<object>> {
    return this.#rows.throw(error);
  }
}

/** Not a method: it must not hold the iterator. */
function rowsOf(unit: UnitOfWork, state: QueryState, batchSize: number): AsyncGenerator<object> {
  const ended = (): void => {
    unit.streams.delete(rows);
    forgotten.unregister(rows);
  };
  const rows = streamEntities(unit, state, { batchSize, ended });
  return rows;
}
