import { compliance, freshDatabase } from '@espalier/testing';
import { sqlite } from '@espalier/sqlite';

const requirements = { regularExpressions: false, arrays: false, concurrency: true, isolationLevels: false };

compliance(
  { describe, test, beforeAll, afterAll },
  {
    dialect: 'sqlite in a file',
    requirements,
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
    open: () => Promise.resolve({ config: sqlite(':memory:'), close: () => Promise.resolve() }),
  },
);
