/**
 * Conditions as users write them → conditions whose names are resolved and whose values are checked. The one gate through which
 * values reach a query: what is not a scalar of the column's type or one of our own operators is refused here, before any SQL.
 */
import { QueryError } from '../errors';
import type { ColumnModel, EntityModel, EntityModels, RelationModel } from '../metadata';
import { refuseCharacters } from '../types';
import { describeValue } from './describe-value';
import { propertyOf } from './names';
import { isPlainObject } from './operator-checks';
import { Combination, Operator, Quantifier, type OperatorContent } from './operator-values';
import { isAlwaysThere, needsRow } from './outcomes';
import { keyFrom, referencedKey } from './reference-values';
import { assertSameDatabase } from './same-database';
import type { Condition, MatchName, RelationPath } from './state';

/** Relations that one condition may follow: each is a join or a subquery, and optimizers look at all of their orders. */
const MAX_RELATIONS = 16;

/** How deep conditions may nest: far beyond what anybody writes, far below what would exhaust a stack. */
const MAX_DEPTH = 64;

interface Scope {
  readonly models: EntityModels;
  readonly model: EntityModel;
  /** From the entity that the conditions are on to `model`, along to-one relations. */
  readonly path: RelationPath;
  readonly depth: number;
  /** Relations that were followed to come here. */
  readonly relations: number;
}

/**
 * @throws QueryError for unknown properties, undefined, plain objects or arrays where a value belongs, and values that do not fit the column.
 */
export function parseCriterion(models: EntityModels, model: EntityModel, criterion: unknown): Condition {
  return parse(criterion, { models, model, path: [], depth: 0, relations: 0 });
}

/** A condition on the other end of a relation. */
function parseRelated(criterion: unknown, relation: RelationModel, scope: Scope & { path: RelationPath }): Condition {
  const relations = scope.relations + 1;
  if (relations > MAX_RELATIONS) {
    throw new QueryError(
      `The conditions on ${relation.owner.name} follow more than ${String(MAX_RELATIONS)} relations.`,
      {
        entity: relation.owner.name,
        property: relation.property,
      },
    );
  }
  return parse(criterion, { ...scope, model: relation.target, relations });
}

function parse(criterion: unknown, scope: Scope): Condition {
  if (scope.depth > MAX_DEPTH) {
    throw new QueryError(`The conditions on ${scope.model.name} nest deeper than ${String(MAX_DEPTH)} levels.`, {
      entity: scope.model.name,
    });
  }
  const deeper = { ...scope, depth: scope.depth + 1 };
  if (Combination.is(criterion)) {
    const { connective, parts } = Combination.content(criterion);
    const operands = parts.map((part) => parse(part, deeper));
    if (connective === 'not') return { kind: 'not', operand: operands[0]! };
    return junction(connective, operands);
  }
  if (!isPlainObject(criterion)) {
    throw new QueryError(
      `A condition on ${scope.model.name} is an object of properties, or and(…), or(…), not(…); got ${describeValue(criterion)}.`,
      { entity: scope.model.name },
    );
  }
  const names = Object.keys(criterion);
  if (Object.getOwnPropertySymbols(criterion).length > 0) {
    throw new QueryError(`A condition on ${scope.model.name} has a symbol for a property.`, {
      entity: scope.model.name,
    });
  }
  return junction(
    'and',
    names.map((name) => parseProperty(name, criterion[name], deeper)),
  );
}

function junction(operator: 'and' | 'or', operands: readonly Condition[]): Condition {
  return operands.length === 1 ? operands[0]! : { kind: 'junction', operator, operands };
}

function parseProperty(name: string, value: unknown, scope: Scope): Condition {
  const property = propertyOf(scope.model, name);
  if (value === undefined) {
    throw new QueryError(
      `${scope.model.name}.${name} is compared with undefined: leave the property out, or write null or isNull() for rows without a value.`,
      { entity: scope.model.name, property: name },
    );
  }
  if (property.kind === 'column') return columnCondition(property.column, value, scope);
  const { relation } = property;
  if (relation.toMany) return manyCondition(relation, value, scope);
  return relation.kind === 'belongsTo'
    ? toOneCondition(relation, value, scope)
    : hasOneCondition(relation, value, scope);
}

