/** Pairs of many-to-many relations that are rows of entities, for which the join table is a table like any other. */
import type {
  BelongsToModel,
  ColumnModel,
  EntityModel,
  EntityModels,
  EntityObject,
  JoinColumn,
  ManyToManyModel,
} from '../metadata';
import { identityOf, rowIdentity, type KeyValues } from './entity-key';
import { referenceIn } from './former';
import { placeOf, type Place } from './place';
import {
  bearsMark,
  hasMark,
  recordOf,
  UNREAD,
  type EntityRecord,
  type PairOfEntities,
  type RecordOwner,
} from './record';

/** What is asked of the session's store. */
interface Store extends Pick<RecordOwner, 'former'> {
  readonly models: EntityModels;
  readonly removed: ReadonlyMap<EntityRecord, boolean>;
  readonly takenOut: ReadonlySet<EntityObject>;
  find(place: Place, key: KeyValues): EntityRecord | undefined;
  identityMap(place: Place): ReadonlyMap<unknown, EntityRecord>;
}

/** The two entities of a pair, the owner of the relation first. */
export interface Pair {
  readonly relation: ManyToManyModel;
  readonly owner: EntityRecord;
  readonly item: EntityRecord;
  /** The entity that is the pair. */
  readonly member: EntityRecord;
}

const relations = new WeakMap<EntityModel, readonly ManyToManyModel[]>();

/** The many-to-many relations whose join table an entity is mapped on; most have none. */
export function relationsThrough(models: EntityModels, model: EntityModel): readonly ManyToManyModel[] {
  let found = relations.get(model);
  if (!found) relations.set(model, (found = findRelations(models, model)));
  return found;
}

function findRelations({ all }: EntityModels, { table }: EntityModel): ManyToManyModel[] {
  return all.flatMap((owner) =>
    owner.relations.filter((relation) => relation.kind === 'manyToMany' && relation.owning && isTable(relation, table)),
  ) as ManyToManyModel[];
}

export function isTable(
  { through }: Pick<ManyToManyModel, 'through'>,
  { name, schema }: EntityModel['table'],
): boolean {
  return through.table.name === name && through.table.schema === schema;
}

/** The deletion mark of the class that a relation goes through: a row that has it is no pair. */
export function markOfPairs({ through }: ManyToManyModel): ColumnModel | undefined {
  return through.mapped?.softDelete;
}

/** The pairs that the rows of these entities are: to be asked before they are deleted. */
export function pairsOf(store: Store, records: readonly EntityRecord[]): Pair[] {
  return placesOf(store, records).filter(({ relation, member }) => !markedAs(relation, member, hasMark(member)));
}

/** Whether a mark, where the entity has one, is that of a pair. */
export function markedAs({ through }: ManyToManyModel, { model }: EntityRecord, hasOne: boolean): boolean {
  return hasOne && through.mapped === model;
}

/** The pairs whose places these rows take, those of marked rows among them. */
export function placesOf(store: Store, records: readonly EntityRecord[]): Pair[] {
  const pairs: Pair[] = [];
  for (const record of records) {
    for (const relation of relationsThrough(store.models, record.model)) {
      const owner = endOf(store, record, { model: relation.owner, columns: relation.through.from });
      const item = endOf(store, record, { model: relation.target, columns: relation.through.to });
      if (owner && item) pairs.push({ relation, owner, item, member: record });
    }
  }
  return pairs;
}

function endOf(
  store: Store,
  record: EntityRecord,
  { model, columns }: { model: EntityModel; columns: readonly JoinColumn[] },
): EntityRecord | undefined {
  const key: unknown[] = [];
  for (const { name } of columns) {
    const column = record.model.columns.find((one) => one.name === name);
    const image = column && record.snapshot?.[column.index];
    if (image === undefined || image === null || image === UNREAD) return undefined;
    key.push(column!.type.immutable ? image : column!.type.fromSnapshot(image));
  }
  return store.find(placeOf(model, model.database ?? record.database), key) ?? former(record, { model, columns }, key);
}

/** An end that has left the session, and that the entity still refers to. */
function former(
  { entity, model }: EntityRecord,
  end: { model: EntityModel; columns: readonly JoinColumn[] },
  key: KeyValues,
): EntityRecord | undefined {
  const holder = holderOf(model, end.columns);
  const held = holder && referenceIn(entity, holder);
  const record = typeof held === 'object' && held !== null ? recordOf(held) : undefined;
  return record?.hasRow && rowIdentity(record) === identityOf(end.model, key) ? record : undefined;
}

