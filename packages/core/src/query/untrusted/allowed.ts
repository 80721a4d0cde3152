/** What a filter or an order from outside may speak of, as a tree of names: everything else is refused. */
import { MetadataError, QueryError } from '../../errors';
import { connectedModels, type EntityModel, type EntityModels, type PropertyModel } from '../../metadata';
import { describeValue } from '../../describe-value';
import { propertyOf } from '../parse/names';

export interface AllowedName {
  /** From the entity that is asked for. */
  readonly path: string;
  readonly property: PropertyModel;
  readonly children: Map<string, AllowedName>;
  /** Whether it is allowed by itself, and not only the way to another one. */
  isAllowed: boolean;
}

export interface Allowed {
  readonly models: EntityModels;
  readonly model: EntityModel;
  readonly names: ReadonlyMap<string, AllowedName>;
  /** As they were given, for messages. */
  readonly paths: readonly string[];
}

/** @throws QueryError for paths that lead nowhere, and for hidden columns: these are mistakes of the program */
export function allowedOf(use: string, entityClass: unknown, allow: unknown): Allowed {
  const models = connectedModels(entityClass);
  if (!models) {
    const name = typeof entityClass === 'function' ? entityClass.name : describeValue(entityClass);
    throw new MetadataError(`${use}() takes an entity of a connection, got ${name}: call it after Espalier.connect.`);
  }
  const model = models.all.find((one) => one.entityClass === entityClass)!;
  if (!Array.isArray(allow))
    throw new QueryError(`${use}() takes the paths that are allowed: { allow: ['title', 'artist.name'] }.`);
  const names = new Map<string, AllowedName>();
  for (const path of allow as readonly unknown[]) {
    if (typeof path !== 'string') throw new QueryError(`'allow' of ${use}() lists paths, got ${describeValue(path)}.`);
    allowPath(use, { model, names }, path);
  }
  return { models, model, names, paths: allow as string[] };
}

function allowPath(
  use: string,
  { model, names }: { model: EntityModel; names: Map<string, AllowedName> },
  path: string,
): void {
  let [at, in_]: [Map<string, AllowedName>, EntityModel | undefined] = [names, model];
  let found: AllowedName | undefined;
  for (const name of path.split('.')) {
    if (!in_) throw new QueryError(`'allow' of ${use}() names ${path}, but ${found!.path} is no relation.`);
    const property = propertyOf(in_, name);
    if (property.kind === 'column' && property.column.hidden)
      throw new QueryError(
        `'allow' of ${use}() names ${path}, which is hidden: conditions on it would tell what it holds.`,
      );
    const known = at.get(name);
    found = known ?? { path: found ? `${found.path}.${name}` : name, property, children: new Map(), isAllowed: false };
    if (!known) at.set(name, found);
    at = found.children;
    in_ = property.kind === 'relation' ? property.relation.target : undefined;
  }
  const { property } = found!;
  if (property.kind === 'relation' && property.relation.kind !== 'belongsTo')
    throw new QueryError(`'allow' of ${use}() names ${path}, which no column holds: name properties of it.`);
  found!.isAllowed = true;
}
