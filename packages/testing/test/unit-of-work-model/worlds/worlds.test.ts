/** The unit of work does what a naive oracle says, whatever program runs, in six worlds of entities. */
import { Espalier, type DatabaseConfig } from '@espalier/core';
import fc from 'fast-check';
import { Faults, withFaults } from '../failing-connections';
import { KNOWN } from '../known';
import { askedRuns, seeds } from '../seeds';
import { targets, type OpenTarget, type Target } from '../targets';
import { albums } from './albums';
import { farms } from './farm';
import { films } from './films';
import { folders } from './folders';
import { items } from './items';
import { programs, runProgram } from './programs';
import { zones } from './zones';
import type { World } from './schema';

/** `MODEL_WORLD` in the environment names one of them. */
const WORLDS = [farms, folders, films, zones, albums, items].filter(({ name }) =>
  [undefined, '', name].includes(process.env.MODEL_WORLD),
);

/** Fewer and shorter programs where each statement is a round trip. */
const sizeOn = ({ isServer }: Target) => (isServer ? { runs: 5, longest: 25 } : { runs: 50, longest: 40 });

async function runPrograms(target: Target, world: World, seed: number): Promise<void> {
  const opened: OpenTarget[] = [];
  const faults = new Faults();
  const databases: Record<string, DatabaseConfig> = {};
  for (const name of world.databases ?? ['default']) {
    const database = await target.open();
    opened.push(database);
    databases[name] = withFaults(database.config, faults);
  }
  const entities = world.kinds.map(({ entity }) => entity);
  const { runs, longest } = sizeOn(target);
  try {
    await using orm = await Espalier.connect({ entities, databases });
    for (const database of Object.keys(databases)) await orm.schema.create({ database, entities });
    await fc.assert(
      fc.asyncProperty(programs(longest), (program) => runProgram({ orm, faults }, world, program)),
      { numRuns: askedRuns || runs, seed, endOnFailure: false },
    );
  } finally {
    for (const { drop } of opened) await drop();
  }
}

describe.each(targets)('worlds on $dialect', (target) => {
  for (const { seed, origin } of seeds) {
    for (const world of WORLDS) {
      const declareKnown = target.isServer ? test.skip : test.failing;
      const declare = KNOWN.has(`the world of ${world.name}`) ? declareKnown : test;
      declare(`the world of ${world.name}, seed ${seed} (${origin})`, () => runPrograms(target, world, seed), 900_000);
    }
  }
});
