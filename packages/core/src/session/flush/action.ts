/** What a flush does to one row, as data with its values, and which actions go together. */
import type {
  BelongsToModel,
  ColumnModel,
  EntityModel,
  EntityModels,
  JoinTable,
  ManyToManyModel,
} from '../../metadata';
import type { EntityRecord, Link, Place } from '../../entities';
import type { Action, ActionGroup } from './action-graph';
import type { RowValues } from './rows';

interface Actions {
  /** `replaces`: the deleted entity whose row stays and gets these values, for others must not lose sight of its key. */
  insert: { readonly row: RowValues; replaces?: EntityRecord };
  /** `columns`: those that are set, in the order of the model. */
  update: { readonly row: RowValues; columns: readonly ColumnModel[] };
  /** Columns set to NULL or to another value for now, so that rows of a circle can go or unique values change hands. */
  clear: {
    readonly record: EntityRecord;
    readonly columns: readonly ColumnModel[];
    readonly values: readonly unknown[];
  };
  delete: { readonly record: EntityRecord };
  link: { readonly link: Link; readonly values: unknown[] };
  unlink: { readonly link: Link; readonly values: unknown[] };
  /** All rows of a join table that name an entity to be deleted. */
  purge: { readonly record: EntityRecord; readonly through: Pick<JoinTable, 'table' | 'from'> };
}

export type ActionKind = keyof Actions;

export type FlushAction<K extends ActionKind = ActionKind> = {
  [Kind in K]: { readonly kind: Kind; readonly group: FlushGroup } & Actions[Kind];
}[K] &
  Action<FlushAction>;

export interface FlushGroup extends ActionGroup {
  readonly kind: ActionKind;
  readonly place: Place;
  /** The join table of links. */
  readonly relation?: ManyToManyModel | undefined;
}

/** The order of the kinds where no row asks for another. */
const RANKS: Record<ActionKind, number> = {
  unlink: 0,
  clear: 1,
  insert: 2,
  update: 3,
  link: 4,
  purge: 5,
  delete: 6,
};

/** The groups of one flush. */
export class FlushGroups {
  readonly #groups = new Map<unknown, Map<unknown, Map<ActionKind, FlushGroup>>>();
  /** The answer before this one, and what was asked: rows of one kind come one after another. */
  #last: { readonly group: FlushGroup; readonly by: unknown } | undefined;

  constructor(private readonly models: EntityModels) {}

  /** @param by what tells groups of one kind and place apart: a relation, a join table, a shape of columns */
  of(kind: ActionKind, place: Place, by?: unknown): FlushGroup {
    const last = this.#last;
    if (last?.group.kind === kind && last.group.place === place && last.by === by) return last.group;
    let ofPlace = this.#groups.get(place);
    if (!ofPlace) this.#groups.set(place, (ofPlace = new Map<unknown, Map<ActionKind, FlushGroup>>()));
    let alike = ofPlace.get(by);
    if (!alike) ofPlace.set(by, (alike = new Map<ActionKind, FlushGroup>()));
    let group = alike.get(kind);
    if (!group) {
      const relation = kind === 'link' || kind === 'unlink' ? (by as ManyToManyModel) : undefined;
      alike.set(kind, (group = { kind, place, relation, rank: RANKS[kind] + this.#depth(kind, place) }));
    }
    this.#last = { group, by };
    return group;
  }

  /** Rows that are referred to are inserted first and deleted last, also where others refer to them that this session does not know. */
  #depth(kind: ActionKind, { model }: Place): number {
    const { all } = this.models;
    const position = orderOf(this.models).get(model)! / (all.length + 1);
    if (kind === 'delete') return 1 - position;
    return kind === 'insert' ? position : 0;
  }
}

const orders = new WeakMap<EntityModels, ReadonlyMap<EntityModel, number>>();

/** The models so ordered that those referred to come first, as far as there are no circles. */
function orderOf(models: EntityModels): ReadonlyMap<EntityModel, number> {
  let order = orders.get(models);
  if (order) return order;
  const found = new Map<EntityModel, number>();
  const seen = new Set<EntityModel>();
  // As deep as there are models.
  const visit = (model: EntityModel): void => {
    if (seen.has(model)) return;
    seen.add(model);
    for (const { kind, target } of model.relations) if (kind === 'belongsTo') visit(target);
    found.set(model, found.size);
  };
  for (const model of models.all) visit(model);
  orders.set(models, (order = found));
  return order;
}

/** Whether a foreign key can be NULL for a while. */
export function canWait({ nullable, own }: BelongsToModel): boolean {
  return nullable && !own.some(({ primary }) => primary);
}
