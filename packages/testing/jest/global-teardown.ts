/** Jest's global tear-down: ends the servers of the run. */
import { takeServers } from './running-servers';

export default async function globalTeardown(): Promise<void> {
  await takeServers()?.stop();
}
