/** Random programs on a world, and what runs one. */
import assert from 'node:assert/strict';
import type { Espalier } from '@espalier/core';
import fc from 'fast-check';
import type { Faults } from '../failing-connections';
import { Oracle } from './oracle';
import { Choice, Run } from './run';
import { keyOf, referencesOf, snakeCase, type World } from './schema';
import { ALL_EDITS, commit, COMMANDS, type Command } from './session-commands';
import { literal, System } from './system';

const EDIT_COMMANDS = ALL_EDITS.map((edit): Command => (run, choice) => {
  const applied = edit(run, choice);
  run.system.checkMemory();
  return Promise.resolve(applied);
});

/** Three edits to each thing that the session does. */
const ACTIONS: readonly Command[] = [...EDIT_COMMANDS, ...EDIT_COMMANDS, ...COMMANDS];

export type Program = readonly (readonly [action: number, pick: number])[];

export const programs = (longest: number): fc.Arbitrary<Program> =>
  fc.array(fc.tuple(fc.nat(ACTIONS.length - 1), fc.nat(2 ** 31 - 1)), { maxLength: longest, size: 'max' });

/** @throws what differs, with the program in words */
export async function runProgram(
  { orm, faults }: { orm: Espalier; faults: Faults },
  world: World,
  program: Program,
): Promise<void> {
  await empty(orm, world);
  const session = orm.session();
  const oracle = new Oracle(world);
  const run = new Run(oracle, new System(orm, session, faults, oracle));
  try {
    for (const [action, pick] of program) await ACTIONS[action]!(run, new Choice(pick));
    await commit(run, new Choice(0));
  } catch (error) {
    throw new Error(`${(error as Error).message}\nThe program:\n  ${run.trace.join('\n  ')}\n`, { cause: error });
  } finally {
    faults.disarm();
    await session.close();
  }
  for (const database of world.databases ?? ['default']) assert.equal(orm.pool(database).stats().used, 0);
}

async function empty(orm: Espalier, { kinds, links, databases }: World): Promise<void> {
  await using session = orm.session();
  for (const database of databases ?? ['default']) {
    const here = session.using(database);
    const joins = links.filter(({ name }) => !kinds.some(({ through }) => through === name));
    for (const { table } of joins) await here.sql(literal(`delete from ${table}`));
    for (const kind of kinds) {
      for (const [property, { target, nullable }] of referencesOf(kind)) {
        if (!nullable) continue;
        const parts = keyOf(kinds.find(({ name }) => name === target)!);
        const sets = parts.map((part) => `${snakeCase(property)}_${part} = null`);
        await here.sql(literal(`update ${kind.table} set ${sets.join(', ')}`));
      }
    }
    for (const { table } of [...kinds].reverse()) await here.sql(literal(`delete from ${table}`));
  }
  await session.commit();
}
