/** All programs of a few steps on one pair of rows, and what runs and judges them. */
import assert from 'node:assert/strict';
import { Espalier, type ConnectOptions, type Session } from '@espalier/core';
import { KNOWN } from '../known';
import { targets } from '../targets';

export interface Subject<Step extends string, Setup> {
  /** Names the test. What is in the list of known faults is expected to fail. */
  readonly name: string;
  readonly entities: ConnectOptions['entities'];
  readonly steps: readonly Step[];
  /** Steps of the longest programs; `MODEL_STEPS` in the environment says another number. */
  readonly longest: number;
  readonly setups: readonly Setup[];
  /** Rows and entities for one program: `n` is a key that no program had before. */
  prepare(session: Session, setup: Setup, n: number): Promise<World<Step>>;
}

/** One program under way. */
export interface World<Step extends string> {
  /** Applies a step to the library and to the oracle. @returns false where the step makes no sense now */
  apply(step: Step): boolean;
  /** Memory is what the oracle says; between flushes as far as memory has to know. */
  check(): void;
  /** The oracle's turn after a flush that wrote. */
  settle(): void;
  /** Whether what is pending can be written at all. */
  isWritable(): boolean;
  /** Rows are what the oracle says, and so is what a session of its own reads. */
  checkRows(session: Session): Promise<void>;
}

export const FLUSH = 'flush';

function* programsOf<Step>(steps: readonly Step[], longest: number): Generator<Step[]> {
  let shorter: Step[][] = [[]];
  for (let length = 1; length <= longest; length++) {
    shorter = shorter.flatMap((program) => steps.map((step) => [...program, step]));
    yield* shorter;
  }
}

/** @returns what is wrong, undefined where all is well or the program makes no sense */
async function judge<Step extends string, Setup>(
  orm: Espalier,
  subject: Subject<Step, Setup>,
  { setup, program, n }: { setup: Setup; program: readonly Step[]; n: number },
): Promise<string | undefined> {
  await using session = orm.session();
  const world = await subject.prepare(session, setup, n);
  try {
    for (const step of program) {
      if (step === FLUSH) {
        if (!world.isWritable()) return undefined;
        await session.flush();
        world.settle();
      } else if (!world.apply(step)) return undefined;
      world.check();
    }
    if (!world.isWritable()) return undefined;
    await session.commit();
    world.settle();
    world.check();
    assert.deepEqual(session.changes(), [], 'something is pending after the commit');
    assert.equal(await session.flush(), 0, 'rows of a second flush');
    await using other = orm.session();
    await world.checkRows(other);
    return undefined;
  } catch (error) {
    return (error as Error).message.split('\n')[0];
  }
}

/** Servers are asked one program of so many. */
const SAMPLE = 60;

/** Declares one test a database. */
export function declareEveryProgram<Step extends string, Setup>(subject: Subject<Step, Setup>): void {
  describe.each(targets)('every program on $dialect', ({ isServer, open }) => {
    // The sample that a server sees may miss what fails.
    const declareKnown = isServer ? test.skip : test.failing;
    const declare = KNOWN.has(subject.name) ? declareKnown : test;
    declare(
      subject.name,
      async () => {
        const { config, drop } = await open();
        const wrong: string[] = [];
        let ran = 0;
        try {
          await using orm = await Espalier.connect({ entities: subject.entities, databases: { default: config } });
          await orm.schema.create();
          for (const setup of subject.setups) {
            for (const program of programsOf(subject.steps, Number(process.env.MODEL_STEPS ?? subject.longest))) {
              ran++;
              if (isServer && ran % SAMPLE !== 0) continue;
              const fault = await judge(orm, subject, { setup, program, n: ran });
              if (fault) wrong.push(`${JSON.stringify(setup)}: ${program.join('; ')}: ${fault}`);
            }
          }
        } finally {
          await drop();
        }
        const shortest = wrong.sort((a, b) => a.split(';').length - b.split(';').length).slice(0, SHOWN);
        assert.equal(wrong.length, 0, `${wrong.length} of ${ran} programs, the shortest:\n${shortest.join('\n')}`);
      },
      120_000,
    );
  });
}

const SHOWN = Number(process.env.MODEL_SHOWN ?? 12);
