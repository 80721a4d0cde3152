/** In which order rows that refer to one another are written. */
import { QueryError } from '../../src/errors';
import { recordOf, type EntityRecord } from '../../src/entities';
import { BelongsTo, Column, Entity, PrimaryKey } from '../../src/metadata';
import type { Ref } from '../../src/query';
import { orderByReference, type Reference } from '../../src/session/flush/commit-order';
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
class Node {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @BelongsTo(() => Node) next!: Ref<Node>;
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

const bench = new Bench(Country, City, Street, Employee, Node, Department, Member);

function references({ entity, model }: EntityRecord): Reference[] {
  return model.relations.flatMap((relation) => {
    if (relation.kind !== 'belongsTo') return [];
    const target = entity[relation.property] as object | null | undefined;
    return target ? [{ relation, target: recordOf(target)! }] : [];
  });
}

const order = (...entities: object[]) =>
  orderByReference(
    entities.map((entity) => recordOf(entity)!),
    references,
  );

const namesOf = (groups: readonly (readonly EntityRecord[])[]): string[][] =>
  groups.map((group) => group.map(({ entity, model }) => (entity.name as string | undefined) ?? model.name));

test('models that are referred to come first, all rows of a model in one group', () => {
  const [country] = bench.fresh(Country, {});
  const [city] = bench.fresh(City, { country });
  const [other] = bench.fresh(City, { country });
  const [street] = bench.fresh(Street, { city });
  const { groups, deferred } = order(street, city, country, other);
  expect(namesOf(groups)).toEqual([['Country'], ['City', 'City'], ['Street']]);
  expect(deferred).toEqual([]);
});

test('a reference to a row that is not among these is no matter', () => {
  const [country] = bench.fresh(Country, {});
  const [city] = bench.fresh(City, { country });
  expect(namesOf(order(city).groups)).toEqual([['City']]);
});

test('rows that refer to rows of their own model go level by level', () => {
  const [top] = bench.fresh(Employee, { name: 'top', manager: null });
  const [left] = bench.fresh(Employee, { name: 'left', manager: top });
  const [right] = bench.fresh(Employee, { name: 'right', manager: top });
  const [leaf] = bench.fresh(Employee, { name: 'leaf', manager: left });
  expect(namesOf(order(leaf, right, left, top).groups)).toEqual([['top'], ['right', 'left'], ['leaf']]);
});

test('rows of a model without references among them are one group', () => {
  const [a] = bench.fresh(Employee, { name: 'a', manager: null });
  const [b] = bench.fresh(Employee, { name: 'b', manager: null });
  expect(namesOf(order(a, b).groups)).toEqual([['a', 'b']]);
});

test('a circle is opened at a nullable reference', () => {
  const [a] = bench.fresh(Employee, { name: 'a' });
  const [b] = bench.fresh(Employee, { name: 'b', manager: a });
  a.manager = b;
  const { groups, deferred } = order(a, b);
  expect(namesOf(groups)).toEqual([['a', 'b']]);
  expect(deferred.map(({ record, relation }) => [record.entity, relation.property])).toEqual([
    [a, 'manager'],
    [b, 'manager'],
  ]);
});

test('circles of one kind are opened together', () => {
  const rows = Array.from({ length: 100 }, () => {
    const [department] = bench.fresh(Department, {});
    const [head] = bench.fresh(Member, { department });
    department.head = head;
    return [department, head];
  }).flat();
  expect(order(...rows).groups.map((group) => group.length)).toEqual([100, 100]);
});

test('a row that refers to itself is a circle of one', () => {
  const [self] = bench.fresh(Employee, { name: 'self' });
  self.manager = self;
  const { groups, deferred } = order(self);
  expect(namesOf(groups)).toEqual([['self']]);
  expect(deferred).toHaveLength(1);
});

test('a circle of two models is opened at the reference that is nullable, whichever row comes first', () => {
  const [department] = bench.fresh(Department, {});
  const [member] = bench.fresh(Member, { department });
  department.head = member;
  for (const rows of [
    [department, member],
    [member, department],
  ]) {
    const { groups, deferred } = order(...rows);
    expect(namesOf(groups)).toEqual([['Member'], ['Department']]);
    expect(deferred.map(({ relation }) => `${relation.owner.name}.${relation.property}`)).toEqual([
      'Member.department',
    ]);
  }
});

test('a circle of required references is refused, named', () => {
  const [a] = bench.fresh(Node, {});
  const [b] = bench.fresh(Node, { next: a });
  a.next = b;
  expect(() => order(a, b)).toThrow(QueryError);
  expect(() => order(a, b)).toThrow(/circle.*Node\.next/);
});
