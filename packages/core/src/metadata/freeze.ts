/** A model does not change after it was made: neither by accident nor through a property's name. */
import { accessOf } from './column-access';
import type { EntityModel, RelationModel } from './entity-model';

export function freezeModel(model: EntityModel): void {
  const access = accessOf(model.columns);
  for (const [i, column] of model.columns.entries()) {
    Object.freeze(column.groups);
    Object.freeze(column.references);
    Object.freeze(Object.assign(column, access[i]));
  }
  for (const relation of model.relations) freezeRelation(relation);
  for (const index of model.indexes) {
    Object.freeze(index.columns);
    Object.freeze(index);
  }
  for (const check of model.checks) Object.freeze(check);
  for (const property of model.properties.values()) Object.freeze(property);
  freezeMap(model.properties);
  const { columns, key, shared, keyProperties, relations, indexes, checks } = model;
  for (const list of [columns, key, shared, keyProperties, relations, indexes, checks]) Object.freeze(list);
  Object.freeze(model.table);
  Object.freeze(model);
}

function freezeRelation(relation: RelationModel): void {
  Object.freeze(relation.cascade);
  if (relation.toMany) Object.freeze(relation.orderBy);
  if (relation.kind === 'belongsTo') for (const list of [relation.columns, relation.own]) Object.freeze(list);
  if (relation.kind === 'manyToMany') {
    const { through } = relation;
    for (const column of [...through.from, ...through.to]) Object.freeze(column);
    for (const part of [through.table, through.from, through.to, through.columns, through]) Object.freeze(part);
  }
  Object.freeze(relation);
}

/** Freezing a map leaves its entries open: they are not its properties. */
function freezeMap(map: ReadonlyMap<string, unknown>): void {
  const refuse = (): never => {
    throw new TypeError('The properties of an entity model cannot be changed.');
  };
  for (const method of ['set', 'delete', 'clear']) Object.defineProperty(map, method, { value: refuse });
  Object.freeze(map);
}
