/** A driver that opens nothing, for tests of what is between a session and a wire. */
import type { Driver, DriverConnection } from '../../src/database/driver';
import { ConnectionLostError } from '../../src/errors';

export class FakeConnection implements DriverConnection {
  broken = false;
  closed = false;
  /** Whether it keeps the process alive. */
  held = true;

  execute = () => Promise.resolve({ rows: [], rowCount: 0, insertId: undefined });
  readonly statements: string[] = [];
  /** Statements that fail, and how. */
  readonly failures = new Map<string, Error>();

  run(sql: string): Promise<void> {
    this.statements.push(sql);
    const failure = this.failures.get(sql);
    return failure ? Promise.reject(failure) : Promise.resolve();
  }

  begin = () => this.run('begin');
  commit = () => this.run('commit');
  rollback = () => this.run('rollback');
  savepoint = (name: string) => this.run(`savepoint ${name}`);
  release = (name: string) => this.run(`release ${name}`);
  rollbackTo = (name: string) => this.run(`rollback to ${name}`);

  ping = () => Promise.resolve();
  ref(): void {
    this.held = true;
  }
  unref(): void {
    this.held = false;
  }
  close(): Promise<void> {
    this.closed = true;
    return Promise.resolve();
  }
  async *stream(): AsyncGenerator<readonly (readonly unknown[])[]> {
    yield [];
  }
}

export class FakeServer {
  readonly connections: FakeConnection[] = [];
  refuses: Error | undefined;
  /** What connecting waits for. */
  opens: Promise<void> | undefined;

  readonly driver = {
    connect: () => {
      if (this.refuses) return Promise.reject(this.refuses);
      const open = (): FakeConnection => {
        const connection = new FakeConnection();
        this.connections.push(connection);
        return connection;
      };
      return this.opens ? this.opens.then(open) : Promise.resolve(open());
    },
    translateError: (cause: unknown) => new ConnectionLostError('The server does not answer.', { cause }),
  } as unknown as Driver;
}
