/** The rows of one select → records of the session, joined relations included. */
import type { BelongsToModel, ColumnModel, EntityModel } from '../metadata';
import type { Asked, IncludeTree, JoinedInclude, SelectPlan } from '../query';
import type { Dialect } from '../sql';
import { placeOf, type EntityRecord, type EntityStore, type KeyPlace } from '../entities';
import { makeHydrator, type HydrationTarget, type Hydrator, type Row } from './hydrator';
import { group } from './load-group';
import { noteAsked } from './note-asked';
import { noteJoined, placesIn, variesInSpelling } from './spellings';

export interface HydrationRequest {
  readonly plan: SelectPlan;
  readonly rows: readonly (readonly unknown[])[];
  readonly store: EntityStore;
  readonly database: string;
  readonly dialect: Dialect;
  readonly overwrite: boolean | 'clean';
  /** Takes the records that this read makes. */
  readonly made?: EntityRecord[] | undefined;
  /** What the program asks for of the entities of these rows; undefined: they are read for another purpose. */
  readonly asked?: Asked | undefined;
}

/** Relations that are still to be loaded, and for whom. */
export interface PendingInclude {
  readonly model: EntityModel;
  readonly records: readonly EntityRecord[];
  readonly tree: IncludeTree;
  /** What is asked for of these entities, the tree among it. */
  readonly asked: Asked | undefined;
}

export interface Hydrated {
  /** One for each row. */
  readonly records: EntityRecord[];
  readonly pending: readonly PendingInclude[];
}

interface JoinedHydrator {
  readonly include: JoinedInclude;
  readonly hydrator: Hydrator;
  readonly children: readonly JoinedHydrator[];
  /** Where rows hold the foreign key and the key that it was joined by, where these may be spelled differently. */
  readonly spelled: { readonly from: readonly KeyPlace[]; readonly to: readonly KeyPlace[] } | undefined;
}

interface PlanHydrators {
  readonly root: Hydrator;
  readonly joined: readonly JoinedHydrator[];
}

const hydrators = new WeakMap<SelectPlan, PlanHydrators>();

export function hydrate(request: HydrationRequest): Hydrated {
  return request.store.former.reading(request.made, () => hydrateRows(request));
}

function hydrateRows(request: HydrationRequest): Hydrated {
  const { plan, rows, store, database, overwrite, asked } = request;
  const { root, joined } = hydratorsOf(plan, request.dialect);
  const further: PendingInclude[] = [];
  // First what the rows refer to: an entity that is there is referred to as it is, where else a reference would be made and filled in after.
  for (const one of joined) hydrateJoined(one, { rows, store, database, overwrite, further, asked });
  const target = targetFor(request, plan.model);
  const records = new Array<EntityRecord>(rows.length);
  for (let i = 0; i < rows.length; i++) records[i] = root.hydrate(rows[i] as Row, target)!;
  group(records);
  if (asked) noteAsked(records, asked);
  const pending = plan.rest.size > 0 ? [{ model: plan.model, records, tree: plan.rest, asked }, ...further] : further;
  return { records, pending };
}

interface JoinedRows {
  readonly rows: readonly (readonly unknown[])[];
  readonly store: EntityStore;
  readonly database: string;
  readonly overwrite: boolean | 'clean';
  /** Takes the relations that are still to be loaded. */
  readonly further: PendingInclude[];
  /** What is asked for of the entity that has the relation. */
  readonly asked: Asked | undefined;
}

function hydrateJoined({ include, hydrator, children, spelled }: JoinedHydrator, rows: JoinedRows): void {
  const asked = rows.asked?.relations.get(include.relation.property);
  for (const child of children) hydrateJoined(child, { ...rows, asked });
  const model = include.relation.target;
  const target = targetFor(rows, model);
  if (spelled) noteJoined(rows.store, { place: target.place, ...spelled }, rows.rows);
  const found = new Set<EntityRecord>();
  for (const row of rows.rows) {
    const record = hydrator.hydrate(row as Row, target);
    if (record) found.add(record);
  }
  const records = [...found];
  group(records);
  if (asked) noteAsked(records, asked);
  if (include.rest.size > 0) rows.further.push({ model, records, tree: include.rest, asked });
}

function targetFor(
  { store, database, overwrite }: { store: EntityStore; database: string; overwrite: boolean | 'clean' },
  model: EntityModel,
): HydrationTarget {
  const place = placeOf(model, database);
  return { store, place, overwrite, map: store.identityMap(place) };
}

function hydratorsOf(plan: SelectPlan, dialect: Dialect): PlanHydrators {
  let made = hydrators.get(plan);
  if (!made) {
    made = {
      root: makeHydrator({ model: plan.model, columns: plan.columns, offset: 0, dialect }),
      joined: plan.joined.map((include) => joinedHydrator(include, { columns: plan.columns, offset: 0 }, dialect)),
    };
    hydrators.set(plan, made);
  }
  return made;
}

interface Holder {
  readonly columns: readonly ColumnModel[];
  readonly offset: number;
}

/** `holder`: where the row holds the columns of the entity that the relation is one of. */
function joinedHydrator(include: JoinedInclude, holder: Holder, dialect: Dialect): JoinedHydrator {
  const { relation, columns, offset } = include;
  return {
    include,
    hydrator: makeHydrator({ model: relation.target, columns, offset, dialect }),
    children: include.children.map((child) => joinedHydrator(child, include, dialect)),
    spelled: relation.kind === 'belongsTo' ? spelledPlaces(relation, { holder, joined: include }, dialect) : undefined,
  };
}

function spelledPlaces(
  { columns, target }: BelongsToModel,
  { holder, joined }: { holder: Holder; joined: Holder },
  dialect: Dialect,
): JoinedHydrator['spelled'] {
  if (!columns.some(({ type }) => variesInSpelling(type))) return undefined;
  const places = (of: readonly ColumnModel[], held: Holder): KeyPlace[] =>
    placesIn(of, held.columns, dialect).map(({ at, codec }) => ({ at: held.offset + at, codec }));
  return { from: places(columns, holder), to: places(target.key, joined) };
}
