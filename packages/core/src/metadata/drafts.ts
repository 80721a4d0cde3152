/** Where the drafts of classes are kept: by the class, or by the metadata object that standard decorators share with it. */
import { emptyDraft, type ClassDraft, type EntityOptions, type PropertyDraft } from './definition';

/** TypeScript gives standard decorators a metadata object only if this symbol exists when the class is made. */
const METADATA: symbol = (Symbol as { metadata?: symbol }).metadata ?? Symbol.for('Symbol.metadata');
if (!('metadata' in Symbol)) Object.defineProperty(Symbol, 'metadata', { value: METADATA });

const drafts = new WeakMap<object, ClassDraft>();

/** The draft of a class or of a metadata object; an empty one where nothing was said yet. */
export function draftOf(holder: object): ClassDraft {
  let draft = drafts.get(holder);
  if (!draft) drafts.set(holder, (draft = emptyDraft()));
  return draft;
}

/** What was said of this very class, by decorators of either kind and by `entity(…)`; undefined where nothing was. */
export function ownDraft(target: object): ClassDraft | undefined {
  const metadata = Object.getOwnPropertyDescriptor(target, METADATA)?.value as unknown;
  const standard = typeof metadata === 'object' && metadata !== null ? drafts.get(metadata) : undefined;
  const byClass = drafts.get(target);
  if (!standard || !byClass) return standard ?? byClass;
  const whole = emptyDraft();
  addDraft(whole, standard);
  addDraft(whole, byClass);
  return whole;
}

/** The draft of one property; an empty one where nothing was said yet. */
export function propertyOf({ properties }: ClassDraft, name: string): PropertyDraft {
  let property = properties.get(name);
  if (!property) properties.set(name, (property = { decorators: [] }));
  return property;
}

/** Adds what was said elsewhere of the same class. What is said in both places is noted, because one of them would be lost. */
export function addDraft(draft: ClassDraft, more: ClassDraft): void {
  for (const [name, { decorators, ...said }] of more.properties) {
    const property = propertyOf(draft, name);
    property.decorators.push(...decorators);
    Object.assign(property, said);
  }
  draft.indexes.push(...more.indexes);
  draft.checks.push(...more.checks);
  draft.misplaced.push(...more.misplaced);
  const twice = (what: string): void => {
    draft.misplaced.push({ property: undefined, complaint: `has two definitions of ${what}: leave one of them out.` });
  };
  if (more.timestamps && draft.timestamps) twice('its timestamps');
  draft.timestamps = more.timestamps ?? draft.timestamps;
  if (more.softDelete !== undefined && draft.softDelete !== undefined) twice('its soft deletion');
  draft.softDelete = more.softDelete ?? draft.softDelete;
  if (!more.entity) return;
  for (const option of optionsInBoth(draft.entity, more.entity)) twice(`its option '${option}'`);
  draft.entity = { ...draft.entity, ...more.entity };
}

function optionsInBoth(some: EntityOptions = {}, others: EntityOptions): string[] {
  return Object.keys(others).filter((option) => Object.hasOwn(some, option));
}
