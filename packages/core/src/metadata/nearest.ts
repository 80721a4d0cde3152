/** Which existing name a misspelt one probably means. */
import { distance } from 'fastest-levenshtein';

/** The name that differs by the fewest letters, where these are few enough to be a slip. */
export function nearest(name: string, candidates: Iterable<string>): string | undefined {
  let best: string | undefined;
  let bestDistance = Math.max(2, Math.floor(name.length / 3)) + 1;
  for (const candidate of candidates) {
    const far = distance(name.toLowerCase(), candidate.toLowerCase());
    if (far < bestDistance) {
      best = candidate;
      bestDistance = far;
    }
  }
  return best;
}

/** `did you mean 'title'?`, or all names where none is near. */
export function suggestion(name: string, candidates: Iterable<string>): string {
  const names = [...candidates];
  const near = nearest(name, names);
  if (near !== undefined) return `did you mean '${near}'?`;
  return names.length === 0 ? 'there are none.' : `there are ${names.join(', ')}.`;
}
