/**
 * One measurement in a process of its own: `measure.js CONTENDER DATABASE TARGET WORKLOAD SCALE time|count`.
 * Prints one line of JSON, a Measurement.
 */
import { connectorOf, type ContenderName } from '../contenders/index';
import type { Contender, DatabaseName } from './contender';
import { sizesOf } from './data';
import { Digest } from './digest';
import { countPostgresStatements, type Counts } from './postgres-statements';
import { countSqliteStatements } from './sqlite-statements';
import { median } from './statistics';
import { WORKLOADS, type WorkloadId } from './workloads';

export interface Measurement {
  /** The median of the timed runs. Undefined in a counting pass. */
  milliseconds?: number;
  /** The most memory that the process had resident by the end of its first run. */
  peakBytes?: number;
  /** In a run after the first, connections being open. Undefined in a timing pass. */
  statements?: number;
  /** In the same run, on PostgreSQL. */
  roundTrips?: number;
  /** Digest of the authors that must be in the database now; undefined where the workload changes none. */
  stored?: string;
}

const [contenderName, databaseName, target, workloadId, scale, pass] = process.argv.slice(2) as [
  ContenderName,
  DatabaseName,
  string,
  WorkloadId,
  string,
  'time' | 'count',
];

const workload = WORKLOADS[workloadId];
const sizes = sizesOf(Number(scale));
const written = new Digest();
let iterations = 0;

/** Runs the workload once and examines the outcome after the clock has stopped. */
async function runOnce(contender: Contender): Promise<{ milliseconds: number; peakBytes: number }> {
  const task = workload.task(sizes, iterations);
  iterations += 1;
  // What earlier runs left behind must not be collected at the expense of this one.
  globalThis.gc?.();
  const start = performance.now();
  const outcome = await task.run(contender);
  const milliseconds = performance.now() - start;
  const peakBytes = process.resourceUsage().maxRSS * 1024;
  const digest = task.digest(outcome);
  const expected = task.expected();
  if (digest !== expected) throw new Error(`The outcome is wrong: ${digest} instead of ${expected}.`);
  for (const text of task.written?.(outcome) ?? []) written.add(text);
  return { milliseconds, peakBytes };
}

async function time(contender: Contender): Promise<Measurement> {
  const { peakBytes } = await runOnce(contender);
  for (let i = 1; i < workload.warmups; i++) await runOnce(contender);
  const times: number[] = [];
  for (let i = 0; i < workload.repeats; i++) times.push((await runOnce(contender)).milliseconds);
  return { milliseconds: median(times), peakBytes };
}

async function count(contender: Contender, counts: () => Partial<Counts>): Promise<Measurement> {
  await runOnce(contender);
  const before = { ...counts() };
  await runOnce(contender);
  const { statements = 0, roundTrips } = counts();
  return {
    statements: statements - (before.statements ?? 0),
    ...(roundTrips !== undefined && { roundTrips: roundTrips - (before.roundTrips ?? 0) }),
  };
}

function countsOf(postgres: Counts | undefined): () => Partial<Counts> {
  if (postgres) return () => postgres;
  const statements = countSqliteStatements();
  return () => ({ statements: statements() });
}

async function measure(): Promise<Measurement> {
  const connect = connectorOf(contenderName, databaseName);
  const postgresStatements = pass === 'count' && databaseName === 'postgres' ? countPostgresStatements() : undefined;
  const contender = await connect(target);
  try {
    const measurement = pass === 'time' ? await time(contender) : await count(contender, countsOf(postgresStatements));
    const stored = workload.stored?.(sizes, iterations, written);
    return { ...measurement, ...(stored !== undefined && { stored }) };
  } finally {
    await contender.close();
  }
}

void measure().then((measurement) => process.stdout.write(`${JSON.stringify(measurement)}\n`));
