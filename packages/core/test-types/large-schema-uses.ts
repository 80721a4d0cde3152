/**
 * What one asks of each of the fifty entities: conditions, paths, results and data, four relations deep. Its cost is the budget of the type machinery, kept by
 * test/query/types.test.ts. TypeScript 6.0.3, `tsc -p packages/core/test-types --extendedDiagnostics`, all type tests together: 390,000 instantiations and
 * 70,000 types, of which this file takes 280,000 and 40,000, about 5,500 instantiations for the eleven calls on an entity.
 */
import { gt, inList, or, some, startsWith, type CreateData, type QuerySet } from '../src/query';
import type { Session } from '../src/session';
import type * as schema from './large-schema';

declare const load: Session['load'];

export async function use0(rows: QuerySet<schema.E0>, data: CreateData<schema.E0>): Promise<void> {
  const found = await rows
    .filter({ name: startsWith('x'), next: { quantity: gt(3), near: { code: 'x', far: { note: null } } } })
    .filter(or({ state: 'open', first0: inList([1, 2]) }, { groups: some({ members: some({ name: 'x' }) }) }))
    .orderBy('-next.near.far.createdAt', 'name')
    .include('next.near.far', 'previous.groups.members', 'members.next')
    .get();
  found.next.near?.far?.name.trim();
  for (const row of found.previous) for (const group of row.groups) group.members.map((member) => member.amount);
  const more = await load(found, 'near.groups.previous.next');
  more.near?.groups.at(0)?.previous.at(0)?.next.code.trim();
  const narrow = await rows.only('name', 'next').include('far').first();
  narrow?.far?.amount.trim();
  await rows.create(data);
  await rows.filter({ id: 1 }).update({ name: 'x', near: found.near });
  takesE0(found);
}
declare function takesE0(entity: schema.E0): void;

export async function use1(rows: QuerySet<schema.E1>, data: CreateData<schema.E1>): Promise<void> {
  const found = await rows
    .filter({ name: startsWith('x'), next: { quantity: gt(3), near: { code: 'x', far: { note: null } } } })
    .filter(or({ state: 'open', first1: inList([1, 2]) }, { groups: some({ members: some({ name: 'x' }) }) }))
    .orderBy('-next.near.far.createdAt', 'name')
    .include('next.near.far', 'previous.groups.members', 'members.next')
    .get();
  found.next.near?.far?.name.trim();
  for (const row of found.previous) for (const group of row.groups) group.members.map((member) => member.amount);
  const more = await load(found, 'near.groups.previous.next');
  more.near?.groups.at(0)?.previous.at(0)?.next.code.trim();
  const narrow = await rows.only('name', 'next').include('far').first();
  narrow?.far?.amount.trim();
  await rows.create(data);
  await rows.filter({ id: 1 }).update({ name: 'x', near: found.near });
  takesE1(found);
}
declare function takesE1(entity: schema.E1): void;

export async function use2(rows: QuerySet<schema.E2>, data: CreateData<schema.E2>): Promise<void> {
  const found = await rows
    .filter({ name: startsWith('x'), next: { quantity: gt(3), near: { code: 'x', far: { note: null } } } })
    .filter(or({ state: 'open', first2: inList([1, 2]) }, { groups: some({ members: some({ name: 'x' }) }) }))
    .orderBy('-next.near.far.createdAt', 'name')
    .include('next.near.far', 'previous.groups.members', 'members.next')
    .get();
  found.next.near?.far?.name.trim();
  for (const row of found.previous) for (const group of row.groups) group.members.map((member) => member.amount);
  const more = await load(found, 'near.groups.previous.next');
  more.near?.groups.at(0)?.previous.at(0)?.next.code.trim();
  const narrow = await rows.only('name', 'next').include('far').first();
  narrow?.far?.amount.trim();
  await rows.create(data);
  await rows.filter({ id: 1 }).update({ name: 'x', near: found.near });
  takesE2(found);
}
declare function takesE2(entity: schema.E2): void;

export async function use3(rows: QuerySet<schema.E3>, data: CreateData<schema.E3>): Promise<void> {
  const found = await rows
    .filter({ name: startsWith('x'), next: { quantity: gt(3), near: { code: 'x', far: { note: null } } } })
    .filter(or({ state: 'open', first3: inList([1, 2]) }, { groups: some({ members: some({ name: 'x' }) }) }))
    .orderBy('-next.near.far.createdAt', 'name')
    .include('next.near.far', 'previous.groups.members', 'members.next')
    .get();
  found.next.near?.far?.name.trim();
  for (const row of found.previous) for (const group of row.groups) group.members.map((member) => member.amount);
  const more = await load(found, 'near.groups.previous.next');
  more.near?.groups.at(0)?.previous.at(0)?.next.code.trim();
  const narrow = await rows.only('name', 'next').include('far').first();
  narrow?.far?.amount.trim();
  await rows.create(data);
  await rows.filter({ id: 1 }).update({ name: 'x', near: found.near });
  takesE3(found);
}
declare function takesE3(entity: schema.E3): void;

export async function use4(rows: QuerySet<schema.E4>, data: CreateData<schema.E4>): Promise<void> {
  const found = await rows
    .filter({ name: startsWith('x'), next: { quantity: gt(3), near: { code: 'x', far: { note: null } } } })
    .filter(or({ state: 'open', first4: inList([1, 2]) }, { groups: some({ members: some({ name: 'x' }) }) }))
    .orderBy('-next.near.far.createdAt', 'name')
    .include('next.near.far', 'previous.groups.members', 'members.next')
    .get();
  found.next.near?.far?.name.trim();
  for (const row of found.previous) for (const group of row.groups) group.members.map((member) => member.amount);
  const more = await load(found, 'near.groups.previous.next');
  more.near?.groups.at(0)?.previous.at(0)?.next.code.trim();
  const narrow = await rows.only('name', 'next').include('far').first();
  narrow?.far?.amount.trim();
  await rows.create(data);
  await rows.filter({ id: 1 }).update({ name: 'x', near: found.near });
  takesE4(found);
}
declare function takesE4(entity: schema.E4): void;

export async function use5(rows: QuerySet<schema.E5>, data: CreateData<schema.E5>): Promise<void> {
  const found = await rows
    .filter({ name: startsWith('x'), next: { quantity: gt(3), near: { code: 'x', far: { note: null } } } })
    .filter(or({ state: 'open', first5: inList([1, 2]) }, { groups: some({ members: some({ name: 'x' }) }) }))
    .orderBy('-next.near.far.createdAt', 'name')
    .include('next.near.far', 'previous.groups.members', 'members.next')
    .get();
  found.next.near?.far?.name.trim();
  for (const row of found.previous) for (const group of row.groups) group.members.map((member) => member.amount);
  const more = await load(found, 'near.groups.previous.next');
  more.near?.groups.at(0)?.previous.at(0)?.next.code.trim();
  const narrow = await rows.only('name', 'next').include('far').first();
  narrow?.far?.amount.trim();
  await rows.create(data);
  await rows.filter({ id: 1 }).update({ name: 'x', near: found.near });
  takesE5(found);
}
declare function takesE5(entity: schema.E5): void;

