/** Runs everything on one database: a counting pass, then round after round, the contenders taking turns. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { CONTENDERS, type ContenderName } from '../contenders/index';
import type { DatabaseName } from './contender';
import { sizesOf } from './data';
import type { Measurement } from './measure';
import type { Options } from './options';
import { StoreClient } from './store-client';
import { WORKLOADS, type WorkloadId } from './workloads';

/** What was measured of one contender at one workload. */
export interface Cell {
  readonly milliseconds: number[];
  readonly peakBytes: number[];
  statements: number | undefined;
  roundTrips: number | undefined;
  failure: string | undefined;
}

export interface DatabaseResult {
  readonly database: DatabaseName;
  readonly versions: Readonly<Record<string, string>>;
  readonly cells: ReadonlyMap<WorkloadId, ReadonlyMap<ContenderName, Cell>>;
}

type Pass = 'time' | 'count';

interface Job {
  readonly database: DatabaseName;
  readonly contender: ContenderName;
  readonly workload: WorkloadId;
  readonly scale: number;
  /** Of the contender 'espalier-before'. */
  readonly checkout: string | undefined;
}

const MEASURE = join(__dirname, 'measure.js');

export async function runDatabase(
  database: DatabaseName,
  options: Options,
  say: (line: string) => void,
): Promise<DatabaseResult> {
  const cells = new Map(
    options.workloads.map((workload) => [workload, new Map(options.contenders.map((name) => [name, emptyCell()]))]),
  );
  const store = await StoreClient.open(database);
  try {
    for (let round = 0; round <= options.rounds; round++) {
      const pass: Pass = round === 0 ? 'count' : 'time';
      const progress = round === 0 ? 'counting statements' : `round ${String(round)} of ${String(options.rounds)}`;
      for (const workload of options.workloads) {
        say(`${database}, ${workload}: ${progress}`);
        for (const contender of inTurn(options.contenders, round)) {
          const cell = cells.get(workload)!.get(contender)!;
          if (cell.failure === undefined) {
            const checkout = contender === 'espalier-before' ? options.compare : undefined;
            await fillCell(cell, { database, contender, workload, scale: options.scale, checkout }, pass, store);
          }
          if (cell.failure !== undefined && pass === 'count') say(`  ${contender}: ${cell.failure}`);
        }
      }
    }
  } finally {
    await store.drop();
  }
  return { database, versions: store.versions, cells };
}

function emptyCell(): Cell {
  return { milliseconds: [], peakBytes: [], statements: undefined, roundTrips: undefined, failure: undefined };
}

/** Each round begins with another contender, so that none always runs after the same one. */
function inTurn(contenders: readonly ContenderName[], round: number): ContenderName[] {
  const first = round % contenders.length;
  return [...contenders.slice(first), ...contenders.slice(0, first)];
}

async function fillCell(cell: Cell, job: Job, pass: Pass, store: StoreClient): Promise<void> {
  try {
    const measurement = await measure(job, pass, store);
    if (measurement.milliseconds !== undefined) cell.milliseconds.push(measurement.milliseconds);
    if (measurement.peakBytes !== undefined) cell.peakBytes.push(measurement.peakBytes);
    cell.statements ??= measurement.statements;
    cell.roundTrips ??= measurement.roundTrips;
  } catch (error) {
    cell.failure = error instanceof Error ? error.message : String(error);
  }
}

async function measure(job: Job, pass: Pass, store: StoreClient): Promise<Measurement> {
  await store.fill(WORKLOADS[job.workload].dataset, sizesOf(job.scale), CONTENDERS[job.contender].sqliteMoments);
  const measurement = await inProcess(job, pass, store.target);
  if (measurement.stored !== undefined) {
    const found = await store.digestOfAuthors();
    if (found !== measurement.stored) {
      throw new Error(`The database holds ${found}, but should hold ${measurement.stored}.`);
    }
  }
  return measurement;
}

function inProcess(
  { contender, database, workload, scale, checkout }: Job,
  pass: Pass,
  target: string,
): Promise<Measurement> {
  const args = ['--expose-gc', MEASURE, contender, database, target, workload, String(scale), pass];
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...(checkout !== undefined && { ESPALIER_CHECKOUT: checkout }) },
    });
    let output = '';
    let errors = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text));
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0) resolve(JSON.parse(output.trim().split('\n').at(-1)!) as Measurement);
      else reject(new Error(reasonIn(errors) ?? `ended with code ${String(code)}`));
    });
  });
}

/** The line of an uncaught error that says what it is. */
function reasonIn(errors: string): string | undefined {
  const lines = errors.split('\n').map((line) => line.trim());
  return lines.find((line) => /^(?:\w*Error\b|error:)/.test(line)) ?? lines.find((line) => line !== '');
}
