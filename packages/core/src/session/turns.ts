/**
 * Taking turns on one session. Blocks that must not overlap (a savepoint and what happens inside it, a flush) run one after another;
 * calls from inside a block go on at once, and take turns among themselves. Who is inside is told by AsyncLocalStorage.
 */
import { AsyncLocalStorage } from 'node:async_hooks';

interface Block {
  readonly turns: Turns;
  readonly parent: Block | undefined;
  /** The end of the queue of blocks directly inside this one. */
  tail: Promise<unknown>;
  ended: boolean;
}

const inside = new AsyncLocalStorage<Block>();

export class Turns {
  readonly #root: Block = { turns: this, parent: undefined, tail: Promise.resolve(), ended: false };
  /** Blocks that run or wait. */
  #open = 0;

  /** Whether no block runs or waits. */
  get areFree(): boolean {
    return this.#open === 0;
  }

  /** Runs `work` as a block when those before it have ended. */
  take<R>(work: () => Promise<R>): Promise<R> {
    const parent = this.#current();
    this.#open += 1;
    const result = parent.tail.then(async () => {
      const block: Block = { turns: this, parent: inside.getStore(), tail: Promise.resolve(), ended: false };
      try {
        return await inside.run(block, work);
      } finally {
        block.ended = true;
        this.#open -= 1;
      }
    });
    parent.tail = result.catch(() => undefined);
    return result;
  }

  /** Whether the caller is inside of a block of this session. */
  get isInside(): boolean {
    return this.#current() !== this.#root;
  }

  /** The innermost block of this session that the caller is inside of. A timer that outlived its block is inside of none. */
  #current(): Block {
    for (let block = inside.getStore(); block; block = block.parent) {
      if (block.turns === this && !block.ended) return block;
    }
    return this.#root;
  }
}
