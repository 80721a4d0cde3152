/** A database whose connections fail when they are told to: the k-th statement from now on. */
import type { DatabaseConfig, Driver, DriverConnection } from '@espalier/core/driver';

export class Faults {
  #left = 0;

  /** The k-th statement from now on fails. */
  arm(k: number): void {
    this.#left = k;
  }

  /** @returns whether it failed already */
  disarm(): boolean {
    const failed = this.#left === 0;
    this.#left = 0;
    return failed;
  }

  /** @throws where this is the statement that is to fail */
  count(): void {
    if (this.#left > 0 && --this.#left === 0) throw refusal();
  }
}

/** An error of the server's, as the clients of PostgreSQL and MariaDB report one: any other means to them that the connection is lost. */
const refusal = (): Error =>
  Object.assign(new Error('injected failure'), { severity: 'ERROR', code: 'XX000', errno: 1105, sqlState: 'HY000' });

/** The same database, its statements counted. */
export function withFaults(config: DatabaseConfig<Driver>, faults: Faults): DatabaseConfig<Driver> {
  return {
    pool: config.pool,
    async open() {
      const driver = await config.open();
      const connect = async (): Promise<DriverConnection> => {
        const connection = await driver.connect();
        return {
          execute: async (statement) => {
            faults.count();
            return connection.execute(statement);
          },
          stream: (statement, batchSize) => connection.stream(statement, batchSize),
          run: (sql) => connection.run(sql),
          begin: (options) => connection.begin(options),
          commit: () => connection.commit(),
          rollback: () => connection.rollback(),
          savepoint: (name) => connection.savepoint(name),
          release: (name) => connection.release(name),
          rollbackTo: (name) => connection.rollbackTo(name),
          ping: () => connection.ping(),
          close: () => connection.close(),
          get broken() {
            return connection.broken;
          },
        };
      };
      const { dialect, poolLimits } = driver;
      return {
        dialect,
        poolLimits,
        connect,
        translateError: (error, sql) => driver.translateError(error, sql),
        close: async () => driver.close?.(),
      };
    },
  };
}
