/** Compiles and runs every example: the folder examples/NAME has a tsconfig.json and the program NAME.ts. Stops at the first that fails. */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const only = process.argv.slice(2);
const names = readdirSync(join(root, 'examples'), { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && existsSync(join(root, 'examples', entry.name, 'tsconfig.json')))
  .map((entry) => entry.name)
  .filter((name) => only.length === 0 || only.includes(name));

function run(...command) {
  const { status, error } = spawnSync(process.execPath, command, { cwd: root, stdio: 'inherit' });
  if (error) throw error;
  if (status !== 0) process.exit(status ?? 1);
}

for (const name of names) {
  console.log(`example ${name}`);
  run('node_modules/typescript/bin/tsc', '-b', `examples/${name}`);
  run(`examples/${name}/dist/${name}.js`);
}
console.log(`${names.length} examples ran`);
