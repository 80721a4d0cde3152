/**
 * Filters from outside → conditions: only the properties and operators that the program allows, values read by the types of their columns, and so few
 * of them that no request can exhaust anything. A second gate: what comes out goes through the one that every condition goes through.
 */
import { QueryError } from '../../errors';
import type { ColumnModel, RelationModel } from '../../metadata';
import { isPlainObject } from '../expressions/operator-checks';
import * as operators from '../expressions/operators';
import { parseCriterion } from '../parse/criterion';
import type { FilterOperator } from '../types/untrusted';
import { refuseFromJson } from '../../types';
import { describeValue } from '../../describe-value';
import { allowedOf, type Allowed, type AllowedName } from './allowed';
import { clientError, shown } from './client-error';
import { readQueryString, withoutDots } from './query-string';
import { fromOutside, keyFromOutside } from './values';

/** What an operator is compared with. Patterns cost the database more than others, and are allowed by their names alone. */
const KINDS = {
  eq: 'value',
  ne: 'value',
  gt: 'value',
  gte: 'value',
  lt: 'value',
  lte: 'value',
  inList: 'list',
  notIn: 'list',
  between: 'bounds',
  contains: 'text',
  icontains: 'text',
  startsWith: 'text',
  istartsWith: 'text',
  endsWith: 'text',
  iendsWith: 'text',
  isNull: 'switch',
  isNotNull: 'switch',
  like: 'pattern',
  ilike: 'pattern',
  matches: 'pattern',
} as const satisfies Readonly<Record<FilterOperator, string>>;

const KNOWN = Object.keys(KINDS) as readonly FilterOperator[];
const STANDARD = KNOWN.filter((name) => KINDS[name] !== 'pattern');
const CONNECTIVES: ReadonlySet<string> = new Set(['and', 'or', 'not']);

const MAX_CONDITIONS = 100;
const MAX_DEPTH = 8;
const MAX_VALUES = 1_000;

export interface FilterOptions {
  readonly allow: readonly string[];
  readonly operators?: Readonly<Record<string, readonly FilterOperator[] | undefined>> | undefined;
  readonly ignore?: readonly string[] | undefined;
}

type Criterion = object;

/** @throws QueryError for what is not allowed, told to the client; and for an `allow` that cannot be meant, told to the developer */
export function filterFrom(entityClass: unknown, untrusted: unknown, options: FilterOptions): Criterion {
  const allowed = allowedOf('parseFilter', entityClass, (options as FilterOptions | undefined)?.allow);
  assertOperators(allowed, options);
  const { model, models } = allowed;
  const isText = typeof untrusted === 'string' || untrusted instanceof URLSearchParams;
  const data = isText ? readQueryString(model, untrusted) : untrusted;
  // No filter was sent.
  if (data === undefined || data === null) return {};
  const criterion = new FilterReader(allowed, options).read(data, { names: allowed.names, path: '', depth: 0 });
  try {
    parseCriterion(models, model, criterion);
  } catch (error) {
    if (!(error instanceof QueryError)) throw error;
    throw new QueryError(error.message, {
      code: 'INVALID_VALUE',
      audience: 'client',
      cause: error,
      entity: error.entity,
      property: error.property,
    });
  }
  return criterion;
}

function assertOperators({ paths }: Allowed, { operators: given = {}, ignore = [] }: FilterOptions): void {
  if (!Array.isArray(ignore))
    throw new QueryError("'ignore' of parseFilter() is an array of the names that the filter skips.");
  for (const [path, names] of Object.entries(given)) {
    if (!paths.includes(path))
      throw new QueryError(`'operators' of parseFilter() names ${shown(path)}, which is not among 'allow'.`);
    for (const name of names ?? [])
      if (!isOperator(name))
        throw new QueryError(
          `'operators' of parseFilter() names ${shown(name)}, which is not an operator: ${KNOWN.join(', ')}.`,
        );
  }
}

/** Where in the data the reader is. */
interface Here {
  readonly names: ReadonlyMap<string, AllowedName>;
  /** Of the relation that leads here, a dot after it. */
  readonly path: string;
  readonly depth: number;
}

