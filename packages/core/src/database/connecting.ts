/** What keeps connections from being made: options that cannot be meant, and servers that do not take one. */
import { types } from 'node:util';
import { describeValue } from '../describe-value';
import { ConnectError, EspalierError, type ConnectTarget } from '../errors';

/** Options as they were given: a URL (a path) and more, or all of it in one object. */
export interface GivenOptions {
  /** How the function is called: `postgres`. */
  readonly caller: string;
  /** The option that the text is. */
  readonly option: string;
  /** What to write instead. */
  readonly example: string;
}

/**
 * The options as one object, whichever way they were given.
 *
 * @throws EspalierError where there is no URL, and for what is neither a text nor an object of options
 */
export function optionsOf<O extends object>(given: unknown, more: unknown, what: GivenOptions): O {
  const { caller, option, example } = what;
  const wrong = (got: unknown): EspalierError =>
    new EspalierError(`${caller}(…) takes ${example}, got ${describeValue(got)}.`);
  if (more !== undefined && !isObject(more)) throw wrong(more);
  const options = isObject(given) ? given : { ...more, [option]: given };
  const text: unknown = (options as Readonly<Record<string, unknown>>)[option];
  if (text === undefined || text === null || text === '') {
    const got = text === '' ? 'an empty text' : String(text);
    throw new EspalierError(
      `${caller}(…) was given ${got} for its ${option === 'path' ? 'path' : 'URL'}: is the variable of the environment set that it is read from? It takes ${example}.`,
      { audience: 'operator' },
    );
  }
  if (typeof text !== 'string') throw wrong(text);
  return options as O;
}

/** `ssl` of a server. @throws EspalierError naming the option */
export function checkTls(caller: string, ssl: unknown): void {
  if (ssl === undefined || typeof ssl === 'boolean') return;
  if (!isObject(ssl)) throw new EspalierError(`${caller}(…): ssl is true, false or an object of certificates.`);
  const { ca, cert, key, rejectUnauthorized } = ssl as Readonly<Record<string, unknown>>;
  for (const [name, pem] of Object.entries({ ca, cert, key }))
    if (pem !== undefined && typeof pem !== 'string' && !(pem instanceof Uint8Array))
      throw new EspalierError(`${caller}(…): ssl.${name} is a certificate or key in PEM, as a text or as bytes.`);
  checkSwitch(caller, 'ssl.rejectUnauthorized', rejectUnauthorized);
}

/** @throws EspalierError naming the option */
export function checkSwitch(caller: string, name: string, value: unknown): void {
  if (value === undefined || typeof value === 'boolean') return;
  throw new EspalierError(`${caller}(…): ${name} is true or false.`);
}

/** What the system says of a host that cannot be reached. https://nodejs.org/api/errors.html#common-system-errors */
const SYSTEM_REMEDIES: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'look whether the server runs, and listens on this host and port',
  ENOTFOUND: 'look at the name of the host',
  EAI_AGAIN: 'look at the name of the host, and whether names can be looked up',
  ENOENT: 'look at the path of the socket, and whether the server runs',
  ETIMEDOUT: 'look for what is between here and the server, such as a firewall',
  EHOSTUNREACH: 'look for what is between here and the server, such as a firewall',
};

/** The error for a connection that could not be made. `reason`: what was said, without the password. */
export function cannotConnect(
  engine: string,
  target: ConnectTarget,
  { reason, remedy, cause }: { reason: string; remedy: string | undefined; cause: unknown },
): ConnectError {
  const { host, port, database, user } = target;
  const address = host === undefined ? '' : ` at ${host}${port === undefined ? '' : `:${String(port)}`}`;
  const as = [
    ...(database === undefined ? [] : [`database '${database}'`]),
    ...(user === undefined ? [] : [`user '${user}'`]),
  ].join(', ');
  const advice = remedy ?? SYSTEM_REMEDIES[systemCode(cause) ?? ''];
  return new ConnectError(
    `No connection to ${engine}${address}${as && ` (${as})`} can be made: ${reason.replace(/\.$/, '')}${advice ? `; ${advice}` : ''}.`,
    target,
    cause === undefined ? {} : { cause },
  );
}

/** Node tries each address of a name: what it met first stands for all. */
function systemCode(error: unknown): string | undefined {
  // Not by `instanceof`: errors of the system may come from another realm than ours (Jest).
  if (!types.isNativeError(error)) return undefined;
  if ('code' in error && typeof error.code === 'string') return error.code;
  return 'errors' in error && Array.isArray(error.errors) ? systemCode(error.errors[0]) : undefined;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
