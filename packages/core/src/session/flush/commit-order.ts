/**
 * The order in which rows that refer to one another are written. Models are ordered by their strongly connected components
 * (Tarjan, "Depth-first search and linear graph algorithms", 1972), so that all rows of a model go together where they can;
 * inside a component rows go level by level, and a circle is opened at a nullable foreign key.
 */
import { QueryError } from '../../errors';
import type { BelongsToModel, EntityModel } from '../../metadata';
import type { EntityRecord } from '../../loading';

/** A row refers to another by one relation. */
export interface Reference {
  readonly relation: BelongsToModel;
  readonly target: EntityRecord;
}

export interface CommitOrder {
  /** Groups of rows of one model and database, referred rows before those that refer to them. */
  readonly groups: readonly (readonly EntityRecord[])[];
  /** References that open a circle: written as NULL first, set when all rows are there. */
  readonly deferred: readonly { readonly record: EntityRecord; readonly relation: BelongsToModel }[];
}

type References = (record: EntityRecord) => readonly Reference[];

/**
 * Referred rows first.
 *
 * @throws QueryError for a circle without a nullable foreign key, naming it
 */
export function orderByReference(records: readonly EntityRecord[], referencesOf: References): CommitOrder {
  const among = new Set(records);
  const references = new Map(
    records.map((record) => [record, referencesOf(record).filter(({ target }) => among.has(target))]),
  );
  const groups: EntityRecord[][] = [];
  const deferred: { record: EntityRecord; relation: BelongsToModel }[] = [];
  for (const component of components(records, references)) {
    const rows = records.filter((record) => component.has(nodeOf(record)));
    const linked = rows.some((row) => references.get(row)!.some(({ target }) => component.has(nodeOf(target))));
    if (linked) orderLevels(rows, references, { groups, deferred });
    else groups.push(rows);
  }
  return { groups, deferred };
}

/** A model in one database: what one statement can write. */
type Node = string;

const nodeIds = new WeakMap<EntityModel, number>();
let lastNode = 0;

function nodeOf({ model, database }: EntityRecord): Node {
  let id = nodeIds.get(model);
  if (id === undefined) nodeIds.set(model, (id = ++lastNode));
  return `${String(id)}@${database}`;
}

/** Strongly connected components of the models, referred ones first. */
function components(
  records: readonly EntityRecord[],
  references: ReadonlyMap<EntityRecord, readonly Reference[]>,
): Set<Node>[] {
  const edges = new Map<Node, Set<Node>>();
  for (const record of records) {
    const node = nodeOf(record);
    const targets = edges.get(node) ?? new Set<Node>();
    edges.set(node, targets);
    for (const { target } of references.get(record)!) targets.add(nodeOf(target));
  }
  const found: Set<Node>[] = [];
  const index = new Map<Node, number>();
  const low = new Map<Node, number>();
  const stack: Node[] = [];
  // As deep as there are models, not rows.
  const visit = (node: Node): void => {
    index.set(node, index.size);
    low.set(node, index.get(node)!);
    stack.push(node);
    for (const next of edges.get(node)!) {
      if (!index.has(next)) visit(next);
      if (stack.includes(next)) low.set(node, Math.min(low.get(node)!, low.get(next)!));
    }
    if (low.get(node) === index.get(node)) found.push(new Set(stack.splice(stack.indexOf(node))));
  };
  for (const node of edges.keys()) if (!index.has(node)) visit(node);
  return found;
}

function orderLevels(
  rows: readonly EntityRecord[],
  references: ReadonlyMap<EntityRecord, readonly Reference[]>,
  { groups, deferred }: { groups: EntityRecord[][]; deferred: { record: EntityRecord; relation: BelongsToModel }[] },
): void {
  const waiting = new Map<EntityRecord, Set<Reference>>();
  const inside = new Set(rows);
  for (const row of rows) waiting.set(row, new Set(references.get(row)!.filter(({ target }) => inside.has(target))));
  while (waiting.size > 0) {
    const ready = [...waiting].filter(([, open]) => open.size === 0).map(([row]) => row);
    if (ready.length === 0) {
      deferred.push(openCircle(waiting));
      continue;
    }
    for (const row of ready) waiting.delete(row);
    const done = new Set(ready);
    for (const open of waiting.values()) {
      for (const reference of open) if (done.has(reference.target)) open.delete(reference);
    }
    groups.push(...byNode(ready));
  }
}

function byNode(rows: readonly EntityRecord[]): EntityRecord[][] {
  const groups = new Map<Node, EntityRecord[]>();
  for (const row of rows) {
    const group = groups.get(nodeOf(row));
    if (group) group.push(row);
    else groups.set(nodeOf(row), [row]);
  }
  return [...groups.values()];
}

function openCircle(waiting: Map<EntityRecord, Set<Reference>>): { record: EntityRecord; relation: BelongsToModel } {
  for (const [record, open] of waiting) {
    for (const reference of open) {
      const { relation } = reference;
      if (!relation.nullable || relation.columns.some((column) => column.primary)) continue;
      for (const other of open) if (other.relation === relation) open.delete(other);
      return { record, relation };
    }
  }
  const names = [...waiting].flatMap(([{ model }, open]) =>
    [...open].map(({ relation }) => `${model.name}.${relation.property}`),
  );
  throw new QueryError(
    `These rows refer to one another in a circle that no order can write: ${[...new Set(names)].join(' → ')}. ` +
      'Make one of these relations nullable, so that it can be set after the rows are there.',
  );
}
