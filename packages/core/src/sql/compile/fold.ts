/**
 * The walk over a node that finds its cache key and its values. Nodes of one key have one text, and their values stand in one order,
 * so that a text that was compiled once serves for all of them.
 */
import type { ColumnType } from '../../types';
import type { Dialect } from '../dialect';
import type { BoundNode, Source, SqlNode } from '../nodes/tree';
import { entryOf, KINDS } from './kinds';

export interface Folded {
  readonly key: string;
  /** In the order of the values. */
  readonly bound: readonly BoundNode[];
}

/** The length of a list decides its text where the dialect writes a placeholder for each element. */
type ListLength = Pick<Dialect, 'listLength'>;

export function fold(node: SqlNode, dialect: ListLength): Folded {
  const folding: Folding = { dialect, bound: [] };
  return { key: keyOf(node, folding), bound: folding.bound };
}

/** The values of a node, in the order in which its compiled statement takes them. */
export function valuesOf({ bound }: Folded): unknown[] {
  return bound.map((node) => (node.kind === 'value' ? node.value : node.values));
}

interface Folding {
  readonly dialect: ListLength;
  readonly bound: BoundNode[];
}

type KeyReader = (node: SqlNode, folding: Folding) => string;

/**
 * What each role of a field adds to the key, as the source of a template: `held` is the field. Keys consist of our own words and numbers,
 * so that nothing that a user gave can make two of them equal.
 */
const ROLES: Readonly<Record<string, (held: string) => string>> = {
  word: (held) => `\${${held} ?? ''},`,
  id: (held) => `\${${held}.id},`,
  ids: (held) => `\${idsOf(${held})};`,
  type: (held) => `\${typeId(${held})},`,
  node: (held) => `\${${held} === undefined ? '-' : keyOf(${held}, folding)}`,
  nodes: (held) => `\${keysOf(${held}, folding)};`,
  bound: () => '${bind(node, folding)},',
  implied: () => '',
};

/** Compiled, as a key is read for every query: a loop over the fields takes twice the time. */
function keyReader(code: string, fields: object): KeyReader {
  const template = Object.entries(fields).map(([field, role]) => ROLES[role as string]!(`node.${field}`));
  const source = `return (node, folding) => \`${code}${template.join('')}\`;`;
  // eslint-disable-next-line @typescript-eslint/no-implied-eval -- the source is made of the names of our own fields
  const make = new Function('idsOf', 'typeId', 'keyOf', 'keysOf', 'bind', source) as (...parts: unknown[]) => KeyReader;
  return make(idsOf, typeId, keyOf, keysOf, bind);
}

const READERS = Object.fromEntries(
  Object.entries(KINDS).map(([kind, { fields }], i) => [kind, keyReader(String.fromCharCode(97 + i), fields)]),
) as Readonly<Record<SqlNode['kind'], KeyReader>>;

function keyOf(node: SqlNode, folding: Folding): string {
  return READERS[node.kind](node, folding);
}

function keysOf(nodes: readonly SqlNode[], folding: Folding): string {
  let keys = '';
  for (const node of nodes) keys += keyOf(node, folding);
  return keys;
}

function idsOf(sources: readonly Source[]): string {
  let ids = '';
  for (const { id } of sources) ids += `${String(id)},`;
  return ids;
}

/** Notes a value. A node that stands in a statement twice has one value there: a statement with two nodes in its place is another one. */
function bind(node: BoundNode, { bound, dialect }: Folding): string {
  const before = bound.indexOf(node);
  if (before >= 0) return `@${String(before)}`;
  bound.push(node);
  return node.kind === 'list' && node.values.length > 0 ? String(dialect.listLength(node.values.length)) : '';
}

/** All nodes that a node is made of directly, in the order of their fields. */
export function partsOf(node: SqlNode): SqlNode[] {
  const parts: SqlNode[] = [];
  for (const [field, role] of Object.entries(entryOf(node).fields)) {
    const held = (node as unknown as Record<string, unknown>)[field];
    if (role === 'node' && held) parts.push(held as SqlNode);
    else if (role === 'nodes') parts.push(...(held as readonly SqlNode[]));
  }
  return parts;
}

const typeIds = new WeakMap<ColumnType, number>();
let lastTypeId = 0;

function typeId(type: ColumnType): number {
  let id = typeIds.get(type);
  if (id === undefined) typeIds.set(type, (id = ++lastTypeId));
  return id;
}

/** Whether a condition is about columns of this source alone, and asks no select. */
export function staysIn(source: Source, node: SqlNode): boolean {
  if (node.kind === 'select') return false;
  if (node.kind === 'column') return node.source === source;
  return partsOf(node).every((part) => staysIn(source, part));
}
