/** The command line. */
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { CONTENDER_NAMES, type ContenderName } from '../contenders/index';
import type { DatabaseName } from './contender';
import { WORKLOAD_IDS, type WorkloadId } from './workloads';

const DATABASE_NAMES: readonly DatabaseName[] = ['postgres', 'sqlite'];
const DEFAULT_ROUNDS = 5;

export const USAGE = `npm run bench -- [options]
  --only NAME,…       contenders: ${CONTENDER_NAMES.join(', ')}; the bare driver always runs
  --compare DIR       another checkout of this repository, installed and built: runs beside this one as the contender 'espalier-before'
  --workload ID,…     ${WORKLOAD_IDS.join(', ')}
  --database NAME,…   ${DATABASE_NAMES.join(', ')}
  --rounds N          rounds that are measured. Default: ${String(DEFAULT_ROUNDS)}
  --scale X           share of the rows. Default: 1; 0.05 to try something out
  --output FILE       where the results go. Default: RESULTS.md where no other option narrows the run`;

export interface Options {
  readonly contenders: readonly ContenderName[];
  readonly workloads: readonly WorkloadId[];
  readonly databases: readonly DatabaseName[];
  readonly rounds: number;
  readonly scale: number;
  readonly output: string | undefined;
  /** The folder of another checkout, which is measured too. */
  readonly compare: string | undefined;
  /** Whether this is the whole benchmark, with enough rounds. */
  readonly complete: boolean;
}

/** @throws Error that says what is wrong with the arguments */
export function readOptions(args: string[]): Options {
  const { values } = parseArgs({
    args,
    options: {
      only: { type: 'string' },
      workload: { type: 'string' },
      database: { type: 'string' },
      rounds: { type: 'string' },
      scale: { type: 'string' },
      output: { type: 'string' },
      compare: { type: 'string' },
    },
  });
  const compare = values.compare === undefined ? undefined : checkoutAt(values.compare);
  const available = CONTENDER_NAMES.filter((name) => name !== 'espalier-before' || compare !== undefined);
  const always = compare === undefined ? 'bare' : 'bare,espalier-before,espalier';
  const contenders = chosen('--only', values.only && `${always},${values.only}`, available);
  const workloads = chosen('--workload', values.workload, WORKLOAD_IDS);
  const databases = chosen('--database', values.database, DATABASE_NAMES);
  const rounds = positive('--rounds', values.rounds, DEFAULT_ROUNDS);
  const scale = positive('--scale', values.scale, 1);
  if (!Number.isInteger(rounds)) throw new Error(`--rounds takes a whole number, not ${String(values.rounds)}.`);
  const complete =
    compare === undefined &&
    contenders.length === available.length &&
    workloads.length === WORKLOAD_IDS.length &&
    databases.length === DATABASE_NAMES.length &&
    rounds >= DEFAULT_ROUNDS &&
    scale === 1;
  return { contenders, workloads, databases, rounds, scale, output: values.output, compare, complete };
}

/** @throws Error where the folder is no built checkout */
export function checkoutAt(folder: string): string {
  const checkout = resolve(folder);
  if (existsSync(join(checkout, 'packages/core/dist/index.js'))) return checkout;
  throw new Error(`--compare takes a checkout that is built (npm ci && npm run build), and ${checkout} is not.`);
}

/** In the order of `all`, each once. */
function chosen<Name extends string>(option: string, list: string | undefined, all: readonly Name[]): Name[] {
  if (list === undefined) return [...all];
  const names = list.split(',').map((name) => name.trim());
  const unknown = names.find((name) => !(all as readonly string[]).includes(name));
  if (unknown !== undefined) throw new Error(`${option} does not know '${unknown}'; it takes ${all.join(', ')}.`);
  return all.filter((name) => names.includes(name));
}

function positive(option: string, text: string | undefined, unlessSaid: number): number {
  if (text === undefined) return unlessSaid;
  const number = Number(text);
  if (!(number > 0)) throw new Error(`${option} takes a number above zero, not '${text}'.`);
  return number;
}
