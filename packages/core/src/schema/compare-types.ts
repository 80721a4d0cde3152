/** A mapped column type beside the SQL type that is there: what fails, or changes values, or takes fewer or more than is mapped. */
import type { CatalogReader, SqlFamily, SqlTypeFacts } from '../sql';
import type { ColumnType, ColumnTypeName } from '../types';
import type { SchemaFindingKind } from './finding';

export interface TypeDifference {
  readonly kind: SchemaFindingKind;
  /** The end of a sentence: what it leads to, and what to write. */
  readonly effect: string;
}

export interface ComparedType {
  readonly type: ColumnType;
  /** What `orm.schema.create` would make of it. */
  readonly wanted: SqlTypeFacts;
  readonly found: SqlTypeFacts;
  /** As the engine writes the type that is there. */
  readonly sql: string;
  /** Whether it is only read: then it does not matter what the column takes. */
  readonly readOnly: boolean;
}

/** A text without a length is fit by so many characters: engines have types of texts that end there. */
const AMPLE = 65_535;
/** Digits after the second: of a Date, and of the finest column. */
const DATE_DIGITS = 3;
const MOST_DIGITS = 6;
const TEXTS: ReadonlySet<ColumnTypeName> = new Set(['text', 'varchar']);
const WITH_LENGTH: ReadonlySet<ColumnTypeName> = new Set(['text', 'varchar', 'char', 'enum', 'uuid', 'binary']);
const WITH_SECONDS: ReadonlySet<ColumnTypeName> = new Set(['time', 'timestamp', 'timestamptz']);

export function typeDifference(compared: ComparedType, catalog: CatalogReader): TypeDifference | undefined {
  const { type, wanted, found, readOnly } = compared;
  if (!isKept(compared, catalog)) return { kind: 'type', effect: foreignType(compared, catalog) };
  const { element } = type.options;
  if (element && wanted.element && found.element)
    return typeDifference({ ...compared, type: element, wanted: wanted.element, found: found.element }, catalog);
  if (readOnly) return undefined;
  return (
    lengthDifference(compared, catalog) ??
    bitsDifference(compared) ??
    digitsDifference(compared, catalog) ??
    secondsDifference(compared, catalog) ??
    valuesDifference(compared)
  );
}

function isKept({ type, wanted, found, readOnly }: ComparedType, { keeps }: CatalogReader): boolean {
  if (wanted.name === found.name) return true;
  // Whatever it is, a text is what it is read as.
  if (readOnly && TEXTS.has(type.name) && found.family !== 'binary') return true;
  // What is known by its name alone (a native enum with a name, an sqlType) is that type or none.
  if (wanted.family === 'other') return false;
  if (wanted.family === found.family) return true;
  return type.options.element === undefined && keeps[type.name].includes(found.family);
}

/** What a property over such a column is declared as. */
const DECLARED: readonly (readonly [SqlFamily, ColumnTypeName])[] = [
  ['float', 'float'],
  ['decimal', 'decimal'],
  ['text', 'text'],
  ['char', 'char'],
  ['boolean', 'boolean'],
  ['bit', 'boolean'],
  ['date', 'date'],
  ['time', 'time'],
  ['timestamp', 'timestamp'],
  ['timestamptz', 'timestamptz'],
  ['json', 'json'],
  ['uuid', 'uuid'],
  ['binary', 'binary'],
];

function foreignType({ type, found, sql, readOnly }: ComparedType, { keeps }: CatalogReader): string {
  const effect = readOnly ? 'values may not be read as they are' : 'values may be refused, or changed on their way';
  const declared = DECLARED.find(([family, name]) => family === found.family && keeps[name].includes(family))?.[1];
  const declarations: string[] = [];
  if (found.family === 'enum') declarations.push(`{ type: 'enum', native: true, enumName: '${found.name}' }`);
  else if (found.family === 'integer') declarations.push(`the type '${found.bits === 64 ? 'bigint' : 'integer'}'`);
  else if (declared !== undefined) declarations.push(`the type '${declared}'`);
  if (TEXTS.has(type.name) && (declared === undefined || declared === 'uuid'))
    declarations.push(`{ type: { sqlType: '${sql}' } }`);
  const remedy = declarations.length === 0 ? '' : `declare the property with ${declarations.join(' or ')}, or `;
  return `${effect}: ${remedy}change the column`;
}

