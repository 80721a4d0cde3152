/** Entities → tables → SQL texts, and tables beside those that are there. Knows entities and what a dialect calls things, and sends nothing by itself. */
export { checkTables } from './check';
export { createStatements, dropSteps } from './ddl';
export { sortFindings, type SchemaFinding, type SchemaFindingKind } from './finding';
export { tablesOf } from './from-metadata';
