/**
 * Conditions as users write them → nodes whose names are resolved and whose values are checked. The one gate through which
 * values reach a query: what is not a scalar of the column's type or one of our own operators is refused here, before any SQL.
 */
import { QueryError } from '../../errors';
import type {
  BelongsToModel,
  ColumnModel,
  EntityModel,
  EntityModels,
  HasOneModel,
  RelationModel,
} from '../../metadata';
import {
  compareValue,
  inRows,
  isNull,
  junction,
  needsRow,
  not,
  present,
  type ColumnNode,
  type ConditionNode,
} from '../../sql';
import { isPlainObject } from '../expressions/operator-checks';
import { CombinationValue, OperatorValue, QuantifierValue, type OperatorContent } from '../expressions/operator-values';
import { columnCondition, nullCondition, withNull, type ColumnInPlace } from './column-condition';
import { describeValue } from '../../describe-value';
import { propertyOf } from './names';
import { keyFrom, referencedKey } from './reference-values';
import { RelationPath, type Subject } from './relation-path';
import { assertSameDatabase } from './same-database';

/** Relations that one condition may follow: each is a join or a subquery, and optimizers look at all of their orders. */
const MAX_RELATIONS = 16;

/** How deep conditions may nest: far beyond what anybody writes, far below what would exhaust a stack. */
const MAX_DEPTH = 64;

interface Scope {
  readonly models: EntityModels;
  /** What the conditions are about. */
  readonly subject: RelationPath | RelatedKey;
  readonly depth: number;
  /** Relations that were followed to come here. */
  readonly relations: number;
}

/** The key of a related row as the foreign key holds it: what is asked of nothing else needs no join. */
class RelatedKey implements Subject {
  readonly model: EntityModel;

  constructor(
    private readonly holder: Subject,
    private readonly relation: BelongsToModel,
  ) {
    this.model = relation.target;
  }

  column(column: ColumnModel): ColumnNode {
    return this.holder.column(this.relation.columns[this.model.key.indexOf(column)]!);
  }
}

/**
 * @throws QueryError for unknown properties, undefined, plain objects or arrays where a value belongs, and values that do not fit the column.
 */
export function parseCriterion(models: EntityModels, model: EntityModel, criterion: unknown): ConditionNode {
  return parse(criterion, { models, subject: RelationPath.of(model), depth: 0, relations: 0 });
}

/** Rows whose columns have these values. */
export function equalTo(subject: Subject, columns: readonly ColumnModel[], values: readonly unknown[]): ConditionNode {
  return junction(
    'and',
    columns.map((column, i) => compareValue(subject.column(column), '=', values[i])),
  );
}

/** A condition on the other end of a relation. */
function parseRelated(
  criterion: unknown,
  subject: Scope['subject'],
  relation: RelationModel,
  scope: Scope,
): ConditionNode {
  const relations = scope.relations + 1;
  if (relations > MAX_RELATIONS) {
    throw new QueryError(
      `The conditions on ${relation.owner.name} follow more than ${String(MAX_RELATIONS)} relations.`,
      { code: 'INVALID_VALUE', entity: relation.owner.name, property: relation.property },
    );
  }
  return parse(criterion, { ...scope, subject, relations });
}

function parse(criterion: unknown, scope: Scope): ConditionNode {
  const { name: entity } = scope.subject.model;
  if (scope.depth > MAX_DEPTH) {
    throw new QueryError(`The conditions on ${entity} nest deeper than ${String(MAX_DEPTH)} levels.`, {
      code: 'INVALID_VALUE',
      entity,
    });
  }
  const { models, subject, relations } = scope;
  const deeper: Scope = { models, subject, depth: scope.depth + 1, relations };
  if (CombinationValue.is(criterion)) {
    const { connective, parts } = CombinationValue.content(criterion);
    const operands = parts.map((part) => parse(part, deeper));
    return connective === 'not' ? not(operands[0]!) : junction(connective, operands);
  }
  if (!isPlainObject(criterion)) {
    throw new QueryError(
      `A condition on ${entity} is an object of properties, or and(…), or(…), not(…); got ${describeValue(criterion)}.`,
      { entity },
    );
  }
  if (Object.getOwnPropertySymbols(criterion).length > 0) {
    throw new QueryError(`A condition on ${entity} has a symbol for a property.`, { entity });
  }
  const names = Object.keys(criterion);
  if (names.length === 1) return parseProperty(names[0]!, criterion[names[0]!], deeper);
  return junction(
    'and',
    names.map((name) => parseProperty(name, criterion[name], deeper)),
  );
}