/** Characters or bytes. What the application limits may have room in the column, as long as that says no number. */
function lengthDifference(
  { type, wanted, found }: ComparedType,
  { bindsLimits }: CatalogReader,
): TypeDifference | undefined {
  if (found.length === undefined || found.length === wanted.length || !WITH_LENGTH.has(type.name)) return undefined;
  const mapped = type.options.length ?? (type.options.sqlType === undefined ? undefined : wanted.length);
  const remedy = `declare length: ${String(found.length)}`;
  if (found.length < (mapped ?? wanted.length ?? AMPLE)) {
    const effect = bindsLimits ? 'longer values are refused by the database' : beyond('longer values');
    return { kind: 'length', effect: `${effect}: ${remedy}, or widen the column` };
  }
  if (mapped === undefined || found.length === mapped || found.length >= AMPLE) return undefined;
  return { kind: 'length', effect: `longer values that are there are read and cannot be written: ${remedy}` };
}

/** Where a type is a word only. */
function beyond(values: string): string {
  return `${values} are written, though the table does not say so`;
}

function bitsDifference({ wanted, found }: ComparedType): TypeDifference | undefined {
  if (wanted.bits === undefined || found.bits === undefined) return undefined;
  if (wanted.family !== found.family || found.bits >= wanted.bits) return undefined;
  return found.family === 'float'
    ? { kind: 'precision', effect: 'numbers are rounded without a word, and not found again: widen the column' }
    : { kind: 'precision', effect: 'larger numbers are refused by the database: widen the column' };
}

function digitsDifference(
  { type, wanted, found, sql }: ComparedType,
  { bindsLimits }: CatalogReader,
): TypeDifference | undefined {
  const isDecimal = type.name === 'decimal' || (wanted.family === 'decimal' && found.family === 'decimal');
  if (!isDecimal || found.precision === undefined) return undefined;
  if (wanted.precision === found.precision && wanted.scale === found.scale) return undefined;
  const remedy = `declare precision: ${String(found.precision)}, scale: ${String(found.scale ?? 0)}`;
  const isCoarser = isLess(found.scale, wanted.scale);
  if (isCoarser || isLess(wholeDigits(found), wholeDigits(wanted))) {
    const bound = isCoarser
      ? `what ${sql} cannot hold is rounded without a word`
      : 'larger numbers are refused by the database';
    return {
      kind: 'precision',
      effect: `${bindsLimits ? bound : beyond('numbers of more digits')}: ${remedy}, or widen the column`,
    };
  }
  return {
    kind: 'precision',
    effect: `numbers of more digits that are there are read and cannot be written: ${remedy}`,
  };
}

function wholeDigits({ precision, scale = 0 }: SqlTypeFacts): number | undefined {
  return precision === undefined ? undefined : precision - scale;
}

/** What is undefined has no limit. */
function isLess(one: number | undefined, other: number | undefined): boolean {
  return one !== undefined && (other === undefined || one < other);
}

function secondsDifference(
  { type, wanted, found }: ComparedType,
  { bindsLimits }: CatalogReader,
): TypeDifference | undefined {
  if (found.seconds === undefined || found.seconds === wanted.seconds || !WITH_SECONDS.has(type.name)) return undefined;
  const { precision: declared, as } = type.options;
  const kept = type.name !== 'time' && as !== 'string' ? DATE_DIGITS : MOST_DIGITS;
  const needed = Math.min(declared ?? wanted.seconds ?? MOST_DIGITS, kept);
  const remedy = `declare precision: ${String(found.seconds)}`;
  if (found.seconds < needed) {
    const effect = bindsLimits
      ? 'more digits after the second are rounded without a word'
      : beyond('more digits after the second');
    return { kind: 'seconds', effect: `${effect}: ${remedy}, or widen the column` };
  }
  if (declared === undefined || Math.min(found.seconds, kept) <= declared) return undefined;
  return {
    kind: 'seconds',
    effect: `more digits after the second that are there are read and cannot be written: ${remedy}`,
  };
}

function valuesDifference({ type, found }: ComparedType): TypeDifference | undefined {
  const { values } = type.options;
  if (!values || !found.values) return undefined;
  const missing = values.filter((value) => !found.values!.includes(value));
  const added = found.values.filter((value) => !values.includes(value));
  const effects = [
    ...(missing.length > 0 ? [`${listed(missing)}: refused by the database`] : []),
    ...(added.length > 0 ? [`${listed(added)}: may be read, and is not declared`] : []),
  ];
  if (effects.length === 0) return undefined;
  return { kind: 'values', effect: `${effects.join('; ')}; declare the values that are there, or change the column` };
}

function listed(values: readonly string[]): string {
  return values.map((value) => `'${value}'`).join(', ');
}
