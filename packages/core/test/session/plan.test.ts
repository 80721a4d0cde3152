/** The steps of a flush and their order. */
import { BelongsTo, Column, Entity, ManyToMany, PrimaryKey } from '../../src/metadata';
import type { Many, Ref } from '../../src/query';
import { Link, type EntityRecord } from '../../src/entities';
import { changedColumns } from '../../src/session/flush/comparator';
import { NO_CHANGES, type ChangeSet } from '../../src/session/flush/change-set';
import { describePlan, planFlush, type FlushStep } from '../../src/session/flush/plan';
import { Bench } from './entities-of-a-session';

@Entity()
class Team {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @Column({ type: 'text' }) name!: string;
}
@Entity()
class Player {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @Column({ type: 'varchar', length: 20, unique: true }) email!: string;
  @Column({ type: 'integer', nullable: true, unique: true }) shirt!: number | null;
  @Column({ type: 'text', nullable: true }) notes!: string | null;
  @BelongsTo(() => Team, { nullable: true }) team!: Ref<Team> | null;
  @BelongsTo(() => Player, { nullable: true }) mentor!: Ref<Player> | null;
  @ManyToMany(() => Team) fanOf!: Many<Team>;
}

let bench: Bench;

beforeEach(() => (bench = new Bench(Team, Player)));

const player = (id: number, values: Partial<Player> = {}) =>
  bench.stored(Player, { id, email: `p${String(id)}`, shirt: null, notes: null, team: null, mentor: null, ...values });

const newPlayer = (email: string, values: Partial<Player> = {}) =>
  bench.fresh(Player, { email, shirt: null, notes: null, team: null, mentor: null, ...values });

const updates = (...records: EntityRecord[]): Partial<ChangeSet> => ({
  updates: records.map((record) => ({ record, columns: changedColumns(record)! })),
});

const plan = (changes: Partial<ChangeSet>): string[] =>
  describePlan(planFlush(bench.store, { ...NO_CHANGES, ...changes }));

const recordsOf = ({ actions }: FlushStep): EntityRecord[] =>
  actions.flatMap((action) => ('row' in action ? [action.row.record] : 'record' in action ? [action.record] : []));

test('nothing to write is no step', () => {
  expect(plan({})).toEqual([]);
});

test('links go first and come after the rows, deletes come last', () => {
  const [, gone] = player(1);
  const [changed, change] = player(2);
  changed.notes = 'changed';
  const [, team] = bench.fresh(Team, { name: 'new' });
  const relation = gone.model.relations.find(({ kind }) => kind === 'manyToMany')!;
  if (relation.kind !== 'manyToMany') throw new Error('no many-to-many relation');
  const link = new Link({ relation, owner: change.entity, item: team.entity, isThere: false, isWanted: true });
  const [, old] = bench.stored(Team, { id: 9, name: 'old' });
  const unlink = new Link({ relation, owner: change.entity, item: old.entity, isThere: true, isWanted: false });
  expect(plan({ ...updates(change), inserts: [team], deletes: [gone], links: [link, unlink] })).toEqual([
    'unlink Player.fanOf ×1',
    'insert Team ×1',
    'update Player(notes) ×1',
    'link Player.fanOf ×1',
    'purge players_teams of Player ×1',
    'delete Player ×1',
  ]);
});

test('rows that get new values in the same columns are updated together', () => {
  const rows = [1, 2, 3].map((id) => player(id));
  rows[0]![0].notes = 'a';
  rows[1]![0].notes = 'b';
  rows[2]![0].email = 'c';
  expect(plan(updates(...rows.map(([, record]) => record)))).toEqual([
    'update Player(notes) ×2',
    'update Player(email) ×1',
  ]);
});

test('a circle of new rows is closed by an update', () => {
  const [a, first] = newPlayer('a');
  const [b, second] = newPlayer('b', { mentor: a });
  a.mentor = b;
  expect(plan({ inserts: [first, second] })).toEqual(['insert Player ×2', 'update Player(mentor) ×2']);
});

test('rows that refer are deleted before the rows that they refer to', () => {
  const [team, teamRecord] = bench.stored(Team, { id: 1, name: 't' });
  const [a, first] = player(1, { team });
  const [, second] = player(2, { mentor: a });
  const steps = planFlush(bench.store, { ...NO_CHANGES, deletes: [teamRecord, first, second] });
  const deleted = steps.flatMap((step) => (step.kind === 'delete' ? [step.actions.map(({ record }) => record)] : []));
  expect(deleted).toEqual([[second], [first], [teamRecord]]);
});

test('a circle of rows to be deleted is opened by a NULL', () => {
  const [a, first] = player(1);
  const [, second] = player(2, { mentor: a });
  first.snapshot![first.model.columns.find(({ property }) => property === 'mentor')!.index] = 2;
  expect(plan({ deletes: [first, second] })).toEqual(
    expect.arrayContaining(['clear Player(mentor) ×2', 'delete Player ×2']),
  );
});

test('a row takes a unique value after the row that has it let it go', () => {
  const [a, first] = player(1);
  const [b, second] = player(2);
  a.email = 'p2';
  b.email = 'other';
  const steps = planFlush(bench.store, { ...NO_CHANGES, ...updates(first, second) });
  expect(steps.map(recordsOf)).toEqual([[second], [first]]);
});

test('unique values that change hands in a circle pass by NULL where the column is nullable', () => {
  const [a, first] = player(1, { shirt: 7 });
  const [b, second] = player(2, { shirt: 9 });
  a.shirt = 9;
  b.shirt = 7;
  const steps = planFlush(bench.store, { ...NO_CHANGES, ...updates(first, second) });
  expect(describePlan(steps)).toEqual(['clear Player(shirt) ×2', 'update Player(shirt) ×2']);
});

test('unique values that are required and change hands in a circle pass by a temporary value', () => {
  const [a, first] = player(1);
  const [b, second] = player(2);
  a.email = 'p2';
  b.email = 'p1';
  expect(plan(updates(first, second))).toEqual(['clear Player(email) ×2', 'update Player(email) ×2']);
});

test('a row whose unique value comes back in a new row is deleted first', () => {
  const [, gone] = player(1);
  const [, other] = player(2);
  const [, again] = newPlayer('p1');
  expect(plan({ deletes: [gone, other], inserts: [again] })).toEqual([
    'purge players_teams of Player ×2',
    'delete Player ×2',
    'insert Player ×1',
  ]);
});

test('a row whose unique value another row takes over is deleted first', () => {
  const [, gone] = player(1, { shirt: 7 });
  const [heir, change] = player(2);
  heir.shirt = 7;
  expect(plan({ ...updates(change), deletes: [gone] }).slice(1)).toEqual([
    'delete Player ×1',
    'update Player(shirt) ×1',
  ]);
});
