/** The order of creation. */
import fc from 'fast-check';
import { tablesOf } from '../../src/schema/from-metadata';
import { creationOrder } from '../../src/schema/order';
import type { Table } from '../../src/schema/table';
import { belongsTo, entity } from './models';

const namesOf = (tables: readonly Table[]): string[] => tables.map(({ name }) => name);

function order(edges: readonly [from: string, to: string][], names: readonly string[]) {
  const models = new Map(names.map((name) => [name, entity(name)]));
  for (const [from, to] of edges) belongsTo(models.get(from)!, to, models.get(to)!, { nullable: true });
  return creationOrder(tablesOf([...models.values()]));
}

it('puts what is referred to first', () => {
  expect(
    namesOf(
      order(
        [
          ['tracks', 'albums'],
          ['albums', 'artists'],
        ],
        ['tracks', 'albums', 'artists'],
      ).tables,
    ),
  ).toEqual(['artists', 'albums', 'tracks']);
});

it('keeps the order given where nothing asks for another', () => {
  expect(namesOf(order([], ['c', 'a', 'b']).tables)).toEqual(['c', 'a', 'b']);
});

it('finds no circle in a table that refers to itself', () => {
  expect(order([['people', 'people']], ['people']).closing.size).toBe(0);
});

it('tells tables of one name in two schemas apart', () => {
  const one = entity('one', { table: { name: 'things', schema: 'a' } });
  const other = entity('other', { table: { name: 'things', schema: 'b' } });
  belongsTo(one, 'other', other);
  expect(creationOrder(tablesOf([one, other])).tables.map(({ schema }) => schema)).toEqual(['b', 'a']);
});

it('names the foreign key that closes a circle', () => {
  const { tables, closing } = order(
    [
      ['a', 'b'],
      ['b', 'c'],
      ['c', 'a'],
    ],
    ['a', 'b', 'c'],
  );
  expect(namesOf(tables)).toEqual(['c', 'b', 'a']);
  expect([...closing].map(([table, keys]) => [table.name, keys.map(({ name }) => name)])).toEqual([
    ['c', ['fk_c_a_id']],
  ]);
});

it('takes a target that is not among the tables for granted', () => {
  const artist = entity('artists');
  const album = entity('albums');
  belongsTo(album, 'artist', artist);
  const { tables, closing } = creationOrder(tablesOf([album]));
  expect(namesOf(tables)).toEqual(['albums']);
  expect(closing.size).toBe(0);
});

it('creates each table once, after all that it refers to but for the closing keys', () => {
  const names = ['a', 'b', 'c', 'd', 'e', 'f'];
  const edge = fc.tuple(fc.constantFrom(...names), fc.constantFrom(...names));
  const edges = fc.uniqueArray(edge, { selector: ([from, to]) => from + to, maxLength: 20 });
  fc.assert(
    fc.property(edges, (pairs) => {
      const { tables, closing } = order(pairs, names);
      expect(namesOf(tables).sort()).toEqual(names);
      const created = new Set<string>();
      for (const table of tables) {
        created.add(table.name);
        for (const key of table.foreignKeys) {
          const isClosing = closing.get(table)?.includes(key) ?? false;
          // A key that waits though it need not would be added late for nothing.
          expect(isClosing).toBe(!created.has(key.target.name));
        }
      }
    }),
  );
});
