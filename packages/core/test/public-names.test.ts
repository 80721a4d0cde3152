/**
 * What the public types let a user meet, in an editor or in a message of the compiler: no name of the machine. `npm run count:names -- --list` shows
 * all of them, each with the name that mentions it.
 */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

interface PublicName {
  readonly name: string;
  /** Within packages/core/src, without suffix; undefined for a name of another package. */
  readonly file?: string;
  readonly room: string;
  /** The name that mentions it; undefined for what the entry exports. */
  readonly via?: string;
}

/** Folders and files whose names are exported, or mentioned by what is. */
const PUBLIC = [
  'errors',
  'error-codes',
  'espalier',
  'schema-manager',
  'schema/finding',
  // Options of decorators and of definitions, and what tells classes and names.
  'define/definitions',
  'define/entity',
  'define/properties',
  'metadata/decorators',
  'metadata/definition',
  'metadata/entity-model',
  'metadata/naming',
  // Conditions, querysets, and the types that are computed from entities.
  'query/expressions/operator-values',
  'query/expressions/operators',
  'query/types',
  'query/untrusted/index',
  'session/changes',
  'session/failsafe-add',
  'session/repository',
  'session/session',
  // Options, events and figures of databases.
  'database/driver',
  'database/events',
  'database/pool',
  'sql/isolation',
  'sql/statement-bounds',
  'sql/template',
  'sql/transaction-spelling',
  'types/column-type',
];

/** Of the files above, those that hold names of the machine too: what is public of them. */
const ALONE: Readonly<Record<string, readonly string[]>> = {
  // Words of options; EntityModel and what it is made of are the models, which no user sees.
  'metadata/entity-model': ['Cascade', 'EntityClass', 'ReferentialAction'],
  // What findings are made by is no one's but theirs.
  'schema/finding': ['SchemaFinding', 'SchemaFindingKind'],
  // What a driver is made of is in @espalier/core/driver.
  'database/driver': ['DatabaseConfig', 'PoolOptions'],
  'database/events': ['EventMap', 'EventName', 'FlushEvent', 'QueryEvent', 'TransactionEvent'],
  'database/pool': ['Pool'],
  'sql/transaction-spelling': ['BeginOptions', 'TransactionOptions'],
  'types/column-type': ['ColumnTypeName'],
  'query/expressions/operator-values': [
    ...['AnyField', 'AnyText', 'Combination', 'Operator', 'Quantifier'],
    // The marks that tell them apart.
    ...['anyField', 'anyText', 'operand', 'rows', 'subject'],
  ],
};

function isPublic({ name, file }: PublicName): boolean {
  if (file === undefined) return false;
  const place = PUBLIC.find((path) => file === path || file.startsWith(`${path}/`));
  return place !== undefined && (ALONE[place]?.includes(name) ?? true);
}

/** In a process of its own, whose memory is given back: it compiles all sources. */
function publicNames(): PublicName[] {
  const script = join(__dirname, '../../../scripts/count-public-names.mjs');
  const entries = ['index.ts', 'define/index.ts'].map((entry) => join(__dirname, '../src', entry));
  return JSON.parse(
    execFileSync(process.execPath, [script, '--json', ...entries], { encoding: 'utf8' }),
  ) as PublicName[];
}

describe('the types of @espalier/core and its definitions', () => {
  const names = publicNames();

  test('show what is public', () => {
    const exported = names.filter(({ via }) => via === undefined).map(({ name }) => name);
    expect(exported).toEqual(
      expect.arrayContaining(['Espalier', 'Session', 'Repository', 'QuerySet', 'Many', 'column']),
    );
  });

  test('mention no name of the machine, and of no other package', () => {
    const internal = names.filter((name) => !isPublic(name));
    expect(internal.map(({ name, file, room, via = 'the index' }) => `${name} of ${file ?? room}, by ${via}`)).toEqual(
      [],
    );
  });
});
