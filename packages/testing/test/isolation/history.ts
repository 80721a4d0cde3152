/**
 * Histories of appends to lists, and what must not be found in them (a small Elle: https://github.com/jepsen-io/elle). Since each list shows in
 * which order it was appended to, it shows which transaction came before which.
 */

/** What a committed transaction did: the lists that it read whole, and the item that it appended to some of them. */
export interface Transaction {
  readonly item: number;
  readonly reads: ReadonlyMap<number, readonly number[]>;
  readonly appends: readonly number[];
}

export interface Findings {
  /** Appends of committed transactions that are not there, or twice. */
  readonly lost: number;
  /** Reads that are no beginning of the list. */
  readonly dirty: number;
  /** Whether some transaction came before itself. */
  readonly cyclic: boolean;
}

export function examine(history: readonly Transaction[], lists: ReadonlyMap<number, readonly number[]>): Findings {
  let lost = 0;
  let dirty = 0;
  const later = new Map<number, Set<number>>();
  const before = (earlier: number | undefined, item: number | undefined) => {
    if (earlier === undefined || item === undefined || earlier === item) return;
    later.set(earlier, (later.get(earlier) ?? new Set()).add(item));
  };
  for (const [, items] of lists) items.forEach((item, i) => before(items[i - 1], item));
  for (const { item, reads, appends } of history) {
    for (const list of appends) if (lists.get(list)!.filter((each) => each === item).length !== 1) lost++;
    for (const [list, seen] of reads) {
      const items = lists.get(list)!;
      if (seen.some((each, i) => items[i] !== each)) dirty++;
      // It saw what the last one wrote, and not what the next one did.
      before(seen.at(-1), item);
      before(item, items[seen.length] === item ? items[seen.length + 1] : items[seen.length]);
    }
  }
  return { lost, dirty, cyclic: hasCycle(later) };
}

function hasCycle(later: ReadonlyMap<number, ReadonlySet<number>>): boolean {
  const state = new Map<number, 'open' | 'done'>();
  for (const start of later.keys()) {
    const stack = [start];
    while (stack.length > 0) {
      const item = stack.at(-1)!;
      if (state.get(item) !== undefined) {
        state.set(stack.pop()!, 'done');
        continue;
      }
      state.set(item, 'open');
      for (const next of later.get(item) ?? []) {
        if (state.get(next) === 'open') return true;
        if (state.get(next) === undefined) stack.push(next);
      }
    }
  }
  return false;
}
