/** What can be said of a draft by itself: misplaced decorators, decorators that do not go together, options. */
import type { PropertyDraft } from '../definition';
import type { Problems } from '../problems';
import { withKnownOptions } from './check-options';
import type { MergedDraft } from './merged-draft';

/** @returns the draft without the options that are mistakes */
export function checkDraft(problems: Problems, draft: MergedDraft): MergedDraft {
  const { name, entityBase, misplaced, properties } = draft;
  if (name === '') problems.add('An entity', undefined, 'has a class without a name: name the class.');
  if (entityBase !== undefined) {
    problems.add(
      name,
      undefined,
      `extends ${entityBase}, which is an entity itself: put what both share into an abstract class without @Entity(), and extend that.`,
    );
  }
  for (const { property, complaint } of misplaced) problems.add(name, property, complaint);
  for (const [property, held] of properties) {
    const complaint = complaintOfDecorators(held);
    if (complaint !== undefined) problems.add(name, property, complaint);
  }
  return withKnownOptions(problems, draft);
}

/** A property has one decorator; a key may be a relation as well. */
function complaintOfDecorators({ decorators, relation, key }: PropertyDraft): string | undefined {
  if (decorators.length < 2) return undefined;
  const [first = '', second = ''] = decorators;
  if (
    decorators.length === 2 &&
    relation?.kind === 'belongsTo' &&
    first !== second &&
    decorators.includes('PrimaryKey')
  ) {
    return Object.keys(key ?? {}).length === 0
      ? undefined
      : 'takes its key columns from the relation: leave the options of @PrimaryKey out, and name the columns by those of @BelongsTo.';
  }
  const all = decorators.map((decorator) => `@${decorator}`).join(' and ');
  if (decorators.includes('PrimaryKey') && relation)
    return `has ${all}: only a @BelongsTo relation can be part of a key.`;
  if (relation && decorators.includes('Column')) {
    return `has ${all}: a relation makes its own columns; leave @Column out, and name them by 'column'.`;
  }
  return `has ${all}: leave one of them out, and give its options to the other.`;
}
