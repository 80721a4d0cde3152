/**
 * One writer at a time for each database file in this process, first come, first served. SQLite allows one writer; those who wait
 * by its busy handler each block one of the few threads that the client works on (four unless UV_THREADPOOL_SIZE says otherwise), until
 * the one who holds the lock finds no thread left to commit on. So writers of this process wait here, and the busy handler is
 * left for other processes.
 */
import { LockTimeoutError, QueryTimeoutError } from '@espalier/core/driver';

interface Waiting {
  readonly grant: () => void;
}

export interface LockWait {
  /** Resolves to what gives the lock back; calling that twice does nothing. @throws LockTimeoutError, QueryTimeoutError where it is given up */
  readonly acquired: Promise<() => void>;
  /** Undefined where there is nothing to wait for. */
  readonly giveUp: (() => void) | undefined;
}

export class WriteLock {
  readonly #queue: Waiting[] = [];
  #held = false;

  /** Waits for it for `timeoutMs` milliseconds at the most. */
  acquire(timeoutMs: number, sql: string): LockWait {
    if (!this.#held) {
      this.#held = true;
      return { acquired: Promise.resolve(this.#release()), giveUp: undefined };
    }
    let giveUp!: () => void;
    const acquired = new Promise<() => void>((resolve, reject) => {
      const waiting: Waiting = {
        grant: () => {
          clearTimeout(timer);
          resolve(this.#release());
        },
      };
      const leave = (error: Error): void => {
        const at = this.#queue.indexOf(waiting);
        if (at < 0) return;
        this.#queue.splice(at, 1);
        clearTimeout(timer);
        reject(error);
      };
      giveUp = () => {
        leave(new QueryTimeoutError('The wait for the write lock was given up.', { sql }));
      };
      const timer = setTimeout(() => {
        leave(
          new LockTimeoutError(
            `Waited ${String(timeoutMs)} ms for another session of this process to commit or roll back: SQLite takes one writer at a time. ` +
              'Keep transactions short, do not begin a second one inside a first, or raise busyTimeout.',
            { sql },
          ),
        );
      }, timeoutMs);
      this.#queue.push(waiting);
    });
    return { acquired, giveUp };
  }

  #release(): () => void {
    let released = false;
    return () => {
      if (released) return;
      released = true;
      const next = this.#queue.shift();
      if (next) next.grant();
      else this.#held = false;
    };
  }
}

interface SharedLock {
  readonly lock: WriteLock;
  users: number;
}

const shared = new Map<string, SharedLock>();

/** The lock of a file, the same for all who name its real path; `leave` it when the file is closed. */
export function joinWriteLock(realPath: string): { lock: WriteLock; leave: () => void } {
  let entry = shared.get(realPath);
  if (!entry) shared.set(realPath, (entry = { lock: new WriteLock(), users: 0 }));
  const joined = entry;
  joined.users++;
  let left = false;
  return {
    lock: joined.lock,
    leave: () => {
      if (left) return;
      left = true;
      if (--joined.users === 0) shared.delete(realPath);
    },
  };
}
