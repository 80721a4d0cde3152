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
  const folding = new Folding(dialect);
  folding.add(node);
  return folding;
}

/** The values of a node, in the order in which its compiled statement takes them. */
export function valuesOf({ bound }: Folded): unknown[] {
  return bound.map((node) => (node.kind === 'value' ? node.value : node.values));
}

class Folding implements Folded {
  key = '';
  readonly bound: BoundNode[] = [];

  constructor(readonly dialect: ListLength) {}

  add(node: SqlNode): void {
    const { code, steps } = PLANS[node.kind];
    this.key += code;
    for (let i = 0; i < steps.length; i++) steps[i]!(node as unknown as Record<string, unknown>, this);
  }
}

type Step = (node: Record<string, unknown>, folding: Folding) => void;

/** The words that are met most, in short. */
const WORDS: ReadonlyMap<unknown, string> = new Map<unknown, string>([
  [undefined, ','],
  [false, '0,'],
  [true, '1,'],
]);

/** Keys consist of our own words and numbers, so that nothing that a user gave can make two of them equal. */
const STEPS: Readonly<Record<string, (field: string) => Step>> = {
  word: (field) => (node, folding) => {
    folding.key += WORDS.get(node[field]) ?? `${String(node[field])},`;
  },
  id: (field) => (node, folding) => {
    folding.key += `${String((node[field] as { id: number }).id)},`;
  },
  ids: (field) => (node, folding) => {
    for (const { id } of node[field] as readonly { id: number }[]) folding.key += `${String(id)},`;
    folding.key += ';';
  },
  type: (field) => (node, folding) => {
    folding.key += `${String(typeId(node[field] as ColumnType))},`;
  },
  node: (field) => (node, folding) => {
    const child = node[field] as SqlNode | undefined;
    if (child) folding.add(child);
    else folding.key += '-';
  },
  nodes: (field) => (node, folding) => {
    for (const child of node[field] as readonly SqlNode[]) folding.add(child);
    folding.key += ';';
  },
  bound: () => (node, folding) => {
    const bound = node as unknown as BoundNode;
    // A node that stands in a statement twice has one value there: a statement with two nodes in its place is another one.
    const before = folding.bound.indexOf(bound);
    if (before >= 0) {
      folding.key += `@${String(before)},`;
      return;
    }
    folding.bound.push(bound);
    if (bound.kind === 'list' && bound.values.length > 0) {
      folding.key += String(folding.dialect.listLength(bound.values.length));
    }
    folding.key += ',';
  },
  implied: () => () => undefined,
};

interface Plan {
  readonly code: string;
  readonly steps: readonly Step[];
}

const PLANS = Object.fromEntries(
  Object.entries(KINDS).map(([kind, { fields }], i): [string, Plan] => [
    kind,
    {
      code: String.fromCharCode(97 + i),
      steps: Object.entries(fields)
        .filter(([, role]) => role !== 'implied')
        .map(([field, role]) => STEPS[role]!(field)),
    },
  ]),
) as Readonly<Record<SqlNode['kind'], Plan>>;

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
