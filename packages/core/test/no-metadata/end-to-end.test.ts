/** What depends on how classes are compiled once more, its entities compiled in this project's way of decorators and fields. */
import { sqlite } from '@espalier/sqlite';
import { compliance } from '@espalier/testing';
import { GROUPS_OF_CLASSES } from '../groups-of-classes';

compliance(
  { describe, test, beforeAll, afterAll },
  {
    dialect: 'sqlite with decorators: legacy, no metadata',
    requirements: {
      regularExpressions: false,
      arrays: false,
      concurrency: false,
      isolationLevels: false,
      setDefault: true,
    },
    groups: GROUPS_OF_CLASSES,
    open: () => Promise.resolve({ config: sqlite(':memory:'), close: () => Promise.resolve() }),
  },
);
