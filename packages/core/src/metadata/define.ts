/** A definition given to `entity(…)` → what the decorators would have written into the draft of the class. */
import { MetadataError } from '../errors';
import {
  emptyDraft,
  type CheckOptions,
  type ClassDraft,
  type EntityOptions,
  type IndexOptions,
  type TimestampsOptions,
} from './definition';
import { addDraft, draftOf, propertyOf } from './drafts';
import { suggestion } from './nearest';
import { addToProperty, ON_A_METHOD, PropertyDefinition, versionDefinition } from './property-definition';

/** An index: its property, its properties, or these and options. */
export type IndexEntry =
  string | readonly string[] | (IndexOptions & { readonly properties?: string | readonly string[] });

/** A check: its condition as SQL, or that and options. */
export type CheckEntry = string | (CheckOptions & { readonly expression: string });

/** What is said of a property: one definition, or several where it would have several decorators. */
export type PropertyEntry = PropertyDefinition | readonly PropertyDefinition[];

/** What `entity(…)` takes, as it is at run time. */
export interface ClassDefinition extends EntityOptions {
  timestamps?: boolean | TimestampsOptions;
  softDelete?: boolean | string;
  version?: boolean | string;
  indexes?: readonly IndexEntry[];
  uniques?: readonly IndexEntry[];
  checks?: readonly CheckEntry[];
  properties?: Readonly<Record<string, PropertyEntry | undefined>>;
}

/** The options of `@Entity`; the others are of decorators of their own. */
const ENTITY_OPTIONS: Readonly<Record<keyof EntityOptions, true>> = {
  table: true,
  schema: true,
  database: true,
  repository: true,
  comment: true,
  readOnly: true,
};

const OTHERS: Readonly<Record<Exclude<keyof ClassDefinition, keyof EntityOptions>, true>> = {
  timestamps: true,
  softDelete: true,
  version: true,
  indexes: true,
  uniques: true,
  checks: true,
  properties: true,
};

/**
 * Adds a definition to what was said of the class. Mistakes in it are noted, and told by `Espalier.connect` with all others.
 *
 * @param caller `entity`, or the function that defines a base without a table
 * @throws MetadataError where there is no class to note them with
 */
export function defineClass(
  caller: 'entity' | 'mappedSuperclass',
  entityClass: unknown,
  definition: ClassDefinition,
): void {
  if (typeof entityClass !== 'function') {
    const given = entityClass === null ? 'null' : typeof entityClass;
    throw new MetadataError(
      `${caller}(…) takes a class and its definition, got ${given} for the class: write ${caller}(Album, { … }) after the class, and look for modules that import one another.`,
    );
  }
  const draft = emptyDraft();
  if (typeof (definition as unknown) === 'object' && (definition as unknown) !== null) {
    noteUnknown(caller, draft, definition);
    addClassOptions(caller, draft, definition);
    addProperties(draft, definition.properties ?? {}, entityClass.prototype as object);
  } else complain(draft, `the definition that ${caller}(…) takes must be an object: { table, properties: { … } }.`);
  if (caller === 'entity') draft.entity ??= {};
  addDraft(draftOf(entityClass), draft);
}

function complain({ misplaced }: ClassDraft, complaint: string, property?: string): void {
  misplaced.push({ property, complaint });
}

function noteUnknown(caller: string, draft: ClassDraft, definition: ClassDefinition): void {
  const known = Object.keys(caller === 'entity' ? { ...ENTITY_OPTIONS, ...OTHERS } : OTHERS);
  for (const [name, value] of Object.entries(definition)) {
    if (known.includes(name) || value === undefined) continue;
    if (Object.hasOwn(ENTITY_OPTIONS, name))
      complain(
        draft,
        `mappedSuperclass(…) has no option '${name}', because it has no table: give it to each entity(…).`,
      );
    else complain(draft, `${caller}(…) has no option '${name}': ${suggestion(name, known)}`);
  }
}

function addClassOptions(caller: string, draft: ClassDraft, definition: ClassDefinition): void {
  const { timestamps = false, softDelete = false, version = false, indexes, uniques, checks } = definition;
  const lock: unknown = version === true ? 'version' : version;
  if (caller === 'entity') {
    draft.entity = Object.fromEntries(
      Object.entries(definition).filter(([name, value]) => Object.hasOwn(ENTITY_OPTIONS, name) && value !== undefined),
    );
  }
  if (timestamps !== false) draft.timestamps = timestamps === true ? {} : timestamps;
  if (softDelete !== false) draft.softDelete = softDelete === true ? 'deletedAt' : softDelete;
  if (typeof lock === 'string') addToProperty(propertyOf(draft, lock), versionDefinition({}));
  else if (lock !== false) complain(draft, "the option 'version' must be true or the name of a property.");
  for (const entry of entriesOf(draft, 'indexes', indexes)) addIndex(draft, entry, false);
  for (const entry of entriesOf(draft, 'uniques', uniques)) addIndex(draft, entry, true);
  for (const entry of entriesOf(draft, 'checks', checks)) {
    if (typeof entry === 'string') draft.checks.push({ expression: entry, options: {} });
    else {
      const { expression, ...options } = entry;
      draft.checks.push({ expression, options });
    }
  }
}

/** The entries of a list; none, and a complaint, where it is no list or has entries of another kind. */
function entriesOf<E extends string | object>(
  draft: ClassDraft,
  option: string,
  given: readonly E[] = [],
): readonly E[] {
  const isEntry = (entry: unknown): boolean =>
    typeof entry === 'string' || (typeof entry === 'object' && entry !== null);
  if (isList(given) && given.every(isEntry)) return given;
  complain(
    draft,
    option === 'checks'
      ? "the option 'checks' must be a list of SQL conditions: ['price > 0']."
      : `the option '${option}' must be a list with an entry for each of them: ['title', ['title', 'artist']].`,
  );
  return [];
}

function addIndex({ indexes }: ClassDraft, entry: IndexEntry, unique: boolean): void {
  if (typeof entry === 'string') indexes.push({ properties: [entry], unique, options: {} });
  else if (isList(entry)) indexes.push({ properties: entry, unique, options: {} });
  else {
    const { properties = [], ...options } = entry;
    indexes.push({ properties: typeof properties === 'string' ? [properties] : properties, unique, options });
  }
}

function isList<E>(entry: readonly E[] | object): entry is readonly E[] {
  return Array.isArray(entry);
}

function addProperties(draft: ClassDraft, properties: unknown, prototype: object): void {
  if (typeof properties !== 'object' || properties === null || Array.isArray(properties)) {
    complain(draft, "the option 'properties' must be an object: { id: primaryKey(), title: column('text') }.");
    return;
  }
  for (const [name, entry] of Object.entries(properties) as [string, unknown][]) {
    if (entry === undefined) continue;
    for (const definition of Array.isArray(entry) ? (entry as unknown[]) : [entry]) {
      const complaint = complaintOfDefinition(definition, name, prototype);
      if (complaint !== undefined) complain(draft, complaint, name);
      else addToProperty(propertyOf(draft, name), definition as PropertyDefinition);
    }
  }
}

function complaintOfDefinition(definition: unknown, name: string, prototype: object): string | undefined {
  if (!(definition instanceof PropertyDefinition))
    return "its entry in 'properties' is not a definition: write column(…), primaryKey(…), belongsTo(…) or another function of @espalier/core/define.";
  return Object.getOwnPropertyDescriptor(prototype, name) ? `@${definition.decorator} ${ON_A_METHOD}` : undefined;
}
