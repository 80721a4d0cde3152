/** Query strings → the nested objects that a JSON body would be: `price[lt]=5`, `artist.name=Davis`, `artist[name][icontains]=davis`. */
import type { EntityModel } from '../../metadata';
import { isPlainObject } from '../expressions/operator-checks';
import { clientError } from './client-error';

const MAX_LENGTH = 16_384;

/** A key without its brackets and dots; undefined where they do not match. */
function partsOf(key: string): string[] | undefined {
  if (!/^[^[\]]*(?:\[[^[\]]*\])*$/.test(key)) return undefined;
  // `genre[]=1`: one of several.
  return key.replace(/\[\]$/, '').replaceAll('[', '.').replaceAll(']', '').split('.');
}

/** @throws QueryError for keys that contradict one another */
export function readQueryString(model: EntityModel, given: string | URLSearchParams): Record<string, unknown> {
  const text = String(given);
  if (text.length > MAX_LENGTH)
    throw clientError(model, text, `is too long: at most ${String(MAX_LENGTH)} characters are read.`);
  const data = emptyObject();
  for (const [key, value] of new URLSearchParams(text)) {
    const parts = partsOf(key);
    if (!parts) throw clientError(model, key, 'has brackets that do not match.');
    put(model, data, { key, parts, value, joins: true });
  }
  return data;
}

/** Keys with dots become objects in objects, so that all that is said of one related entity stands together. */
export function withoutDots(model: EntityModel, given: Record<string, unknown>): Record<string, unknown> {
  const names = Object.keys(given);
  if (!names.some((name) => name.includes('.'))) return given;
  const data = emptyObject();
  for (const name of names) put(model, data, { key: name, parts: name.split('.'), value: given[name], joins: false });
  return data;
}

interface Put {
  readonly key: string;
  readonly parts: readonly string[];
  readonly value: unknown;
  /** Whether a second value makes a list of the first. */
  readonly joins: boolean;
}

function put(model: EntityModel, data: Record<string, unknown>, { key, parts, value, joins }: Put): void {
  let at = data;
  for (const part of parts.slice(0, -1)) {
    const next = at[part] ?? emptyObject();
    if (!isPlainObject(next)) throw clientError(model, key, 'is given twice, once as a value.');
    // A copy: what was given is not changed.
    at = at[part] = Object.assign(emptyObject(), next);
  }
  const last = parts.at(-1)!;
  const before = at[last];
  if (before === undefined) at[last] = value;
  else if (joins && !isPlainObject(before))
    at[last] = Array.isArray(before) ? [...(before as unknown[]), value] : [before, value];
  else if (isPlainObject(before) && isPlainObject(value)) {
    const merged = Object.assign(emptyObject(), before);
    for (const name of Object.keys(value)) put(model, merged, { key, parts: [name], value: value[name], joins: false });
    at[last] = merged;
  } else throw clientError(model, key, 'is given twice.');
}

/** Without a prototype, so that no name means anything but itself. */
function emptyObject(): Record<string, unknown> {
  return Object.create(null) as Record<string, unknown>;
}
