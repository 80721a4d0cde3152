/**
 * Which programs run: the same ones for each change, so that a change is judged by what it does, and others for each commit, so that more is
 * seen in time. A seed stands in the test's name; `MODEL_SEED` and `MODEL_RUNS` in the environment ask for one seed and a number of programs.
 */
import { execFileSync } from 'node:child_process';
import { KNOWN } from './known';

export interface Seed {
  readonly seed: number;
  readonly origin: string;
}

const FIXED: readonly Seed[] = [23, 4711].map((seed) => ({ seed, origin: 'fixed' }));

/** Of the commit that is checked out; of the day where there is no git. */
function changingSeed(): Seed {
  try {
    const commit = execFileSync('git', ['rev-parse', 'HEAD'], { cwd: __dirname, stdio: ['ignore', 'pipe', 'ignore'] });
    return { seed: Number.parseInt(commit.toString().slice(0, 7), 16), origin: 'of this commit' };
  } catch {
    return { seed: Math.floor(Date.now() / 86_400_000), origin: 'of this day' };
  }
}

const asked = process.env.MODEL_SEED;

/** While faults are known, programs that change would only find them again. */
export const seeds: readonly Seed[] = asked
  ? [{ seed: Number(asked), origin: 'asked for' }]
  : KNOWN.size > 0
    ? FIXED
    : [...FIXED, changingSeed()];

/** 0 where the environment says nothing. */
export const askedRuns = Number(process.env.MODEL_RUNS ?? 0);
