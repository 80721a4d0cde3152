/** Espalier on PostgreSQL. */
import type * as Postgres from '@espalier/postgres';
import { MAX_CONNECTIONS, type Connect } from '../src/contender';
import { connectEspalier, packageOf } from './espalier';

export const connectPostgres: Connect = (primary) => {
  const { postgres } = packageOf<typeof Postgres>('@espalier/postgres');
  return connectEspalier(postgres({ primary, pool: { max: MAX_CONNECTIONS } }));
};
