/** Entities with records as a session gives them, without a session and without a database. */
import { EntityRecord, EntityStore, placeOf, stamp } from '../../src/entities';
import { createModels, type EntityClass, type EntityModels, type EntityObject } from '../../src/metadata';
import type { QueryRunner } from '../../src/query';

export class Bench {
  readonly models: EntityModels;
  readonly store: EntityStore;

  constructor(...entities: EntityClass[]) {
    this.models = createModels(entities);
    this.store = new EntityStore(this.models, {} as QueryRunner, 'default');
  }

  /** A new entity, added. */
  fresh<T extends object>(entityClass: EntityClass<T>, values: Partial<T>): [T, EntityRecord] {
    const entity = Object.assign(new (entityClass as new () => T)(), values);
    const record = new EntityRecord(entity, placeOf(this.models.of(entityClass), 'default'), this.store);
    stamp(entity, record);
    this.store.added.add(record);
    return [entity, record];
  }

  /** An entity whose row says what it says. */
  stored<T extends object>(entityClass: EntityClass<T>, values: Partial<T>): [T, EntityRecord] {
    const [entity, record] = this.fresh(entityClass, values);
    this.store.added.delete(record);
    record.status = 'managed';
    record.snapshot = record.model.columns.map((column) => {
      const held = record.entity[column.property] ?? null;
      const value =
        column.relation && held !== null ? (held as EntityObject)[column.relation.target.key[0]!.property] : held;
      return value === null || column.type.immutable ? value : column.type.snapshot(value);
    });
    this.store.enter(record);
    return [entity, record];
  }
}
