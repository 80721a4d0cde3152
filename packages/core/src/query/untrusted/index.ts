/** What comes from clients: query strings and JSON bodies. */
import type { EntityClass } from '../../metadata';
import type { Criterion } from '../types/filters';
import type { ColumnPath, OrderPath } from '../types/paths';
import type { FilterOperator } from '../types/untrusted';
import { filterFrom } from './filter';
import { orderFrom } from './order';

/**
 * A condition of untrusted data: a query string (`'price[lt]=5&artist.name=Davis'`, also as URLSearchParams), or a parsed one or JSON body
 * (`{ "price": { "lt": "5" }, "or": [{ "title": "x" }, …] }`). Values are read by the types of their columns. `undefined` and `null` give `{}`. Types are those of
 * the connection that listed the class last.
 *
 * @param options `allow`: the columns and to-one relations that may be compared, by paths; one behind to-many relations is met by any related row.
 * `operators`: for some of them, those that are allowed. Default: all but `like`, `ilike` and `matches`. `ignore`: other names of a query string, as of pages.
 * @throws QueryError of the audience 'client' for all that is not allowed or cannot be read, and for more than 100 conditions; of the audience 'developer' for
 * paths that lead nowhere or to hidden columns. @throws MetadataError for a class that is no entity of a connection
 */
export function parseFilter<T extends object, P extends string>(
  entityClass: EntityClass<T>,
  untrusted: unknown,
  options: {
    allow: readonly ColumnPath<T, P>[];
    operators?: Readonly<Partial<Record<P, readonly FilterOperator[]>>>;
    ignore?: readonly string[];
  },
): Criterion<T> {
  return filterFrom(entityClass, untrusted, options);
}

/**
 * What `orderBy` takes, of untrusted data: `'-price,title'`, or an array of such names. `undefined`, `null` and an empty text are no order.
 *
 * @param options `allow`: what may be sorted by, each in both directions
 * @throws QueryError of the audience 'client' for other names and for one that comes twice. @throws MetadataError for a class that is no entity of a
 * connection
 */
export function parseOrder<T extends object, P extends string>(
  entityClass: EntityClass<T>,
  untrusted: unknown,
  options: { allow: readonly OrderPath<T, P>[] },
): (P | `-${P}`)[] {
  return orderFrom(entityClass, untrusted, options) as (P | `-${P}`)[];
}
