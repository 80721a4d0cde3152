/** What code outside of a block does while the block runs: where the block fails and everything pending is forgotten, this is not. */
import type { EntityRecord } from '../entities';

export class Outside {
  /** New entities that came into the session. */
  readonly added = new Set<EntityRecord>();
  readonly #calls: (() => void)[] = [];

  /** Notes a call that changes what is pending, to be made once more. */
  note(call: () => void): void {
    this.#calls.push(call);
  }

  /** Nothing of it is pending any more. */
  forget(): void {
    this.added.clear();
    this.#calls.length = 0;
  }

  /** Makes the calls once more, in their order. */
  repeat(): void {
    for (const call of this.#calls.splice(0)) call();
  }
}
