/**
 * The order in which rows that refer to one another are written. Models are ordered by their strongly connected components
 * (Tarjan, "Depth-first search and linear graph algorithms", 1972), so that all rows of a model go together where they can;
 * inside a component rows go level by level, and a circle is opened at a nullable foreign key.
 */
import { QueryError } from '../../errors';
import type { BelongsToModel, EntityModel } from '../../metadata';
import type { EntityRecord } from '../../entities';

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
  let among: ReadonlySet<EntityRecord> | undefined;
  const references = new Map<EntityRecord, readonly Reference[]>();
  for (const record of records) {
    const all = referencesOf(record);
    // Most rows of a large flush refer to nothing that is new.
    if (all.length === 0) continue;
    among ??= new Set(records);
    const found = all.filter(({ target }) => among!.has(target));
    if (found.length > 0) references.set(record, found);
  }
  const rows = byNode(records);
  if (references.size === 0) return { groups: [...rows.values()], deferred: [] };
  const groups: (readonly EntityRecord[])[] = [];
  const deferred: { record: EntityRecord; relation: BelongsToModel }[] = [];
  for (const component of components(rows, references)) {
    const members = component.flatMap((node) => rows.get(node)!);
    const inside = new Set(component);
    const linked = members.some((row) => references.get(row)?.some(({ target }) => inside.has(nodeOf(target))));
    if (linked) orderLevels(members, references, { groups, deferred });
    else groups.push(members);
  }
  return { groups, deferred };
}

/** A model in one database: what one statement can write. */
type Node = number;

const nodes = new WeakMap<EntityModel, Map<string, Node>>();
let lastNode: Node = 0;

function nodeOf({ model, database }: EntityRecord): Node {
  let ofModel = nodes.get(model);
  if (!ofModel) nodes.set(model, (ofModel = new Map<string, Node>()));
  let node = ofModel.get(database);
  if (node === undefined) ofModel.set(database, (node = ++lastNode));
  return node;
}

function byNode(records: readonly EntityRecord[]): Map<Node, EntityRecord[]> {
  const groups = new Map<Node, EntityRecord[]>();
  for (const record of records) {
    const node = nodeOf(record);
    const group = groups.get(node);
    if (group) group.push(record);
    else groups.set(node, [record]);
  }
  return groups;
}

/** Strongly connected components of the models, referred ones first. */
function components(
  rows: ReadonlyMap<Node, readonly EntityRecord[]>,
  references: ReadonlyMap<EntityRecord, readonly Reference[]>,
): Node[][] {
  const edges = new Map<Node, Set<Node>>();
  for (const node of rows.keys()) edges.set(node, new Set());
  for (const [record, found] of references) {
    const targets = edges.get(nodeOf(record))!;
    for (const { target } of found) targets.add(nodeOf(target));
  }
  const found: Node[][] = [];
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
    if (low.get(node) === index.get(node)) found.push(stack.splice(stack.indexOf(node)));
  };
  for (const node of edges.keys()) if (!index.has(node)) visit(node);
  return found;
}

/** Level by level: rows whose references are written already go together (Kahn, "Topological sorting of large networks", 1962). */
function orderLevels(
  rows: readonly EntityRecord[],
  references: ReadonlyMap<EntityRecord, readonly Reference[]>,
  found: {
    groups: (readonly EntityRecord[])[];
    deferred: { record: EntityRecord; relation: BelongsToModel }[];
  },
): void {
  const inside = new Set(rows);
  const waiting = new Map<EntityRecord, Set<Reference>>();
  const referring = new Map<EntityRecord, { readonly row: EntityRecord; readonly reference: Reference }[]>();
  let ready: EntityRecord[] = [];
  for (const row of rows) {
    const open = (references.get(row) ?? []).filter(({ target }) => inside.has(target));
    if (open.length === 0) {
      ready.push(row);
      continue;
    }
    waiting.set(row, new Set(open));
    for (const reference of open) {
      const others = referring.get(reference.target);
      if (others) others.push({ row, reference });
      else referring.set(reference.target, [{ row, reference }]);
    }
  }
  while (ready.length > 0 || waiting.size > 0) {
    if (ready.length === 0) {
      const opened = openCircles(waiting);
      found.deferred.push(...opened);
      ready = opened.map(({ record }) => record).filter((record) => waiting.get(record)!.size === 0);
      for (const record of ready) waiting.delete(record);
      if (ready.length === 0) continue;
    }
    found.groups.push(...byNode(ready).values());
    const next: EntityRecord[] = [];
    for (const done of ready) {
      for (const { row, reference } of referring.get(done) ?? []) {
        const open = waiting.get(row);
        if (!open?.delete(reference) || open.size > 0) continue;
        waiting.delete(row);
        next.push(row);
      }
    }
    ready = next;
  }
}

/** At one nullable relation, in all rows that wait by it: a thousand circles of one kind are opened by one update. */
function openCircles(
  waiting: ReadonlyMap<EntityRecord, Set<Reference>>,
): { record: EntityRecord; relation: BelongsToModel }[] {
  let relation: BelongsToModel | undefined;
  const opened: { record: EntityRecord; relation: BelongsToModel }[] = [];
  for (const [record, open] of waiting) {
    for (const reference of open) {
      if (!relation && canWait(reference.relation)) relation = reference.relation;
      if (reference.relation !== relation) continue;
      open.delete(reference);
      opened.push({ record, relation });
    }
  }
  if (opened.length > 0) return opened;
  const names = [...waiting].flatMap(([{ model }, open]) =>
    [...open].map(({ relation }) => `${model.name}.${relation.property}`),
  );
  throw new QueryError(
    `These rows refer to one another in a circle that no order can write: ${[...new Set(names)].join(' → ')}. ` +
      'Make one of these relations nullable, so that it can be set after the rows are there.',
  );
}

function canWait({ nullable, columns }: BelongsToModel): boolean {
  return nullable && !columns.some((column) => column.primary);
}
