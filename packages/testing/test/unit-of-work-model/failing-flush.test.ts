/** A flush whose k-th statement fails, for every k: rows and memory are as before, and the same flush succeeds then. */
import { Espalier } from '@espalier/core';
import { sqlite } from '@espalier/sqlite';
import { EDITS } from './edits';
import { Author, Book, Employee, Tag } from './entities';
import { Faults, withFaults } from './failing-connections';
import { Oracle } from './oracle';
import { System } from './system';

async function eachEditOnce(system: System, oracle: Oracle): Promise<void> {
  for (const flushFirst of [true, true, false]) {
    for (const edit of EDITS) {
      const candidates = edit.candidates(oracle);
      if (candidates.length > 0) edit.apply({ oracle, system }, candidates.at(-1));
    }
    if (!flushFirst) return;
    await system.session.commit();
    oracle.commit();
    await system.check(oracle, { clean: true });
  }
}

/** @returns whether there was a k-th statement */
async function failAt(k: number): Promise<boolean> {
  const faults = new Faults();
  await using orm = await Espalier.connect({
    entities: [Author, Book, Tag, Employee],
    databases: { default: withFaults(sqlite(':memory:'), faults) },
  });
  await orm.schema.create();
  await using session = orm.session();
  const system = new System(orm, session, faults);
  const oracle = new Oracle();
  await eachEditOnce(system, oracle);
  faults.arm(k);
  const outcome = await session.flush().catch((error: unknown) => error);
  if (!faults.disarm()) return false;
  expect(String(outcome)).toContain('injected failure');
  await system.check(oracle);
  expect(await session.flush()).toBeGreaterThan(0);
  oracle.flush();
  await system.check(oracle, { clean: true });
  return true;
}

test('whichever statement of a flush fails, all is as before and the same flush succeeds then', async () => {
  let k = 1;
  while (await failAt(k)) k++;
  expect(k).toBeGreaterThan(5);
});
