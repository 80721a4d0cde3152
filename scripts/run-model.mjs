/**
 * Runs the model test of the unit of work with many seeds, and prints a line a seed; the program of one that fails is shown.
 *
 *   npm run test:model -- --seeds 100 --runs 500 --dialect sqlite --from 1000 --world farms
 */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const root = fileURLToPath(new URL('..', import.meta.url));
const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '10' },
    from: { type: 'string', default: '1000' },
    runs: { type: 'string', default: '100' },
    dialect: { type: 'string', default: 'sqlite' },
    world: { type: 'string', default: '' },
    /** Of SQLite: `node:sqlite` of newer Nodes, which needs no other thread, takes a fifth of the time of `sqlite3`. */
    client: { type: 'string', default: '' },
  },
});

/** The bookshop, and the worlds beside it; one world alone where it is named. */
const files = values.world ? 'unit-of-work-model/worlds' : 'unit-of-work-model/(worlds|unit-of-work-model)';
const started = Date.now();
const failed = [];
for (let seed = Number(values.from); seed < Number(values.from) + Number(values.seeds); seed++) {
  const begun = Date.now();
  const { status, stderr } = spawnSync(process.execPath, ['node_modules/jest/bin/jest.js', files, '--silent'], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
    env: {
      ...process.env,
      MODEL_SEED: String(seed),
      MODEL_RUNS: values.runs,
      MODEL_DIALECT: values.dialect,
      MODEL_WORLD: values.world,
      MODEL_CLIENT: values.client,
    },
  });
  const seconds = ((Date.now() - begun) / 1000).toFixed(0);
  console.log(
    `seed ${seed}, ${values.runs} programs on ${values.dialect}: ${status === 0 ? 'clean' : 'FAILED'} (${seconds} s)`,
  );
  if (status === 0) continue;
  failed.push(seed);
  for (const found of stderr.match(/●[^\n]*|Cause:\n(?:(?!\n\s+at )[\s\S])*/g) ?? [stderr]) console.log(found);
}
const minutes = ((Date.now() - started) / 60_000).toFixed(1);
console.log(
  `${values.seeds} seeds in ${minutes} min, ${failed.length} failed${failed.length > 0 ? `: ${failed.join(', ')}` : ''}`,
);
process.exitCode = failed.length > 0 ? 1 : 0;
