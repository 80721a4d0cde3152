/** Queryset → entities with their includes: one query, then one keyed query for each further relation and level. */
import type { BelongsToModel, ColumnModel, HasManyModel, HasOneModel, ManyToManyModel } from '../metadata';
import {
  askedOf,
  hidesRelated,
  includedColumns,
  plainNode,
  planMembers,
  planSelect,
  rowsByKey,
  treeShape,
  type Asked,
  type IncludeNode,
  type IncludeTree,
  type QueryState,
  type ReferringRows,
  type SelectPlan,
} from '../query';
import { bind } from '../sql';
import {
  byPlace,
  collectionOf,
  identityOf,
  identityReader,
  keyOf,
  lacksColumns,
  noteSpelling,
  placeOfTarget,
  readKeyAt,
  recordOf,
  referenceIn,
  rowKey,
  rowReference,
  viewIn,
  viewOf,
  type EntityRecord,
  type Identity,
  type KeyPlace,
  type KeyValues,
} from '../entities';
import { settleChildren, type Owner } from './children';
import { hydrate, type Hydrated, type PendingInclude } from './hydrate';
import { databaseOf, keyedState } from './keyed-state';
import { groupsOf, withSiblings } from './load-group';
import { answerWith, noteAsked, noteLoaded, relatedRecords, type References } from './note-asked';
import type { ReadOptions, ReadPort } from './read-port';
import {
  keyChunks,
  keyColumns,
  learnSpellings,
  placesIn,
  recogniseKeys,
  referringColumns,
  type Recognise,
} from './spellings';

interface FetchOptions {
  readonly overwrite?: boolean | 'clean';
  readonly made?: EntityRecord[] | undefined;
  /** Sees the rows first: `recogniseKeys`, where they are read by keys. */
  readonly recognise?: Recognise | undefined;
  /** The program gets these entities: they have what this queryset asks for, whatever was asked for of them before. */
  readonly isAnswer?: boolean;
  /** They come along with others, and this is asked for of them as well; undefined: they are read for another purpose. */
  readonly asked?: Asked | undefined;
}

/** The entities of a queryset, in its order, everything it includes loaded. */
export async function fetchRecords(
  port: ReadPort,
  state: QueryState,
  { overwrite = false, made, recognise, isAnswer = false, asked: along }: FetchOptions = {},
): Promise<EntityRecord[]> {
  const options: ReadOptions = { hideDeleted: hidesRelated(state), overwrite, made, route: state.route };
  const dialect = port.dialect(state.database);
  const { plan, values } = planSelect(state, dialect);
  const { rows } = await port.read(state, bind(plan.statement, values));
  await recognise?.(plan, rows);
  const asked = isAnswer ? askedOf(state, plan) : along;
  const { database } = state;
  const hydrated = hydrate({ plan, rows, store: port.store, database, dialect, overwrite, made, asked });
  const records = await finish(port, hydrated, options);
  if (isAnswer) answerWith(records, asked);
  return records;
}

/** Loads what the rows of a select did not bring along. */
export async function loadIncludes(
  port: ReadPort,
  hydrated: Hydrated,
  { state, made }: { state: QueryState; made: EntityRecord[] },
): Promise<void> {
  await finish(port, hydrated, { hideDeleted: hidesRelated(state), overwrite: false, made, route: state.route });
}

async function finish(port: ReadPort, { records, pending }: Hydrated, options: ReadOptions): Promise<EntityRecord[]> {
  for (const include of pending) await loadTree(port, include, options);
  return records;
}

/** Loads relations for these entities and all that were loaded along with them: `session.load`. */
export async function loadRelations(
  port: ReadPort,
  records: readonly EntityRecord[],
  tree: IncludeTree,
): Promise<void> {
  const [first] = records;
  if (!first) return;
  const shape = treeShape(tree);
  const groups = [...groupsOf(records)];
  // Siblings that have it, or are getting it, need not be looked at again, one time for each of them.
  const underWay = groups.flatMap((shared) => shared.loadOf(shape) ?? []);
  const fresh = groups.filter((shared) => !shared.loadOf(shape));
  // Siblings get it as well, and were not asked for it.
  const pending = { model: first.model, records: withSiblings(records, fresh), tree, asked: undefined };
  const load = Promise.allSettled(underWay).then(() =>
    loadTree(port, pending, { hideDeleted: true, overwrite: false }),
  );
  for (const shared of fresh) shared.note(shape, load);
  await load;
  noteLoaded(port, records, tree);
}

