/**
 * Text matches. `glob` and `instr` look at case, `like` does not (for the letters A to Z only: SQLite knows no
 * other alphabet's case without an extension). https://www.sqlite.org/lang_expr.html#the_like_glob_regexp_match_and_extract_operators
 */
import { QueryError, type MatchKind } from '@espalier/core/driver';

export function refuseRegularExpressions(): QueryError {
  return new QueryError(
    "SQLite has no regular expressions, so 'matches' is not possible here: use like, contains, startsWith or endsWith, or filter the rows in your code.",
  );
}

/** The value to bind for a match: itself for `instr`, else a pattern. */
export function matchPattern(match: MatchKind, insensitive: boolean, value: string): string {
  if (match === 'matches') throw refuseRegularExpressions();
  if (match === 'like') return insensitive ? checkedLike(value) : globOfLike(value);
  if (match === 'contains' && !insensitive) return value;
  const wildcard = insensitive ? '%' : '*';
  const literal = insensitive ? value.replace(/[!%_]/g, '!$&') : globLiteral(value);
  return (match === 'startsWith' ? '' : wildcard) + literal + (match === 'endsWith' ? '' : wildcard);
}

function globLiteral(text: string): string {
  return text.replace(/[*?[]/g, '[$&]');
}

const ESCAPED_OR_WILDCARD = /!([\s\S])|[%_*?[]/gu;

/** A `like` pattern with its escape ! as a `glob` pattern. */
function globOfLike(pattern: string): string {
  return checkedLike(pattern).replace(ESCAPED_OR_WILDCARD, (found: string, escaped: string | undefined) => {
    if (escaped !== undefined) return globLiteral(escaped);
    if (found === '%') return '*';
    return found === '_' ? '?' : globLiteral(found);
  });
}

/** @throws QueryError where the escape stands at the end, with nothing to escape: engines differ in what that means. */
function checkedLike(pattern: string): string {
  let end = pattern.length;
  while (end > 0 && pattern.charCodeAt(end - 1) === ESCAPE) end--;
  if ((pattern.length - end) % 2 === 1) {
    throw new QueryError("A like pattern ends with its escape character !: write !! for a '!' itself.");
  }
  return pattern;
}

const ESCAPE = '!'.charCodeAt(0);