function parseProperty(name: string, given: unknown, scope: Scope): ConditionNode {
  const { subject } = scope;
  const { model } = subject;
  const property = propertyOf(model, name);
  if (given === undefined) {
    throw new QueryError(
      `${model.name}.${name} is compared with undefined: leave the property out, or write null or isNull() for rows without a value.`,
      { entity: model.name, property: name },
    );
  }
  if (property.kind === 'column') return columnCondition(columnOf(subject, property.column), given);
  const { relation } = property;
  if (relation.kind === 'belongsTo') return belongsToCondition(relation, given, scope);
  // Only keys are asked of a key, and no other relation is part of one.
  const path = subject as RelationPath;
  assertSameDatabase(relation);
  return relation.toMany
    ? manyCondition(relation, given, { ...scope, subject: path })
    : hasOneCondition(relation, given, { ...scope, subject: path });
}

function columnOf(subject: Scope['subject'], column: ColumnModel): ColumnInPlace {
  const joined = subject instanceof RelationPath && subject.source.link?.by === 'left join';
  return { column, node: subject.column(column), model: subject.model, joined };
}

// -- to-one relations

/**
 * `artist: { … }`, `artist: artist`, `artist: 3`, `artist: null`, `artist: inList([a, b])`. What is asked of the key alone, the foreign key
 * answers. Other conditions on the artist are met by rows that have a visible one: the join leaves its columns null without one,
 * so where that could be taken for an answer it is asked for.
 */
function belongsToCondition(relation: BelongsToModel, given: unknown, scope: Scope): ConditionNode {
  const { subject, models } = scope;
  if (given === null) return nullCondition(columnOf(subject, relation.own[0]!), false);
  if (OperatorValue.is(given)) return belongsToOperator(relation, OperatorValue.content(given), scope);
  if (!isNested(relation.target, given))
    return equalTo(subject, relation.columns, referencedKey(models, relation, given));
  if (isAboutKey(relation.target, given)) {
    const condition = parseRelated(given, new RelatedKey(subject, relation), relation, scope);
    if (!relation.nullable || needsRow(condition)) return condition;
    return junction('and', [isNull(subject.column(relation.own[0]!), true), condition]);
  }
  assertSameDatabase(relation);
  const there = (subject as RelationPath).to(relation);
  const condition = parseRelated(given, there, relation, scope);
  if (!there.source.link!.unmarked && !relation.nullable) return condition;
  return needsRow(condition) ? condition : junction('and', [present(there.key[0]!), condition]);
}

function belongsToOperator(relation: BelongsToModel, content: OperatorContent, scope: Scope): ConditionNode {
  const { subject, models } = scope;
  const columns = relation.columns.map((column) => subject.column(column));
  const first = columnOf(subject, relation.own[0]!);
  switch (content.kind) {
    case 'null':
      return isNull(first.node, content.negated);
    case 'list': {
      const { negated, orNull } = content;
      const rows = content.values.map((one) => referencedKey(models, relation, one));
      const listed = inRows(columns, rows, negated);
      return orNull ? withNull(listed, isNull(first.node, negated), negated) : listed;
    }
    case 'compare':
      if (content.name !== 'eq' && content.name !== 'ne') break;
      if (content.value === null) return nullCondition(first, content.name === 'ne');
      return keyIs(columns, referencedKey(models, relation, content.value), content.name === 'ne');
    case 'between':
    case 'text':
  }
  throw refusedOperator(relation);
}

/** Whether columns hold one key, or another one. */
function keyIs(columns: readonly ColumnNode[], key: readonly unknown[], negated: boolean): ConditionNode {
  if (negated && columns.length > 1) return inRows(columns, [key], true);
  return junction(
    'and',
    columns.map((column, i) => compareValue(column, negated ? '<>' : '=', key[i])),
  );
}

