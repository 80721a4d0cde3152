/** The compliance suite once more, its entities compiled in this project's way of decorators and fields. */
import { sqlite } from '@espalier/sqlite';
import { compliance } from '@espalier/testing';

compliance(
  { describe, test, beforeAll, afterAll },
  {
    dialect: 'sqlite with decorators: legacy, assigned fields',
    requirements: {
      regularExpressions: false,
      arrays: false,
      concurrency: false,
      isolationLevels: false,
      setDefault: true,
    },
    leavesOutPrograms: true,
    open: () => Promise.resolve({ config: sqlite(':memory:'), close: () => Promise.resolve() }),
  },
);
