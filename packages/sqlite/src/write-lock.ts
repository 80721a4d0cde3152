/**
 * One writer at a time for each database file in this process, first come, first served. SQLite allows one writer; those who wait
 * by its busy handler each block one of the few threads that the client works on (four unless UV_THREADPOOL_SIZE says otherwise), until
 * the one who holds the lock finds no thread left to commit on. So writers of this process wait here, and the busy handler is
 * left for other processes.
 */
import { LockTimeoutError } from '@espalier/core/driver';

interface Waiting {
  readonly grant: () => void;
}

export class WriteLock {
  readonly #queue: Waiting[] = [];
  #held = false;

  /** @throws LockTimeoutError after `timeoutMs` of waiting. Resolves to what gives the lock back; calling that twice does nothing. */
  acquire(timeoutMs: number, sql: string): Promise<() => void> {
    if (!this.#held) {
      this.#held = true;
      return Promise.resolve(this.#release());
    }
    return new Promise((resolve, reject) => {
      const waiting: Waiting = {
        grant: () => {
          clearTimeout(timer);
          resolve(this.#release());
        },
      };
      const timer = setTimeout(() => {
        this.#queue.splice(this.#queue.indexOf(waiting), 1);
        reject(
          new LockTimeoutError(
            `Waited ${String(timeoutMs)} ms for another session of this process to commit or roll back: SQLite takes one writer at a time. ` +
              'Keep transactions short, do not begin a second one inside a first, or raise busyTimeout.',
            { sql },
          ),
        );
      }, timeoutMs);
      this.#queue.push(waiting);
    });
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
