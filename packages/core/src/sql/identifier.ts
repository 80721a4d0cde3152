/** What all engines agree on about names. */
import { QueryError } from '../errors';
import type { Dialect } from './dialect';
import type { TableReference } from './nodes/tree';

/** @throws QueryError for a name that no engine takes; how long one may be is the engine's to say */
export function checkIdentifier(identifier: string): void {
  if (identifier === '') throw new QueryError('An identifier is empty: give the table or column a name.');
  if (identifier.includes('\0')) throw new QueryError('An identifier holds a NUL character: no database takes that.');
}

/** `schema.table`, each quoted by itself: a point in a name is part of the name. */
export function qualifiedTable(dialect: Pick<Dialect, 'quote'>, { schema, name }: TableReference): string {
  return schema === undefined ? dialect.quote(name) : `${dialect.quote(schema)}.${dialect.quote(name)}`;
}
