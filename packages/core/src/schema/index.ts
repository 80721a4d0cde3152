/** Entities → tables → SQL texts. Knows entities and what a dialect calls things, and sends nothing. */
export { createStatements, dropSteps } from './ddl';
