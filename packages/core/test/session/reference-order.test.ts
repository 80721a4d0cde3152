/** In which order a flush writes rows that refer to one another. */
import { QueryError } from '../../src/errors';
import { BelongsTo, Column, Entity, PrimaryKey } from '../../src/metadata';
import type { Ref } from '../../src/query';
import { recordOf } from '../../src/entities';
import { NO_CHANGES } from '../../src/session/flush/change-set';
import { describePlan, planFlush } from '../../src/session/flush/plan';
import { Bench } from './entities-of-a-session';

@Entity()
class Country {
  @PrimaryKey({ type: 'integer' }) id!: number;
}
@Entity()
class City {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @BelongsTo(() => Country) country!: Ref<Country>;
}
@Entity()
class Street {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @BelongsTo(() => City) city!: Ref<City>;
}
@Entity()
class Employee {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @Column({ type: 'text' }) name!: string;
  @BelongsTo(() => Employee, { nullable: true }) manager!: Ref<Employee> | null;
}
@Entity()
class Ring {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @BelongsTo(() => Ring) next!: Ref<Ring>;
}
@Entity()
class Department {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @BelongsTo(() => Member) head!: Ref<Member>;
}
@Entity()
class Member {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @BelongsTo(() => Department, { nullable: true }) department!: Ref<Department> | null;
}

let bench: Bench;

beforeEach(() => (bench = new Bench(Country, City, Street, Employee, Ring, Department, Member)));

const steps = (...entities: object[]) =>
  planFlush(bench.store, { ...NO_CHANGES, inserts: entities.map((entity) => recordOf(entity)!) });

const plan = (...entities: object[]): string[] => describePlan(steps(...entities));

test('models that are referred to come first, all rows of a model in one step', () => {
  const [country] = bench.fresh(Country, {});
  const [city] = bench.fresh(City, { country });
  const [other] = bench.fresh(City, { country });
  const [street] = bench.fresh(Street, { city });
  expect(plan(street, city, country, other)).toEqual(['insert Country ×1', 'insert City ×2', 'insert Street ×1']);
});

test('a reference to a row that is there holds nothing up', () => {
  const [country] = bench.stored(Country, { id: 1 });
  const [city] = bench.fresh(City, { country });
  expect(plan(city)).toEqual(['insert City ×1']);
});

test('rows that refer to rows of their own model go level by level', () => {
  const [top] = bench.fresh(Employee, { name: 'top', manager: null });
  const [left] = bench.fresh(Employee, { name: 'left', manager: top });
  const [right] = bench.fresh(Employee, { name: 'right', manager: top });
  const [leaf] = bench.fresh(Employee, { name: 'leaf', manager: left });
  const names = steps(leaf, right, left, top).map(({ actions }) =>
    actions.flatMap((action) => ('row' in action ? [action.row.record.entity.name] : [])),
  );
  expect(names).toEqual([['top'], ['right', 'left'], ['leaf']]);
});

test('rows of a model without references among them are one step', () => {
  const [a] = bench.fresh(Employee, { name: 'a', manager: null });
  const [b] = bench.fresh(Employee, { name: 'b', manager: null });
  expect(plan(a, b)).toEqual(['insert Employee ×2']);
});

test('circles of one kind are opened together', () => {
  const rows = Array.from({ length: 100 }, () => {
    const [department] = bench.fresh(Department, {});
    const [head] = bench.fresh(Member, { department });
    department.head = head;
    return [department, head];
  }).flat();
  expect(plan(...rows)).toEqual(['insert Member ×100', 'insert Department ×100', 'update Member(department) ×100']);
});

test('a row that refers to itself gets its reference after its key', () => {
  const [self] = bench.fresh(Employee, { name: 'self' });
  self.manager = self;
  expect(plan(self)).toEqual(['insert Employee ×1', 'update Employee(manager) ×1']);
});

test('a row whose key is known may refer to itself at once', () => {
  const [self] = bench.fresh(Employee, { id: 7, name: 'self' });
  self.manager = self;
  expect(plan(self)).toEqual(['insert Employee ×1']);
});

test('a circle of two models is opened at the reference that is nullable, whichever row comes first', () => {
  const [department] = bench.fresh(Department, {});
  const [member] = bench.fresh(Member, { department });
  department.head = member;
  const opened = ['insert Member ×1', 'insert Department ×1', 'update Member(department) ×1'];
  expect(plan(department, member)).toEqual(opened);
  expect(plan(member, department)).toEqual(opened);
});

test('a circle of required references is refused, named', () => {
  const [a] = bench.fresh(Ring, {});
  const [b] = bench.fresh(Ring, { next: a });
  a.next = b;
  expect(() => plan(a, b)).toThrow(QueryError);
  expect(() => plan(a, b)).toThrow(/circle.*Ring\.next/);
});
