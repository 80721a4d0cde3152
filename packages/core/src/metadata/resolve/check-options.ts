/** Options of decorators: unknown names and values of the wrong kind, which the compiler lets through in JavaScript and in spread objects. */
import type {
  BelongsToOptions,
  CheckOptions,
  ColumnOptions,
  ElementOptions,
  EntityOptions,
  HasManyOptions,
  HasOneOptions,
  IndexOptions,
  ManyToManyInverseOptions,
  ManyToManyOptions,
  PrimaryKeyOptions,
  PropertyDraft,
  RelationDraft,
  TimestampsOptions,
  VersionOptions,
} from '../definition';
import { suggestion } from '../nearest';
import type { Problems } from '../problems';
import type { MergedDraft } from './merged-draft';

/** Says what a value must be, as the end of a sentence; undefined where it is that. */
type Rule = (value: unknown) => string | undefined;
type Rules<O> = Readonly<Record<keyof O, Rule>>;

const anything: Rule = () => undefined;
const text: Rule = (value) => (typeof value === 'string' ? undefined : 'must be a text');
const flag: Rule = (value) => (typeof value === 'boolean' ? undefined : 'must be true or false');
const callback: Rule = (value) => (typeof value === 'function' ? undefined : 'must be a function');
const amount: Rule = (value) => (typeof value === 'number' ? undefined : 'must be a number');
const sqlText: Rule = (value) =>
  typeof value === 'string' && value.trim() !== '' ? undefined : 'must be the text of an SQL expression';
const texts: Rule = (value) =>
  typeof value === 'string' || isTexts(value) ? undefined : 'must be a text or a list of texts';
const list: Rule = (value) => (isTexts(value) ? undefined : 'must be a list of texts');
const record: Rule = (value) =>
  typeof value === 'object' && value !== null ? undefined : 'must be a list or an object';
const nameOrFalse: Rule = (value) =>
  value === false || (typeof value === 'string' && value !== '')
    ? undefined
    : 'must be the name of a property, or false';
const textOrFalse: Rule = (value) =>
  value === false || typeof value === 'string' ? undefined : 'must be the name of a constraint, or false';
const textOrObject: Rule = (value) =>
  typeof value === 'string' || (typeof value === 'object' && value !== null)
    ? undefined
    : 'must be the name of a type or an object that describes one';

function oneOf(...allowed: readonly unknown[]): Rule {
  const names = allowed.map((value) => (typeof value === 'string' ? `'${value}'` : String(value)));
  return (value) => (allowed.includes(value) ? undefined : `must be ${names.join(' or ')}`);
}

function isTexts(value: unknown): boolean {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}

const CASCADES = ['persist', 'delete'];
const cascade: Rule = (value) =>
  typeof value === 'boolean' || (Array.isArray(value) && value.every((item) => CASCADES.includes(item as string)))
    ? undefined
    : "must be true, false or a list of 'persist' and 'delete'";
const action = oneOf('cascade', 'restrict', 'set null', 'set default', 'no action');
const through: Rule = (value) =>
  typeof value === 'string' || typeof value === 'function'
    ? undefined
    : 'must be the name of a table, or () => the entity that is mapped on it';

const ELEMENT: Rules<ElementOptions> = {
  type: textOrObject,
  length: amount,
  precision: amount,
  scale: amount,
  values: record,
  native: flag,
  enumName: text,
  as: oneOf('date', 'string'),
  zone: flag,
};

const COLUMN: Rules<ColumnOptions> = {
  ...ELEMENT,
  name: text,
  nullable: flag,
  unique: flag,
  default: anything,
  databaseDefault: anything,
  onUpdate: callback,
  initialize: oneOf('access', 'flush'),
  of: textOrObject,
  hidden: flag,
  updatable: flag,
  groups: list,
  deferred: flag,
  generated: anything,
  transform: record,
  comment: text,
};

const KEY: Rules<PrimaryKeyOptions> = {
  name: text,
  type: textOrObject,
  default: anything,
  length: amount,
  precision: amount,
  scale: amount,
  as: oneOf('date', 'string'),
  zone: flag,
  transform: record,
  values: record,
  native: flag,
  enumName: text,
  hidden: flag,
  constraint: text,
  comment: text,
  generated: oneOf('identity', 'sequence', 'uuid', 'uuidv7', false),
};

const VERSION: Rules<VersionOptions> = { name: text, comment: text };

const BELONGS_TO: Rules<BelongsToOptions> = {
  column: text,
  columns: list,
  inverse: text,
  nullable: flag,
  unique: flag,
  onDelete: action,
  onUpdate: action,
  constraint: textOrFalse,
  deferrable: oneOf(true, false, 'immediate', 'deferred'),
  updatable: flag,
  cascade,
};

