/**
 * The order of a flush: actions on rows and which of them must come before which (Kahn, "Topological sorting of large networks", 1962), so
 * grouped that rows of one kind go together. Circles are found by their strongly connected components (Tarjan, "Depth-first search and linear
 * graph algorithms", 1972); how one is opened is for the caller to say.
 */

/** Why an action must wait for another one: what a circle can be opened by. */
export interface Edge<A extends Action<A>> {
  readonly before: A;
  readonly after: A;
  /** Opens a circle that this edge is part of, by actions of its own; undefined: it cannot be opened here. */
  readonly open?: (() => void) | undefined;
}

/** What actions are done together, and in which order where no edge says otherwise. */
export interface ActionGroup {
  /** Lower ones first. */
  readonly rank: number;
}

/** An action on one row. What the graph knows of it stands on the action itself: a flush has as many as it has rows. */
export interface Action<A extends Action<A>> {
  readonly group: ActionGroup;
  node?: Node<A> | undefined;
  /** When it was added: actions that can be done together are done in this order. */
  order?: number | undefined;
  /** Whether the graph has it, and whether it has been put in order. */
  state?: 'waiting' | 'done' | undefined;
}

/** Edges of an action; most actions have none. */
interface Node<A extends Action<A>> {
  /** From actions that are still to be done. */
  readonly waitsFor: Set<Edge<A>>;
  readonly lets: Edge<A>[];
}

interface Group<A extends Action<A>> {
  readonly rank: number;
  readonly order: number;
  /** All of its actions, in the order of their adding. */
  readonly members: A[];
  ready: A[];
  /** Whether those that are ready stand in the order of their adding. */
  inOrder: boolean;
  /** Edges from other groups that hold members of this one up. */
  heldUp: number;
}

export class ActionGraph<A extends Action<A>> {
  readonly #groups = new Map<ActionGroup, Group<A>>();
  #waiting = 0;

  add(action: A): A {
    if (action.state) return action;
    let group = this.#groups.get(action.group);
    if (!group) {
      group = { rank: action.group.rank, order: this.#groups.size, members: [], ready: [], inOrder: true, heldUp: 0 };
      this.#groups.set(action.group, group);
    }
    action.state = 'waiting';
    action.order = group.members.length;
    group.members.push(action);
    this.#waiting += 1;
    return action;
  }

  /** `edge.before` is done before `edge.after`; both are added where they are not in the graph. */
  connect(edge: Edge<A>): void {
    const { before, after } = edge;
    this.add(before);
    this.add(after);
    if (before.state === 'done') return;
    nodeOf(after).waitsFor.add(edge);
    nodeOf(before).lets.push(edge);
    if (before.group !== after.group) this.#groups.get(after.group)!.heldUp += 1;
  }

  /** Takes an edge out: others take its place. */
  disconnect(edge: Edge<A>): void {
    const { before, after } = edge;
    if (after.node?.waitsFor.delete(edge) && before.group !== after.group) this.#groups.get(after.group)!.heldUp -= 1;
  }

  /**
   * The actions in their order, those of one group that can be done together in one list.
   *
   * @param stuck is told the edges of circles that none of them can open
   */
  sorted(stuck: (edges: readonly Edge<A>[]) => never): A[][] {
    const steps: A[][] = [];
    this.#findReady();
    while (this.#waiting > 0) {
      const group = this.#next();
      if (group) {
        const actions = group.ready;
        if (!group.inOrder) actions.sort((one, other) => one.order! - other.order!);
        group.ready = [];
        steps.push(actions);
        this.#finish(actions);
      } else {
        this.#openCircles(stuck);
        this.#findReady();
      }
    }
    return steps;
  }

  #findReady(): void {
    for (const group of this.#groups.values()) {
      group.ready = group.members.filter(({ state, node }) => state === 'waiting' && !isWaiting(node));
      group.inOrder = true;
    }
  }

