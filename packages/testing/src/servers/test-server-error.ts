/**
 * The error of everything under servers/. It is no EspalierError: Jest loads the global set-up without the module mapping of the tests, and
 * core would have to be built first.
 */

/** A server for tests, or a database on it, cannot be had; the message says what to do. */
export class TestServerError extends Error {
  override readonly name = 'TestServerError';
}
