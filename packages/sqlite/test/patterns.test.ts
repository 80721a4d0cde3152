/** Patterns of text matches: what is bound for them. What they find is asked of the engine in dialect.test.ts. */
import { QueryError } from '@espalier/core/driver';
import fc from 'fast-check';
import { matchPattern } from '../src/patterns';

/** A plain reading of a `like` pattern, character by character; undefined where it ends in the middle of an escape. */
function globOf(pattern: string): string | undefined {
  const literal = (character: string): string => (/[*?[]/.test(character) ? `[${character}]` : character);
  let glob = '';
  const characters = Array.from(pattern);
  for (let i = 0; i < characters.length; i++) {
    const character = characters[i]!;
    if (character === '!') {
      i++;
      if (i === characters.length) return undefined;
      glob += literal(characters[i]!);
    } else if (character === '%') glob += '*';
    else if (character === '_') glob += '?';
    else glob += literal(character);
  }
  return glob;
}

function patternOf(insensitive: boolean, pattern: string): string | undefined {
  try {
    return matchPattern('like', insensitive, pattern);
  } catch (error) {
    expect(error).toBeInstanceOf(QueryError);
    return undefined;
  }
}

const patterns = fc
  .array(fc.constantFrom('!', '!!', '%', '_', '*', '?', '[', ']', 'a', '\n', '😀'), { maxLength: 12 })
  .map((parts) => parts.join(''));

it('a like pattern becomes the glob pattern that finds the same, or is refused where its last escape escapes nothing', () => {
  fc.assert(
    fc.property(patterns, (pattern) => {
      expect(patternOf(false, pattern)).toBe(globOf(pattern));
      expect(patternOf(true, pattern)).toBe(globOf(pattern) === undefined ? undefined : pattern);
    }),
    { numRuns: 2_000 },
  );
});

/** A reading that takes the square of the length would take hours. */
it.each([`${'!'.repeat(2_000_000)}a`, '!'.repeat(2_000_000), `${'a!'.repeat(1_000_000)}a`, '[*?%_!!'.repeat(300_000)])(
  'a hostile pattern is read in one pass (%#)',
  (pattern) => {
    expect(patternOf(true, pattern)).toBe(pattern);
    expect(patternOf(false, pattern)).toBe(globOf(pattern));
  },
);