function refusedOperator({ owner, property, target }: RelationModel): QueryError {
  return new QueryError(
    `${owner.name}.${property} is a relation: compare it by eq, ne, inList, notIn, isNull or isNotNull, or give conditions on ${target.name}.`,
    { entity: owner.name, property },
  );
}

/** Conditions on a related row, where the value does not name one. */
export function isNested(target: EntityModel, given: unknown): boolean {
  return CombinationValue.is(given) || (isPlainObject(given) && !isKey(target, given));
}

/** An object with the values of the target's key and nothing else. */
function isKey(target: EntityModel, given: Record<string, unknown>): boolean {
  const names = Object.keys(given);
  return (
    names.length === target.keyProperties.length &&
    target.keyProperties.every((name) => Object.hasOwn(given, name)) &&
    names.every((name) => {
      if (OperatorValue.is(given[name])) return false;
      const property = propertyOf(target, name);
      return property.kind === 'column' || !isNested(property.relation.target, given[name]);
    })
  );
}

/** Whether conditions are on properties of the key and on nothing else. */
function isAboutKey(target: EntityModel, given: unknown): boolean {
  if (CombinationValue.is(given)) {
    const { parts } = CombinationValue.content(given);
    return parts.length > 0 && parts.every((part) => isAboutKey(target, part));
  }
  if (!isPlainObject(given)) return false;
  const names = Object.keys(given);
  return (
    names.length > 0 &&
    names.every((name) => {
      if (!target.keyProperties.includes(name)) return false;
      const property = propertyOf(target, name);
      if (property.kind === 'column') return true;
      const { target: further } = property.relation;
      return !isNested(further, given[name]) || isAboutKey(further, given[name]);
    })
  );
}

type RowScope = Scope & { readonly subject: RelationPath };

/** The row of a has-one is another table's: what is asked of it is asked in a subquery. */
function hasOneCondition(relation: HasOneModel, given: unknown, scope: RowScope): ConditionNode {
  const there = scope.subject.related(relation);
  if (given === null) return there.exists(undefined, true);
  if (OperatorValue.is(given)) return hasOneOperator(relation, OperatorValue.content(given), scope);
  const condition = isNested(relation.target, given)
    ? parseRelated(given, there, relation, scope)
    : keyIs(there.key, relatedKey(relation, given, scope), false);
  return there.exists(condition);
}

/** As of a foreign key: a row without a related one is neither equal to one nor unequal. */
function hasOneOperator(relation: HasOneModel, content: OperatorContent, scope: RowScope): ConditionNode {
  const there = scope.subject.related(relation);
  switch (content.kind) {
    case 'null':
      return there.exists(undefined, !content.negated);
    case 'list': {
      const { negated, orNull } = content;
      const rows = content.values.map((one) => relatedKey(relation, one, scope));
      // Nothing is in an empty list, what a row without a related one lacks neither.
      const found =
        rows.length > 0 ? there.exists(inRows(there.key, rows, negated)) : junction(negated ? 'and' : 'or', []);
      return orNull ? withNull(found, there.exists(undefined, !negated), negated) : found;
    }
    case 'compare':
      if (content.name !== 'eq' && content.name !== 'ne') break;
      if (content.value === null) return there.exists(undefined, content.name === 'eq');
      return there.exists(keyIs(there.key, relatedKey(relation, content.value, scope), content.name === 'ne'));
    case 'between':
    case 'text':
  }
  throw refusedOperator(relation);
}

function relatedKey({ owner, property, target }: RelationModel, given: unknown, { models }: Scope): readonly unknown[] {
  return keyFrom(models, target, given, `${owner.name}.${property}`);
}

// -- to-many relations

function manyCondition(relation: RelationModel, given: unknown, scope: RowScope): ConditionNode {
  if (!QuantifierValue.is(given)) {
    throw new QueryError(
      `${relation.owner.name}.${relation.property} relates to many rows: say some({ … }), none({ … }) or every({ … }), got ${describeValue(given)}.`,
      { entity: relation.owner.name, property: relation.property },
    );
  }
  const { name, criterion } = QuantifierValue.content(given);
  const there = scope.subject.related(relation);
  const inner = criterion && parseRelated(criterion, there, relation, scope);
  // Every one does: none does not.
  const condition = inner && name === 'every' ? not(inner) : inner;
  return there.exists(condition, name !== 'some');
}
