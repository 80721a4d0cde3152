/** What depends on how classes are compiled: each project has its own way of decorators and fields, and compiles the entities of these cases in it. */
import { sqlite } from '@espalier/sqlite';
import { compliance } from '@espalier/testing';

/** Entities are made, their fields are set, their relations are read. */
const GROUPS_OF_CLASSES = [
  'entities that leave and come back',
  'identity map',
  'entities made by create',
  'keys',
  'unit of work',
  'ownership',
  'both ends of relations',
  'session.assign',
  'assigning relations',
  'small flushes',
  'the values of a flush',
  'querysets',
  'collections',
  'columns read',
  'to-one relations and collections in querysets',
  'through entities',
  'Columns that several properties hold',
  'Existing tables',
  'JSON of entities',
  'session.serialize',
];

/** Declares the tests. @param decorators how entities are compiled */
export function complianceOfClasses(decorators: string): void {
  compliance(
    { describe, test, beforeAll, afterAll },
    {
      dialect: `sqlite with decorators: ${decorators}`,
      requirements: {
        regularExpressions: false,
        arrays: false,
        concurrency: false,
        isolationLevels: false,
        setDefault: true,
        nativeEnums: false,
      },
      groups: GROUPS_OF_CLASSES,
      open: () => Promise.resolve({ config: sqlite(':memory:'), close: () => Promise.resolve() }),
    },
  );
}
