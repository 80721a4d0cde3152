/**
 * Verbs of a transaction that need no answer, held back until there is something to send: they go with the next statement in one round trip, and
 * what was undone before it was sent is never sent.
 */
import type { TransactionOptions } from '@espalier/core/driver';
import { transaction } from './transaction';

interface HeldVerb {
  readonly sql: string;
  /** The name of the savepoint that it sets. */
  readonly savepoint?: string;
}

export class HeldVerbs {
  #verbs: HeldVerb[] = [];
  #opens = false;

  /** Whether the transaction has not been opened on the server yet. */
  get holdsBegin(): boolean {
    return this.#opens;
  }

  get holdsAny(): boolean {
    return this.#verbs.length > 0;
  }

  begin(options: TransactionOptions): void {
    this.#verbs = transaction.begin(options).map((sql) => ({ sql }));
    this.#opens = true;
  }

  savepoint(name: string): void {
    this.#verbs.push({ sql: transaction.savepoint(name), savepoint: name });
  }

  release(name: string): void {
    // An empty block.
    if (this.#verbs.at(-1)?.savepoint === name) this.#verbs.pop();
    else this.#verbs.push({ sql: transaction.release(name) });
  }

  /** @returns whether the savepoint was held back itself, so that nothing of what came after it has been sent */
  rollbackTo(name: string): boolean {
    const at = this.#verbs.findIndex(({ savepoint }) => savepoint === name);
    if (at >= 0) this.#verbs.length = at + 1;
    else this.#verbs = [];
    return at >= 0;
  }

  /** What is to be sent now; nothing is held afterwards. */
  take(): readonly string[] {
    if (this.#verbs.length === 0) return NONE;
    const texts = this.#verbs.map(({ sql }) => sql);
    this.#verbs = [];
    this.#opens = false;
    return texts;
  }
}

const NONE: readonly string[] = [];
