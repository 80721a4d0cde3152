/** The orchestrator's side of the process that holds the database. */
import { fork, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import type { SqliteMoments } from '../contenders/index';
import type { DatabaseName } from './contender';
import type { Sizes } from './data';
import type { OpenStore, StoreAnswer, StoreRequest } from './store-process';
import type { Dataset } from './workloads';

export class StoreClient {
  private constructor(
    private readonly process: ChildProcess,
    readonly target: string,
    readonly versions: Readonly<Record<string, string>>,
  ) {}

  static async open(database: DatabaseName): Promise<StoreClient> {
    const child = fork(join(__dirname, 'store-process.js'), [database]);
    const { target, versions } = (await ask(child, { kind: 'open' })) as OpenStore;
    return new StoreClient(child, target, versions);
  }

  async fill(dataset: Dataset, sizes: Sizes, moments: SqliteMoments): Promise<void> {
    await ask(this.process, { kind: 'fill', dataset, sizes, moments });
  }

  async digestOfAuthors(): Promise<string> {
    return (await ask(this.process, { kind: 'digest' })) as string;
  }

  async drop(): Promise<void> {
    await ask(this.process, { kind: 'drop' });
    this.process.disconnect();
  }
}

/** One request at a time. */
function ask(child: ChildProcess, request: StoreRequest): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const onExit = (): void => reject(new Error('The process that holds the database has ended; see above for why.'));
    child.once('exit', onExit);
    child.once('message', (answer: StoreAnswer) => {
      child.off('exit', onExit);
      if ('error' in answer) reject(new Error(answer.error));
      else resolve(answer.value);
    });
    child.send(request);
  });
}