/** Pairs, to be asked whether a link is among them, whichever side it was made from. */
export class Pairs {
  readonly #byRelation = new Map<ManyToManyModel, Map<object, Set<object>>>();

  constructor(
    private readonly store: Pick<RecordOwner, 'former'>,
    pairs: Iterable<Pair> = [],
  ) {
    for (const pair of pairs) this.#add(pair.relation, pair.owner.entity, pair.item.entity);
  }

  static ofLinks(store: Pick<RecordOwner, 'former'>, links: Iterable<PairOfEntities>): Pairs {
    const pairs = new Pairs(store);
    for (const link of links) pairs.#add(...fromOwner(link));
    return pairs;
  }

  get isEmpty(): boolean {
    return this.#byRelation.size === 0;
  }

  has({ relation, owner, item }: Pair): boolean {
    return this.#has(relation, owner.entity, item.entity);
  }

  hasLink(link: PairOfEntities): boolean {
    return !this.isEmpty && this.#has(...fromOwner(link));
  }

  #has(relation: ManyToManyModel, owner: object, item: object): boolean {
    const { present } = this.store.former;
    return this.#byRelation.get(relation)?.get(present(owner))?.has(present(item)) ?? false;
  }

  #add(relation: ManyToManyModel, near: object, far: object): void {
    const [owner, item] = [this.store.former.present(near), this.store.former.present(far)];
    let byOwner = this.#byRelation.get(relation);
    if (!byOwner) this.#byRelation.set(relation, (byOwner = new Map<object, Set<object>>()));
    const items = byOwner.get(owner);
    if (items) items.add(item);
    else byOwner.set(owner, new Set([item]));
  }
}

function fromOwner({ relation, owner, item }: PairOfEntities): [ManyToManyModel, object, object] {
  return relation.owning ? [relation, owner, item] : [relation.inverse!, item, owner];
}

/** Whether the row of a pair is that of an entity which is to be deleted, was taken out of a relation, or is to be another pair. */
export function isLeaving(store: Store, pair: PairOfEntities): boolean {
  const leaving = movedFrom(store, pair);
  for (const record of store.removed.keys()) leaving.push(record);
  for (const entity of store.takenOut) leaving.push(recordOf(entity)!);
  return leaving.length > 0 && new Pairs(store, pairsOf(store, leaving)).hasLink(pair);
}

/** Entities that may have come to refer elsewhere, or to be marked, those whose rows are the pair among them. */
function movedFrom(store: Store, pair: PairOfEntities): EntityRecord[] {
  const moved: EntityRecord[] = [];
  const [{ through, owner: near }, owner, item] = fromOwner(pair);
  for (const model of store.models.all) {
    const from = isTable({ through }, model.table) ? holderOf(model, through.from) : undefined;
    const to = from && holderOf(model, through.to);
    if (!to) continue;
    const database = model.database ?? near.database ?? recordOf(owner)!.database;
    for (const record of store.identityMap(placeOf(model, database)).values()) {
      const { entity, status } = record;
      if (status !== 'managed') continue;
      const isPair = referenceIn(entity, from) === owner && referenceIn(entity, to) === item;
      const isMoving = isPair
        ? bearsMark(record) && !hasMark(record)
        : isElsewhere(record, from) || isElsewhere(record, to);
      if (isMoving) moved.push(record);
    }
  }
  return moved;
}

/** Whether a reference may lead elsewhere than the row says. It is asked of many entities, so that no keys are made. */
function isElsewhere({ entity, snapshot }: EntityRecord, holder: BelongsToModel): boolean {
  if (!Object.hasOwn(entity, holder.property)) return false;
  const held = referenceIn(entity, holder);
  const key = typeof held === 'object' && held !== null ? recordOf(held)?.snapshot : undefined;
  return !key || holder.columns.some(({ index }, i) => snapshot![index] !== key[holder.target.key[i]!.index]);
}

/** The reference of an entity that is a row of a join table to the end that these columns name. */
export function holderOf(model: EntityModel, columns: readonly JoinColumn[]): BelongsToModel | undefined {
  const names = columns.map(({ name }) => name).join('\0');
  return model.relations.find(
    (relation): relation is BelongsToModel =>
      relation.kind === 'belongsTo' && relation.columns.map(({ name }) => name).join('\0') === names,
  );
}