export async function use6(rows: QuerySet<schema.E6>, data: CreateData<schema.E6>): Promise<void> {
  const found = await rows
    .filter({ name: startsWith('x'), next: { quantity: gt(3), near: { code: 'x', far: { note: null } } } })
    .filter(or({ state: 'open', first6: inList([1, 2]) }, { groups: some({ members: some({ name: 'x' }) }) }))
    .orderBy('-next.near.far.createdAt', 'name')
    .include('next.near.far', 'previous.groups.members', 'members.next')
    .get();
  found.next.near?.far?.name.trim();
  for (const row of found.previous) for (const group of row.groups) group.members.map((member) => member.amount);
  const more = await load(found, 'near.groups.previous.next');
  more.near?.groups.at(0)?.previous.at(0)?.next.code.trim();
  const narrow = await rows.only('name', 'next').include('far').first();
  narrow?.far?.amount.trim();
  await rows.create(data);
  await rows.filter({ id: 1 }).update({ name: 'x', near: found.near });
  takesE6(found);
}
declare function takesE6(entity: schema.E6): void;

export async function use7(rows: QuerySet<schema.E7>, data: CreateData<schema.E7>): Promise<void> {
  const found = await rows
    .filter({ name: startsWith('x'), next: { quantity: gt(3), near: { code: 'x', far: { note: null } } } })
    .filter(or({ state: 'open', first7: inList([1, 2]) }, { groups: some({ members: some({ name: 'x' }) }) }))
    .orderBy('-next.near.far.createdAt', 'name')
    .include('next.near.far', 'previous.groups.members', 'members.next')
    .get();
  found.next.near?.far?.name.trim();
  for (const row of found.previous) for (const group of row.groups) group.members.map((member) => member.amount);
  const more = await load(found, 'near.groups.previous.next');
  more.near?.groups.at(0)?.previous.at(0)?.next.code.trim();
  const narrow = await rows.only('name', 'next').include('far').first();
  narrow?.far?.amount.trim();
  await rows.create(data);
  await rows.filter({ id: 1 }).update({ name: 'x', near: found.near });
  takesE7(found);
}
declare function takesE7(entity: schema.E7): void;

export async function use8(rows: QuerySet<schema.E8>, data: CreateData<schema.E8>): Promise<void> {
  const found = await rows
    .filter({ name: startsWith('x'), next: { quantity: gt(3), near: { code: 'x', far: { note: null } } } })
    .filter(or({ state: 'open', first8: inList([1, 2]) }, { groups: some({ members: some({ name: 'x' }) }) }))
    .orderBy('-next.near.far.createdAt', 'name')
    .include('next.near.far', 'previous.groups.members', 'members.next')
    .get();
  found.next.near?.far?.name.trim();
  for (const row of found.previous) for (const group of row.groups) group.members.map((member) => member.amount);
  const more = await load(found, 'near.groups.previous.next');
  more.near?.groups.at(0)?.previous.at(0)?.next.code.trim();
  const narrow = await rows.only('name', 'next').include('far').first();
  narrow?.far?.amount.trim();
  await rows.create(data);
  await rows.filter({ id: 1 }).update({ name: 'x', near: found.near });
  takesE8(found);
}
declare function takesE8(entity: schema.E8): void;

export async function use9(rows: QuerySet<schema.E9>, data: CreateData<schema.E9>): Promise<void> {
  const found = await rows
    .filter({ name: startsWith('x'), next: { quantity: gt(3), near: { code: 'x', far: { note: null } } } })
    .filter(or({ state: 'open', first9: inList([1, 2]) }, { groups: some({ members: some({ name: 'x' }) }) }))
    .orderBy('-next.near.far.createdAt', 'name')
    .include('next.near.far', 'previous.groups.members', 'members.next')
    .get();
  found.next.near?.far?.name.trim();
  for (const row of found.previous) for (const group of row.groups) group.members.map((member) => member.amount);
  const more = await load(found, 'near.groups.previous.next');
  more.near?.groups.at(0)?.previous.at(0)?.next.code.trim();
  const narrow = await rows.only('name', 'next').include('far').first();
  narrow?.far?.amount.trim();
  await rows.create(data);
  await rows.filter({ id: 1 }).update({ name: 'x', near: found.near });
  takesE9(found);
}
declare function takesE9(entity: schema.E9): void;

export async function use10(rows: QuerySet<schema.E10>, data: CreateData<schema.E10>): Promise<void> {
  const found = await rows
    .filter({ name: startsWith('x'), next: { quantity: gt(3), near: { code: 'x', far: { note: null } } } })
    .filter(or({ state: 'open', first10: inList([1, 2]) }, { groups: some({ members: some({ name: 'x' }) }) }))
    .orderBy('-next.near.far.createdAt', 'name')
    .include('next.near.far', 'previous.groups.members', 'members.next')
    .get();
  found.next.near?.far?.name.trim();
  for (const row of found.previous) for (const group of row.groups) group.members.map((member) => member.amount);
  const more = await load(found, 'near.groups.previous.next');
  more.near?.groups.at(0)?.previous.at(0)?.next.code.trim();
  const narrow = await rows.only('name', 'next').include('far').first();
  narrow?.far?.amount.trim();
  await rows.create(data);
  await rows.filter({ id: 1 }).update({ name: 'x', near: found.near });
  takesE10(found);
}
declare function takesE10(entity: schema.E10): void;

export async function use11(rows: QuerySet<schema.E11>, data: CreateData<schema.E11>): Promise<void> {
  const found = await rows
    .filter({ name: startsWith('x'), next: { quantity: gt(3), near: { code: 'x', far: { note: null } } } })
    .filter(or({ state: 'open', first11: inList([1, 2]) }, { groups: some({ members: some({ name: 'x' }) }) }))
    .orderBy('-next.near.far.createdAt', 'name')
    .include('next.near.far', 'previous.groups.members', 'members.next')
    .get();
  found.next.near?.far?.name.trim();
  for (const row of found.previous) for (const group of row.groups) group.members.map((member) => member.amount);
  const more = await load(found, 'near.groups.previous.next');
  more.near?.groups.at(0)?.previous.at(0)?.next.code.trim();
  const narrow = await rows.only('name', 'next').include('far').first();
  narrow?.far?.amount.trim();
  await rows.create(data);
  await rows.filter({ id: 1 }).update({ name: 'x', near: found.near });
  takesE11(found);
}
declare function takesE11(entity: schema.E11): void;

