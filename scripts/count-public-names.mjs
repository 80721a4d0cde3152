/**
 * Counts the names that can be reached from a package's index.d.ts, by room: what a user may meet in an editor or a message of the compiler.
 *
 *   node scripts/count-public-names.mjs                      packages/core, built
 *   node scripts/count-public-names.mjs packages/sqlite      another, or several
 *   node scripts/count-public-names.mjs --list               the names too, each with the name that mentions it
 *   node scripts/count-public-names.mjs --json some/index.ts  what the test reads; sources need no build
 */
import { parseArgs } from 'node:util';
import { entryOf, publicNames } from './public-names.mjs';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { list: { type: 'boolean', default: false }, json: { type: 'boolean', default: false } },
});
const places = positionals.length > 0 ? positionals : ['packages/core'];
const names = publicNames(...places.map((place) => (place.endsWith('.ts') ? place : entryOf(place))));

if (values.json) {
  console.log(JSON.stringify(names));
} else {
  for (const room of new Set(names.map((name) => name.room))) {
    const inRoom = names.filter((name) => name.room === room);
    console.log(`${String(inRoom.length).padStart(5)} ${room}`);
    if (values.list) for (const { name, via } of inRoom) console.log(`      ${name}${via ? ` (${via})` : ''}`);
  }
  console.log(`${String(names.length).padStart(5)} in all, ${names.filter(({ via }) => !via).length} of them exported`);
}
