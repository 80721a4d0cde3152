/** What `orm.schema.check` says: one difference between what is mapped and what is there. */

/**
 * - `missingTable`, `missingColumn`: it is not there, or the user may not see it.
 * - `type`: the column has a type that fails for values of the mapped one, or changes them.
 * - `length`, `precision`: characters or bytes, digits of a number; the column takes fewer or more than is mapped.
 * - `seconds`: digits after the second; what the column does not keep is rounded without a word.
 * - `values`: a native enum has other values.
 * - `nullability`: mapped nullable and the column is not, or the other way round.
 * - `key`: two rows may have the same key. `unique`: two rows may have the same values of what is mapped as unique.
 * - `generated`: the database is to make the value and does not, or the column is computed and mapped as one that is written.
 * - `unmapped`: an insert leaves out a column that takes neither NULL nor a default.
 * - `index`: a mapped index, or one that begins with the columns of a foreign key, is not there.
 * - `collation`: texts of a foreign key and of its target, or of a key and of the connection, are compared differently.
 */
export type SchemaFindingKind =
  | 'missingTable'
  | 'missingColumn'
  | 'type'
  | 'length'
  | 'precision'
  | 'seconds'
  | 'values'
  | 'nullability'
  | 'key'
  | 'unique'
  | 'generated'
  | 'unmapped'
  | 'index'
  | 'collation';

/** A difference between an entity and its table. Plain data, frozen; `String(finding)` is its message. */
export interface SchemaFinding {
  readonly kind: SchemaFindingKind;
  /** Name of the connected database. */
  readonly database: string;
  /** Name of the table, after its schema and a point where it has one. */
  readonly table: string;
  /** Name of the class; of a join table the one that owns the relation. */
  readonly entity: string;
  /** Undefined where it is about the table, or about a column that is not mapped. */
  readonly property?: string | undefined;
  /** Name of the column, or of the first one; undefined where it is about the table. */
  readonly column?: string | undefined;
  /** What is mapped. */
  readonly mapped?: string | undefined;
  /** What is there. */
  readonly found?: string | undefined;
  /** One line: what is mapped, what is there, what it leads to, and what to write. */
  readonly message: string;
  toString(): string;
}

/** What a finding is about, and the words that tell it. */
export type FindingParts = Omit<SchemaFinding, 'message' | 'toString'> & {
  /** Of the message, after the names. */
  readonly text: string;
};

/** `toString` is a property that no one sees who lists, copies or compares. */
export function finding({ text, ...parts }: FindingParts): SchemaFinding {
  const { entity, property, table, column } = parts;
  const mapped = property === undefined ? entity : `${entity}.${property}`;
  const message = oneLine(`${mapped} (${column === undefined ? table : `${table}.${column}`}): ${text}.`);
  const made = { ...parts, message };
  return Object.freeze(Object.defineProperty(made, 'toString', { value: () => message }));
}

/** By entity and column; what is about the whole table comes first. */
export function sortFindings(findings: readonly SchemaFinding[]): SchemaFinding[] {
  const order = ({ entity, table, column = '', kind }: SchemaFinding): readonly string[] => [
    entity,
    column,
    kind,
    table,
  ];
  return [...findings].sort((one, other) => compareLists(order(one), order(other)));
}

function compareLists(one: readonly string[], other: readonly string[]): number {
  const at = one.findIndex((text, i) => text !== other[i]);
  if (at < 0) return 0;
  return one[at]! < other[at]! ? -1 : 1;
}

/** Names come from a database, and may hold anything. */
function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ');
}
