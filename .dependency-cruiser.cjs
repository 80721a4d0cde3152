/**
 * Which file may import which, type-only imports counted: no circles, rooms of core in one direction, rooms only through their index,
 * packages only towards core. The rooms are explained in docs/decisions and in CONTRIBUTING.md.
 */

/** Each room of packages/core/src with the rooms (or root files) that it may import. The root files espalier.ts and index.ts may import all. */
const ROOMS = {
  'error-codes': [],
  'describe-value': [],
  caller: ['errors'],
  errors: ['error-codes'],
  types: ['errors'],
  metadata: ['errors', 'types'],
  sql: ['errors', 'types'],
  database: ['errors', 'sql'],
  schema: ['errors', 'types', 'metadata', 'sql'],
  query: ['errors', 'types', 'metadata', 'sql'],
  entities: ['errors', 'types', 'metadata', 'sql', 'query'],
  loading: ['errors', 'types', 'metadata', 'sql', 'query', 'entities'],
  define: ['errors', 'types', 'metadata', 'query'],
  session: ['errors', 'types', 'metadata', 'sql', 'query', 'entities', 'loading', 'database', 'schema'],
};

const CORE = '^packages/core/src/';

/** A path of a room, which is a folder or, as errors.ts, one file. */
const inRoom = (names) => `${CORE}(${names.join('|')})(/|\\.ts$)`;

const directions = Object.entries(ROOMS).map(([room, allowed]) => ({
  name: `room-${room}`,
  comment: `${room} imports ${allowed.length > 0 ? `only ${allowed.join(', ')}` : 'no other room'}.`,
  severity: 'error',
  from: { path: inRoom([room]) },
  to: { path: CORE, pathNot: inRoom([room, 'describe-value', 'caller', ...allowed]) },
}));

module.exports = {
  forbidden: [
    {
      name: 'no-circles',
      comment:
        'Files do not import each other in a circle; a type-only import counts. (Entities of tests may, as those of users do.)',
      severity: 'error',
      from: { path: '^packages/[^/]+/src/' },
      to: { circular: true },
    },
    ...directions,
    {
      name: 'rooms-through-their-index',
      comment: 'A room is entered through its index.ts.',
      severity: 'error',
      from: { path: `${CORE}([^/]+)(/|\\.ts$)` },
      to: { path: `${CORE}[^/]+/`, pathNot: [`${CORE}$1/`, `${CORE}[^/]+/index\\.ts$`] },
    },
    {
      name: 'not-the-own-index',
      comment: "A file does not import its own room's index.ts.",
      severity: 'error',
      from: { path: `${CORE}([^/]+)/` },
      to: { path: `${CORE}$1/index\\.ts$` },
    },
    {
      name: 'core-imports-no-package',
      severity: 'error',
      from: { path: '^packages/core/src/' },
      to: { path: '^packages/(?!core/)' },
    },
    {
      name: 'packages-import-core-only',
      comment: 'Drivers and testing import core and nothing else of ours.',
      severity: 'error',
      from: { path: '^packages/([^/]+)/src/' },
      to: { path: '^packages/', pathNot: ['^packages/$1/', '^packages/core/src/(index|driver|define/index)\\.ts$'] },
    },
    {
      name: 'no-driver-in-core',
      severity: 'error',
      from: { path: '^packages/core/src/' },
      to: { path: '(^|/)(pg|pg-cursor|mysql2|sqlite3|better-sqlite3)(/|$)' },
    },
    {
      name: 'no-vague-names',
      comment: 'Name the subject of the file.',
      severity: 'error',
      from: {},
      to: { path: '^packages/.*/(utils?|common|helpers?|typings|misc)\\.ts$' },
    },
    {
      name: 'declared-dependencies',
      comment: 'What is shipped imports only what its package.json declares as a dependency or peer.',
      severity: 'error',
      from: { path: '^packages/[^/]+/src/' },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'], dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'resolvable',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true, pathNot: '^expect-type$' },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    combinedDependencies: false,
    tsConfig: { fileName: 'tsconfig.test.json' },
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '/dist/' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['types', 'require', 'node', 'default'] },
  },
};
