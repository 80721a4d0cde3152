/** The unit of work does what a naive oracle says, whatever program runs, in six worlds of entities. */
import { Espalier, type DatabaseConfig } from '@espalier/core';
import fc from 'fast-check';
import { Faults, withFaults } from '../failing-connections';
import { KNOWN } from '../known';
import { targets, type OpenTarget } from '../targets';
import { albums } from './albums';
import { farms } from './farm';
import { films } from './films';
import { folders } from './folders';
import { items } from './items';
import { programs, runProgram } from './programs';
import { zones } from './zones';

/** To look for new faults `MODEL_RUNS`, `MODEL_SEED` and `MODEL_WORLD` in the environment ask for other programs. */
const RUNS = Number(process.env.MODEL_RUNS ?? 0);
const SEED = Number(process.env.MODEL_SEED ?? 23);
const WORLDS = [farms, folders, films, zones, albums, items].filter(({ name }) =>
  [undefined, '', name].includes(process.env.MODEL_WORLD),
);

describe.each(targets)('worlds on $dialect', ({ isServer, open }) => {
  for (const world of WORLDS) {
    const declareKnown = isServer ? test.skip : test.failing;
    const declare = KNOWN.has(`the world of ${world.name}`) ? declareKnown : test;
    declare(
      `the world of ${world.name}`,
      async () => {
        const opened: OpenTarget[] = [];
        const faults = new Faults();
        const databases: Record<string, DatabaseConfig> = {};
        for (const name of world.databases ?? ['default']) {
          const target = await open();
          opened.push(target);
          databases[name] = withFaults(target.config, faults);
        }
        const entities = world.kinds.map(({ entity }) => entity);
        try {
          await using orm = await Espalier.connect({ entities, databases });
          for (const database of Object.keys(databases)) await orm.schema.create({ database, entities });
          await fc.assert(
            fc.asyncProperty(programs(isServer ? 25 : 40), (program) => runProgram({ orm, faults }, world, program)),
            { numRuns: RUNS || (isServer ? 5 : 60), seed: SEED, endOnFailure: false },
          );
        } finally {
          for (const { drop } of opened) await drop();
        }
      },
      600_000,
    );
  }
});
