/**
 * Names that a bundler gave to classes. Tables and join columns that were named after them would be other ones with the next build, so they
 * are refused. A name of one or two characters that begins with a small letter, `_` or `$` is taken for minified, because classes are written
 * with a capital. `_Album` is what esbuild calls a class `Album` that names itself, and `Album$1` what Rollup calls the second class of a name.
 * `A`, `Ad` and `Tag` are names like any other, except beside a minified one: then the first two are refused as well.
 */
import type { ManyToManyOptions } from '../definition';
import type { Building } from './building';

const MINIFIED = /^[\p{Ll}_$][\p{L}\p{N}_$]?$/u;
const RENAMED = /^_\p{Lu}|\$\d+$/u;
const SHORT = /^.{1,2}$/su;

const KEEP = 'keep the names of classes when you bundle (esbuild: --keep-names)';

export function checkMinifiedNames({ drafts, models, problems }: Building): void {
  const isMinified = minifiedAmong([...drafts.values()].map(({ name }) => name));
  for (const [entityClass, { name, entity, properties }] of drafts) {
    if (entity.table === undefined && isMinified(name)) {
      problems.add(
        name,
        undefined,
        `its table would be named after the class, and '${name}' looks like a name that a bundler made: ${KEEP}, or write @Entity({ table: '…' }).`,
      );
    }
    for (const relation of models.get(entityClass)!.relations) {
      const drafted = properties.get(relation.property)?.relation;
      if (drafted?.kind !== 'manyToMany' || drafted.inverse !== undefined) continue;
      const minified = namesOfJoin(drafted.options, name, relation.target.name).find(isMinified);
      if (minified === undefined) continue;
      problems.add(
        name,
        relation.property,
        `a column of its join table would be named after the class '${minified}', which looks like a name that a bundler made: ${KEEP}, or name the columns by 'from' and 'to'.`,
      );
    }
  }
}

/** The names of classes that columns of a join table are made of. */
function namesOfJoin({ through, from, to }: ManyToManyOptions, owner: string, target: string): string[] {
  if (typeof through === 'function') return [];
  return [...(from === undefined ? [owner] : []), ...(to === undefined ? [target] : [])];
}

function minifiedAmong(names: readonly string[]): (name: string) => boolean {
  const any = names.some((name) => MINIFIED.test(name));
  return (name) => MINIFIED.test(name) || RENAMED.test(name) || (any && SHORT.test(name));
}