  /** A group that nothing else holds up, so that it need not be done in parts; else one that can be begun. */
  #next(): Group<A> | undefined {
    let best: Group<A> | undefined;
    for (const group of this.#groups.values()) {
      if (group.ready.length === 0) continue;
      if (!best || isBefore(group, best)) best = group;
    }
    return best;
  }

  #finish(actions: readonly A[]): void {
    this.#waiting -= actions.length;
    for (const action of actions) {
      action.state = 'done';
      for (const edge of action.node?.lets ?? []) {
        const { after } = edge;
        if (!after.node!.waitsFor.delete(edge)) continue;
        const group = this.#groups.get(after.group)!;
        if (action.group !== after.group) group.heldUp -= 1;
        if (isWaiting(after.node)) continue;
        group.ready.push(after);
        group.inOrder = false;
      }
    }
  }

  /** Opens what can be opened of all circles at once by edges of one kind: a thousand circles alike take one more step, not a thousand. */
  #openCircles(stuck: (edges: readonly Edge<A>[]) => never): void {
    const waiting = [...this.#groups.values()].flatMap(({ members }) => members.filter(({ node }) => isWaiting(node)));
    const component = components(waiting, ({ node }) => [...node!.waitsFor].map(({ before }) => before));
    const inCircle = waiting.flatMap((action) =>
      [...action.node!.waitsFor].filter(({ before }) => component.get(action) === component.get(before)),
    );
    const first = inCircle.find(({ open }) => open);
    if (!first) stuck(inCircle);
    for (const edge of inCircle.filter((one) => one.open && isAlike(one, first))) edge.open!();
  }
}

function nodeOf<A extends Action<A>>(action: A): Node<A> {
  return (action.node ??= { waitsFor: new Set(), lets: [] });
}

function isWaiting<A extends Action<A>>(node: Node<A> | undefined): boolean {
  return node !== undefined && node.waitsFor.size > 0;
}

function isAlike<A extends Action<A>>(edge: Edge<A>, other: Edge<A>): boolean {
  return edge.before.group === other.before.group && edge.after.group === other.after.group;
}

function isBefore<A extends Action<A>>(one: Group<A>, other: Group<A>): boolean {
  if ((one.heldUp === 0) !== (other.heldUp === 0)) return one.heldUp === 0;
  return one.rank !== other.rank ? one.rank < other.rank : one.order < other.order;
}

/** Numbers the strongly connected components. With a stack of its own: chains of rows can be as long as they like. */
function components<N>(nodes: readonly N[], neighbours: (node: N) => readonly N[]): Map<N, number> {
  const among = new Set(nodes);
  const index = new Map<N, number>();
  const low = new Map<N, number>();
  const component = new Map<N, number>();
  const open: N[] = [];
  let count = 0;
  for (const start of nodes) {
    if (index.has(start)) continue;
    const visits = [{ node: start, next: neighbours(start).filter((node) => among.has(node)), at: 0 }];
    enter(start);
    for (let visit = visits.at(-1); visit; visit = visits.at(-1)) {
      const { node, next } = visit;
      const neighbour = next[visit.at++];
      if (neighbour === undefined) {
        visits.pop();
        const parent = visits.at(-1)?.node;
        if (parent !== undefined) low.set(parent, Math.min(low.get(parent)!, low.get(node)!));
        if (low.get(node) === index.get(node)) close(node);
      } else if (!index.has(neighbour)) {
        enter(neighbour);
        visits.push({ node: neighbour, next: neighbours(neighbour).filter((one) => among.has(one)), at: 0 });
      } else if (!component.has(neighbour)) low.set(node, Math.min(low.get(node)!, index.get(neighbour)!));
    }
  }
  return component;

  function enter(node: N): void {
    index.set(node, index.size);
    low.set(node, index.get(node)!);
    open.push(node);
  }

  function close(node: N): void {
    for (let member = open.pop(); member !== undefined; member = open.pop()) {
      component.set(member, count);
      if (member === node) break;
    }
    count += 1;
  }
}
