/**
 * All that is to be known of a kind of node, one entry a kind: what its fields are to the walk that finds cache key and values, its text, and,
 * of a condition, what can be said of it without looking at a row. A kind without its entry does not compile, nor an entry without a field.
 */
import type { ColumnType } from '../../types';
import type { Comparison } from '../dialect';
import type { ConditionNode, NodeOf, ResultRow, SelectNode, Source, SqlNode } from '../nodes/tree';
import type { NodeWriter } from './node-writer';

type Kind = SqlNode['kind'];

/** What a field is to the walk. `implied`: another field of the node decides it. */
type Role<V> =
  | 'implied'
  | ([V] extends [ColumnType]
      ? 'type'
      : [V] extends [ResultRow | Source]
        ? 'id'
        : [V] extends [readonly Source[]]
          ? 'ids'
          : [V] extends [SqlNode | undefined]
            ? 'node'
            : [V] extends [readonly SqlNode[]]
              ? 'nodes'
              : [V] extends [string | number | boolean | undefined]
                ? 'word'
                : 'bound');

type Fields<N> = { readonly [F in Exclude<keyof N, 'kind'>]-?: Role<N[F]> };

interface Entry<N> {
  readonly fields: Fields<N>;
  write(node: N, writer: NodeWriter): void;
}

interface ConditionEntry<N> extends Entry<N> {
  /** What the condition comes to for every row; undefined where that depends on the row. */
  outcome(node: N): boolean | undefined;
  /** Whether it holds only where the optional source of its columns has a row: without one they are null, which no comparison meets. */
  needsRow(node: N): boolean;
}

type Kinds = {
  readonly [K in Kind]: NodeOf<K> extends ConditionNode ? ConditionEntry<NodeOf<K>> : Entry<NodeOf<K>>;
};

export const KINDS: Kinds = {
  column: {
    fields: { id: 'word', source: 'implied', name: 'implied', type: 'implied', nullable: 'implied' },
    write: (node, writer) => writer.write(writer.reference(node)),
  },
  value: {
    fields: { type: 'type', value: 'bound' },
    write: (node, writer) => writer.parameter(node),
  },
  list: {
    fields: { type: 'type', values: 'bound' },
    write: () => {
      throw new Error('A list is written by the condition that it belongs to.');
    },
  },
  successor: {
    fields: { column: 'node', type: 'implied' },
    write({ column }, writer) {
      writer.node(column);
      writer.write(' + 1');
    },
  },
  count: {
    fields: { type: 'implied' },
    write: (_, writer) => writer.write('count(*)'),
  },
  constant: {
    fields: { value: 'word', type: 'implied' },
    write: ({ value }, writer) => writer.write(String(value)),
  },
  compare: {
    fields: { operator: 'word', left: 'node', right: 'node' },
    write({ operator, left, right }, writer) {
      const comparison: Comparison = {
        operator,
        type: left.type,
        writeLeft: () => writer.node(left),
        writeRight: () => writer.node(right),
        isBound: right.kind === 'value',
      };
      if (writer.comparison(comparison)) return;
      writer.node(left);
      writer.write(` ${operator} `);
      writer.node(right);
    },
    outcome: () => undefined,
    needsRow: () => true,
  },
  junction: {
    fields: { operator: 'word', operands: 'nodes' },
    write({ operator, operands }, writer) {
      if (operands.length === 0) writer.write(operator === 'and' ? '1 = 1' : '1 = 0');
      operands.forEach((operand, i) => {
        if (i > 0) writer.write(` ${operator} `);
        const bracketed = operand.kind === 'junction' && operand.operands.length > 1 && operand.operator !== operator;
        if (bracketed) writer.write('(');
        writer.node(operand);
        if (bracketed) writer.write(')');
      });
    },
    outcome({ operator, operands }) {
      const outcomes = operands.map(outcomeOf);
      const decisive = operator === 'or';
      if (outcomes.includes(decisive)) return decisive;
      return outcomes.every((outcome) => outcome === !decisive) ? !decisive : undefined;
    },
    needsRow: ({ operator, operands }) => (operator === 'and' ? operands.some(needsRow) : operands.every(needsRow)),
  },
  not: {
    fields: { operand: 'node' },
    write({ operand }, writer) {
      writer.write('(');
      writer.node(operand);
      writer.write(') is not true');
    },
    outcome({ operand }) {
      const outcome = outcomeOf(operand);
      return outcome === undefined ? undefined : !outcome;
    },
    needsRow: () => false,
  },
  isNull: {
    fields: { operand: 'node', negated: 'word' },
    write({ operand, negated }, writer) {
      writer.node(operand);
      writer.write(negated ? ' is not null' : ' is null');
    },
    outcome: ({ operand, negated }) => (operand.nullable || operand.source.optional ? undefined : negated),
    needsRow: ({ negated }) => negated,
  },
  present: {
    fields: { key: 'node' },
    write({ key }, writer) {
      writer.node(key);
      writer.write(' is not null');
    },
    // It says no more than that there is a row, which is not what a condition of a mass write is about.
    outcome: () => true,
    needsRow: () => true,
  },
  in: {
    fields: { operands: 'nodes', lists: 'nodes', negated: 'word' },
    write(node, writer) {
      if (node.lists[0]!.values.length === 0) {
        writer.write(node.negated ? '1 = 1' : '1 = 0');
        return;
      }
      if (node.negated) writer.write('not (');
      writer.membership(node);
      if (node.negated) writer.write(')');
    },
    outcome: ({ lists, negated }) => (lists[0]!.values.length === 0 ? negated : undefined),
    needsRow: ({ lists, negated }) => lists[0]!.values.length > 0 || !negated,
  },
  match: {
    fields: { match: 'word', insensitive: 'word', operand: 'node', text: 'node' },
    write: (node, writer) => writer.match(node),
    outcome: ({ match, operand, text }) =>
      !operand.nullable && ANY_TEXT[match].test(text.value as string) ? true : undefined,
    needsRow: () => true,
  },
  exists: {
    fields: { select: 'node', negated: 'word' },
    write({ select, negated }, writer) {
      writer.write(negated ? 'not exists (' : 'exists (');
      writer.node(select);
      writer.write(')');
    },
    outcome({ select, negated }) {
      const outcome = select.where && outcomeOf(select.where);
      if (outcome === false) return negated;
      return outcome && !negated ? true : undefined;
    },
    needsRow: ({ negated }) => !negated,
  },
  inSelect: {
    fields: { operands: 'nodes', select: 'node' },
    write({ operands, select }, writer) {
      if (operands.length > 1) writer.write('(');
      writer.list(operands);
      if (operands.length > 1) writer.write(')');
      // The derived table lets MySQL select from the table that the statement changes.
      writer.write(' in (select * from (');
      writer.node(select);
      writer.write(`) as ${writer.quote('matched')})`);
    },
    outcome: () => undefined,
    needsRow: () => true,
  },
  order: {
    fields: { expression: 'node', descending: 'word' },
    write({ expression, descending }, writer) {
      if (expression.kind === 'column') writer.write(writer.orderKey(expression));
      else writer.node(expression);
      if (descending) writer.write(' desc');
    },
  },
  assignment: {
    fields: { column: 'node', value: 'node' },
    write({ column, value }, writer) {
      writer.write(`${writer.quote(column.name)} = `);
      writer.node(value);
    },
  },
  select: {
    fields: {
      row: 'id',
      from: 'id',
      joins: 'ids',
      where: 'node',
      orderBy: 'nodes',
      limit: 'node',
      offset: 'node',
      lock: 'word',
      hideMarked: 'word',
    },
    write: writeSelect,
  },
  update: {
    fields: { table: 'id', assignments: 'nodes', where: 'node' },
    write({ table, assignments, where }, writer) {
      writer.write(`update ${writer.table(table)} set `);
      writer.list(assignments);
      writeWhere(writer, where ? [where] : []);
    },
  },
  delete: {
    fields: { table: 'id', where: 'node' },
    write({ table, where }, writer) {
      writer.write(`delete from ${writer.table(table)}`);
      writeWhere(writer, where ? [where] : []);
    },
  },
};

