/** One case in a process of its own: `measure-case.js CASE TARGET RUNS`. Prints one line of JSON, a CaseMeasurement. */
import { packageOf, type Core } from '../../contenders/espalier';
import { median } from '../statistics';
import { CASES } from './list';

export interface CaseMeasurement {
  readonly milliseconds: number;
  readonly statements: number;
}

const [name, target, runs] = process.argv.slice(2) as [string, string, string];

async function measure(): Promise<CaseMeasurement> {
  let statements = 0;
  const prepared = await CASES[name]!.prepare(packageOf<Core>('@espalier/core'), target, () => (statements += 1));
  try {
    const times: number[] = [];
    let counted = 0;
    for (let run = 0; run < Number(runs); run++) {
      await prepared.reset();
      globalThis.gc?.();
      const before = statements;
      const start = performance.now();
      await prepared.run();
      times.push(performance.now() - start);
      counted = statements - before;
    }
    // The first run warms up.
    return { milliseconds: median(times.slice(1)), statements: counted };
  } finally {
    await prepared.close();
  }
}

void measure().then((measurement) => process.stdout.write(`${JSON.stringify(measurement)}\n`));
