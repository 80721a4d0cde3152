/**
 * Holds the database of a run, in a process of its own: `store-process.js DATABASE`. What it keeps in memory must not count as the
 * orchestrator's, for Linux passes the peak of a parent on to its children.
 */
import type { SqliteMoments } from '../contenders/index';
import type { DatabaseName } from './contender';
import type { Sizes } from './data';
import { PostgresStore } from './postgres-store';
import { SqliteStore } from './sqlite-store';
import type { Store } from './store';
import type { Dataset } from './workloads';

export type StoreRequest =
  | { readonly kind: 'open' }
  | { readonly kind: 'fill'; readonly dataset: Dataset; readonly sizes: Sizes; readonly moments: SqliteMoments }
  | { readonly kind: 'digest' }
  | { readonly kind: 'drop' };

export interface OpenStore {
  readonly target: string;
  readonly versions: Record<string, string>;
}

export type StoreAnswer = { readonly value: unknown } | { readonly error: string };

const database = process.argv[2] as DatabaseName;
const opening = openStore();

async function openStore(): Promise<Store> {
  return database === 'postgres' ? PostgresStore.create() : SqliteStore.create();
}

async function answer(request: StoreRequest): Promise<unknown> {
  const store = await opening;
  switch (request.kind) {
    case 'open':
      return { target: store.target, versions: await store.versions() } satisfies OpenStore;
    case 'fill':
      return store.fill(request.dataset, request.sizes, request.moments);
    case 'digest':
      return store.digestOfAuthors();
    case 'drop':
      return store.drop();
  }
}

// An interrupt reaches the whole group of processes; the orchestrator asks to drop, and that still has to be done.
process.on('SIGINT', () => undefined);
process.on('message', (request: StoreRequest) => {
  answer(request).then(
    (value) => process.send!({ value } satisfies StoreAnswer),
    (error: unknown) => process.send!({ error: String(error) } satisfies StoreAnswer),
  );
});