export async function use12(rows: QuerySet<schema.E12>, data: CreateData<schema.E12>): Promise<void> {
  const found = await rows
    .filter({ name: startsWith('x'), next: { quantity: gt(3), near: { code: 'x', far: { note: null } } } })
    .filter(or({ state: 'open', first12: inList([1, 2]) }, { groups: some({ members: some({ name: 'x' }) }) }))
    .orderBy('-next.near.far.createdAt', 'name')
    .include('next.near.far', 'previous.groups.members', 'members.next')
    .get();
  found.next.near?.far?.name.trim();
  for (const row of found.previous) for (const group of row.groups) group.members.map((member) => member.amount);
  const more = await load(found, 'near.groups.previous.next');
  more.near?.groups.at(0)?.previous.at(0)?.next.code.trim();
  const narrow = await rows.only('name', 'next').include('far').first();
  narrow?.far?.amount.trim();
  await rows.create(data);
  await rows.filter({ id: 1 }).update({ name: 'x', near: found.near });
  takesE12(found);
}
declare function takesE12(entity: schema.E12): void;

export async function use13(rows: QuerySet<schema.E13>, data: CreateData<schema.E13>): Promise<void> {
  const found = await rows
    .filter({ name: startsWith('x'), next: { quantity: gt(3), near: { code: 'x', far: { note: null } } } })
    .filter(or({ state: 'open', first13: inList([1, 2]) }, { groups: some({ members: some({ name: 'x' }) }) }))
    .orderBy('-next.near.far.createdAt', 'name')
    .include('next.near.far', 'previous.groups.members', 'members.next')
    .get();
  found.next.near?.far?.name.trim();
  for (const row of found.previous) for (const group of row.groups) group.members.map((member) => member.amount);
  const more = await load(found, 'near.groups.previous.next');
  more.near?.groups.at(0)?.previous.at(0)?.next.code.trim();
  const narrow = await rows.only('name', 'next').include('far').first();
  narrow?.far?.amount.trim();
  await rows.create(data);
  await rows.filter({ id: 1 }).update({ name: 'x', near: found.near });
  takesE13(found);
}
declare function takesE13(entity: schema.E13): void;

export async function use14(rows: QuerySet<schema.E14>, data: CreateData<schema.E14>): Promise<void> {
  const found = await rows
    .filter({ name: startsWith('x'), next: { quantity: gt(3), near: { code: 'x', far: { note: null } } } })
    .filter(or({ state: 'open', first14: inList([1, 2]) }, { groups: some({ members: some({ name: 'x' }) }) }))
    .orderBy('-next.near.far.createdAt', 'name')
    .include('next.near.far', 'previous.groups.members', 'members.next')
    .get();
  found.next.near?.far?.name.trim();
  for (const row of found.previous) for (const group of row.groups) group.members.map((member) => member.amount);
  const more = await load(found, 'near.groups.previous.next');
  more.near?.groups.at(0)?.previous.at(0)?.next.code.trim();
  const narrow = await rows.only('name', 'next').include('far').first();
  narrow?.far?.amount.trim();
  await rows.create(data);
  await rows.filter({ id: 1 }).update({ name: 'x', near: found.near });
  takesE14(found);
}
declare function takesE14(entity: schema.E14): void;

export async function use15(rows: QuerySet<schema.E15>, data: CreateData<schema.E15>): Promise<void> {
  const found = await rows
    .filter({ name: startsWith('x'), next: { quantity: gt(3), near: { code: 'x', far: { note: null } } } })
    .filter(or({ state: 'open', first15: inList([1, 2]) }, { groups: some({ members: some({ name: 'x' }) }) }))
    .orderBy('-next.near.far.createdAt', 'name')
    .include('next.near.far', 'previous.groups.members', 'members.next')
    .get();
  found.next.near?.far?.name.trim();
  for (const row of found.previous) for (const group of row.groups) group.members.map((member) => member.amount);
  const more = await load(found, 'near.groups.previous.next');
  more.near?.groups.at(0)?.previous.at(0)?.next.code.trim();
  const narrow = await rows.only('name', 'next').include('far').first();
  narrow?.far?.amount.trim();
  await rows.create(data);
  await rows.filter({ id: 1 }).update({ name: 'x', near: found.near });
  takesE15(found);
}
declare function takesE15(entity: schema.E15): void;

export async function use16(rows: QuerySet<schema.E16>, data: CreateData<schema.E16>): Promise<void> {
  const found = await rows
    .filter({ name: startsWith('x'), next: { quantity: gt(3), near: { code: 'x', far: { note: null } } } })
    .filter(or({ state: 'open', first16: inList([1, 2]) }, { groups: some({ members: some({ name: 'x' }) }) }))
    .orderBy('-next.near.far.createdAt', 'name')
    .include('next.near.far', 'previous.groups.members', 'members.next')
    .get();
  found.next.near?.far?.name.trim();
  for (const row of found.previous) for (const group of row.groups) group.members.map((member) => member.amount);
  const more = await load(found, 'near.groups.previous.next');
  more.near?.groups.at(0)?.previous.at(0)?.next.code.trim();
  const narrow = await rows.only('name', 'next').include('far').first();
  narrow?.far?.amount.trim();
  await rows.create(data);
  await rows.filter({ id: 1 }).update({ name: 'x', near: found.near });
  takesE16(found);
}
declare function takesE16(entity: schema.E16): void;

export async function use17(rows: QuerySet<schema.E17>, data: CreateData<schema.E17>): Promise<void> {
  const found = await rows
    .filter({ name: startsWith('x'), next: { quantity: gt(3), near: { code: 'x', far: { note: null } } } })
    .filter(or({ state: 'open', first17: inList([1, 2]) }, { groups: some({ members: some({ name: 'x' }) }) }))
    .orderBy('-next.near.far.createdAt', 'name')
    .include('next.near.far', 'previous.groups.members', 'members.next')
    .get();
  found.next.near?.far?.name.trim();
  for (const row of found.previous) for (const group of row.groups) group.members.map((member) => member.amount);
  const more = await load(found, 'near.groups.previous.next');
  more.near?.groups.at(0)?.previous.at(0)?.next.code.trim();
  const narrow = await rows.only('name', 'next').include('far').first();
  narrow?.far?.amount.trim();
  await rows.create(data);
  await rows.filter({ id: 1 }).update({ name: 'x', near: found.near });
  takesE17(found);
}
declare function takesE17(entity: schema.E17): void;

