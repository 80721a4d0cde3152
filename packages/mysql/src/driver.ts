/** Opens connections to one server, and says what its errors mean. */
import type { Driver, DriverConnection, EspalierError, NetworkBounds, TransactionOptions } from '@espalier/core/driver';
import type { Client } from './client';
import { MysqlConnection } from './connection';
import type { MysqlFamilyDialect } from './dialect';
import { translateError } from './errors';

export interface MysqlDriverOptions {
  readonly dialect: MysqlFamilyDialect;
  /** A client of `mysql2`, on its way to the server. */
  createClient(): Client;
  /** Sent once a connection is open. */
  readonly setup: string;
  readonly bounds: NetworkBounds;
}

export class MysqlDriver implements Driver {
  readonly dialect: MysqlFamilyDialect;

  constructor(private readonly options: MysqlDriverOptions) {
    this.dialect = options.dialect;
  }

  get isolation(): TransactionOptions['isolation'] {
    return this.dialect.facts.isolation;
  }

  async connect(): Promise<DriverConnection> {
    const { setup, dialect, bounds } = this.options;
    return MysqlConnection.open(this.options.createClient(), setup, {
      maxPacket: dialect.facts.maxAllowedPacket,
      bounds,
      createClient: () => this.options.createClient(),
    });
  }

  get closeTimeout(): number {
    return this.options.bounds.closeTimeout;
  }

  translateError(error: unknown, sql: string | undefined): EspalierError {
    return translateError(error, sql);
  }
}
