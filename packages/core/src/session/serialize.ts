/** What `session.serialize` takes: an entity, or a list of entities that may be of several classes. */
import { QueryError } from '../errors';
import { modelOf, serializer, type SerializeOptions } from '../entities';
import type { EntityModel, EntityObject } from '../metadata';
import { describeValue } from '../query';

/** @throws QueryError for what is no entity */
export function serializeAll(given: object, options: SerializeOptions<unknown, unknown, unknown>): object {
  const serializers = new Map<EntityModel, (entity: EntityObject) => object>();
  const one = (entity: unknown): object => {
    const model = typeof entity === 'object' && entity !== null ? modelOf(entity) : undefined;
    if (!model) throw new QueryError(`serialize takes entities, got ${describeValue(entity)}.`);
    let serialize = serializers.get(model);
    if (!serialize) serializers.set(model, (serialize = serializer(model, options)));
    return serialize(entity as EntityObject);
  };
  return Array.isArray(given) ? given.map(one) : one(given);
}
