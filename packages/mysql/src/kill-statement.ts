/** Asks the server to give up the statement of another connection, over a connection made for it. */
import { withDeadline } from '@espalier/core/driver';
import type { Client } from './client';

const KILL_TIMEOUT_MS = 2_000;

/**
 * Resolves when the server has taken the request, or does not answer. Never rejects: whether anything was given up shows in the statement itself. A user may
 * end the statements of its own connections. https://mariadb.com/kb/en/kill/
 *
 * @param messenger a client of the same server that is not connected
 */
export async function killStatement(threadId: number, messenger: Client): Promise<void> {
  messenger.on('error', ignore);
  const asked = new Promise<void>((resolve, reject) => {
    const done = (error: Error | null): void => {
      if (error) reject(error);
      else resolve();
    };
    messenger.connect((error) => {
      if (error) reject(error);
      else messenger.query({ sql: `kill query ${String(threadId)}`, rowsAsArray: true }, done);
    });
  });
  await withDeadline(KILL_TIMEOUT_MS, asked, () => new Error('The server does not take the request.')).catch(ignore);
  messenger.destroy();
}

function ignore(): void {
  // The statement goes on, or ends with its connection.
}
