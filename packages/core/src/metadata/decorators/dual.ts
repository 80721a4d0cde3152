/**
 * Decorators that work in both ways that TypeScript compiles them: legacy (`experimentalDecorators`) and standard (TC39).
 * Legacy decorators get the class's prototype; standard ones a context whose metadata object belongs to the class.
 */
import 'reflect-metadata';
import { MetadataError } from '../../errors';
import type { ClassDraft } from '../definition';
import type { EntityClass } from '../entity-model';
import { draftOf, propertyOf } from '../drafts';
import { addToProperty, ON_A_FIELD, ON_A_METHOD, type PropertyDefinition } from '../property-definition';

/** Decorates a property, in either way. */
export interface FieldDecorator {
  (value: undefined, context: ClassFieldDecoratorContext): void;
  (prototype: object, property: string | symbol): void;
}

/** Decorates a class, in either way. */
export type EntityDecorator = (target: EntityClass, context?: ClassDecoratorContext) => void;

interface StandardContext {
  readonly kind: string;
  readonly name?: string | symbol;
  readonly static?: boolean;
  readonly private?: boolean;
  readonly metadata?: object;
}

function isStandard(context: unknown): context is StandardContext {
  return typeof context === 'object' && context !== null && 'kind' in context;
}

export function fieldDecorator(definition: PropertyDefinition): FieldDecorator {
  return (target: unknown, context: unknown, descriptor?: unknown): void => {
    const place = isStandard(context) ? standardPlace(context) : legacyPlace(target as object, context, descriptor);
    const { draft, name, complaint } = place;
    if (complaint !== undefined) {
      draft.misplaced.push({ property: String(name), complaint: `@${definition.decorator} ${complaint}` });
      return;
    }
    const property = propertyOf(draft, String(name));
    if (!isStandard(context)) {
      property.designType ??= Reflect.getMetadata('design:type', target as object, String(name)) as unknown;
    }
    addToProperty(property, definition);
  };
}

export function classDecorator(write: (draft: ClassDraft) => void): EntityDecorator {
  return (target, context) => {
    write(isStandard(context) ? standardDraft(context) : draftOf(target));
  };
}

interface Place {
  readonly draft: ClassDraft;
  readonly name: unknown;
  /** Why no property can be described here. */
  readonly complaint: string | undefined;
}

function standardPlace(context: StandardContext): Place {
  const { kind, name } = context;
  let complaint: string | undefined;
  if (kind !== 'field') complaint = `${ON_A_FIELD}, and this is of the kind '${kind}': declare a field instead.`;
  else if (context.static) complaint = `${ON_A_FIELD}, and this field is static: remove 'static'.`;
  else if (context.private)
    complaint = `${ON_A_FIELD}, and no one can fill a private one: write 'private' instead of '#'.`;
  return { draft: standardDraft(context), name, complaint: complaint ?? complaintOfName(name) };
}

function legacyPlace(target: object, name: unknown, descriptor: unknown): Place {
  if (typeof target === 'function') {
    return { draft: draftOf(target), name, complaint: `${ON_A_FIELD}, and this field is static: remove 'static'.` };
  }
  const draft = draftOf(target.constructor);
  // Methods and accessors come with their descriptor.
  if (descriptor !== undefined) {
    return { draft, name, complaint: ON_A_METHOD };
  }
  return { draft, name, complaint: complaintOfName(name) };
}

function complaintOfName(name: unknown): string | undefined {
  return typeof name === 'string'
    ? undefined
    : `${ON_A_FIELD} that has a name, and this one has a symbol: give it a name.`;
}

/** A subclass's metadata inherits from its base's, but each class has a draft of its own. */
function standardDraft({ metadata }: StandardContext): ClassDraft {
  if (metadata) return draftOf(metadata);
  throw new MetadataError(
    'Standard decorators need Symbol.metadata when the class is made: import @espalier/core before the modules of the entities.',
  );
}