class FilterReader {
  readonly #allowed: Allowed;
  readonly #options: FilterOptions;
  #conditions = 0;

  constructor(allowed: Allowed, options: FilterOptions) {
    this.#allowed = allowed;
    this.#options = options;
  }

  read(data: unknown, here: Here): Criterion {
    if (!isPlainObject(data))
      throw this.#error(here.path, `takes an object of conditions, got ${describeValue(data)}.`);
    if (here.depth > MAX_DEPTH)
      throw this.#error(here.path, `nests conditions deeper than ${String(MAX_DEPTH)} levels.`);
    const given = withoutDots(this.#allowed.model, data);
    const parts: Criterion[] = [];
    for (const name of Object.keys(given)) {
      const value = given[name];
      if (value === undefined) continue;
      const allowed = here.names.get(name);
      if (allowed) parts.push(this.#property(allowed, value, here));
      else if (CONNECTIVES.has(name)) parts.push(this.#connective(name, value, here));
      else if (here.depth > 0 || !this.#options.ignore?.includes(name)) throw this.#notAllowed(here.path + name);
    }
    return all(parts);
  }

  #connective(name: string, value: unknown, here: Here): Criterion {
    const deeper = { ...here, depth: here.depth + 1 };
    if (name === 'not') {
      const criterion = this.read(value, deeper);
      return isEmpty(criterion) ? {} : operators.not(criterion);
    }
    if (!Array.isArray(value))
      throw this.#error(here.path + name, `takes an array of objects of conditions, got ${describeValue(value)}.`);
    const parts = value.map((part: unknown) => this.read(part, deeper));
    return name === 'and' ? all(parts) : operators.or(...parts);
  }

  #property(allowed: AllowedName, value: unknown, here: Here): Criterion {
    const { property, path, isAllowed } = allowed;
    if (property.kind === 'column') {
      const { column } = property;
      return this.#compared(allowed, value, (one) => this.#columnValue(path, column, one));
    }
    const { relation } = property;
    const isNested = isPlainObject(value) && !this.#isOfOperators(allowed, value);
    if (isNested && !(isAllowed && isKeyOf(relation, value))) return this.#related(allowed, value, here);
    if (!isAllowed) throw this.#notAllowed(path);
    return this.#compared(allowed, value, (one) => keyFromOutside(relation.target, one, fromOutside));
  }

  #related({ property, path, children }: AllowedName, value: unknown, here: Here): Criterion {
    const { relation } = property as Extract<typeof property, { kind: 'relation' }>;
    if (children.size === 0) throw this.#error(path, `takes a key, got ${describeValue(value)}.`);
    const criterion = this.read(value, { names: children, path: `${path}.`, depth: here.depth + 1 });
    return { [relation.property]: relation.toMany ? operators.some(criterion) : criterion };
  }

  /** Whether an object says how to compare, and not what to compare inside. */
  #isOfOperators({ children }: AllowedName, value: Record<string, unknown>): boolean {
    const names = Object.keys(value);
    return names.length > 0 && names.every((name) => isOperator(operatorName(name)) && !children.has(name));
  }