export async function use18(rows: QuerySet<schema.E18>, data: CreateData<schema.E18>): Promise<void> {
  const found = await rows
    .filter({ name: startsWith('x'), next: { quantity: gt(3), near: { code: 'x', far: { note: null } } } })
    .filter(or({ state: 'open', first18: inList([1, 2]) }, { groups: some({ members: some({ name: 'x' }) }) }))
    .orderBy('-next.near.far.createdAt', 'name')
    .include('next.near.far', 'previous.groups.members', 'members.next')
    .get();
  found.next.near?.far?.name.trim();
  for (const row of found.previous) for (const group of row.groups) group.members.map((member) => member.amount);
  const more = await load(found, 'near.groups.previous.next');
  more.near?.groups.at(0)?.previous.at(0)?.next.code.trim();
  const narrow = await rows.only('name', 'next').include('far').first();
  narrow?.far?.amount.trim();
  await rows.create(data);
  await rows.filter({ id: 1 }).update({ name: 'x', near: found.near });
  takesE18(found);
}
declare function takesE18(entity: schema.E18): void;

export async function use19(rows: QuerySet<schema.E19>, data: CreateData<schema.E19>): Promise<void> {
  const found = await rows
    .filter({ name: startsWith('x'), next: { quantity: gt(3), near: { code: 'x', far: { note: null } } } })
    .filter(or({ state: 'open', first19: inList([1, 2]) }, { groups: some({ members: some({ name: 'x' }) }) }))
    .orderBy('-next.near.far.createdAt', 'name')
    .include('next.near.far', 'previous.groups.members', 'members.next')
    .get();
  found.next.near?.far?.name.trim();
  for (const row of found.previous) for (const group of row.groups) group.members.map((member) => member.amount);
  const more = await load(found, 'near.groups.previous.next');
  more.near?.groups.at(0)?.previous.at(0)?.next.code.trim();
  const narrow = await rows.only('name', 'next').include('far').first();
  narrow?.far?.amount.trim();
  await rows.create(data);
  await rows.filter({ id: 1 }).update({ name: 'x', near: found.near });
  takesE19(found);
}
declare function takesE19(entity: schema.E19): void;

export async function use20(rows: QuerySet<schema.E20>, data: CreateData<schema.E20>): Promise<void> {
  const found = await rows
    .filter({ name: startsWith('x'), next: { quantity: gt(3), near: { code: 'x', far: { note: null } } } })
    .filter(or({ state: 'open', first20: inList([1, 2]) }, { groups: some({ members: some({ name: 'x' }) }) }))
    .orderBy('-next.near.far.createdAt', 'name')
    .include('next.near.far', 'previous.groups.members', 'members.next')
    .get();
  found.next.near?.far?.name.trim();
  for (const row of found.previous) for (const group of row.groups) group.members.map((member) => member.amount);
  const more = await load(found, 'near.groups.previous.next');
  more.near?.groups.at(0)?.previous.at(0)?.next.code.trim();
  const narrow = await rows.only('name', 'next').include('far').first();
  narrow?.far?.amount.trim();
  await rows.create(data);
  await rows.filter({ id: 1 }).update({ name: 'x', near: found.near });
  takesE20(found);
}
declare function takesE20(entity: schema.E20): void;

export async function use21(rows: QuerySet<schema.E21>, data: CreateData<schema.E21>): Promise<void> {
  const found = await rows
    .filter({ name: startsWith('x'), next: { quantity: gt(3), near: { code: 'x', far: { note: null } } } })
    .filter(or({ state: 'open', first21: inList([1, 2]) }, { groups: some({ members: some({ name: 'x' }) }) }))
    .orderBy('-next.near.far.createdAt', 'name')
    .include('next.near.far', 'previous.groups.members', 'members.next')
    .get();
  found.next.near?.far?.name.trim();
  for (const row of found.previous) for (const group of row.groups) group.members.map((member) => member.amount);
  const more = await load(found, 'near.groups.previous.next');
  more.near?.groups.at(0)?.previous.at(0)?.next.code.trim();
  const narrow = await rows.only('name', 'next').include('far').first();
  narrow?.far?.amount.trim();
  await rows.create(data);
  await rows.filter({ id: 1 }).update({ name: 'x', near: found.near });
  takesE21(found);
}
declare function takesE21(entity: schema.E21): void;

export async function use22(rows: QuerySet<schema.E22>, data: CreateData<schema.E22>): Promise<void> {
  const found = await rows
    .filter({ name: startsWith('x'), next: { quantity: gt(3), near: { code: 'x', far: { note: null } } } })
    .filter(or({ state: 'open', first22: inList([1, 2]) }, { groups: some({ members: some({ name: 'x' }) }) }))
    .orderBy('-next.near.far.createdAt', 'name')
    .include('next.near.far', 'previous.groups.members', 'members.next')
    .get();
  found.next.near?.far?.name.trim();
  for (const row of found.previous) for (const group of row.groups) group.members.map((member) => member.amount);
  const more = await load(found, 'near.groups.previous.next');
  more.near?.groups.at(0)?.previous.at(0)?.next.code.trim();
  const narrow = await rows.only('name', 'next').include('far').first();
  narrow?.far?.amount.trim();
  await rows.create(data);
  await rows.filter({ id: 1 }).update({ name: 'x', near: found.near });
  takesE22(found);
}
declare function takesE22(entity: schema.E22): void;

export async function use23(rows: QuerySet<schema.E23>, data: CreateData<schema.E23>): Promise<void> {
  const found = await rows
    .filter({ name: startsWith('x'), next: { quantity: gt(3), near: { code: 'x', far: { note: null } } } })
    .filter(or({ state: 'open', first23: inList([1, 2]) }, { groups: some({ members: some({ name: 'x' }) }) }))
    .orderBy('-next.near.far.createdAt', 'name')
    .include('next.near.far', 'previous.groups.members', 'members.next')
    .get();
  found.next.near?.far?.name.trim();
  for (const row of found.previous) for (const group of row.groups) group.members.map((member) => member.amount);
  const more = await load(found, 'near.groups.previous.next');
  more.near?.groups.at(0)?.previous.at(0)?.next.code.trim();
  const narrow = await rows.only('name', 'next').include('far').first();
  narrow?.far?.amount.trim();
  await rows.create(data);
  await rows.filter({ id: 1 }).update({ name: 'x', near: found.near });
  takesE23(found);
}
declare function takesE23(entity: schema.E23): void;

export async function use24(rows: QuerySet<schema.E24>, data: CreateData<schema.E24>): Promise<void> {
  const found = await rows
    .filter({ name: startsWith('x'), next: { quantity: gt(3), near: { code: 'x', far: { note: null } } } })
    .filter(or({ state: 'open', first24: inList([1, 2]) }, { groups: some({ members: some({ name: 'x' }) }) }))
    .orderBy('-next.near.far.createdAt', 'name')
    .include('next.near.far', 'previous.groups.members', 'members.next')
    .get();
  found.next.near?.far?.name.trim();
  for (const row of found.previous) for (const group of row.groups) group.members.map((member) => member.amount);
  const more = await load(found, 'near.groups.previous.next');
  more.near?.groups.at(0)?.previous.at(0)?.next.code.trim();
  const narrow = await rows.only('name', 'next').include('far').first();
  narrow?.far?.amount.trim();
  await rows.create(data);
  await rows.filter({ id: 1 }).update({ name: 'x', near: found.near });
  takesE24(found);
}
declare function takesE24(entity: schema.E24): void;

