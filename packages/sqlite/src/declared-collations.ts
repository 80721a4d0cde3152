/** The collations that the columns of a table are declared with: no pragma tells them. https://www.sqlite.org/lang_createtable.html */

/** A name in one of SQLite's quotes, a text, a comment, a word, or one more character. */
const TOKEN =
  /"(?:[^"]|"")*"|`(?:[^`]|``)*`|\[[^\]]*\]|'(?:[^']|'')*'|--[^\n]*|\/\*[^]*?(?:\*\/|$)|[\w$\u0080-\uffff]+|[^]/g;

/** Names of columns, their letters of ASCII small → names of collations in capitals. `sql` is the `create table` that the database keeps. */
export function declaredCollations(sql: string): Map<string, string> {
  const collations = new Map<string, string>();
  let depth = 0;
  let column: string | undefined;
  let previous = '';
  for (const [token] of sql.matchAll(TOKEN)) {
    if (/^(?:\s|--|\/\*)/.test(token)) continue;
    if (token === '(') depth += 1;
    else if (token === ')') depth -= 1;
    else if (depth === 1) {
      if (previous === '(' && column === undefined) column = token;
      else if (previous === ',') column = token;
      else if (/^collate$/i.test(previous) && column !== undefined)
        collations.set(nameOf(column), nameOf(token).toUpperCase());
    }
    previous = token;
  }
  return collations;
}

function nameOf(token: string): string {
  const name = /^["`[]/.test(token) ? token.slice(1, -1).replaceAll(token[0]!.repeat(2), token[0]!) : token;
  return name.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}
