/** The results as Markdown. */
import { availableParallelism } from 'node:os';
import { CONTENDERS, type ContenderName } from '../contenders/index';
import type { DatabaseName } from './contender';
import type { Options } from './options';
import type { Cell, DatabaseResult } from './run';
import { median } from './statistics';
import { commitOf, versionsOf } from './versions';
import { WORKLOADS, type WorkloadId } from './workloads';

const DATABASE_TITLES: Readonly<Record<DatabaseName, string>> = { postgres: 'PostgreSQL', sqlite: 'SQLite' };

/** What Espalier sets out to reach, in times of the bare driver. */
const GOALS: Readonly<Record<DatabaseName, Partial<Record<WorkloadId, number>>>> = {
  postgres: { W1: 1.0, W2: 1.15, W3: 1.3, W3b: 1.2, W4: 1.3, W5: 1.3, W6: 1.2 },
  sqlite: { W1: 1.2, W2: 0.6, W3: 1.3, W4: 1.0, W5: 1.0, W6: 1.2 },
};

const MEBIBYTE = 1024 * 1024;

export function report(results: readonly DatabaseResult[], options: Options): string {
  return [
    '# Espalier beside its peers',
    '',
    'Written by `npm run bench`; do not edit. How it is measured is in [README.md](README.md).',
    '',
    ...settings(options),
    '',
    'The bare driver is code by hand as it is mostly written: statements without names and rows as objects. The driver at its best is code by hand that',
    'uses what the driver has: named or cached statements, rows as arrays or as one JSON text, `unnest`, readers of its own. Espalier names its statements',
    'and reads arrays too, so what it does beside the driver is seen in the second table; names alone make the difference at W3 and W6 of the first.',
    '',
    ...options.workloads.map((id) => `- **${id}** ${WORKLOADS[id].title}`),
    ...results.flatMap((result) => ['', ...databaseReport(result, options)]),
    '',
  ].join('\n');
}

function settings({ rounds, scale }: Options): string[] {
  const lines = [
    `Node ${process.versions.node} on ${process.platform} ${process.arch} (${String(availableParallelism())} cores),`,
    `medians of ${String(rounds)} rounds.`,
  ];
  if (scale !== 1) lines.push(`**Only ${String(scale)} of the rows: for trying out, not for comparing.**`);
  return lines;
}

function databaseReport(result: DatabaseResult, options: Options): string[] {
  const { database } = result;
  const goals = GOALS[database];
  const goalRow = ['**to reach**', ...options.workloads.map((id) => goals[id]?.toFixed(2) ?? '–')];
  return [
    `## ${DATABASE_TITLES[database]}`,
    '',
    ...versionLines(result, options),
    '',
    '### Times of the bare driver (lower is better)',
    '',
    ...table(result, options, ratioTo('bare'), scaleIsReal(options) ? [goalRow] : []),
    '',
    ...ratiosTo(result, options, 'best'),
    ...ratiosTo(result, options, 'espalier-before'),
    '### Statements, those that begin and commit counted',
    '',
    ...table(result, options, (cell) => cell.statements?.toLocaleString('en') ?? '–'),
    '',
    ...(database === 'postgres'
      ? ['### Round trips', '', ...table(result, options, (cell) => cell.roundTrips?.toLocaleString('en') ?? '–'), '']
      : []),
    '### Milliseconds: median (fastest to slowest round)',
    '',
    ...table(result, options, milliseconds),
    '',
    '### Peak memory of the process after its first run, MiB',
    '',
    ...table(result, options, (cell) => (median(cell.peakBytes) / MEBIBYTE).toFixed(0)),
    ...failureLines(result, options),
  ];
}

function scaleIsReal(options: Options): boolean {
  return options.scale === 1 && options.contenders.includes('espalier');
}

function versionLines({ database, versions }: DatabaseResult, options: Options): string[] {
  const servers = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  return [
    `- ${servers.join(', ')}`,
    ...options.contenders.map(
      (name) =>
        `- ${CONTENDERS[name].title}: ${name === 'espalier-before' ? commitOf(options.compare!) : versionsOf(name, database).join(', ')}`,
    ),
  ];
}

/** A table of ratios to another contender, where that runs too. */
function ratiosTo(result: DatabaseResult, options: Options, base: ContenderName): string[] {
  if (!options.contenders.includes(base)) return [];
  return [`### Times of: ${CONTENDERS[base].title}`, '', ...table(result, options, ratioTo(base)), ''];
}

function table(
  { cells }: DatabaseResult,
  { contenders, workloads }: Options,
  show: (cell: Cell, cells: ReadonlyMap<ContenderName, Cell>) => string,
  last: readonly (readonly string[])[] = [],
): string[] {
  const rows = contenders.map((name) => [
    CONTENDERS[name].title,
    ...workloads.map((id) => showOrFailure(cells.get(id)!, name, show)),
  ]);
  const head = ['', ...workloads];
  return [head, head.map((_, i) => (i === 0 ? '---' : '---:')), ...rows, ...last].map(
    (row) => `| ${row.join(' | ')} |`,
  );
}

function showOrFailure(
  cells: ReadonlyMap<ContenderName, Cell>,
  name: ContenderName,
  show: (cell: Cell, cells: ReadonlyMap<ContenderName, Cell>) => string,
): string {
  const cell = cells.get(name)!;
  return cell.failure === undefined ? show(cell, cells) : 'failed';
}

function ratioTo(base: ContenderName) {
  return (cell: Cell, cells: ReadonlyMap<ContenderName, Cell>): string => {
    const { milliseconds: times, failure } = cells.get(base)!;
    return failure === undefined ? (median(cell.milliseconds) / median(times)).toFixed(2) : '–';
  };
}

function milliseconds({ milliseconds: times }: Cell): string {
  const [middle, fastest, slowest] = [median(times), Math.min(...times), Math.max(...times)].map((time) =>
    time < 100 ? time.toFixed(1) : time.toFixed(0),
  );
  return `${middle!} (${fastest!}–${slowest!})`;
}

function failureLines({ cells }: DatabaseResult, { contenders, workloads }: Options): string[] {
  const lines = workloads.flatMap((id) =>
    contenders.flatMap((name) => {
      const { failure } = cells.get(id)!.get(name)!;
      return failure === undefined ? [] : [`- ${CONTENDERS[name].title}, ${id}: ${failure}`];
    }),
  );
  return lines.length === 0 ? [] : ['', '### Failed', '', ...lines];
}
