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
import { describeValue } from '../../describe-value';
import { allowedOf, type Allowed, type AllowedName } from './allowed';
import { clientError, shown } from './client-error';
import { readQueryString, withoutDots } from './query-string';
import { fromOutside, keyFromOutside } from './values';

const COMPARING = ['eq', 'ne', 'gt', 'gte', 'lt', 'lte'] as const;
const LISTING = ['inList', 'notIn'] as const;
const TEXT = ['contains', 'icontains', 'startsWith', 'istartsWith', 'endsWith', 'iendsWith'] as const;
/** Patterns cost the database more than others, and are allowed by their names alone. */
const PATTERNS = ['like', 'ilike', 'matches'] as const;
const STANDARD: readonly FilterOperator[] = [...COMPARING, ...LISTING, 'between', ...TEXT, 'isNull', 'isNotNull'];

const KNOWN: ReadonlySet<string> = new Set([...STANDARD, ...PATTERNS]);
const LISTS: ReadonlySet<string> = new Set<string>(LISTING);
const TEXTS: ReadonlySet<string> = new Set([...TEXT, ...PATTERNS]);
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
    throw new QueryError("'ignore' of parseFilter() lists names that are none of its business.");
  for (const [path, names] of Object.entries(given)) {
    if (!paths.includes(path))
      throw new QueryError(`'operators' of parseFilter() names ${shown(path)}, which is not among 'allow'.`);
    for (const name of names ?? [])
      if (!KNOWN.has(name))
        throw new QueryError(
          `'operators' of parseFilter() names ${shown(name)}, which is not an operator: ${[...KNOWN].join(', ')}.`,
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
    return names.length > 0 && names.every((name) => KNOWN.has(operatorName(name)) && !children.has(name));
  }

  /** `5`, `null`, `[1, 2]`, `{ "lt": 5, "gte": 1 }`. */
  #compared({ path, property }: AllowedName, value: unknown, read: (one: unknown) => unknown): Criterion {
    const name = property.kind === 'column' ? property.column.property : property.relation.property;
    const given =
      isPlainObject(value) &&
      (property.kind === 'column' || Object.keys(value).every((one) => KNOWN.has(operatorName(one))))
        ? Object.entries(value)
        : ([[Array.isArray(value) ? 'inList' : 'eq', value]] as const);
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
    if (!allowed.includes(name))
      throw this.#error(path, `cannot be compared by ${shown(given)}. It can by ${allowed.join(', ')}.`);
    this.#count(1);
    if (name === 'isNull' || name === 'isNotNull') {
      const is = operand === true || operand === 'true';
      if (!is && operand !== false && operand !== 'false')
        throw this.#error(path, `takes true or false for ${name}, got ${describeValue(operand)}.`);
      return is === (name === 'isNull') ? operators.isNull() : operators.isNotNull();
    }
    if (LISTS.has(name)) return operators[name as 'inList'](this.#values(path, operand).map(read) as string[]);
    if (name === 'between') {
      const bounds = this.#values(path, operand).map(read) as string[];
      if (bounds.length !== 2) throw this.#error(path, `takes two values for between, got ${String(bounds.length)}.`);
      return this.#made(path, () => operators.between(bounds[0]!, bounds[1]!));
    }
    if (TEXTS.has(name)) {
      if (typeof operand !== 'string')
        throw this.#error(path, `takes a text for ${name}, got ${describeValue(operand)}.`);
      return this.#made(path, () => operators[name as 'contains'](operand));
    }
    if (operand === null) {
      if (name === 'eq') return null;
      if (name === 'ne') return operators.ne(null);
    }
    const value = read(operand) as string;
    return this.#made(path, () => operators[name as 'gt'](value));
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
    const refusal = type.refuse(value, 'compared');
    if (refusal !== undefined) throw this.#error(path, `${refusal}.`);
    return value;
  }

  #count(more: number): void {
    this.#conditions += more;
    if (this.#conditions > MAX_CONDITIONS)
      throw this.#error('The filter', `has more than ${String(MAX_CONDITIONS)} conditions.`);
  }

  #notAllowed(path: string): QueryError {
    return this.#error(path, `is nothing to filter by. There is ${this.#allowed.paths.join(', ')}.`);
  }

  #error(path: string, reason: string): QueryError {
    return clientError(this.#allowed.model, path === '' ? 'filter' : path.replace(/\.$/, ''), reason);
  }
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