/** Reads relations of one entity again, those that it has loaded. What is pending in them stays: it is a change of other rows. */
export async function reloadRelations(port: ReadPort, record: EntityRecord): Promise<void> {
  const { model, entity } = record;
  const tree = new Map<string, IncludeNode>();
  for (const relation of model.relations) {
    const { property } = relation;
    if (relation.kind === 'belongsTo') continue;
    const view = viewIn(entity, property);
    if (view?.shown() === undefined) continue;
    view.unload();
    tree.set(property, plainNode(relation));
  }
  await loadTree(port, { model, records: [record], tree, asked: undefined }, { hideDeleted: true, overwrite: false });
}

/** Reads the rows of one relation of these entities, and of no others. */
export async function loadRows(
  port: ReadPort,
  records: readonly EntityRecord[],
  relation: IncludeNode['relation'],
): Promise<void> {
  const { model } = records[0]!;
  const tree = new Map([[relation.property, plainNode(relation)]]);
  await loadTree(port, { model, records, tree, asked: undefined }, { hideDeleted: true, overwrite: false });
}

async function loadTree(port: ReadPort, include: PendingInclude, options: ReadOptions): Promise<void> {
  const { records, tree } = include;
  if (records.length === 0) return;
  for (const [property, node] of tree) {
    const asked = include.asked?.relations.get(property);
    switch (node.relation.kind) {
      case 'belongsTo':
        await loadBelongsTo(port, { node, relation: node.relation, records, asked }, options);
        break;
      case 'manyToMany':
        await loadManyToMany(port, { node, relation: node.relation, records, asked }, options);
        break;
      case 'hasMany':
      case 'hasOne':
        await loadChildren(port, { node, relation: node.relation, records, asked }, options);
    }
  }
}

interface RelationLoad<R> {
  readonly node: IncludeNode;
  readonly relation: R;
  readonly records: readonly EntityRecord[];
  /** What is asked for of the entities that it leads to. */
  readonly asked: Asked | undefined;
}

async function loadBelongsTo(
  port: ReadPort,
  { node, relation, records, asked }: RelationLoad<BelongsToModel>,
  options: ReadOptions,
): Promise<void> {
  const wanted = includedColumns(node);
  const missing = new Map<Identity, { readonly record: EntityRecord; readonly key: KeyValues }>();
  port.store.former.reading(options.made, () => {
    for (const record of records) returnReference(port, record, relation);
  });
  for (const record of relatedRecords(port, { relation, records })) {
    if (asked) noteAsked([record], asked);
    const isKnown = !lacksColumns(record, wanted) && !port.store.isStale(record);
    if (isKnown || (options.hideDeleted && port.store.isUnseen(record))) continue;
    const key = rowKey(record) ?? keyOf(relation.target, record.entity);
    if (key) missing.set(identityOf(relation.target, key), { record, key });
  }
  const sought = [...missing.values()];
  for (const part of keyChunks(
    sought.map(({ key }) => key),
    port.dialect(databaseOf(relation, records)),
  )) {
    const state = keyedState(relation, { records, node, options }, [relation.target.key, part]);
    const learn = (unmet: ReadonlySet<Identity>): Promise<void> =>
      learnReferences(port, { relation, records, state }, unmet);
    const recognise = recogniseKeys(port, state, { keys: part, learn });
    await fetchRecords(port, state, { ...options, recognise, asked });
  }
  if (options.hideDeleted)
    for (const { record } of sought) if (lacksColumns(record, wanted)) port.store.noteUnseen(record);
  if (node.children.size === 0) return;
  const present = relatedRecords(port, { relation, records });
  await loadTree(port, { model: relation.target, records: [...present], tree: node.children, asked }, options);
}

/** What has left the session comes back as a reference, which is read. */
function returnReference({ store }: ReadPort, { entity, database }: EntityRecord, relation: BelongsToModel): void {
  const held = referenceIn(entity, relation);
  const record = typeof held === 'object' && held !== null ? recordOf(held) : undefined;
  const key = record && !store.owns(record) ? rowKey(record) : undefined;
  if (key) entity[relation.property] = store.reference(placeOfTarget(relation, { database }), key).entity;
}

/** Asks which rows those refer to whose references have these keys. */
async function learnReferences(
  port: ReadPort,
  { relation, records, state }: References & { state: QueryState },
  unmet: ReadonlySet<Identity>,
): Promise<void> {
  const { owner, target } = relation;
  const rows: KeyValues[] = [];
  for (const record of records) {
    const key = record.database === state.database ? rowReference(record, relation) : undefined;
    if (key && unmet.has(identityOf(target, key))) rows.push(rowKey(record)!);
  }
  const by = keyColumns(owner);
  await learnSpellings(port, state, { table: owner.table, from: referringColumns(relation), target, by, rows });
}

