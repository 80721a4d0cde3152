/**
 * Decorators that work in both ways that TypeScript compiles them: legacy (`experimentalDecorators`) and standard (TC39).
 * Legacy decorators get the class's prototype; standard ones a context whose metadata object belongs to the class.
 */
import 'reflect-metadata';
import { emptyDraft, type ClassDraft, type PropertyDraft } from '../definition';

/** TypeScript gives standard decorators a metadata object only if this symbol exists when the class is made. */
const METADATA: symbol = (Symbol as { metadata?: symbol }).metadata ?? Symbol.for('Symbol.metadata');
if (!('metadata' in Symbol)) Object.defineProperty(Symbol, 'metadata', { value: METADATA });

type AnyClass = abstract new (...args: never[]) => object;

/** Decorates a property, in either way. */
export interface FieldDecorator {
  (value: undefined, context: ClassFieldDecoratorContext): void;
  (prototype: object, property: string | symbol): void;
}

/** Decorates a class, in either way. */
export type EntityDecorator = (target: AnyClass, context?: ClassDecoratorContext) => void;

const draftKey = Symbol('espalier.draft');
const legacyDrafts = new WeakMap<object, ClassDraft>();

interface StandardContext {
  readonly kind: string;
  readonly name?: string | symbol;
  readonly metadata?: Record<symbol, unknown>;
}

function isStandard(context: unknown): context is StandardContext {
  return typeof context === 'object' && context !== null && 'kind' in context;
}

export function fieldDecorator(write: (property: PropertyDraft, name: string) => void): FieldDecorator {
  return (target: object | undefined, context: unknown): void => {
    if (isStandard(context)) {
      const { kind, name } = context;
      if (kind !== 'field' && kind !== 'accessor') {
        throw new TypeError(`${String(name)} is a ${kind}: column and relation decorators belong on fields.`);
      }
      write(propertyOf(standardDraft(context), name), String(name));
      return;
    }
    const prototype = target!;
    const property = propertyOf(legacyDraft(prototype.constructor), context as string | symbol);
    property.designType ??= Reflect.getMetadata('design:type', prototype, context as string | symbol) as unknown;
    write(property, String(context));
  };
}

export function classDecorator(write: (draft: ClassDraft) => void): EntityDecorator {
  return (target: AnyClass, context?: ClassDecoratorContext): void => {
    write(isStandard(context) ? standardDraft(context) : legacyDraft(target));
  };
}

/** What the decorators of this very class said, in whichever way they were compiled; undefined where there are none. */
export function ownDraft(target: object): ClassDraft | undefined {
  const metadata = Object.getOwnPropertyDescriptor(target, METADATA)?.value as Record<symbol, unknown> | undefined;
  const standard = metadata && Object.hasOwn(metadata, draftKey) ? (metadata[draftKey] as ClassDraft) : undefined;
  return standard ?? legacyDrafts.get(target);
}

function propertyOf(draft: ClassDraft, name: string | symbol | undefined): PropertyDraft {
  if (typeof name !== 'string') throw new TypeError(`${String(name)} is a symbol: properties of entities have names.`);
  let property = draft.properties.get(name);
  if (!property) draft.properties.set(name, (property = {}));
  return property;
}

function standardDraft({ metadata }: StandardContext): ClassDraft {
  if (!metadata) {
    throw new TypeError(
      'Standard decorators need Symbol.metadata: import @espalier/core before the modules of the entities.',
    );
  }
  // A subclass's metadata inherits from its base's: each class has a draft of its own.
  if (!Object.hasOwn(metadata, draftKey)) metadata[draftKey] = emptyDraft();
  return metadata[draftKey] as ClassDraft;
}

function legacyDraft(target: object): ClassDraft {
  let draft = legacyDrafts.get(target);
  if (!draft) legacyDrafts.set(target, (draft = emptyDraft()));
  return draft;
}
