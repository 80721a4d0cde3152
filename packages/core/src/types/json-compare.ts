/** Whether a value is still what a JSON text says, in the fewest steps that decide it. */

const QUOTE = 34;
const BACKSLASH = 92;

/**
 * The text may be the database's own spelling: other blanks, other order of keys, other spelling of numbers.
 * Never throws: a value that cannot be JSON equals nothing.
 */
export function equalsJson(value: unknown, text: string): boolean {
  const own = jsonText(value);
  if (own === undefined) return false;
  if (own === text || sameButForBlanks(own, text)) return true;
  try {
    return sameData(JSON.parse(own), JSON.parse(text));
  } catch {
    return false;
  }
}

/** undefined for functions and the like, and for what throws. */
function jsonText(value: unknown): string | undefined {
  try {
    return JSON.stringify(value);
  } catch {
    return undefined;
  }
}

function isBlank(code: number): boolean {
  return code === 32 || code === 10 || code === 13 || code === 9;
}

/** Whether `spaced` is `compact` with blanks between its tokens: how PostgreSQL writes jsonb. */
function sameButForBlanks(compact: string, spaced: string): boolean {
  if (spaced.length < compact.length) return false;
  let inText = false;
  let i = 0;
  for (let j = 0; j < spaced.length; j++) {
    const code = spaced.charCodeAt(j);
    if (!inText && isBlank(code)) continue;
    if (code !== compact.charCodeAt(i)) return false;
    i++;
    if (code === QUOTE) inText = !inText;
    else if (inText && code === BACKSLASH) {
      j++;
      if (spaced.charCodeAt(j) !== compact.charCodeAt(i)) return false;
      i++;
    }
  }
  return i === compact.length;
}

/** Deep equality of parsed JSON, the order of keys left out. A loop: texts may be nested deeper than the stack allows. */
function sameData(left: unknown, right: unknown): boolean {
  const pairs: [unknown, unknown][] = [[left, right]];
  for (let pair = pairs.pop(); pair; pair = pairs.pop()) {
    const [a, b] = pair;
    if (a === b) continue;
    if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
    if (Array.isArray(a) !== Array.isArray(b)) return false;
    const keys = Object.keys(a);
    if (keys.length !== Object.keys(b).length) return false;
    for (const key of keys) {
      if (!Object.hasOwn(b, key)) return false;
      pairs.push([(a as Record<string, unknown>)[key], (b as Record<string, unknown>)[key]]);
    }
  }
  return true;
}