// -- columns

function columnCondition(column: ColumnModel, value: unknown, scope: Scope): Condition {
  const { path } = scope;
  if (Operator.is(value)) return operatorCondition(column, Operator.content(value), scope);
  if (value === null) return nullCondition(column, false, scope);
  checkValue(column, value, scope.model);
  return { kind: 'compare', path, column, operator: 'eq', value };
}

function operatorCondition(column: ColumnModel, content: OperatorContent, scope: Scope): Condition {
  const { path, model } = scope;
  switch (content.kind) {
    case 'null':
      return { kind: 'null', path, column, negated: content.negated };
    case 'compare': {
      const { name, value } = content;
      if (value === null) return nullCondition(column, name === 'ne', scope);
      checkValue(column, value, model);
      return { kind: 'compare', path, column, operator: name, value };
    }
    case 'between': {
      const { low, high } = content;
      checkValue(column, low, model);
      checkValue(column, high, model);
      return junction('and', [
        { kind: 'compare', path, column, operator: 'gte', value: low },
        { kind: 'compare', path, column, operator: 'lte', value: high },
      ]);
    }
    case 'list': {
      const { values, negated, orNull } = content;
      for (const value of values) checkValue(column, value, model);
      const rows = values.map((value) => [value]);
      return withNull({ kind: 'in', path, columns: [column], rows, negated }, { column, path, negated, orNull });
    }
    case 'text':
      checkText(column, content, model);
      return { kind: 'match', path, column, operator: content.name as MatchName, value: content.text };
  }
}

/** `null` in a list: the rows without a value belong to it, or, negated, do not. */
function withNull(
  listed: Condition,
  { column, path, negated, orNull }: { column: ColumnModel; path: RelationPath; negated: boolean; orNull: boolean },
): Condition {
  if (!orNull) return listed;
  return junction(negated ? 'and' : 'or', [listed, { kind: 'null', path, column, negated }]);
}

function nullCondition(column: ColumnModel, negated: boolean, { model, path }: Scope): Condition {
  if (!column.nullable && path.length === 0) {
    throw new QueryError(
      `${model.name}.${column.property} is not nullable: no row has null there. Write isNull() if that is meant.`,
      { entity: model.name, property: column.property },
    );
  }
  return { kind: 'null', path, column, negated };
}

const INCOMPARABLE = new Set(['json', 'array']);

function checkValue(column: ColumnModel, value: unknown, model: EntityModel): void {
  const where = { entity: model.name, property: column.property };
  if (INCOMPARABLE.has(column.type.name)) {
    throw new QueryError(
      `${model.name}.${column.property} is a ${column.type.name} column and cannot be compared as a whole: use isNull() or isNotNull().`,
      where,
    );
  }
  const reason =
    value === null || value === undefined
      ? `must be a value, got ${String(value)}`
      : column.type.refuse(value, 'compared');
  if (reason !== undefined) throw new QueryError(`${model.name}.${column.property} ${reason}.`, where);
}

const TEXTUAL = new Set(['text', 'varchar', 'char', 'enum']);

function checkText(column: ColumnModel, content: { name: string; text: string }, model: EntityModel): void {
  const where = { entity: model.name, property: column.property };
  if (!TEXTUAL.has(column.type.name)) {
    throw new QueryError(
      `${model.name}.${column.property} is a ${column.type.name} column: ${content.name}() compares texts only.`,
      where,
    );
  }
  const refusal = refuseCharacters(content.text);
  if (refusal !== undefined) throw new QueryError(`${model.name}.${column.property} ${refusal}.`, where);
}

// -- relations

/**
 * `artist: { … }`, `artist: artist`, `artist: 3`, `artist: null`, `artist: inList([a, b])`. Conditions on the artist are met by rows that have
 * a visible one: the join leaves its columns null where there is none, so where that could be taken for an answer it is asked for.
 */
