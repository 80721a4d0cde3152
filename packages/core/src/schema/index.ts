/** Entities → tables → SQL texts. Knows entities and what a dialect calls things, and sends nothing. */
export * from './table';
export { tablesOf } from './from-metadata';
export { creationOrder, type CreationOrder } from './order';
export { createStatements, createTables, dropStatements, dropSteps, type DropSteps, type SchemaDialect } from './ddl';
