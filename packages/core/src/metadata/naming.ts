/** How names in the database are made of names in the program. */
import pluralize from 'pluralize';

export interface NamingStrategy {
  /** The table of a class. */
  table(className: string): string;
  /** The column of a property. */
  column(property: string): string;
  /** The foreign key column of a relation, for one key column of its target. */
  foreignKey(relation: string, targetColumn: string): string;
  /** The join table of a many-to-many relation. */
  joinTable(ownerTable: string, targetTable: string, property: string): string;
  /** A column of a join table that refers to a key column of an entity's table. */
  joinColumn(className: string, keyColumn: string): string;
}

/** Snake case, tables in the plural: `OrderItem.unitPrice` is `order_items.unit_price`. */
export const snakeCaseNaming: NamingStrategy = {
  table: (className) => pluralLast(snakeCase(className)),
  column: snakeCase,
  foreignKey: (relation, targetColumn) => `${snakeCase(relation)}_${targetColumn}`,
  joinTable: (ownerTable, targetTable) => `${ownerTable}_${targetTable}`,
  joinColumn: (className, keyColumn) => `${snakeCase(className)}_${keyColumn}`,
};

/** `orderItem` → `order_item`, `HTTPRequest` → `http_request`. */
export function snakeCase(name: string): string {
  return name
    .replace(/([\p{Lu}]+)([\p{Lu}][\p{Ll}])/gu, '$1_$2')
    .replace(/([\p{Ll}\d])([\p{Lu}])/gu, '$1_$2')
    .toLowerCase();
}

function pluralLast(name: string): string {
  const words = name.split('_');
  words.push(pluralize(words.pop()!));
  return words.join('_');
}
