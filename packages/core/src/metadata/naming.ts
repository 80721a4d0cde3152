/** How names in the database are made of names in the program. */
import pluralize from 'pluralize';

/** Makes the names that no annotation gives. Called with names in the program, gives those in the database, unquoted. */
export interface NamingStrategy {
  /** The table of a class. */
  table(className: string): string;
  /** The column of a property. */
  column(property: string): string;
  /** The foreign key column of a relation, for one key column of its target. */
  foreignKey(relation: string, targetColumn: string): string;
  /** The join table of a many-to-many relation; `property` is the relation's, on the side that owns it. */
  joinTable(ownerTable: string, targetTable: string, property: string): string;
  /**
   * A column of a join table that refers to a key column of an entity's table. Where an entity is joined with itself, the far side is
   * named by the relation's property in the singular instead of the class.
   */
  joinColumn(className: string, keyColumn: string): string;
}

/** Snake case, tables in the plural: `OrderItem.unitPrice` is `order_items.unit_price`. */
export const snakeCaseNaming: NamingStrategy = Object.freeze<NamingStrategy>({
  table: (className) => lastWord(snakeCase(className), pluralize.plural),
  column: snakeCase,
  foreignKey: (relation, targetColumn) => `${snakeCase(relation)}_${targetColumn}`,
  joinTable: (ownerTable, targetTable, property) =>
    `${ownerTable}_${ownerTable === targetTable ? snakeCase(property) : targetTable}`,
  joinColumn: (className, keyColumn) => `${snakeCase(className)}_${keyColumn}`,
});

/** `orderItem` → `order_item`, `HTTPRequest` → `http_request`. */
export function snakeCase(name: string): string {
  return name
    .replace(/([\p{Lu}]+)([\p{Lu}][\p{Ll}])/gu, '$1_$2')
    .replace(/([\p{Ll}\d])([\p{Lu}])/gu, '$1_$2')
    .toLowerCase();
}

/** `bestFriends` → `bestFriend`. */
export function singular(property: string): string {
  return pluralize.singular(property);
}

function lastWord(name: string, change: (word: string) => string): string {
  const words = name.split('_');
  words.push(change(words.pop()!));
  return words.join('_');
}
