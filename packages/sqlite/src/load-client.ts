/** Client libraries are loaded when they are asked for: this package works where only one of them is there. */
import { createRequire } from 'node:module';
import { EspalierError } from '@espalier/core/driver';

const load = createRequire(__filename);

/** What to do where a package is not there, and where it is there and does not load. */
export interface Remedies {
  readonly install: string;
  readonly rebuild: string;
}

/** @throws EspalierError that says why the package cannot be loaded, and what to do. */
export function loadClient(name: string, remedies: Remedies): unknown {
  try {
    return load(name);
  } catch (error) {
    throw new EspalierError(`The SQLite client '${name}' ${complaintOf(name, error, remedies)}.`, {
      code: 'CLIENT_PACKAGE_MISSING',
      cause: error,
    });
  }
}

/** The end of a sentence about the client. Only the first line of a reason: the others list every place that was looked at. */
export function complaintOf(name: string, error: unknown, { install, rebuild }: Remedies): string {
  const message = error instanceof Error ? error.message : String(error);
  const [reason = ''] = message.split('\n', 1);
  if (reason.includes(`Cannot find module '${name}'`)) return `is not installed: ${install}`;
  if (reason.startsWith('Could not locate the bindings file')) {
    return `has no binary, because its install script has not run: ${rebuild}`;
  }
  return `cannot be loaded (${reason}): ${rebuild}`;
}
