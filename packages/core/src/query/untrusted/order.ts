/** Orders from outside: `-price,title`, or an array of such names. */
import { describeValue } from '../../describe-value';
import { orderNodes } from '../parse/order';
import { allowedOf } from './allowed';
import { clientError } from './client-error';

/** @throws QueryError for names that are not allowed or come twice, told to the client; and for an `allow` that cannot be meant */
export function orderFrom(entityClass: unknown, untrusted: unknown, { allow }: { allow: readonly string[] }): string[] {
  const { model, paths } = allowedOf('parseOrder', entityClass, allow);
  // Mistakes of the program: there is no order by a to-many relation.
  orderNodes(model, paths);
  if (untrusted === undefined || untrusted === null || untrusted === '') return [];
  const given: unknown[] =
    typeof untrusted === 'string'
      ? untrusted.split(',')
      : Array.isArray(untrusted)
        ? (untrusted as unknown[])
        : [untrusted];
  const seen = new Set<string>();
  return given.map((one) => {
    if (typeof one !== 'string')
      throw clientError(model, 'order', `takes names to sort by, got ${describeValue(one)}.`);
    const name = one.startsWith('-') ? one.slice(1) : one;
    if (!paths.includes(name))
      throw clientError(model, name, `is not allowed in this order. Allowed: ${paths.join(', ')}.`);
    if (seen.has(name)) throw clientError(model, name, 'stands in this order twice.');
    seen.add(name);
    return one;
  });
}
