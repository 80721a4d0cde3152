/** `npm run bench:cases`: the cases of single features, of this checkout and of one that `--compare` names, in turns. Prints a table. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { checkoutAt } from '../options';
import { median } from '../statistics';
import type { Case } from './case';
import { CASES } from './list';
import type { CaseMeasurement } from './measure-case';

const USAGE = `npm run bench:cases -- [options]
  --only CASE,…   ${Object.keys(CASES).join(', ')}
  --compare DIR   another checkout of this repository, installed and built
  --rounds N      processes for each case and checkout. Default: 3.
  --runs N        runs in a process, the first not counted. Default: 6.`;

/** A case that scans a table for each row takes minutes a run. */
const TIME_LIMIT_MS = 600_000;

interface Contest {
  readonly label: string;
  readonly checkout: string | undefined;
}

function targetOf({ database }: Case, folder: string): string {
  switch (database) {
    case 'mariadb':
      return process.env.ESPALIER_MARIADB_URL ?? 'mysql://root@127.0.0.1:3306/test';
    case 'postgres':
      return process.env.ESPALIER_POSTGRES_URL ?? 'postgres://postgres@127.0.0.1:5432/postgres';
    case 'sqlite':
      return join(folder, 'case.db');
  }
}

function measure(name: string, target: string, runs: string, checkout: string | undefined): CaseMeasurement | string {
  const file = join(__dirname, 'measure-case.js');
  const { status, stdout, stderr, signal } = spawnSync(process.execPath, ['--expose-gc', file, name, target, runs], {
    encoding: 'utf8',
    timeout: TIME_LIMIT_MS,
    env: { ...process.env, ...(checkout !== undefined && { ESPALIER_CHECKOUT: checkout }) },
  });
  if (status === 0) return JSON.parse(stdout.trim().split('\n').at(-1)!) as CaseMeasurement;
  if (signal !== null) return `more than ${String(TIME_LIMIT_MS / 1_000)} s`;
  return stderr.split('\n').find((line) => line.includes('Error')) ?? `ended with code ${String(status)}`;
}

function main(args: string[]): number {
  const { values } = parseArgs({
    args,
    options: {
      only: { type: 'string' },
      compare: { type: 'string' },
      rounds: { type: 'string', default: '3' },
      runs: { type: 'string', default: '6' },
    },
  });
  const names = values.only?.split(',') ?? Object.keys(CASES);
  const unknown = names.find((name) => !Object.hasOwn(CASES, name));
  if (unknown !== undefined) {
    process.stderr.write(`There is no case '${unknown}'.\n\n${USAGE}\n`);
    return 2;
  }
  const contests: Contest[] = [{ label: 'now', checkout: undefined }];
  if (values.compare !== undefined) contests.unshift({ label: 'before', checkout: checkoutAt(values.compare) });
  process.stdout.write(`| | ${contests.map(({ label }) => `${label}: ms | statements`).join(' | ')} |\n`);
  process.stdout.write(`| --- |${contests.map(() => ' ---: | ---: |').join('')}\n`);
  for (const name of names) process.stdout.write(`${rowOf(name, contests, values.rounds, values.runs)}\n`);
  return 0;
}

function rowOf(name: string, contests: readonly Contest[], rounds: string, runs: string): string {
  const measured = new Map(contests.map((contest) => [contest, [] as (CaseMeasurement | string)[]]));
  const folder = mkdtempSync(join(tmpdir(), 'espalier-case-'));
  try {
    for (let round = 0; round < Number(rounds); round++) {
      for (const contest of round % 2 === 0 ? contests : [...contests].reverse()) {
        const target = targetOf(CASES[name]!, mkdtempSync(join(folder, 'run-')));
        measured.get(contest)!.push(measure(name, target, runs, contest.checkout));
      }
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  const cells = contests.map((contest) => cellOf(measured.get(contest)!));
  return `| ${CASES[name]!.title} | ${cells.join(' | ')} |`;
}

function cellOf(results: readonly (CaseMeasurement | string)[]): string {
  const failure = results.find((result) => typeof result === 'string');
  if (failure !== undefined) return `${failure} | –`;
  const done = results as readonly CaseMeasurement[];
  return `${median(done.map(({ milliseconds }) => milliseconds)).toFixed(1)} | ${String(done[0]!.statements)}`;
}

process.exitCode = main(process.argv.slice(2));
