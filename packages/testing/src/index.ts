/** The public face of @espalier/testing: database servers for a test run, and a record of the statements sent. */
export { databaseServers, type DatabaseServers } from './servers/database-servers';
export { freshDatabase, type FreshDatabase } from './servers/fresh-database';
export { startMariadb } from './servers/mariadb-server';
export { startPostgres } from './servers/postgres-server';
export {
  testDatabases,
  type AvailableDatabase,
  type SkippedDatabase,
  type TestDatabase,
  type TestDialect,
} from './servers/test-database';
export { TestServerError } from './servers/test-server-error';
export type { ThrowawayServer } from './servers/throwaway-server';
export { recordStatements, type StatementEvent, type StatementRecord, type StatementSource } from './statements';
export {
  compliance,
  type CaseGroup,
  type ComplianceContext,
  type ComplianceTarget,
  type Requirements,
  type TestFramework,
} from './compliance';