function toOneCondition(
  relation: Extract<RelationModel, { kind: 'belongsTo' }>,
  value: unknown,
  scope: Scope,
): Condition {
  const { path, models } = scope;
  const { columns } = relation;
  if (value === null) return nullCondition(columns[0]!, false, scope);
  if (Operator.is(value)) return toOneOperator(relation, Operator.content(value), scope);
  if (isNested(relation.target, value)) {
    assertSameDatabase(relation);
    const there = [...path, relation];
    const condition = parseRelated(value, relation, { ...scope, path: there });
    if (isAlwaysThere([relation]) || needsRow(condition)) return condition;
    return junction('and', [{ kind: 'present', path: there }, condition]);
  }
  return { kind: 'in', path, columns, rows: [referencedKey(models, relation, value)], negated: false };
}

function toOneOperator(
  relation: Extract<RelationModel, { kind: 'belongsTo' }>,
  content: OperatorContent,
  scope: Scope,
): Condition {
  const { path, models } = scope;
  const { columns } = relation;
  const [column] = columns as [ColumnModel, ...ColumnModel[]];
  if (content.kind === 'null') return { kind: 'null', path, column, negated: content.negated };
  if (content.kind === 'compare' && (content.name === 'eq' || content.name === 'ne')) {
    const negated = content.name === 'ne';
    if (content.value === null) return nullCondition(column, negated, scope);
    return { kind: 'in', path, columns, rows: [referencedKey(models, relation, content.value)], negated };
  }
  if (content.kind === 'list') {
    const { negated, orNull } = content;
    const rows = content.values.map((value) => referencedKey(models, relation, value));
    return withNull({ kind: 'in', path, columns, rows, negated }, { column, path, negated, orNull });
  }
  throw new QueryError(
    `${relation.owner.name}.${relation.property} is a relation: compare it by eq, ne, inList, notIn, isNull or isNotNull, or give conditions on ${relation.target.name}.`,
    { entity: relation.owner.name, property: relation.property },
  );
}

/** Conditions on a related row, where the value does not name one. */
export function isNested(target: EntityModel, value: unknown): boolean {
  return Combination.is(value) || (isPlainObject(value) && !isKeyOnly(target, value));
}

/** An object with the target's key and nothing else names a row; the foreign key answers for it without a join. */
function isKeyOnly(target: EntityModel, value: object): boolean {
  const names = Object.keys(value);
  return (
    names.length === target.keyProperties.length &&
    target.keyProperties.every((name) => Object.hasOwn(value, name)) &&
    names.every((name) => !Operator.is((value as Record<string, unknown>)[name]))
  );
}

function hasOneCondition(
  relation: Extract<RelationModel, { kind: 'hasOne' }>,
  value: unknown,
  scope: Scope,
): Condition {
  const { path } = scope;
  assertSameDatabase(relation);
  const content = Operator.is(value) ? Operator.content(value) : undefined;
  if (value === null || content?.kind === 'null') {
    const negated = !(content?.kind === 'null' && content.negated);
    return { kind: 'related', path, relation, condition: undefined, negated };
  }
  const condition =
    isPlainObject(value) || Combination.is(value) || content
      ? parseRelated(value, relation, { ...scope, path: [] })
      : keyCondition(scope.models, relation, value);
  return { kind: 'related', path, relation, condition, negated: false };
}

/** The child itself, or the value of its key. */
function keyCondition(models: EntityModels, { owner, property, target }: RelationModel, value: unknown): Condition {
  const rows = [keyFrom(models, target, value, `${owner.name}.${property}`)];
  return { kind: 'in', path: [], columns: target.key, rows, negated: false };
}

function manyCondition(relation: RelationModel, value: unknown, scope: Scope): Condition {
  if (!Quantifier.is(value)) {
    throw new QueryError(
      `${relation.owner.name}.${relation.property} relates to many rows: say some({ … }), none({ … }) or every({ … }), got ${describeValue(value)}.`,
      { entity: relation.owner.name, property: relation.property },
    );
  }
  assertSameDatabase(relation);
  const { name, criterion } = Quantifier.content(value);
  const { path } = scope;
  const inner = criterion && parseRelated(criterion, relation, { ...scope, path: [] });
  // Every one does: none does not.
  const condition: Condition | undefined = inner && name === 'every' ? { kind: 'not', operand: inner } : inner;
  return { kind: 'related', path, relation, condition, negated: name !== 'some' };
}
