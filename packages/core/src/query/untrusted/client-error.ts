/** What is wrong with a filter or an order that came from outside: told to who sent it. */
import { QueryError } from '../../errors';
import type { EntityModel } from '../../metadata';

const SHOWN = 60;

export function clientError(model: EntityModel, path: string, reason: string, cause?: unknown): QueryError {
  return new QueryError(`${shown(path)} ${reason}`, {
    code: 'INVALID_VALUE',
    audience: 'client',
    entity: model.name,
    property: path.length > SHOWN ? `${path.slice(0, SHOWN)}…` : path,
    ...(cause !== undefined && { cause }),
  });
}

export function shown(text: string): string {
  return JSON.stringify(text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text);
}
