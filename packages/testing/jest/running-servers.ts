/** Hands the servers from Jest's global set-up to its tear-down, which share nothing but the global object. */
import type { DatabaseServers } from '../src/servers/database-servers';

const KEY = Symbol.for('espalier.testing.servers');
const store = globalThis as { [KEY]?: DatabaseServers | undefined };

export function keepServers(servers: DatabaseServers): void {
  store[KEY] = servers;
}

/** Undefined where the set-up failed. */
export function takeServers(): DatabaseServers | undefined {
  const servers = store[KEY];
  store[KEY] = undefined;
  return servers;
}
