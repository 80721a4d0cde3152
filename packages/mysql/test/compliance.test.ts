import { compliance, freshDatabase, testDatabases } from '@espalier/testing';
import { mysql } from '@espalier/mysql';

for (const server of testDatabases()) {
  if (server.dialect !== 'mariadb' && server.dialect !== 'mysql') continue;
  if (server.url === undefined) {
    describe.skip(`${server.dialect}: ${server.skipped}`, () => test.todo('complies'));
    continue;
  }
  compliance(
    { describe, test, beforeAll, afterAll },
    {
      dialect: server.dialect,
      requirements: {
        regularExpressions: true,
        arrays: false,
        concurrency: true,
        isolationLevels: true,
        setDefault: false,
        nativeEnums: true,
      },
      insensitiveText: { sqlType: 'varchar(40) character set utf8mb4 collate utf8mb4_general_ci' },
      paddedText: 'varchar(40) character set utf8mb4 collate utf8mb4_bin',
      async open() {
        const database = await freshDatabase(server);
        return { config: mysql(database.url), close: () => database.drop() };
      },
    },
  );
}