export async function use25(rows: QuerySet<schema.E25>, data: CreateData<schema.E25>): Promise<void> {
  const found = await rows
    .filter({ name: startsWith('x'), next: { quantity: gt(3), near: { code: 'x', far: { note: null } } } })
    .filter(or({ state: 'open', first25: inList([1, 2]) }, { groups: some({ members: some({ name: 'x' }) }) }))
    .orderBy('-next.near.far.createdAt', 'name')
    .include('next.near.far', 'previous.groups.members', 'members.next')
    .get();
  found.next.near?.far?.name.trim();
  for (const row of found.previous) for (const group of row.groups) group.members.map((member) => member.amount);
  const more = await load(found, 'near.groups.previous.next');
  more.near?.groups.at(0)?.previous.at(0)?.next.code.trim();
  const narrow = await rows.only('name', 'next').include('far').first();
  narrow?.far?.amount.trim();
  await rows.create(data);
  await rows.filter({ id: 1 }).update({ name: 'x', near: found.near });
  takesE25(found);
}
declare function takesE25(entity: schema.E25): void;

export async function use26(rows: QuerySet<schema.E26>, data: CreateData<schema.E26>): Promise<void> {
  const found = await rows
    .filter({ name: startsWith('x'), next: { quantity: gt(3), near: { code: 'x', far: { note: null } } } })
    .filter(or({ state: 'open', first26: inList([1, 2]) }, { groups: some({ members: some({ name: 'x' }) }) }))
    .orderBy('-next.near.far.createdAt', 'name')
    .include('next.near.far', 'previous.groups.members', 'members.next')
    .get();
  found.next.near?.far?.name.trim();
  for (const row of found.previous) for (const group of row.groups) group.members.map((member) => member.amount);
  const more = await load(found, 'near.groups.previous.next');
  more.near?.groups.at(0)?.previous.at(0)?.next.code.trim();
  const narrow = await rows.only('name', 'next').include('far').first();
  narrow?.far?.amount.trim();
  await rows.create(data);
  await rows.filter({ id: 1 }).update({ name: 'x', near: found.near });
  takesE26(found);
}
declare function takesE26(entity: schema.E26): void;

export async function use27(rows: QuerySet<schema.E27>, data: CreateData<schema.E27>): Promise<void> {
  const found = await rows
    .filter({ name: startsWith('x'), next: { quantity: gt(3), near: { code: 'x', far: { note: null } } } })
    .filter(or({ state: 'open', first27: inList([1, 2]) }, { groups: some({ members: some({ name: 'x' }) }) }))
    .orderBy('-next.near.far.createdAt', 'name')
    .include('next.near.far', 'previous.groups.members', 'members.next')
    .get();
  found.next.near?.far?.name.trim();
  for (const row of found.previous) for (const group of row.groups) group.members.map((member) => member.amount);
  const more = await load(found, 'near.groups.previous.next');
  more.near?.groups.at(0)?.previous.at(0)?.next.code.trim();
  const narrow = await rows.only('name', 'next').include('far').first();
  narrow?.far?.amount.trim();
  await rows.create(data);
  await rows.filter({ id: 1 }).update({ name: 'x', near: found.near });
  takesE27(found);
}
declare function takesE27(entity: schema.E27): void;

export async function use28(rows: QuerySet<schema.E28>, data: CreateData<schema.E28>): Promise<void> {
  const found = await rows
    .filter({ name: startsWith('x'), next: { quantity: gt(3), near: { code: 'x', far: { note: null } } } })
    .filter(or({ state: 'open', first28: inList([1, 2]) }, { groups: some({ members: some({ name: 'x' }) }) }))
    .orderBy('-next.near.far.createdAt', 'name')
    .include('next.near.far', 'previous.groups.members', 'members.next')
    .get();
  found.next.near?.far?.name.trim();
  for (const row of found.previous) for (const group of row.groups) group.members.map((member) => member.amount);
  const more = await load(found, 'near.groups.previous.next');
  more.near?.groups.at(0)?.previous.at(0)?.next.code.trim();
  const narrow = await rows.only('name', 'next').include('far').first();
  narrow?.far?.amount.trim();
  await rows.create(data);
  await rows.filter({ id: 1 }).update({ name: 'x', near: found.near });
  takesE28(found);
}
declare function takesE28(entity: schema.E28): void;

export async function use29(rows: QuerySet<schema.E29>, data: CreateData<schema.E29>): Promise<void> {
  const found = await rows
    .filter({ name: startsWith('x'), next: { quantity: gt(3), near: { code: 'x', far: { note: null } } } })
    .filter(or({ state: 'open', first29: inList([1, 2]) }, { groups: some({ members: some({ name: 'x' }) }) }))
    .orderBy('-next.near.far.createdAt', 'name')
    .include('next.near.far', 'previous.groups.members', 'members.next')
    .get();
  found.next.near?.far?.name.trim();
  for (const row of found.previous) for (const group of row.groups) group.members.map((member) => member.amount);
  const more = await load(found, 'near.groups.previous.next');
  more.near?.groups.at(0)?.previous.at(0)?.next.code.trim();
  const narrow = await rows.only('name', 'next').include('far').first();
  narrow?.far?.amount.trim();
  await rows.create(data);
  await rows.filter({ id: 1 }).update({ name: 'x', near: found.near });
  takesE29(found);
}
declare function takesE29(entity: schema.E29): void;

export async function use30(rows: QuerySet<schema.E30>, data: CreateData<schema.E30>): Promise<void> {
  const found = await rows
    .filter({ name: startsWith('x'), next: { quantity: gt(3), near: { code: 'x', far: { note: null } } } })
    .filter(or({ state: 'open', first30: inList([1, 2]) }, { groups: some({ members: some({ name: 'x' }) }) }))
    .orderBy('-next.near.far.createdAt', 'name')
    .include('next.near.far', 'previous.groups.members', 'members.next')
    .get();
  found.next.near?.far?.name.trim();
  for (const row of found.previous) for (const group of row.groups) group.members.map((member) => member.amount);
  const more = await load(found, 'near.groups.previous.next');
  more.near?.groups.at(0)?.previous.at(0)?.next.code.trim();
  const narrow = await rows.only('name', 'next').include('far').first();
  narrow?.far?.amount.trim();
  await rows.create(data);
  await rows.filter({ id: 1 }).update({ name: 'x', near: found.near });
  takesE30(found);
}
declare function takesE30(entity: schema.E30): void;

