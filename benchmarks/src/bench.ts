/** `npm run bench`: runs the contenders beside each other and writes RESULTS.md. */
import { spawnSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { readOptions, USAGE, type Options } from './options';
import { report } from './report';
import { runDatabase, type DatabaseResult } from './run';

const NODE_MAJOR = 24;
const RESULTS = join(__dirname, '../../RESULTS.md');

/** The Node that the package `node` has installed here, under the name that its platform gives it. */
function installedNode(): string {
  const folder = dirname(createRequire(__filename).resolve('node/package.json'));
  const file = join(folder, 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
  if (!existsSync(file)) {
    throw new Error(
      `The benchmark runs on Node ${String(NODE_MAJOR)} or later, but this is ${process.version}, and the package ` +
        `'node' brought none along (are install scripts allowed?). Try: npx -p node@${String(NODE_MAJOR)} npm run bench`,
    );
  }
  return file;
}

async function bench(options: Options): Promise<number> {
  const results: DatabaseResult[] = [];
  for (const database of options.databases) {
    results.push(await runDatabase(database, options, (line) => process.stderr.write(`${line}\n`)));
  }
  const text = report(results, options);
  process.stdout.write(`\n${text}`);
  const output = options.output ?? (options.complete ? RESULTS : undefined);
  if (output === undefined)
    process.stderr.write('The run was narrowed, so RESULTS.md stays as it is (--output writes a file).\n');
  else writeFileSync(output, text);
  const failed = results.some(({ cells }) =>
    [...cells.values()].some((row) => [...row.values()].some(({ failure }) => failure !== undefined)),
  );
  return failed ? 1 : 0;
}

async function main(args: string[]): Promise<number> {
  let options: Options;
  try {
    options = readOptions(args);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}\n`);
    return 2;
  }
  if (Number.parseInt(process.versions.node, 10) >= NODE_MAJOR) return bench(options);
  const again = spawnSync(installedNode(), [__filename, ...args], { stdio: 'inherit' });
  return again.status ?? 1;
}

void main(process.argv.slice(2)).then((code) => {
  process.exitCode = code;
});
