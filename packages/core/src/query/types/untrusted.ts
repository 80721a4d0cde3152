/** Words of filters that clients send. */

/** An operator that a filter from outside may use, by the name of its function. `like`, `ilike` and `matches` are allowed by their names alone. */
export type FilterOperator =
  | 'eq'
  | 'ne'
  | 'gt'
  | 'gte'
  | 'lt'
  | 'lte'
  | 'inList'
  | 'notIn'
  | 'between'
  | 'contains'
  | 'icontains'
  | 'startsWith'
  | 'istartsWith'
  | 'endsWith'
  | 'iendsWith'
  | 'isNull'
  | 'isNotNull'
  | 'like'
  | 'ilike'
  | 'matches';
