/** Where entities live: mistakes that only the databases show are told with all others. */
import { Espalier } from '../../src/espalier';
import { ConnectionLostError, MetadataError } from '../../src/errors';
import { Column, Entity, PrimaryKey } from '../../src/metadata';

@Entity({ database: 'reportz' })
class Report {
  @PrimaryKey() id!: number;
}

@Entity()
class Keyless {
  @Column() name!: string;
}

@Entity()
class Fine {
  @PrimaryKey() id!: number;
}

const unreachable = { open: () => Promise.reject(new ConnectionLostError('no server')) };

function failureOf(...entities: (typeof Report | typeof Keyless | typeof Fine)[]): Promise<unknown> {
  const databases = { default: unreachable, reports: unreachable };
  return Espalier.connect({ entities, databases }).catch((error: unknown) => error);
}

test('a database that is not connected is one of all mistakes, with the nearest name', async () => {
  const failure = await failureOf(Report, Keyless);
  expect(failure).toBeInstanceOf(MetadataError);
  expect((failure as MetadataError).problems.map(({ message }) => message)).toEqual([
    'Keyless: has no key: write @PrimaryKey() id!: number; or @Entity({ readOnly: true }) for a view or a table that is only read.',
    "Report: lives in database 'reportz', which is not among those connected: did you mean 'reports'?",
  ]);
});

test('a server that does not answer is told where nothing is wrong with the annotations', async () => {
  expect(await failureOf(Fine)).toBeInstanceOf(ConnectionLostError);
});
