/**
 * A temporary folder that goes when this process goes, however that ends, together with the programs that run in it. A small shell process
 * holds the other end of a pipe: it sees the end of this process even where no handler could run (SIGKILL, a crash).
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SystemUser } from './unprivileged-user';

/** A program and its arguments. */
export type Command = readonly [program: string, ...args: string[]];

export interface GuardedFolderOptions {
  /** How the name of the folder starts. */
  readonly prefix: string;
  /** Who owns the folder and runs the programs. Default: the user of this process. */
  readonly user?: SystemUser | undefined;
}

/** What runs in the folder: commands one after the other, as long as each succeeds; the last one stays. */
export interface GuardedProgram {
  readonly commands: readonly Command[];
  /** The signal (as `kill -s` names it) that ends the last command at once. */
  readonly stopSignal: 'QUIT' | 'KILL';
}

/**
 * The guard. Descriptor 3 is the pipe from the process that started it; it never carries anything but its end. Signals go to the whole process
 * group (the guard is started as its leader), so that what the commands started ends too, and to the last command its own.
 */
const GUARD = `
folder=$1 signal=$2
exec 3<&0
{ eval "$3"; } </dev/null >"$folder/log" 2>&1 3<&- &
program=$!
trap '' TERM PIPE
{ read -r _ <&3; kill -s TERM 0; kill -s "$signal" "$program"; } >/dev/null 2>&1 &
wait "$program"
echo "$?"
wait
rm -rf "$folder" || { sleep 1; rm -rf "$folder"; }
`;

/** Characters of the log that an error shows. */
const LOG_SHOWN = 2000;

export class GuardedFolder {
  readonly path: string;
  readonly #user: SystemUser | undefined;
  #guard: ChildProcess | undefined;
  #exitStatus: string | undefined;
  #removed: Promise<void> | undefined;

  /** Makes the folder, and the guard of it; with programs `run` does. */
  constructor({ prefix, user }: GuardedFolderOptions) {
    // The real path: servers report theirs so, and macOS has its temporary folder behind a link.
    this.path = realpathSync(mkdtempSync(join(tmpdir(), prefix)));
    this.#user = user;
    if (user) chownSync(this.path, user.uid, user.gid);
  }

  /**
   * Starts the guard, and the programs under it. What they print goes to the file `log` in the folder.
   * @returns a promise that is fulfilled when the programs have ended by themselves; it never rejects
   */
  run({ commands, stopSignal }: GuardedProgram): Promise<void> {
    const line = commands.map((command, index) =>
      index === commands.length - 1 ? `exec ${quote(command)}` : quote(command),
    );
    const guard = spawn('/bin/sh', ['-c', GUARD, 'guard', this.path, stopSignal, line.join(' && ') || ':'], {
      cwd: '/',
      env: cleanEnvironment(),
      detached: true,
      stdio: ['pipe', 'pipe', 'ignore'],
      ...(this.#user && { uid: this.#user.uid, gid: this.#user.gid }),
    });
    this.#guard = guard;
    // Neither the guard nor its pipes keep this process from ending by itself.
    guard.unref();
    for (const pipe of [guard.stdin, guard.stdout]) (pipe as unknown as { unref(): void }).unref();
    return new Promise((resolve) => {
      guard.stdout.once('data', (status: Buffer) => {
        this.#exitStatus = status.toString().trim();
        resolve();
      });
      guard.once('error', (error) => {
        this.#exitStatus = error.message;
        resolve();
      });
    });
  }

  /** What the programs ended with, where they ended by themselves. */
  get exitStatus(): string | undefined {
    return this.#exitStatus;
  }

  /** The end of what the programs printed. */
  get log(): string {
    try {
      return readFileSync(join(this.path, 'log'), 'utf8').trim().slice(-LOG_SHOWN);
    } catch {
      return `(it left no log: can the user ${this.#user?.name ?? 'of this process'} enter the folder for temporary files?)`;
    }
  }

  /** Ends the programs and removes the folder. To be called more than once, if need be. */
  remove(): Promise<void> {
    this.#removed ??= this.#remove();
    return this.#removed;
  }

  async #remove(): Promise<void> {
    const guard = this.#guard;
    if (guard?.pid !== undefined && guard.exitCode === null && guard.signalCode === null) {
      guard.ref();
      const exited = once(guard, 'exit');
      guard.stdin?.end();
      await exited;
    }
    // The guard's user may empty the folder, but not take it out of a folder for temporary files that is not open to all.
    rmSync(this.path, { recursive: true, force: true });
  }
}

function quote(command: Command): string {
  return command.map((word) => `'${word.replaceAll("'", String.raw`'\''`)}'`).join(' ');
}

/** Without settings of clients and servers that this process was given, and with messages in English. */
function cleanEnvironment(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !/^(?:PG|MYSQL|MARIADB|LC_|LANG)/.test(name));
  return { ...Object.fromEntries(kept), LC_ALL: 'C' };
}
