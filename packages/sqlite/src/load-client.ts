/** Client libraries are loaded when they are asked for: this package works where only one of them is there. */
import { createRequire } from 'node:module';
import { EspalierError } from '@espalier/core/driver';

const load = createRequire(__filename);

/** @throws EspalierError that names the remedy where the package cannot be loaded. */
export function loadClient(name: string, remedy: string): unknown {
  try {
    return load(name);
  } catch (error) {
    const reason = error instanceof Error ? error.message.split('\n', 1)[0] : String(error);
    throw new EspalierError(`The SQLite client '${name}' cannot be loaded: ${remedy}. (${String(reason)})`, {
      cause: error,
    });
  }
}
