import { compliance, freshDatabase, testDatabases } from '@espalier/testing';
import { postgres } from '@espalier/postgres';

const server = testDatabases().find(({ dialect }) => dialect === 'postgres');

if (server?.url === undefined)
  describe.skip(`postgres: ${server?.skipped ?? 'no server'}`, () => test.todo('complies'));
else {
  compliance(
    { describe, test, beforeAll, afterAll },
    {
      dialect: 'postgres',
      requirements: {
        regularExpressions: true,
        arrays: true,
        concurrency: true,
        isolationLevels: true,
        setDefault: true,
        nativeEnums: true,
      },
      insensitiveText: { sqlType: 'citext', setUp: (orm) => orm.sql`create extension if not exists citext` },
      async open() {
        const database = await freshDatabase(server);
        return { config: postgres(database.url), close: () => database.drop() };
      },
    },
  );
}
