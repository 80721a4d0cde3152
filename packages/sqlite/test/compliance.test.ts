import { compliance, freshDatabase } from '@espalier/testing';
import { sqlite } from '@espalier/sqlite';

const requirements = {
  regularExpressions: false,
  arrays: false,
  concurrency: true,
  isolationLevels: false,
  setDefault: true,
};
const insensitiveText = { sqlType: 'text collate nocase' };
const paddedText = 'text collate rtrim';

compliance(
  { describe, test, beforeAll, afterAll },
  {
    dialect: 'sqlite in a file',
    requirements,
    insensitiveText,
    paddedText,
    leavesOutPrograms: true,
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
