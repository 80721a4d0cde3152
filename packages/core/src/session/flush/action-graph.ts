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

/** An action on one row. */
export interface Action<A extends Action<A>> {
  readonly group: ActionGroup;
}

interface Node<A extends Action<A>> {
  readonly action: A;
  /** When it was added: actions that can be done together are done in this order. */
  readonly order: number;
  readonly group: Group<A>;
  /** Edges from actions that are still to be done. */
  readonly waitsFor: Set<Edge<A>>;
  readonly lets: Edge<A>[];
}

interface Group<A extends Action<A>> {
  readonly rank: number;
  readonly order: number;
  ready: Node<A>[];
  /** Edges from other groups that hold members of this one up. */
  heldUp: number;
}

export class ActionGraph<A extends Action<A>> {
  readonly #nodes = new Map<A, Node<A>>();
  readonly #groups = new Map<ActionGroup, Group<A>>();
  readonly #done = new Set<A>();

  add(action: A): A {
    if (this.#nodes.has(action)) return action;
    let group = this.#groups.get(action.group);
    if (!group) {
      group = { rank: action.group.rank, order: this.#groups.size, ready: [], heldUp: 0 };
      this.#groups.set(action.group, group);
    }
    this.#nodes.set(action, { action, order: this.#nodes.size, group, waitsFor: new Set(), lets: [] });
    return action;
  }

  /** `edge.before` is done before `edge.after`; both are added where they are not in the graph. */
  connect(edge: Edge<A>): void {
    if (edge.before === edge.after && !edge.open) return;
    this.add(edge.before);
    this.add(edge.after);
    if (this.#done.has(edge.before)) return;
    const [before, after] = [this.#nodes.get(edge.before)!, this.#nodes.get(edge.after)!];
    after.waitsFor.add(edge);
    before.lets.push(edge);
    if (before.group !== after.group) after.group.heldUp += 1;
  }

  /** Takes an edge out: others take its place. */
  disconnect(edge: Edge<A>): void {
    const after = this.#nodes.get(edge.after)!;
    if (after.waitsFor.delete(edge) && this.#nodes.get(edge.before)!.group !== after.group) after.group.heldUp -= 1;
  }

  /**
   * The actions in their order, those of one group that can be done together in one list.
   *
   * @param stuck is told the edges of circles that none of them can open
   */
  sorted(stuck: (edges: readonly Edge<A>[]) => never): A[][] {
    const steps: A[][] = [];
    this.#findReady();
    for (;;) {
      const group = this.#next();
      if (group) {
        const nodes = group.ready.sort((one, other) => one.order - other.order);
        group.ready = [];
        steps.push(nodes.map(({ action }) => action));
        for (const node of nodes) this.#finish(node);
      } else if (this.#done.size === this.#nodes.size) return steps;
      else {
        this.#openCircles(stuck);
        this.#findReady();
      }
    }
  }

  #findReady(): void {
    for (const group of this.#groups.values()) group.ready = [];
    for (const node of this.#nodes.values())
      if (node.waitsFor.size === 0 && !this.#done.has(node.action)) node.group.ready.push(node);
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

  #finish(node: Node<A>): void {
    this.#done.add(node.action);
    for (const edge of node.lets) {
      const after = this.#nodes.get(edge.after)!;
      if (!after.waitsFor.delete(edge)) continue;
      if (node.group !== after.group) after.group.heldUp -= 1;
      if (after.waitsFor.size === 0) after.group.ready.push(after);
    }
  }

  /** Opens what can be opened of all circles at once by edges of one kind: a thousand circles alike take one more step, not a thousand. */
  #openCircles(stuck: (edges: readonly Edge<A>[]) => never): void {
    const waiting = [...this.#nodes.values()].filter(({ waitsFor }) => waitsFor.size > 0);
    const component = components(waiting, (node) => [...node.waitsFor].map((edge) => this.#nodes.get(edge.before)!));
    const inCircle = waiting.flatMap((node) =>
      [...node.waitsFor].filter((edge) => component.get(node) === component.get(this.#nodes.get(edge.before)!)),
    );
    const first = inCircle.find((edge) => edge.open);
    if (!first) stuck(inCircle);
    const alike = inCircle.filter((edge) => edge.open && this.#isAlike(edge, first));
    for (const edge of alike) edge.open!();
  }

  #isAlike(edge: Edge<A>, other: Edge<A>): boolean {
    return edge.before.group === other.before.group && edge.after.group === other.after.group;
  }
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
