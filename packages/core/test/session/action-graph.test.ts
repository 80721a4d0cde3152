/** The order of actions, for any graph. */
import * as fc from 'fast-check';
import { ActionGraph, type ActionGroup, type Edge } from '../../src/session/flush/action-graph';

interface Step {
  readonly name: string;
  readonly group: ActionGroup;
}

const stuck = (edges: readonly Edge<Step>[]): never => {
  throw new Error(`stuck: ${edges.map(({ before, after }) => `${before.name} → ${after.name}`).join(', ')}`);
};

/** Some actions in a few groups, and pairs of them. */
const graphs = fc.integer({ min: 1, max: 25 }).chain((size) =>
  fc.record({
    ranks: fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 1, maxLength: 4 }),
    groups: fc.array(fc.nat(3), { minLength: size, maxLength: size }),
    pairs: fc.array(fc.tuple(fc.nat(size - 1), fc.nat(size - 1)), { maxLength: size * 3 }),
  }),
);

function stepsOf({ ranks, groups }: { ranks: readonly number[]; groups: readonly number[] }): Step[] {
  const made = ranks.map((rank): ActionGroup => ({ rank }));
  return groups.map((group, i) => ({ name: String(i), group: made[group % made.length]! }));
}

/** In which list each action stands; each is there once, and a list is of one group. */
function positions(lists: readonly (readonly Step[])[]): Map<Step, number> {
  const found = new Map<Step, number>();
  for (const [position, list] of lists.entries()) {
    expect(new Set(list.map(({ group }) => group)).size).toBe(1);
    for (const step of list) {
      expect(found.has(step)).toBe(false);
      found.set(step, position);
    }
  }
  return found;
}

test('any graph without circles is done once each, in an order that keeps every edge', () => {
  fc.assert(
    fc.property(graphs, (given) => {
      const steps = stepsOf(given);
      const graph = new ActionGraph<Step>();
      for (const step of steps) graph.add(step);
      const edges = given.pairs
        .filter(([one, other]) => one !== other)
        .map(([one, other]) => ({ before: steps[Math.min(one, other)]!, after: steps[Math.max(one, other)]! }));
      for (const edge of edges) graph.connect(edge);
      const found = positions(graph.sorted(stuck));
      expect(found.size).toBe(steps.length);
      for (const { before, after } of edges) expect(found.get(before)!).toBeLessThan(found.get(after)!);
    }),
  );
});

test('circles whose edges can be opened are opened, and only edges of circles are', () => {
  fc.assert(
    fc.property(graphs, (given) => {
      const steps = stepsOf(given);
      const clearing: ActionGroup = { rank: -1 };
      const graph = new ActionGraph<Step>();
      for (const step of steps) graph.add(step);
      const opened = new Set<Edge<Step>>();
      const clears: { clear: Step; edge: Edge<Step> }[] = [];
      const edges = given.pairs.map(([one, other]) => {
        const [before, after] = [steps[one]!, steps[other]!];
        const edge: Edge<Step> = {
          before,
          after,
          open: () => {
            expect(opened.has(edge)).toBe(false);
            opened.add(edge);
            graph.disconnect(edge);
            const clear = { name: `clear for ${after.name}`, group: clearing };
            clears.push({ clear, edge });
            graph.connect({ before: clear, after });
          },
        };
        graph.connect(edge);
        return edge;
      });
      const found = positions(graph.sorted(stuck));
      expect(found.size).toBe(steps.length + clears.length);
      for (const edge of edges) {
        if (opened.has(edge)) expect(isInCircle(edges, edge)).toBe(true);
        else expect(found.get(edge.before)!).toBeLessThan(found.get(edge.after)!);
      }
      for (const { clear, edge } of clears) expect(found.get(clear)!).toBeLessThan(found.get(edge.after)!);
    }),
  );
});

test('a circle that nothing opens is told, without what merely waits for it', () => {
  const [group, other] = [{ rank: 0 }, { rank: 1 }];
  const [a, b, c] = [
    { name: 'a', group },
    { name: 'b', group: other },
    { name: 'c', group },
  ];
  const graph = new ActionGraph<Step>();
  graph.connect({ before: a, after: b });
  graph.connect({ before: b, after: a });
  graph.connect({ before: b, after: c });
  expect(() => graph.sorted(stuck)).toThrow(/^stuck: (b → a, a → b|a → b, b → a)$/);
});

/** Whether the end of an edge leads back to its beginning. */
function isInCircle(edges: readonly Edge<Step>[], { before, after }: Edge<Step>): boolean {
  const reached = new Set([after]);
  for (const step of reached) for (const edge of edges) if (edge.before === step) reached.add(edge.after);
  return reached.has(before);
}
