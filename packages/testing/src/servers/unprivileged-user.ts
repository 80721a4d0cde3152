/** Whom a server runs as when the tests run as root: PostgreSQL refuses root, and MariaDB should not have it. */
import { execFileSync } from 'node:child_process';
import { TestServerError } from './test-server-error';

export interface SystemUser {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

/**
 * The first of these users that the system has; undefined where this process is not root, and servers can run as it is.
 * @throws TestServerError when it has none of them
 */
export function unprivilegedUser(names: readonly string[]): SystemUser | undefined {
  if (process.getuid?.() !== 0) return undefined;
  for (const name of names) {
    const uid = askId('-u', name);
    const gid = askId('-g', name);
    if (uid !== undefined && gid !== undefined) return { name, uid, gid };
  }
  throw new TestServerError(`The server must not run as root, and none of its users is there: ${names.join(', ')}.`);
}

function askId(flag: '-u' | '-g', name: string): number | undefined {
  try {
    return Number(execFileSync('id', [flag, name], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }));
  } catch {
    return undefined;
  }
}