async function loadChildren(
  port: ReadPort,
  { node, relation, records, asked }: RelationLoad<HasManyModel | HasOneModel>,
  options: ReadOptions,
): Promise<void> {
  const { waiting, ready } = splitByLoaded(records, relation, options);
  const { inverse, target } = relation;
  const dialect = port.dialect(databaseOf(relation, records));
  const planFor = (keys: readonly KeyValues[]): OwnedRead => {
    const state = keyedState(relation, { records, node, options }, [inverse.columns, keys]);
    const { plan, values } = planSelect(state, dialect);
    const places = placesIn(inverse.columns, plan.columns, dialect);
    const by = placesIn(target.key, plan.columns, dialect);
    return { state, plan, values, places, by };
  };
  const link = { table: target.table, from: referringColumns(inverse), target: relation.owner, by: keyColumns(target) };
  await readOwned(port, { planFor, link, waiting, keys: [...waiting.values()].map(({ key }) => key), asked }, options);
  settleChildren(port, waiting.values(), { relation, hideDeleted: options.hideDeleted });
  await descend(port, { node, ready, asked }, options);
}

async function loadManyToMany(
  port: ReadPort,
  { node, relation, records, asked }: RelationLoad<ManyToManyModel>,
  options: ReadOptions,
): Promise<void> {
  const { waiting, ready } = splitByLoaded(records, relation, options);
  const { table, from, to } = relation.through;
  const dialect = port.dialect(databaseOf(relation, records));
  const planFor = (keys: readonly KeyValues[]): OwnedRead => {
    const state = keyedState(relation, { records, node, options }, undefined);
    const { plan, values, ownerKey } = planMembers(state, dialect, { relation, keys });
    const places = from.map((column, i) => ({ at: ownerKey + i, codec: dialect.codec(column.target.type) }));
    return { state, plan, values, places, by: [...places, ...placesIn(relation.target.key, plan.columns, dialect)] };
  };
  const link = { table, from, target: relation.owner, by: [...from, ...to] };
  await readOwned(port, { planFor, link, waiting, keys: [...waiting.values()].map(({ key }) => key), asked }, options);
  for (const { record, found } of waiting.values()) {
    // It may have left while they were read.
    if (!port.store.owns(record)) continue;
    const collection = collectionOf(record.entity, relation);
    port.beforeFill?.(collection);
    collection.fill(found);
    collection.leavesOutMarked = options.hideDeleted;
  }
  await descend(port, { node, ready, asked }, options);
}

/** A query for the items of several owners. */
interface OwnedRead {
  readonly state: QueryState;
  readonly plan: SelectPlan;
  readonly values: readonly unknown[];
  /** Where a row names its owner. */
  readonly places: readonly KeyPlace[];
  /** Where a row holds what finds it by `Owned.link`. */
  readonly by: readonly KeyPlace[];
}

interface Owned {
  planFor(keys: readonly KeyValues[]): OwnedRead;
  /** What refers to the owners. */
  readonly link: Omit<ReferringRows, 'rows'>;
  readonly waiting: ReadonlyMap<Identity, Owner>;
  /** The keys of the owners to read for. */
  readonly keys: readonly KeyValues[];
  /** What is asked for of the items. */
  readonly asked: Asked | undefined;
}

/** Reads items with what they include, and hands them to their owners in the order of the rows. */
async function readOwned(port: ReadPort, owned: Owned, options: ReadOptions): Promise<void> {
  const [first] = owned.waiting.values();
  if (!first) return;
  for (const keys of keyChunks(owned.keys, port.dialect(first.record.database)))
    await readPart(port, { ...owned, keys }, options);
}

async function readPart(port: ReadPort, owned: Owned, options: ReadOptions): Promise<void> {
  const { store } = port;
  const { overwrite, made } = options;
  const { asked } = owned;
  const read = owned.planFor(owned.keys);
  const { state, plan } = read;
  const { database } = state;
  const { rows } = await port.read(state, bind(plan.statement, read.values));
  // Before hydration decodes the rows in place.
  const owners = await ownersOf(port, owned, { read, rows });
  if (!owners) {
    // The database knows whose items they are: it finds them by the key of their owner.
    for (const key of owned.keys) await readPart(port, { ...owned, keys: [key] }, options);
    return;
  }
  const hydrated = hydrate({ plan, rows, store, database, dialect: port.dialect(database), overwrite, made, asked });
  await finish(port, hydrated, options);
  owners.forEach((owner, i) => owner?.found.push(hydrated.records[i]!.entity));
}

