/**
 * Holds the database of a run, in a process of its own: `store-process.js DATABASE`. What it keeps in memory must not
 * count as the orchestrator's, for Linux passes the peak of a parent on to its children.
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
let dropped = false;

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
      return dropOnce();
  }
}

/** Once: at the end of the run, or when the orchestrator has ended without asking. */
async function dropOnce(): Promise<void> {
  if (dropped) return;
  dropped = true;
  await (await opening).drop();
}

// An interrupt reaches the whole group of processes. This one outlives the others until the database is dropped.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);
process.on('disconnect', () => void dropOnce());
process.on('message', (request: StoreRequest) => {
  answer(request).then(
    (value) => send({ value }),
    (error: unknown) => send({ error: String(error) }),
  );
});

/** The orchestrator may have ended meanwhile; then there is nobody to tell. */
function send(message: StoreAnswer): void {
  if (process.connected) process.send?.(message, undefined, undefined, () => undefined);
}