/** What a condition comes to for every row; undefined where that depends on the row. */
export function outcomeOf(node: ConditionNode): boolean | undefined {
  return (KINDS[node.kind] as ConditionEntry<ConditionNode>).outcome(node);
}

/** Whether a condition on an optional source holds only where that has a row. */
export function needsRow(node: ConditionNode): boolean {
  return (KINDS[node.kind] as ConditionEntry<ConditionNode>).needsRow(node);
}

export function entryOf(node: SqlNode): Entry<SqlNode> {
  return KINDS[node.kind];
}

const EMPTY = /^$/;

/** The operands that every text matches. */
const ANY_TEXT: Readonly<Record<NodeOf<'match'>['match'], RegExp>> = {
  contains: EMPTY,
  startsWith: EMPTY,
  endsWith: EMPTY,
  like: /^%+$/,
  // Whether an expression matches every text is for the engine to say.
  matches: /^(?!)/,
};

function writeSelect(node: SelectNode, writer: NodeWriter): void {
  const { row, from, where } = node;
  const { joins, hidesMarked } = writer.enter(node);
  writer.write('select ');
  row.columns.forEach((column, i) => {
    if (i > 0) writer.write(', ');
    if (column.kind === 'column') writer.write(writer.selected(column));
    else writer.node(column);
  });
  writer.write(` from ${writer.table(from)} as ${writer.alias(from)}`);
  const linked = ({ link }: Source): ConditionNode[] =>
    !link ? [] : link.unmarked && hidesMarked ? [link.on, link.unmarked] : [link.on];
  for (const source of joins) {
    writer.write(` ${source.link!.by} ${writer.table(source)} as ${writer.alias(source)} on `);
    writeAll(writer, linked(source));
  }
  writeWhere(writer, where ? [...linked(from), where] : linked(from));
  node.orderBy.forEach((term, i) => {
    writer.write(i === 0 ? ' order by ' : ', ');
    writer.node(term);
  });
  writer.window(node);
  writer.leave();
}

function writeWhere(writer: NodeWriter, conditions: readonly ConditionNode[]): void {
  if (conditions.length === 0) return;
  writer.write(' where ');
  writeAll(writer, conditions);
}

function writeAll(writer: NodeWriter, conditions: readonly ConditionNode[]): void {
  writer.node(conditions.length === 1 ? conditions[0]! : { kind: 'junction', operator: 'and', operands: conditions });
}