/** Who owns the item of each row; undefined where that differs from row to row. */
async function ownersOf(
  port: ReadPort,
  { link, waiting, keys }: Owned,
  { read, rows }: { read: OwnedRead; rows: readonly (readonly unknown[])[] },
): Promise<(Owner | undefined)[] | undefined> {
  const { target } = link;
  const readOwner = identityReader(target, read.places);
  const identities = rows.map(readOwner);
  const strangers = rows.filter((_, i) => identities[i] !== undefined && !waiting.has(identities[i]));
  if (strangers.length === 0) return identities.map((identity) => waiting.get(identity!));
  const [first] = waiting.values();
  const { database } = first!.record;
  if (keys.length === 1) {
    const owner = waiting.get(identityOf(target, keys[0]!))!;
    for (const row of lacksColumns(owner.record) ? [] : strangers)
      noteSpelling(port.store, owner.record.place, { spelled: readKeyAt(row, read.places)!, own: owner.key });
    return rows.map(() => owner);
  }
  if (database === read.state.database) {
    const by = strangers.map((row) => readKeyAt(row, read.by)!);
    await learnSpellings(port, read.state, { ...link, rows: by });
  }
  const owners = identities.map((identity) =>
    identity === undefined ? undefined : waiting.get(port.store.ownIdentity(first!.record.place, identity)),
  );
  return owners.every((owner) => owner) ? owners : undefined;
}

/** The owners whose relation is not loaded yet, by identity, and those where it is. */
function splitByLoaded(
  records: readonly EntityRecord[],
  relation: HasManyModel | HasOneModel | ManyToManyModel,
  { hideDeleted }: ReadOptions,
): { waiting: Map<Identity, Owner>; ready: EntityRecord[] } {
  const waiting = new Map<Identity, Owner>();
  const ready: EntityRecord[] = [];
  for (const record of records) {
    const view = viewOf(record.entity, relation);
    const lacksMarked = view.leavesOutMarked && !hideDeleted && hasMarks(relation);
    const loaded = view.hasRows && !lacksMarked;
    // Of the row: what its foreign keys refer to may spell it otherwise.
    const key = loaded ? undefined : (rowKey(record) ?? keyOf(record.model, record.entity));
    if (key) waiting.set(identityOf(record.model, key), { record, key, found: [] });
    else ready.push(record);
  }
  return { waiting, ready };
}

/** Whether items of the relation may be left out for a deletion mark: their own, or that of the pair. */
function hasMarks(relation: HasManyModel | HasOneModel | ManyToManyModel): boolean {
  const pair = relation.kind === 'manyToMany' ? relation.through.mapped : undefined;
  return (relation.target.softDelete ?? pair?.softDelete) !== undefined;
}

/** Items that were loaded before this read may lack columns, and the levels below. */
async function descend(
  port: ReadPort,
  { node, ready, asked }: Pick<RelationLoad<unknown>, 'node' | 'asked'> & { ready: readonly EntityRecord[] },
  options: ReadOptions,
): Promise<void> {
  const { relation, children } = node;
  const { target } = relation;
  const wanted = includedColumns(node);
  const related = new Set<EntityRecord>();
  for (const { entity } of ready) {
    for (const item of viewIn(entity, relation.property)?.held() ?? []) {
      const record = recordOf(item);
      if (!port.store.owns(record)) continue;
      if (asked) noteAsked([record], asked);
      if (children.size > 0 || lacksColumns(record, wanted)) related.add(record);
    }
  }
  const lacking = [...related].filter((record) => lacksColumns(record, wanted));
  await readColumns(port, { records: lacking, columns: wanted }, options);
  if (children.size > 0) await loadTree(port, { model: target, records: [...related], tree: children, asked }, options);
}

/** Reads columns of entities that lack some of them. */
async function readColumns(
  port: ReadPort,
  { records, columns }: { records: readonly EntityRecord[]; columns: readonly ColumnModel[] },
  options: ReadOptions,
): Promise<void> {
  for (const members of byPlace(records).values()) {
    const { model, database } = members[0]!;
    const keys = members.flatMap((record) => (record.hasRow ? [rowKey(record)!] : []));
    for (const some of keyChunks(keys, port.dialect(database))) {
      const state = { ...rowsByKey(model, some, database), columns, deleted: 'shown' as const, route: options.route };
      await fetchRecords(port, state, { ...options, recognise: recogniseKeys(port, state, { keys: some }) });
    }
  }
}