export async function use31(rows: QuerySet<schema.E31>, data: CreateData<schema.E31>): Promise<void> {
  const found = await rows
    .filter({ name: startsWith('x'), next: { quantity: gt(3), near: { code: 'x', far: { note: null } } } })
    .filter(or({ state: 'open', first31: inList([1, 2]) }, { groups: some({ members: some({ name: 'x' }) }) }))
    .orderBy('-next.near.far.createdAt', 'name')
    .include('next.near.far', 'previous.groups.members', 'members.next')
    .get();
  found.next.near?.far?.name.trim();
  for (const row of found.previous) for (const group of row.groups) group.members.map((member) => member.amount);
  const more = await load(found, 'near.groups.previous.next');
  more.near?.groups.at(0)?.previous.at(0)?.next.code.trim();
  const narrow = await rows.only('name', 'next').include('far').first();
  narrow?.far?.amount.trim();
  await rows.create(data);
  await rows.filter({ id: 1 }).update({ name: 'x', near: found.near });
  takesE31(found);
}
declare function takesE31(entity: schema.E31): void;

export async function use32(rows: QuerySet<schema.E32>, data: CreateData<schema.E32>): Promise<void> {
  const found = await rows
    .filter({ name: startsWith('x'), next: { quantity: gt(3), near: { code: 'x', far: { note: null } } } })
    .filter(or({ state: 'open', first32: inList([1, 2]) }, { groups: some({ members: some({ name: 'x' }) }) }))
    .orderBy('-next.near.far.createdAt', 'name')
    .include('next.near.far', 'previous.groups.members', 'members.next')
    .get();
  found.next.near?.far?.name.trim();
  for (const row of found.previous) for (const group of row.groups) group.members.map((member) => member.amount);
  const more = await load(found, 'near.groups.previous.next');
  more.near?.groups.at(0)?.previous.at(0)?.next.code.trim();
  const narrow = await rows.only('name', 'next').include('far').first();
  narrow?.far?.amount.trim();
  await rows.create(data);
  await rows.filter({ id: 1 }).update({ name: 'x', near: found.near });
  takesE32(found);
}
declare function takesE32(entity: schema.E32): void;

export async function use33(rows: QuerySet<schema.E33>, data: CreateData<schema.E33>): Promise<void> {
  const found = await rows
    .filter({ name: startsWith('x'), next: { quantity: gt(3), near: { code: 'x', far: { note: null } } } })
    .filter(or({ state: 'open', first33: inList([1, 2]) }, { groups: some({ members: some({ name: 'x' }) }) }))
    .orderBy('-next.near.far.createdAt', 'name')
    .include('next.near.far', 'previous.groups.members', 'members.next')
    .get();
  found.next.near?.far?.name.trim();
  for (const row of found.previous) for (const group of row.groups) group.members.map((member) => member.amount);
  const more = await load(found, 'near.groups.previous.next');
  more.near?.groups.at(0)?.previous.at(0)?.next.code.trim();
  const narrow = await rows.only('name', 'next').include('far').first();
  narrow?.far?.amount.trim();
  await rows.create(data);
  await rows.filter({ id: 1 }).update({ name: 'x', near: found.near });
  takesE33(found);
}
declare function takesE33(entity: schema.E33): void;

export async function use34(rows: QuerySet<schema.E34>, data: CreateData<schema.E34>): Promise<void> {
  const found = await rows
    .filter({ name: startsWith('x'), next: { quantity: gt(3), near: { code: 'x', far: { note: null } } } })
    .filter(or({ state: 'open', first34: inList([1, 2]) }, { groups: some({ members: some({ name: 'x' }) }) }))
    .orderBy('-next.near.far.createdAt', 'name')
    .include('next.near.far', 'previous.groups.members', 'members.next')
    .get();
  found.next.near?.far?.name.trim();
  for (const row of found.previous) for (const group of row.groups) group.members.map((member) => member.amount);
  const more = await load(found, 'near.groups.previous.next');
  more.near?.groups.at(0)?.previous.at(0)?.next.code.trim();
  const narrow = await rows.only('name', 'next').include('far').first();
  narrow?.far?.amount.trim();
  await rows.create(data);
  await rows.filter({ id: 1 }).update({ name: 'x', near: found.near });
  takesE34(found);
}
declare function takesE34(entity: schema.E34): void;

export async function use35(rows: QuerySet<schema.E35>, data: CreateData<schema.E35>): Promise<void> {
  const found = await rows
    .filter({ name: startsWith('x'), next: { quantity: gt(3), near: { code: 'x', far: { note: null } } } })
    .filter(or({ state: 'open', first35: inList([1, 2]) }, { groups: some({ members: some({ name: 'x' }) }) }))
    .orderBy('-next.near.far.createdAt', 'name')
    .include('next.near.far', 'previous.groups.members', 'members.next')
    .get();
  found.next.near?.far?.name.trim();
  for (const row of found.previous) for (const group of row.groups) group.members.map((member) => member.amount);
  const more = await load(found, 'near.groups.previous.next');
  more.near?.groups.at(0)?.previous.at(0)?.next.code.trim();
  const narrow = await rows.only('name', 'next').include('far').first();
  narrow?.far?.amount.trim();
  await rows.create(data);
  await rows.filter({ id: 1 }).update({ name: 'x', near: found.near });
  takesE35(found);
}
declare function takesE35(entity: schema.E35): void;

export async function use36(rows: QuerySet<schema.E36>, data: CreateData<schema.E36>): Promise<void> {
  const found = await rows
    .filter({ name: startsWith('x'), next: { quantity: gt(3), near: { code: 'x', far: { note: null } } } })
    .filter(or({ state: 'open', first36: inList([1, 2]) }, { groups: some({ members: some({ name: 'x' }) }) }))
    .orderBy('-next.near.far.createdAt', 'name')
    .include('next.near.far', 'previous.groups.members', 'members.next')
    .get();
  found.next.near?.far?.name.trim();
  for (const row of found.previous) for (const group of row.groups) group.members.map((member) => member.amount);
  const more = await load(found, 'near.groups.previous.next');
  more.near?.groups.at(0)?.previous.at(0)?.next.code.trim();
  const narrow = await rows.only('name', 'next').include('far').first();
  narrow?.far?.amount.trim();
  await rows.create(data);
  await rows.filter({ id: 1 }).update({ name: 'x', near: found.near });
  takesE36(found);
}
declare function takesE36(entity: schema.E36): void;