const HAS_ONE: Rules<HasOneOptions> = { cascade, orphanRemoval: flag };
const HAS_MANY: Rules<HasManyOptions> = { ...HAS_ONE, orderBy: texts };
const MANY_TO_MANY_INVERSE: Rules<ManyToManyInverseOptions> = { orderBy: texts, cascade };
const MANY_TO_MANY: Rules<ManyToManyOptions> = {
  ...MANY_TO_MANY_INVERSE,
  through,
  from: texts,
  to: texts,
  onDelete: oneOf('cascade', 'restrict', 'no action'),
};

const ENTITY: Rules<EntityOptions> = {
  table: text,
  schema: text,
  database: text,
  repository: callback,
  comment: text,
  readOnly: flag,
};

const TIMESTAMPS: Rules<TimestampsOptions> = { createdAt: nameOrFalse, updatedAt: nameOrFalse };
const INDEX: Rules<IndexOptions> = { name: text, where: sqlText, expression: sqlText, using: text };
const CHECK: Rules<CheckOptions> = { name: text };

/**
 * Notes every option that no decorator has, or whose value is of the wrong kind.
 * @returns the draft without these, so that one mistake makes no others
 */
export function withKnownOptions(problems: Problems, draft: MergedDraft): MergedDraft {
  const entity = draft.name;
  const clean = <O extends object>(decorator: string, options: O, rules: Rules<object>): O =>
    known({ problems, entity, property: undefined, decorator }, options, rules);
  const properties = new Map<string, PropertyDraft>();
  for (const [property, held] of draft.properties) {
    properties.set(property, cleanProperty(problems, { entity, property }, held));
  }
  return {
    ...draft,
    entity: clean('Entity', draft.entity, ENTITY),
    timestamps: draft.timestamps && clean('Timestamps', draft.timestamps, TIMESTAMPS),
    indexes: draft.indexes.map((index) => ({
      ...index,
      options: clean(index.unique ? 'Unique' : 'Index', index.options, INDEX),
    })),
    checks: draft.checks.map((check) => ({ ...check, options: clean('Check', check.options, CHECK) })),
    properties,
  };
}

function cleanProperty(
  problems: Problems,
  place: { entity: string; property: string },
  draft: PropertyDraft,
): PropertyDraft {
  const { column, key, version, relation } = draft;
  const clean = <O extends object>(decorator: string, options: O, rules: Rules<object>): O =>
    known({ problems, ...place, decorator }, options, rules);
  const cleaned: PropertyDraft = { ...draft };
  if (column !== undefined) {
    cleaned.column = clean('Column', column, COLUMN);
    if (typeof cleaned.column.of === 'object') {
      cleaned.column = { ...cleaned.column, of: clean('Column', cleaned.column.of, ELEMENT) };
    }
  }
  if (key !== undefined) cleaned.key = clean('PrimaryKey', key, KEY);
  if (version !== undefined) cleaned.version = clean('Version', version, VERSION);
  if (relation) {
    const [decorator, rules] = rulesOf(relation);
    const options: object = clean(decorator, relation.options, rules);
    cleaned.relation = { ...relation, options };
  }
  return cleaned;
}

function rulesOf(relation: RelationDraft): [decorator: string, rules: Rules<object>] {
  switch (relation.kind) {
    case 'belongsTo':
      return ['BelongsTo', BELONGS_TO];
    case 'hasMany':
      return ['HasMany', HAS_MANY];
    case 'hasOne':
      return ['HasOne', HAS_ONE];
    case 'manyToMany':
      return ['ManyToMany', relation.inverse === undefined ? MANY_TO_MANY : MANY_TO_MANY_INVERSE];
  }
}

interface Place {
  readonly problems: Problems;
  readonly entity: string;
  readonly property: string | undefined;
  readonly decorator: string;
}

function known<O extends object>(
  { problems, entity, property, decorator }: Place,
  options: O,
  rules: Rules<object>,
): O {
  const byName: Readonly<Record<string, Rule>> = rules;
  if (typeof (options as unknown) !== 'object' || (options as unknown) === null || Array.isArray(options)) {
    const names = Object.keys(byName).join(', ');
    problems.add(entity, property, `the options of @${decorator} must be an object: ${names}.`);
    return {} as O;
  }
  const found: [string, unknown][] = [];
  for (const [name, value] of Object.entries(options)) {
    if (!Object.hasOwn(byName, name)) {
      const remedy = suggestion(name, Object.keys(byName));
      problems.add(entity, property, `@${decorator} has no option ${JSON.stringify(name)}: ${remedy}`);
      continue;
    }
    const refusal = value === undefined ? undefined : byName[name]!(value);
    if (refusal === undefined) found.push([name, value]);
    else problems.add(entity, property, `the option '${name}' of @${decorator} ${refusal}.`);
  }
  return Object.fromEntries(found) as O;
}
