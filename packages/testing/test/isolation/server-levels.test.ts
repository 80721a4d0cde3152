/** Servers that give all transactions another level than the engine's own, or refuse to change rows that have changed since the snapshot. */
import { mysql } from '@espalier/mysql';
import { postgres } from '@espalier/postgres';
import {
  freshDatabase,
  startMariadb,
  testDatabases,
  type AvailableDatabase,
  type CaseGroup,
  type ComplianceTarget,
  type ThrowawayServer,
} from '@espalier/testing';
import { blocks } from '@espalier/testing/compliance/cases/blocks';
import { isolation } from '@espalier/testing/compliance/cases/isolation';
import { races, racesAtLevels } from '@espalier/testing/compliance/cases/races';
import { declareCompliance } from '@espalier/testing/compliance/suite';
import { connectToPostgres, withClient } from '@espalier/testing/servers/bare-client';
import { findMariadb } from '@espalier/testing/servers/binaries';
import { endedByOthers, refusedByOthers } from './snapshot-cases';

const framework = { describe, test, beforeAll, afterAll };
const requirements = {
  regularExpressions: true,
  arrays: false,
  concurrency: true,
  isolationLevels: true,
  setDefault: true,
  nativeEnums: true,
};
const groups = [blocks, races, racesAtLevels, isolation];

/** Hold only where no such level is asked for. */
const AT_THE_ENGINES_OWN_LEVEL = new Set([
  'a level that was not asked for costs no statement',
  'what a transaction of such a level did not read is written after it as if it had not been',
  // What comes after the call may meet a SerializationError, or a deadlock.
  'callers who change what failsafeAdd gave them do as well',
  'a race for one key ends with one row that every caller holds, and the rest of each unit of work is kept',
]);

function atServerLevel({ name, cases }: CaseGroup): CaseGroup {
  return {
    name,
    cases: Object.fromEntries(Object.entries(cases).filter(([title]) => !AT_THE_ENGINES_OWN_LEVEL.has(title))),
  };
}

function postgresAt(server: AvailableDatabase, level: string): ComplianceTarget {
  return {
    dialect: `PostgreSQL with default_transaction_isolation = ${level}`,
    requirements,
    async open() {
      const fresh = await freshDatabase(server);
      const name = new URL(fresh.url).pathname.slice(1);
      await withClient(connectToPostgres, fresh.url, (client) =>
        client.query(`alter database ${name} set default_transaction_isolation = '${level}'`),
      );
      return { config: postgres(fresh.url), close: () => fresh.drop() };
    },
  };
}

function mariadbWith(setting: string): ComplianceTarget {
  let server: ThrowawayServer;
  return {
    dialect: `MariaDB with ${setting}`,
    requirements,
    async open() {
      server = await startMariadb([setting]);
      return { config: mysql(server.url), close: () => server.stop() };
    },
  };
}

for (const server of testDatabases()) {
  if (server.dialect !== 'postgres' || server.url === undefined) continue;
  for (const level of ['repeatable read', 'serializable'])
    declareCompliance(framework, postgresAt(server, level), [...groups.map(atServerLevel), refusedByOthers]);
}

if (findMariadb()) {
  declareCompliance(framework, mariadbWith('--transaction-isolation=READ-COMMITTED'), groups);
  declareCompliance(framework, mariadbWith('--transaction-isolation=SERIALIZABLE'), groups.map(atServerLevel));
  declareCompliance(framework, mariadbWith('--innodb-snapshot-isolation=ON'), [
    ...groups.map(atServerLevel),
    refusedByOthers,
    endedByOthers,
  ]);
} else describe.skip('MariaDB with settings of its own: no binaries', () => test.todo('complies'));
