/** Entities → plain data of a form that the program says: `session.serialize`. */
import { QueryError } from '../errors';
import type { EntityModel, EntityObject, PropertyModel } from '../metadata';
import { askedBy, defaultColumns, describeValue, isPlainObject, propertyOf, withPaths, type Asked } from '../query';
import { notLoaded } from './not-loaded';
import { plainOf, type Form } from './plain';
import { recordOf, UNREAD } from './record';

/** What `session.serialize` takes after the entities. */
export interface SerializeOptions<I, O, M> {
  /** The relations that are written, by paths such as 'tracks.genres'; they are loaded. Default: those that were asked for of the entity. */
  include?: I;
  /** The properties that are written, and no others: 'title', 'artist.name'. */
  only?: O;
  /** Properties that are left out: 'notes', 'artist.country'. */
  omit?: M;
  /** Columns that have groups are written where one of these is among them. Default: all columns. */
  groups?: readonly string[];
}

type Given = SerializeOptions<unknown, unknown, unknown>;

/** A function that writes entities of this model. @throws QueryError for names that are no properties, or hidden */
export function serializer(model: EntityModel, options: Given): (entity: EntityObject) => object {
  checkOptions(model, options);
  const form = new NamedForm({
    only: options.only === undefined ? undefined : namesOf(model, 'only', options.only),
    omit: namesOf(model, 'omit', options.omit ?? []),
    groups: options.groups && new Set(textsOf(model, 'groups', options.groups)),
  });
  const { include } = options;
  const tree =
    include === undefined ? undefined : withPaths(new Map(), model, { paths: textsOf(model, 'include', include) });
  const relations = tree && askedBy(tree, true);
  return (entity) => {
    const asked = recordOf(entity)?.asked;
    assertRead(entity, model);
    return plainOf(entity, model, { form, asked: relations && within(asked, relations) });
  };
}

/** Relations as they are included, and of those that were asked for the columns that they were asked for with. */
function within(before: Asked | undefined, { relations: included }: Asked): Asked {
  const relations = new Map<string, Asked>();
  for (const [property, below] of included) relations.set(property, within(before?.relations.get(property), below));
  return { columns: before?.columns, relations, hidesMarked: before?.hidesMarked ?? true, isBorn: false };
}

/** @throws NotLoadedError for a reference of which nothing but its key was read */
function assertRead(entity: EntityObject, model: EntityModel): void {
  const record = recordOf(entity);
  if (!record?.partial || record.asked) return;
  const unread = defaultColumns(model).find(({ index }) => record.snapshot?.[index] === UNREAD);
  if (unread) throw notLoaded(model, unread.property);
}

interface Names {
  readonly own: Set<string>;
  readonly below: Map<string, Names>;
}

interface Said {
  readonly only: Names | undefined;
  readonly omit: Names | undefined;
  readonly groups: ReadonlySet<string> | undefined;
}

class NamedForm implements Form {
  constructor(private readonly said: Said) {}

  shows(name: string, held: PropertyModel): boolean {
    const { only, omit, groups } = this.said;
    if (only && !only.own.has(name)) return false;
    if (omit?.own.has(name)) return false;
    if (!groups || held.kind === 'relation' || held.column.groups.length === 0) return true;
    return held.column.groups.some((group) => groups.has(group));
  }

  names(name: string): boolean {
    return this.said.only?.own.has(name) ?? false;
  }

  below(name: string): NamedForm {
    const { only, omit, groups } = this.said;
    return new NamedForm({ only: only?.below.get(name), omit: omit?.below.get(name), groups });
  }
}

/** Dotted names as a tree: `only` names the relations on the way too, `omit` does not. */
function namesOf(model: EntityModel, option: 'only' | 'omit', given: unknown): Names {
  const root: Names = { own: new Set(), below: new Map() };
  for (const path of textsOf(model, option, given)) {
    let at = root;
    let owner = model;
    const steps = path.split('.');
    steps.forEach((step, i) => {
      const held = propertyOf(owner, step);
      const isLast = i === steps.length - 1;
      if (held.kind === 'column' && (!isLast || (option === 'only' && held.column.hidden))) {
        const reason = isLast ? 'is hidden, and never written' : 'is a column: a path cannot go on after it';
        throw new QueryError(`${owner.name}.${step} ${reason}.`, { entity: owner.name, property: step });
      }
      if (isLast || option === 'only') at.own.add(step);
      if (isLast || held.kind === 'column') return;
      const next = at.below.get(step) ?? { own: new Set<string>(), below: new Map<string, Names>() };
      at.below.set(step, next);
      at = next;
      owner = held.relation.target;
    });
  }
  return root;
}

function textsOf(model: EntityModel, option: keyof Given, given: unknown): readonly string[] {
  if (Array.isArray(given) && given.every((name) => typeof name === 'string')) return given;
  throw new QueryError(`${option} of session.serialize is a list of texts, got ${describeValue(given)}.`, {
    entity: model.name,
  });
}

const OPTIONS = ['include', 'only', 'omit', 'groups'];

function checkOptions(model: EntityModel, options: unknown): void {
  const stranger = isPlainObject(options) ? Object.keys(options).find((name) => !OPTIONS.includes(name)) : undefined;
  if (isPlainObject(options) && stranger === undefined) return;
  const got = stranger === undefined ? describeValue(options) : `an option ${JSON.stringify(stranger.slice(0, 60))}`;
  throw new QueryError(`session.serialize takes { include, only, omit, groups }, got ${got}.`, { entity: model.name });
}