  /** `5`, `null`, `[1, 2]`, `{ "lt": 5, "gte": 1 }`. */
  #compared(allowed: AllowedName, value: unknown, read: (one: unknown) => unknown): Criterion {
    const { path, property } = allowed;
    const name = property.kind === 'column' ? property.column.property : property.relation.property;
    const saysHow = isPlainObject(value) && (property.kind === 'column' || this.#isOfOperators(allowed, value));
    const given = saysHow ? Object.entries(value) : ([[Array.isArray(value) ? 'inList' : 'eq', value]] as const);
    if (given.length === 0) throw this.#error(path, 'is given no condition.');
    return all(given.map(([operator, operand]) => ({ [name]: this.#operator(path, operator, { operand, read }) })));
  }

  #operator(
    path: string,
    given: string,
    { operand, read }: { operand: unknown; read: (one: unknown) => unknown },
  ): unknown {
    const name = operatorName(given);
    const allowed: readonly string[] = this.#options.operators?.[path] ?? STANDARD;
    if (!isOperator(name) || !allowed.includes(name))
      throw this.#error(path, `cannot be compared by ${shown(given)}. It can by ${allowed.join(', ')}.`);
    this.#count();
    const kind = KINDS[name];
    switch (kind) {
      case 'value': {
        if (operand === null && name === 'eq') return null;
        const value = operand === null ? null : (read(operand) as string);
        return this.#made(path, () => operators[name as 'eq'](value));
      }
      case 'list':
        return operators[name as 'inList'](this.#values(path, operand).map(read) as string[]);
      case 'bounds': {
        const [low, high, ...more] = this.#values(path, operand).map(read) as string[];
        if (low === undefined || high === undefined || more.length > 0)
          throw this.#error(path, `takes two values for ${name}.`);
        return this.#made(path, () => operators.between(low, high));
      }
      case 'text':
      case 'pattern':
        if (typeof operand !== 'string')
          throw this.#error(path, `takes a text for ${name}, got ${describeValue(operand)}.`);
        return this.#made(path, () => operators[name as 'contains'](operand));
      case 'switch':
        return this.#isSet(path, operand) === (name === 'isNull') ? operators.isNull() : operators.isNotNull();
    }
  }

  #isSet(path: string, operand: unknown): boolean {
    if (operand === true || operand === 'true') return true;
    if (operand === false || operand === 'false') return false;
    throw this.#error(path, `takes true or false, got ${describeValue(operand)}.`);
  }

  /** What an operator refuses is the client's mistake. */
  #made<R>(path: string, make: () => R): R {
    try {
      return make();
    } catch (error) {
      if (!(error instanceof QueryError)) throw error;
      throw clientError(this.#allowed.model, path, `is compared with what cannot be: ${error.message}`, error);
    }
  }

  /** A list, or the values of a query string with commas between them. */
  #values(path: string, operand: unknown): unknown[] {
    const values: unknown[] =
      typeof operand === 'string' ? operand.split(',') : Array.isArray(operand) ? (operand as unknown[]) : [operand];
    if (values.length > MAX_VALUES) throw this.#error(path, `is compared with more than ${String(MAX_VALUES)} values.`);
    return values;
  }

  #columnValue(path: string, { type, nullable }: ColumnModel, given: unknown): unknown {
    if (given === null && nullable) return null;
    const value = fromOutside(type, given);
    const refusal = refuseFromJson(type, value, 'compared');
    if (refusal !== undefined) throw this.#error(path, `${refusal}.`);
    return value;
  }

  #count(): void {
    this.#conditions++;
    if (this.#conditions > MAX_CONDITIONS)
      throw this.#error('The filter', `has more than ${String(MAX_CONDITIONS)} conditions.`);
  }

  #notAllowed(path: string): QueryError {
    return this.#error(path, `is not allowed in this filter. Allowed: ${this.#allowed.paths.join(', ')}.`);
  }

  #error(path: string, reason: string): QueryError {
    return clientError(this.#allowed.model, path === '' ? 'filter' : path.replace(/\.$/, ''), reason);
  }
}

function isOperator(name: string): name is FilterOperator {
  return Object.hasOwn(KINDS, name);
}

/** As SQL and others call it. */
function operatorName(name: string): string {
  return name === 'in' ? 'inList' : name;
}

function isKeyOf({ target }: RelationModel, value: Record<string, unknown>): boolean {
  const names = Object.keys(value);
  return names.length === target.keyProperties.length && names.every((name) => target.keyProperties.includes(name));
}

function all(parts: readonly Criterion[]): Criterion {
  const some = parts.filter((part) => !isEmpty(part));
  return some.length === 0 ? {} : some.length === 1 ? some[0]! : operators.and(...some);
}

function isEmpty(criterion: Criterion): boolean {
  return isPlainObject(criterion) && Object.keys(criterion).length === 0;
}