export async function use37(rows: QuerySet<schema.E37>, data: CreateData<schema.E37>): Promise<void> {
  const found = await rows
    .filter({ name: startsWith('x'), next: { quantity: gt(3), near: { code: 'x', far: { note: null } } } })
    .filter(or({ state: 'open', first37: inList([1, 2]) }, { groups: some({ members: some({ name: 'x' }) }) }))
    .orderBy('-next.near.far.createdAt', 'name')
    .include('next.near.far', 'previous.groups.members', 'members.next')
    .get();
  found.next.near?.far?.name.trim();
  for (const row of found.previous) for (const group of row.groups) group.members.map((member) => member.amount);
  const more = await load(found, 'near.groups.previous.next');
  more.near?.groups.at(0)?.previous.at(0)?.next.code.trim();
  const narrow = await rows.only('name', 'next').include('far').first();
  narrow?.far?.amount.trim();
  await rows.create(data);
  await rows.filter({ id: 1 }).update({ name: 'x', near: found.near });
  takesE37(found);
}
declare function takesE37(entity: schema.E37): void;

export async function use38(rows: QuerySet<schema.E38>, data: CreateData<schema.E38>): Promise<void> {
  const found = await rows
    .filter({ name: startsWith('x'), next: { quantity: gt(3), near: { code: 'x', far: { note: null } } } })
    .filter(or({ state: 'open', first38: inList([1, 2]) }, { groups: some({ members: some({ name: 'x' }) }) }))
    .orderBy('-next.near.far.createdAt', 'name')
    .include('next.near.far', 'previous.groups.members', 'members.next')
    .get();
  found.next.near?.far?.name.trim();
  for (const row of found.previous) for (const group of row.groups) group.members.map((member) => member.amount);
  const more = await load(found, 'near.groups.previous.next');
  more.near?.groups.at(0)?.previous.at(0)?.next.code.trim();
  const narrow = await rows.only('name', 'next').include('far').first();
  narrow?.far?.amount.trim();
  await rows.create(data);
  await rows.filter({ id: 1 }).update({ name: 'x', near: found.near });
  takesE38(found);
}
declare function takesE38(entity: schema.E38): void;

export async function use39(rows: QuerySet<schema.E39>, data: CreateData<schema.E39>): Promise<void> {
  const found = await rows
    .filter({ name: startsWith('x'), next: { quantity: gt(3), near: { code: 'x', far: { note: null } } } })
    .filter(or({ state: 'open', first39: inList([1, 2]) }, { groups: some({ members: some({ name: 'x' }) }) }))
    .orderBy('-next.near.far.createdAt', 'name')
    .include('next.near.far', 'previous.groups.members', 'members.next')
    .get();
  found.next.near?.far?.name.trim();
  for (const row of found.previous) for (const group of row.groups) group.members.map((member) => member.amount);
  const more = await load(found, 'near.groups.previous.next');
  more.near?.groups.at(0)?.previous.at(0)?.next.code.trim();
  const narrow = await rows.only('name', 'next').include('far').first();
  narrow?.far?.amount.trim();
  await rows.create(data);
  await rows.filter({ id: 1 }).update({ name: 'x', near: found.near });
  takesE39(found);
}
declare function takesE39(entity: schema.E39): void;

export async function use40(rows: QuerySet<schema.E40>, data: CreateData<schema.E40>): Promise<void> {
  const found = await rows
    .filter({ name: startsWith('x'), next: { quantity: gt(3), near: { code: 'x', far: { note: null } } } })
    .filter(or({ state: 'open', first40: inList([1, 2]) }, { groups: some({ members: some({ name: 'x' }) }) }))
    .orderBy('-next.near.far.createdAt', 'name')
    .include('next.near.far', 'previous.groups.members', 'members.next')
    .get();
  found.next.near?.far?.name.trim();
  for (const row of found.previous) for (const group of row.groups) group.members.map((member) => member.amount);
  const more = await load(found, 'near.groups.previous.next');
  more.near?.groups.at(0)?.previous.at(0)?.next.code.trim();
  const narrow = await rows.only('name', 'next').include('far').first();
  narrow?.far?.amount.trim();
  await rows.create(data);
  await rows.filter({ id: 1 }).update({ name: 'x', near: found.near });
  takesE40(found);
}
declare function takesE40(entity: schema.E40): void;

export async function use41(rows: QuerySet<schema.E41>, data: CreateData<schema.E41>): Promise<void> {
  const found = await rows
    .filter({ name: startsWith('x'), next: { quantity: gt(3), near: { code: 'x', far: { note: null } } } })
    .filter(or({ state: 'open', first41: inList([1, 2]) }, { groups: some({ members: some({ name: 'x' }) }) }))
    .orderBy('-next.near.far.createdAt', 'name')
    .include('next.near.far', 'previous.groups.members', 'members.next')
    .get();
  found.next.near?.far?.name.trim();
  for (const row of found.previous) for (const group of row.groups) group.members.map((member) => member.amount);
  const more = await load(found, 'near.groups.previous.next');
  more.near?.groups.at(0)?.previous.at(0)?.next.code.trim();
  const narrow = await rows.only('name', 'next').include('far').first();
  narrow?.far?.amount.trim();
  await rows.create(data);
  await rows.filter({ id: 1 }).update({ name: 'x', near: found.near });
  takesE41(found);
}
declare function takesE41(entity: schema.E41): void;

export async function use42(rows: QuerySet<schema.E42>, data: CreateData<schema.E42>): Promise<void> {
  const found = await rows
    .filter({ name: startsWith('x'), next: { quantity: gt(3), near: { code: 'x', far: { note: null } } } })
    .filter(or({ state: 'open', first42: inList([1, 2]) }, { groups: some({ members: some({ name: 'x' }) }) }))
    .orderBy('-next.near.far.createdAt', 'name')
    .include('next.near.far', 'previous.groups.members', 'members.next')
    .get();
  found.next.near?.far?.name.trim();
  for (const row of found.previous) for (const group of row.groups) group.members.map((member) => member.amount);
  const more = await load(found, 'near.groups.previous.next');
  more.near?.groups.at(0)?.previous.at(0)?.next.code.trim();
  const narrow = await rows.only('name', 'next').include('far').first();
  narrow?.far?.amount.trim();
  await rows.create(data);
  await rows.filter({ id: 1 }).update({ name: 'x', near: found.near });
  takesE42(found);
}
declare function takesE42(entity: schema.E42): void;

export async function use43(rows: QuerySet<schema.E43>, data: CreateData<schema.E43>): Promise<void> {
  const found = await rows
    .filter({ name: startsWith('x'), next: { quantity: gt(3), near: { code: 'x', far: { note: null } } } })
    .filter(or({ state: 'open', first43: inList([1, 2]) }, { groups: some({ members: some({ name: 'x' }) }) }))
    .orderBy('-next.near.far.createdAt', 'name')
    .include('next.near.far', 'previous.groups.members', 'members.next')
    .get();
  found.next.near?.far?.name.trim();
  for (const row of found.previous) for (const group of row.groups) group.members.map((member) => member.amount);
  const more = await load(found, 'near.groups.previous.next');
  more.near?.groups.at(0)?.previous.at(0)?.next.code.trim();
  const narrow = await rows.only('name', 'next').include('far').first();
  narrow?.far?.amount.trim();
  await rows.create(data);
  await rows.filter({ id: 1 }).update({ name: 'x', near: found.near });
  takesE43(found);
}
declare function takesE43(entity: schema.E43): void;

