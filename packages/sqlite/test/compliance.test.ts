import { compliance, freshDatabase } from '@espalier/testing';
import { sqlite } from '@espalier/sqlite';

const requirements = {
  regularExpressions: false,
  arrays: false,
  concurrency: true,
  isolationLevels: false,
  setDefault: true,
  nativeEnums: false,
};
const insensitiveText = { sqlType: 'text collate nocase' };
const paddedText = 'text collate rtrim';

/** A database in memory has one connection: what several have a part in is tried with one in a file too. */
const OF_CONNECTIONS = [
  'objects that left their session',
  'identity map',
  'unit of work',
  'memory',
  'transactions, savepoints and failsafeAdd',
  'outside of blocks',
  'querysets',
  'writing by querysets',
  'getOrCreateMany',
  'errors',
  'limits',
  'interleaving',
  'round trips',
  'schema',
  'processes',
  'races',
  'races of getOrCreateMany',
  'errors of tables that hold something else',
];

compliance(
  { describe, test, beforeAll, afterAll },
  {
    dialect: 'sqlite in a file',
    requirements,
    insensitiveText,
    paddedText,
    groups: OF_CONNECTIONS,
    async open() {
      const database = await freshDatabase({ dialect: 'sqlite', url: ':memory:' });
      return { config: sqlite(database.url), close: () => database.drop() };
    },
  },
);

compliance(
  { describe, test, beforeAll, afterAll },
  {
    dialect: 'sqlite in memory',
    requirements: { ...requirements, concurrency: false },
    insensitiveText,
    paddedText,
    open: () => Promise.resolve({ config: sqlite(':memory:'), close: () => Promise.resolve() }),
  },
);
