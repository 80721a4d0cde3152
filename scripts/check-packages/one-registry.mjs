/**
 * Runs in a project that has the packages from their tarballs. `import` and `require` must give the same objects, every export must be
 * importable by name, and an entity declared by an ES module must be known to an Espalier that was required.
 */
import { createRequire } from 'node:module';
import { readFileSync, readdirSync } from 'node:fs';
import assert from 'node:assert/strict';

const require = createRequire(import.meta.url);
let compared = 0;

for (const name of readdirSync('node_modules/@espalier')) {
  const { exports } = JSON.parse(readFileSync(`node_modules/@espalier/${name}/package.json`, 'utf8'));
  for (const subpath of Object.keys(exports).filter((path) => path !== './package.json')) {
    const specifier = `@espalier/${name}${subpath.slice(1)}`;
    const required = require(specifier);
    const imported = await import(specifier);
    for (const key of Object.keys(required)) {
      assert.ok(key in imported, `${specifier} does not let ${key} be imported by name`);
      assert.equal(imported[key], required[key], `${specifier} has two copies of ${key}`);
      compared++;
    }
  }
}

const declaredByImport = await import('./esm/dist/consumer.js');
const usedByRequire = require('./cjs/dist/consumer.js');
assert.notEqual(declaredByImport.Author, usedByRequire.Author, 'the two consumers are two modules');
assert.deepEqual(await usedByRequire.writeAndRead(declaredByImport.entities), ['Ursula: The Dispossessed']);
assert.deepEqual(await declaredByImport.writeAndRead(usedByRequire.entities), ['Ursula: The Dispossessed']);
console.log(
  `   ${compared} exports are the same by import and by require, and entities of either are known to the other`,
);