export async function use44(rows: QuerySet<schema.E44>, data: CreateData<schema.E44>): Promise<void> {
  const found = await rows
    .filter({ name: startsWith('x'), next: { quantity: gt(3), near: { code: 'x', far: { note: null } } } })
    .filter(or({ state: 'open', first44: inList([1, 2]) }, { groups: some({ members: some({ name: 'x' }) }) }))
    .orderBy('-next.near.far.createdAt', 'name')
    .include('next.near.far', 'previous.groups.members', 'members.next')
    .get();
  found.next.near?.far?.name.trim();
  for (const row of found.previous) for (const group of row.groups) group.members.map((member) => member.amount);
  const more = await load(found, 'near.groups.previous.next');
  more.near?.groups.at(0)?.previous.at(0)?.next.code.trim();
  const narrow = await rows.only('name', 'next').include('far').first();
  narrow?.far?.amount.trim();
  await rows.create(data);
  await rows.filter({ id: 1 }).update({ name: 'x', near: found.near });
  takesE44(found);
}
declare function takesE44(entity: schema.E44): void;

export async function use45(rows: QuerySet<schema.E45>, data: CreateData<schema.E45>): Promise<void> {
  const found = await rows
    .filter({ name: startsWith('x'), next: { quantity: gt(3), near: { code: 'x', far: { note: null } } } })
    .filter(or({ state: 'open', first45: inList([1, 2]) }, { groups: some({ members: some({ name: 'x' }) }) }))
    .orderBy('-next.near.far.createdAt', 'name')
    .include('next.near.far', 'previous.groups.members', 'members.next')
    .get();
  found.next.near?.far?.name.trim();
  for (const row of found.previous) for (const group of row.groups) group.members.map((member) => member.amount);
  const more = await load(found, 'near.groups.previous.next');
  more.near?.groups.at(0)?.previous.at(0)?.next.code.trim();
  const narrow = await rows.only('name', 'next').include('far').first();
  narrow?.far?.amount.trim();
  await rows.create(data);
  await rows.filter({ id: 1 }).update({ name: 'x', near: found.near });
  takesE45(found);
}
declare function takesE45(entity: schema.E45): void;

export async function use46(rows: QuerySet<schema.E46>, data: CreateData<schema.E46>): Promise<void> {
  const found = await rows
    .filter({ name: startsWith('x'), next: { quantity: gt(3), near: { code: 'x', far: { note: null } } } })
    .filter(or({ state: 'open', first46: inList([1, 2]) }, { groups: some({ members: some({ name: 'x' }) }) }))
    .orderBy('-next.near.far.createdAt', 'name')
    .include('next.near.far', 'previous.groups.members', 'members.next')
    .get();
  found.next.near?.far?.name.trim();
  for (const row of found.previous) for (const group of row.groups) group.members.map((member) => member.amount);
  const more = await load(found, 'near.groups.previous.next');
  more.near?.groups.at(0)?.previous.at(0)?.next.code.trim();
  const narrow = await rows.only('name', 'next').include('far').first();
  narrow?.far?.amount.trim();
  await rows.create(data);
  await rows.filter({ id: 1 }).update({ name: 'x', near: found.near });
  takesE46(found);
}
declare function takesE46(entity: schema.E46): void;

export async function use47(rows: QuerySet<schema.E47>, data: CreateData<schema.E47>): Promise<void> {
  const found = await rows
    .filter({ name: startsWith('x'), next: { quantity: gt(3), near: { code: 'x', far: { note: null } } } })
    .filter(or({ state: 'open', first47: inList([1, 2]) }, { groups: some({ members: some({ name: 'x' }) }) }))
    .orderBy('-next.near.far.createdAt', 'name')
    .include('next.near.far', 'previous.groups.members', 'members.next')
    .get();
  found.next.near?.far?.name.trim();
  for (const row of found.previous) for (const group of row.groups) group.members.map((member) => member.amount);
  const more = await load(found, 'near.groups.previous.next');
  more.near?.groups.at(0)?.previous.at(0)?.next.code.trim();
  const narrow = await rows.only('name', 'next').include('far').first();
  narrow?.far?.amount.trim();
  await rows.create(data);
  await rows.filter({ id: 1 }).update({ name: 'x', near: found.near });
  takesE47(found);
}
declare function takesE47(entity: schema.E47): void;

export async function use48(rows: QuerySet<schema.E48>, data: CreateData<schema.E48>): Promise<void> {
  const found = await rows
    .filter({ name: startsWith('x'), next: { quantity: gt(3), near: { code: 'x', far: { note: null } } } })
    .filter(or({ state: 'open', first48: inList([1, 2]) }, { groups: some({ members: some({ name: 'x' }) }) }))
    .orderBy('-next.near.far.createdAt', 'name')
    .include('next.near.far', 'previous.groups.members', 'members.next')
    .get();
  found.next.near?.far?.name.trim();
  for (const row of found.previous) for (const group of row.groups) group.members.map((member) => member.amount);
  const more = await load(found, 'near.groups.previous.next');
  more.near?.groups.at(0)?.previous.at(0)?.next.code.trim();
  const narrow = await rows.only('name', 'next').include('far').first();
  narrow?.far?.amount.trim();
  await rows.create(data);
  await rows.filter({ id: 1 }).update({ name: 'x', near: found.near });
  takesE48(found);
}
declare function takesE48(entity: schema.E48): void;

export async function use49(rows: QuerySet<schema.E49>, data: CreateData<schema.E49>): Promise<void> {
  const found = await rows
    .filter({ name: startsWith('x'), next: { quantity: gt(3), near: { code: 'x', far: { note: null } } } })
    .filter(or({ state: 'open', first49: inList([1, 2]) }, { groups: some({ members: some({ name: 'x' }) }) }))
    .orderBy('-next.near.far.createdAt', 'name')
    .include('next.near.far', 'previous.groups.members', 'members.next')
    .get();
  found.next.near?.far?.name.trim();
  for (const row of found.previous) for (const group of row.groups) group.members.map((member) => member.amount);
  const more = await load(found, 'near.groups.previous.next');
  more.near?.groups.at(0)?.previous.at(0)?.next.code.trim();
  const narrow = await rows.only('name', 'next').include('far').first();
  narrow?.far?.amount.trim();
  await rows.create(data);
  await rows.filter({ id: 1 }).update({ name: 'x', near: found.near });
  takesE49(found);
}
declare function takesE49(entity: schema.E49): void;
