/** Statement nodes → compiled statements: constant text and the bindings of its placeholders. */
import type { Dialect } from './dialect';
import type {
  ColumnNode,
  CompareNode,
  DeleteNode,
  ExpressionNode,
  InNode,
  JunctionNode,
  OrderNode,
  SelectNode,
  StatementNode,
  UpdateNode,
} from './nodes';
import type { CompiledStatement } from './statement';
import { StatementWriter } from './statement-writer';

export function compile(node: StatementNode, dialect: Dialect): CompiledStatement {
  const writer = new StatementWriter(dialect);
  switch (node.kind) {
    case 'select':
      writeSelect(writer, node);
      break;
    case 'update':
      writeUpdate(writer, node);
      break;
    case 'delete':
      writeDelete(writer, node);
  }
  return {
    sql: writer.text,
    bindings: writer.bindings,
    columns: node.kind === 'select' ? node.columns.map((column) => column.type) : undefined,
    readOnly: node.kind === 'select' && node.lock === undefined,
  };
}

function writeSelect(writer: StatementWriter, node: SelectNode): void {
  const { dialect } = writer;
  writer.write(node.distinct ? 'select distinct ' : 'select ');
  node.columns.forEach(({ expression }, i) => {
    if (i > 0) writer.write(', ');
    if (expression.kind === 'column') {
      writer.write(dialect.selected(reference(dialect, expression), expression.type));
    } else writeExpression(writer, expression);
  });
  writer.write(' from ').write(dialect.quoteTable(node.from));
  if (node.alias !== undefined) writer.write(` as ${dialect.quote(node.alias)}`);
  for (const join of node.joins) {
    writer.write(join.type === 'left' ? ' left join ' : ' join ');
    writer.write(`${dialect.quoteTable(join.table)} as ${dialect.quote(join.alias)} on `);
    writeExpression(writer, join.on);
  }
  writeWhere(writer, node.where);
  writeOrder(writer, node.orderBy);
  if (node.limit !== undefined || node.offset !== undefined) dialect.writeLimit(writer, node);
  if (node.lock) writer.write(dialect.lockClause(node.lock));
}

function writeUpdate(writer: StatementWriter, node: UpdateNode): void {
  writer.write(`update ${writer.dialect.quoteTable(node.table)} set `);
  node.assignments.forEach(({ column, value }, i) => {
    if (i > 0) writer.write(', ');
    writer.column(undefined, column.name).write(' = ');
    writeExpression(writer, value);
  });
  writeWhere(writer, node.where);
}

function writeDelete(writer: StatementWriter, node: DeleteNode): void {
  writer.write(`delete from ${writer.dialect.quoteTable(node.table)}`);
  writeWhere(writer, node.where);
}

function writeWhere(writer: StatementWriter, where: ExpressionNode | undefined): void {
  if (!where) return;
  writer.write(' where ');
  writeExpression(writer, where);
}

function writeOrder(writer: StatementWriter, terms: readonly OrderNode[]): void {
  terms.forEach(({ expression, direction }, i) => {
    writer.write(i === 0 ? ' order by ' : ', ');
    if (expression.kind === 'column') {
      writer.write(writer.dialect.orderKey(reference(writer.dialect, expression), expression.type));
    } else writeExpression(writer, expression);
    if (direction === 'desc') writer.write(' desc');
  });
}

function reference(dialect: Dialect, node: ColumnNode): string {
  return (node.table === undefined ? '' : `${dialect.quote(node.table)}.`) + dialect.quote(node.name);
}

/** One case a node; the compiler of the language sees that none is missing. */
function writeExpression(writer: StatementWriter, node: ExpressionNode): void {
  switch (node.kind) {
    case 'column':
      writer.column(node.table, node.name);
      return;
    case 'parameter':
      writer.parameter(node.slot, node.type);
      return;
    case 'compare':
      writeCompare(writer, node);
      return;
    case 'junction':
      writeJunction(writer, node);
      return;
    case 'not':
      // Two-valued: what is not known to be true is excluded too.
      writer.write('(');
      writeExpression(writer, node.operand);
      writer.write(') is not true');
      return;
    case 'isNull':
      writeExpression(writer, node.operand);
      writer.write(node.negated ? ' is not null' : ' is null');
      return;
    case 'in':
      writeIn(writer, node);
      return;
    case 'inSelect':
      writeRow(writer, node.operands);
      // The derived table lets MySQL select from the table that the statement changes.
      writer.write(' in (select * from (');
      writeSelect(writer, node.select);
      writer.write(`) as ${writer.dialect.quote('matched')})`);
      return;
    case 'match':
      writer.dialect.writeMatch(writer, node);
      return;
    case 'exists':
      writer.write(node.negated ? 'not exists (' : 'exists (');
      writeSelect(writer, node.select);
      writer.write(')');
      return;
    case 'count':
      writer.write('count(*)');
      return;
    case 'successor':
      writer.column(node.column.table, node.column.name).write(' + 1');
      return;
    case 'constant':
      writer.write(String(node.value));
      return;
    default:
      node satisfies never;
  }
}

function writeRow(writer: StatementWriter, operands: readonly ColumnNode[]): void {
  if (operands.length > 1) writer.write('(');
  operands.forEach((operand, i) => {
    if (i > 0) writer.write(', ');
    writer.column(operand.table, operand.name);
  });
  if (operands.length > 1) writer.write(')');
}

function writeCompare(writer: StatementWriter, node: CompareNode): void {
  const type = typeOf(node.left) ?? typeOf(node.right);
  const writeLeft = (): void => {
    writeExpression(writer, node.left);
  };
  const writeRight = (): void => {
    writeExpression(writer, node.right);
  };
  if (type && writer.dialect.writeComparison(writer, { operator: node.operator, type, writeLeft, writeRight })) return;
  writeLeft();
  writer.write(` ${node.operator} `);
  writeRight();
}

function typeOf(node: ExpressionNode) {
  return node.kind === 'column' || node.kind === 'parameter' ? node.type : undefined;
}

function writeJunction(writer: StatementWriter, node: JunctionNode): void {
  const { operands, operator } = node;
  if (operands.length === 0) {
    writer.write(operator === 'and' ? '1 = 1' : '1 = 0');
    return;
  }
  operands.forEach((operand, i) => {
    if (i > 0) writer.write(` ${operator} `);
    const bracketed = operand.kind === 'junction' && operand.operands.length > 1 && operand.operator !== operator;
    if (bracketed) writer.write('(');
    writeExpression(writer, operand);
    if (bracketed) writer.write(')');
  });
}

function writeIn(writer: StatementWriter, node: InNode): void {
  if (node.length === 0) {
    writer.write(node.negated ? '1 = 1' : '1 = 0');
    return;
  }
  if (node.negated) writer.write('not (');
  writer.dialect.writeIn(writer, node);
  if (node.negated) writer.write(')');
}
