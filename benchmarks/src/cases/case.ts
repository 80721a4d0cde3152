/** Cases of one feature, for Espalier alone (and another checkout of it): what no contender of the big table is asked for. */
import type { Core } from '../../contenders/espalier';

/** One run of a case, prepared; the clock runs while `run` does. */
export interface PreparedCase {
  run(): Promise<void>;
  /** What makes the next run like this one. */
  reset(): Promise<void>;
  close(): Promise<void>;
}

export interface Case {
  readonly title: string;
  readonly database: 'mariadb' | 'postgres' | 'sqlite';
  /** Connects, makes tables of its own in the database that `target` names, and fills them. `count` is to be called for each statement. */
  prepare(core: Core, target: string, count: () => void): Promise<PreparedCase>;
}
