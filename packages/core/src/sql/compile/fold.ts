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
  const folding: Folding = { dialect, bound: [], codes: [] };
  addNode(node, folding);
  return { key: textOf(folding.codes), bound: folding.bound };
}

/** The values of a node, in the order in which its compiled statement takes them. */
export function valuesOf({ bound }: Folded): unknown[] {
  return bound.map((node) => (node.kind === 'value' ? node.value : node.values));
}

interface Folding {
  readonly dialect: ListLength;
  readonly bound: BoundNode[];
  /** The key as codes of characters: one text made of them at the end costs a third of texts that are joined on the way. */
  readonly codes: number[];
}

type KeyWriter = (node: SqlNode, folding: Folding) => void;

/**
 * What each role of a field adds to the key, as source: `held` is the field. Each says where it ends, and all are words and numbers of our own,
 * so that nothing that a user gave can make two keys equal.
 */
const ROLES: Readonly<Record<string, (held: string) => string>> = {
  word: (held) => `addWord(${held}, folding.codes);`,
  id: (held) => `addNumber(${held}.id, folding.codes);`,
  ids: (held) => `addIds(${held}, folding.codes);`,
  type: (held) => `addNumber(typeId(${held}), folding.codes);`,
  node: (held) => `if (${held} === undefined) folding.codes.push(0); else addNode(${held}, folding);`,
  nodes: (held) => `addNodes(${held}, folding);`,
  bound: () => 'addBound(node, folding);',
  implied: () => '',
};

const HELPERS = { addWord, addNumber, addIds, typeId, addNode, addNodes, addBound };

/** Compiled, as a key is made for every query: a loop over the fields takes twice the time. */
function keyWriter(code: number, fields: object): KeyWriter {
  const parts = Object.entries(fields).map(([field, role]) => ROLES[role as string]!(`node.${field}`));
  const source = `return (node, folding) => { folding.codes.push(${String(code)}); ${parts.join(' ')} };`;
  // eslint-disable-next-line @typescript-eslint/no-implied-eval -- the source is made of the names of our own fields
  const make = new Function(...Object.keys(HELPERS), source) as (...parts: unknown[]) => KeyWriter;
  return make(...Object.values(HELPERS));
}

/** The codes of the kinds begin at 1: 0 stands for a node that is not there. */
const WRITERS = Object.fromEntries(
  Object.entries(KINDS).map(([kind, { fields }], i) => [kind, keyWriter(i + 1, fields)]),
) as Readonly<Record<SqlNode['kind'], KeyWriter>>;

function addNode(node: SqlNode, folding: Folding): void {
  WRITERS[node.kind](node, folding);
}

function addNodes(nodes: readonly SqlNode[], folding: Folding): void {
  addNumber(nodes.length, folding.codes);
  for (const node of nodes) addNode(node, folding);
}

function addIds(sources: readonly Source[], codes: number[]): void {
  addNumber(sources.length, codes);
  for (const { id } of sources) addNumber(id, codes);
}

/** A whole number in digits of 15 bits, of which all but the last are marked. */
function addNumber(number: number, codes: number[]): void {
  let rest = number;
  for (; rest > 0x7fff; rest = Math.floor(rest / 0x8000)) codes.push(0x8000 | (rest & 0x7fff));
  codes.push(rest);
}

const words = new Map<string | boolean | undefined, number>();

/** A word has a number of its own. A field holds either words or numbers. */
function addWord(word: string | number | boolean | undefined, codes: number[]): void {
  if (typeof word === 'number') {
    addNumber(word, codes);
    return;
  }
  let known = words.get(word);
  if (known === undefined) words.set(word, (known = words.size));
  addNumber(known, codes);
}

/** Notes a value. A node that stands in a statement twice has one value there: a statement with two nodes in its place is another one. */
function addBound(node: BoundNode, { bound, dialect, codes }: Folding): void {
  const before = bound.indexOf(node);
  addNumber(before + 1, codes);
  if (before >= 0) return;
  bound.push(node);
  if (node.kind === 'list') addNumber(node.values.length > 0 ? dialect.listLength(node.values.length) : 0, codes);
}

/** So many arguments a call takes on every engine. */
const CODES_AT_ONCE = 8_192;

function textOf(codes: number[]): string {
  if (codes.length <= CODES_AT_ONCE) return String.fromCharCode(...codes);
  let text = '';
  for (let i = 0; i < codes.length; i += CODES_AT_ONCE) {
    text += String.fromCharCode(...codes.slice(i, i + CODES_AT_ONCE));
  }
  return text;
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
