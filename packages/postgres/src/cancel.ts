/** Asks the server to give up the statement of another connection, over a connection made for it. */
import { withDeadline } from '@espalier/core/driver';
import type { ProtocolClient } from './protocol';

const CANCEL_TIMEOUT_MS = 2_000;

/**
 * Resolves when the server has closed the connection, and so has passed the request on; or when it does not answer. Never rejects: whether anything was cancelled
 * shows in the statement itself.
 *
 * @param messenger a client of the same server that is not connected
 */
export async function cancelStatement(
  { processID, secretKey }: ProtocolClient,
  messenger: ProtocolClient,
): Promise<void> {
  if (processID === null || secretKey === null) return;
  const { connection, host, port, ssl } = messenger;
  const asked = new Promise<void>((resolve, reject) => {
    connection.on('error', reject);
    connection.on('end', resolve);
    connection.on('connect', () => {
      if (!ssl) connection.cancel(processID, secretKey);
      else if (connection.sslNegotiation !== 'direct') connection.requestSsl();
    });
    connection.on('sslconnect', () => {
      connection.cancel(processID, secretKey);
    });
    // As the client itself connects.
    if (host.startsWith('/')) connection.connect(`${host}/.s.PGSQL.${String(port)}`);
    else connection.connect(port, host);
  });
  await withDeadline(CANCEL_TIMEOUT_MS, asked, () => new Error('The server does not take the request.')).catch(ignore);
  connection.stream.destroy();
}

function ignore(): void {
  // The statement goes on, or ends with its connection.
}
