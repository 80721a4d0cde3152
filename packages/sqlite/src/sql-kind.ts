/** What a statement does, seen by its first word: which of the client's calls it needs, and whether it changes the transaction. */

const LEADING = /^(?:\s+|--[^\n]*(?:\n|$)|\/\*[\s\S]*?\*\/)*/;

/** The first word in lower case, comments before it left out. */
export function firstWord(sql: string): string {
  const start = LEADING.exec(sql)![0].length;
  return /^[a-z]*/i.exec(sql.slice(start, start + 16))![0].toLowerCase();
}

const QUERIES: ReadonlySet<string> = new Set(['select', 'values', 'pragma', 'explain']);
const WRITES: ReadonlySet<string> = new Set(['insert', 'replace', 'update', 'delete']);
const WRITE_IN_CTE = /\b(?:insert\s+into|replace\s+into|update|delete\s+from)\b/i;
const RETURNING = /\breturning\b/i;
const QUOTED_OR_COMMENT = /'(?:[^']|'')*'|"(?:[^"]|"")*"|`(?:[^`]|``)*`|\[[^\]]*\]|--[^\n]*|\/\*[\s\S]*?\*\//g;

/** Whether the statement only looks, as far as its text tells. */
export function isQuery(sql: string): boolean {
  const word = firstWord(sql);
  return QUERIES.has(word) || (word === 'with' && !contains(sql, WRITE_IN_CTE));
}

/** Whether the statement writes rows, so that a number of changed rows means something. */
export function changesRows(sql: string): boolean {
  const word = firstWord(sql);
  return WRITES.has(word) || (word === 'with' && contains(sql, WRITE_IN_CTE));
}

/** Whether a statement of unknown columns gives rows. */
export function givesRows(sql: string): boolean {
  return isQuery(sql) || contains(sql, RETURNING);
}

const TRIGGER = /^create\s+(?:temp\s+|temporary\s+)?trigger\b/i;

/** Whether another statement follows the first one: the client would run one of them and say nothing of the others. The body of a trigger is not one. */
export function hasMoreStatements(sql: string): boolean {
  if (!sql.includes(';')) return false;
  const text = sql.replace(QUOTED_OR_COMMENT, ' ').trim();
  if (TRIGGER.test(text)) return false;
  return /;\s*[^\s;]/.test(text);
}

/** Whether the words stand in the text itself, not in a literal, a name or a comment. */
function contains(sql: string, words: RegExp): boolean {
  return words.test(sql) && words.test(sql.replace(QUOTED_OR_COMMENT, ' '));
}
