/** Names that a bundler gave to classes name no table and no column. */
import { belongsTo, column, entity, manyToMany, primaryKey, type EntityDefinition } from '../../src/define';
import { snakeCaseNaming, createModels, type EntityClass } from '../../src/metadata';
import { complaintsOf, modelOf } from './models-of';

/** An entity whose class a bundler called so. */
function named(name: string, definition: Omit<EntityDefinition<Row>, 'properties'> = {}): EntityClass<Row> {
  const Named = class extends Row {};
  Object.defineProperty(Named, 'name', { value: name });
  return entity(Named, { ...definition, properties: { id: primaryKey() } });
}
class Row {
  id!: number;
  rows!: unknown;
}

const refusal = (name: string): string =>
  `${name}: its table would be named after the class, and '${name}' looks like a name that a bundler made: ` +
  "keep the names of classes when you bundle (esbuild: --keep-names), or write @Entity({ table: '…' }).";

test.each(['r', 'qe', 'a1', '_', '$', '$r', 'é', 'Album$1', 'r$12', '_Album', '_A'])('%s is refused', (name) => {
  expect(complaintsOf(named(name))).toEqual([refusal(name)]);
});

test.each(['A', 'Ad', 'Qe', 'IP', 'Tag', 'tag', 'Album2', '_album', '__Album', 'Ä'])(
  '%s is a name like any other',
  (name) => {
    expect(modelOf(named(name)).name).toBe(name);
  },
);

test('beside a minified one, all short names are refused', () => {
  expect(complaintsOf(named('Qe'), named('t'), named('Tag'))).toEqual([refusal('Qe'), refusal('t')]);
  expect(complaintsOf(named('Ad'), named('_Album'))).toEqual([refusal('_Album')]);
});

test('a table that is named is no concern, whatever names the others', () => {
  expect(modelOf(named('r', { table: 'albums' })).table.name).toBe('albums');
  expect(complaintsOf(named('r', { table: 'albums' }), named('Qe'))).toEqual([refusal('Qe')]);
});

test('a naming strategy is given the same names', () => {
  const naming = { ...snakeCaseNaming, table: (name: string) => `shop_${name}` };
  expect(() => createModels([named('r')], { naming })).toThrow(/looks like a name that a bundler made/);
});

describe('columns of a join table', () => {
  const ofColumns = (name: string): string =>
    `r.rows: a column of its join table would be named after the class '${name}', which looks like a name that a bundler made: ` +
    "keep the names of classes when you bundle (esbuild: --keep-names), or name the columns by 'from' and 'to'.";

  function joined(options: { from?: string; to?: string; through?: string }, target = named('t', { table: 'tags' })) {
    const owner = named('r', { table: 'rows' });
    return [entity(owner, { properties: { rows: manyToMany(() => target, options) } }), target] as const;
  }

  test('are refused where they would be named after such a class', () => {
    expect(complaintsOf(...joined({ through: 'rows_tags' }))).toEqual([ofColumns('r')]);
    expect(complaintsOf(...joined({ from: 'row_id' }))).toEqual([ofColumns('t')]);
  });

  test('are no concern where they are named, or where the entity of the join table names them', () => {
    expect(modelOf(...joined({ from: 'row_id', to: 'tag_id' })).name).toBe('r');
    class Pair {
      id!: number;
      row!: unknown;
      tag!: unknown;
      note!: string;
    }
    const [target, owner] = [named('t', { table: 'tags' }), named('r', { table: 'rows' })];
    entity(owner, { properties: { rows: manyToMany(() => target, { through: () => Pair }) } });
    entity(Pair, {
      properties: {
        id: primaryKey(),
        row: belongsTo(() => owner),
        tag: belongsTo(() => target),
        note: column('text'),
      },
    });
    expect(modelOf(owner, target, Pair).name).toBe('r');
  });
});
