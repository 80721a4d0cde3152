/** Codes and audiences of the error tree. */
import * as errors from '../src/errors';
import { AUDIENCES } from '../src/error-codes';

type ErrorClass = new (message: string, ...rest: unknown[]) => errors.EspalierError;

const classes = Object.values(errors) as unknown as ErrorClass[];

test.each(classes.map((one) => [one.name, one] as const))('%s has a code of its own', (_name, one) => {
  const { code, audience } = new one('x');
  expect(AUDIENCES[code]).toBe(audience);
  expect(classes.filter((other) => new other('x').code === code)).toEqual([one]);
});

test('an error may be told a finer code, whose audience it takes', () => {
  const error = new errors.QueryError('x', { code: 'INVALID_VALUE' });
  expect([error.code, error.audience]).toEqual(['INVALID_VALUE', 'client']);
});

test('an error may be told another audience', () => {
  expect(new errors.ValidationFailedError('x', [], { audience: 'developer' }).audience).toBe('developer');
});

test('a class that is derived from one of ours has its code', () => {
  class Mine extends errors.NotFoundError {}
  expect(new Mine('x').code).toBe('NOT_FOUND');
});

test('a stack holds the line that called, however deep the library has gone, and leaves the limit of the program as it is', () => {
  const { stackTraceLimit } = Error;
  const deep = (depth: number): Error => (depth > 0 ? deep(depth - 1) : new errors.QueryError('x'));
  const error = (function caller() {
    return deep(20);
  })();
  expect(error.stack).toMatch(/\bcaller\b/);
  expect(Error.stackTraceLimit).toBe(stackTraceLimit);
});
