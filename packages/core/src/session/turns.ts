/**
 * Taking turns on one session. Blocks that must not overlap (a savepoint and what happens inside it, a flush) run one after another;
 * calls from inside a block go on at once, and take turns among themselves. Who is inside is told by AsyncLocalStorage.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import { Outside } from './outside';

interface Block {
  /** Undefined once it has ended: what its context outlives does not keep the session alive. */
  turns: Turns | undefined;
  /** Whether calls from inside belong to it. Those from inside of a flush (of a listener to its events) come after it. */
  readonly isOpen: boolean;
  /** The block that it was begun in; those that have ended are passed over, or a job that begins its successor would hold all before it. */
  parent: Block | undefined;
  /** The end of the queue of blocks directly inside this one. */
  tail: Promise<unknown>;
  ended: boolean;
}

/** Made here, in no block: a promise holds the block that it is made in, and with a new one for each block each would hold the one before it. */
const NOTHING_BEFORE: Promise<unknown> = Promise.resolve();
const NONE: readonly never[] = [];

const inside = new AsyncLocalStorage<Block>();

/** The block itself, or the nearest around it that has not ended. */
function innermost(block: Block | undefined): Block | undefined {
  let alive = block;
  while (alive?.ended) alive = alive.parent;
  if (alive) alive.parent = innermost(alive.parent);
  return alive;
}

export class Turns {
  readonly #root: Block = { turns: this, isOpen: true, parent: undefined, tail: NOTHING_BEFORE, ended: false };
  /** Turns that run or wait. */
  #taken = 0;
  /** Blocks of the user's that run. */
  readonly #running = new Map<Block, Outside>();

  /** Whether nothing runs or waits. */
  get areFree(): boolean {
    return this.#taken === 0;
  }

  /** Of the blocks that run, those that the caller is not inside of: what is done now must outlive them. */
  get outside(): readonly Outside[] {
    if (this.#running.size === 0) return NONE;
    const around = new Set<Block>();
    for (let block = innermost(inside.getStore()); block; block = block.parent) around.add(block);
    return [...this.#running].flatMap(([block, outside]) => (around.has(block) ? [] : [outside]));
  }

  /** Runs `work` when the turns before it have ended. */
  take<R>(work: () => Promise<R>): Promise<R> {
    return this.#run(work, false);
  }

  /** Runs the user's own `work` when the turns before it have ended: calls from inside of it go on at once. */
  async takeAsBlock<R>(work: (outside: Outside) => Promise<R>): Promise<R> {
    return this.#run(async (block) => {
      const outside = new Outside();
      this.#running.set(block, outside);
      try {
        return await work(outside);
      } finally {
        this.#running.delete(block);
      }
    }, true);
  }

  #run<R>(work: (block: Block) => Promise<R>, isOpen: boolean): Promise<R> {
    const parent = this.#current();
    this.#taken += 1;
    const result = parent.tail.then(async () => {
      const block: Block = {
        turns: this,
        isOpen,
        parent: innermost(inside.getStore()),
        tail: NOTHING_BEFORE,
        ended: false,
      };
      try {
        return await inside.run(block, () => work(block));
      } finally {
        block.ended = true;
        block.turns = undefined;
        block.tail = NOTHING_BEFORE;
        this.#taken -= 1;
        if (this.#taken === 0) this.#root.tail = NOTHING_BEFORE;
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
    for (let block = innermost(inside.getStore()); block; block = block.parent) {
      if (block.turns === this && block.isOpen && !block.ended) return block;
    }
    return this.#root;
  }
}
