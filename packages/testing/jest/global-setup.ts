/** Jest's global set-up: servers for the run. Jest applies no module mapping here, so all imports are relative. */
import { databaseServers } from '../src/servers/database-servers';
import { keepServers } from './running-servers';

export default async function globalSetup(): Promise<void> {
  const servers = await databaseServers();
  keepServers(servers);
  servers.publish();
  for (const { dialect, skipped } of servers.databases) {
    if (skipped !== undefined) process.stderr.write(`Tests on ${dialect} are skipped: ${skipped}\n`);
  }
}
